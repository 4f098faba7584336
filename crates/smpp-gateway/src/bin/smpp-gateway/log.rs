//! The log: on standard error, for people or for machines.

use smpp_gateway::LogFormat;
use tracing_subscriber::EnvFilter;

/// Begins to log, as `RUST_LOG` says, else everything from INFO on.
pub(crate) fn begin(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
}

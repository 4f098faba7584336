//! The log: on standard error, for people or for machines.

use smpp_gateway::{LogFormat, LogNumbers};
use tracing_subscriber::{EnvFilter, filter::Directive};

/// Begins to log, as `RUST_LOG` says, else everything from INFO on. The PDU log, where the session crate was built with it, shows numbers
/// as they are: it is there only for who wants them.
pub(crate) fn begin(format: LogFormat, numbers: LogNumbers) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    let no_pdus = PDU_LOG_OFF.parse::<Directive>().ok().filter(|_| numbers == LogNumbers::Redacted);
    let filter = no_pdus.into_iter().fold(filter, EnvFilter::add_directive);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
}

const PDU_LOG_OFF: &str = "smpp_session::pdu=off";

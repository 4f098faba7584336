//! `smpp-gateway run`: serves until it is told to stop.

use std::path::Path;

use smpp_gateway::{Config, Gateway};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{
    Failure,
    exit::{BAD_CONFIG, FAILED},
    log, notify, reload, say,
};

pub(crate) fn run(path: &Path) -> Result<(), Failure> {
    let config = Config::load(path).map_err(|error| (BAD_CONFIG, error.to_string()))?;
    log::begin(config.log_format);
    let failed = |error: &dyn std::fmt::Display| (FAILED, error.to_string());
    let state_dir = config.state_dir.clone();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| failed(&error))?;
    runtime.block_on(async {
        let gateway = Gateway::start(config).await.map_err(|error| failed(&error))?;
        // Before anybody is told that it runs, and may stop it.
        let mut signals = Signals::listen().map_err(|error| failed(&error))?;
        let mut out = std::io::stdout();
        say(&mut out, &format!("public key sha256:{}", gateway.fingerprint()));
        say(&mut out, &format!("store {}", gateway.store_name()));
        #[cfg(feature = "admin")]
        if let Some(address) = gateway.admin_addr() {
            say(&mut out, &format!("status on http://{address}/status"));
        }
        say(&mut out, &format!("listening on {}", gateway.local_addr()));
        let pid_file = reload::PidFile::write(&state_dir).map_err(|error| failed(&error))?;
        notify::notify("READY=1");
        until_stopped(&gateway, path, &mut signals).await;
        notify::notify("STOPPING=1");
        drop(pid_file);
        gateway.shutdown().await;
        Ok(())
    })
}

/// What an operator tells a running gateway by.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }
}

/// Serves until it is told to stop; follows its configuration when it is told to.
async fn until_stopped(gateway: &Gateway, path: &Path, signals: &mut Signals) {
    loop {
        tokio::select! {
            _ = signals.terminate.recv() => return,
            _ = signals.interrupt.recv() => return,
            _ = signals.hang_up.recv() => match Config::load(path) {
                Ok(config) => match gateway.reload(config) {
                    Ok(reload) => tracing::info!("reloaded; {reload}"),
                    Err(error) => tracing::error!("not reloaded, nothing was changed: {error}"),
                },
                Err(error) => tracing::error!("not reloaded, nothing was changed: {error}"),
            },
        }
    }
}

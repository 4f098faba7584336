//! A gateway in this process, on a thread of its own.

use std::io;
use std::thread;
use std::time::Duration;

use smpp_gateway::Gateway;
use tokio::runtime::{Builder, Runtime};

use crate::home::{CUSTOMER, Home};

/// Stopped in order when dropped.
pub(crate) struct Serving {
    /// The flags that name it.
    pub(crate) flags: String,
    gateway: Option<Gateway>,
    runtime: Option<Runtime>,
    /// Goes last.
    home: Home,
}

impl Serving {
    pub(crate) fn start(home: Home) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let gateway = runtime.block_on(Gateway::start(home.config()?)).map_err(io::Error::other)?;
        let flags = flags(home.password(), gateway.local_addr(), gateway.fingerprint());
        Ok(Self { flags, gateway: Some(gateway), runtime: Some(runtime), home })
    }

    /// Waits until nothing is on its way any more: another run must not pay for this one.
    pub(crate) fn await_idle(&self) {
        let accounts = self.gateway.as_ref().map(|gateway| gateway.accounts().all()).unwrap_or_default();
        while accounts.iter().any(|account| account.queued() > 0) {
            thread::sleep(PAUSE);
        }
        thread::sleep(PAUSE);
    }

    pub(crate) const fn home(&self) -> &Home {
        &self.home
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let (Some(gateway), Some(runtime)) = (self.gateway.take(), self.runtime.take()) {
            runtime.block_on(gateway.shutdown());
        }
    }
}

/// The flags of a gateway with the account of a [`Home`].
pub(crate) fn flags(password: &str, address: impl std::fmt::Display, pin: &str) -> String {
    format!("smpps://{CUSTOMER}:{password}@{address} --pin {pin}")
}

/// Longer than the store takes for what it was given last.
const PAUSE: Duration = Duration::from_millis(50);

//! The gateway of a run without a target: in this process, on a runtime of its own, so that neither delays the other's clock.

use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use smpp_gateway::{AccountConfig, Config, Gateway, Identity, StoreKind, VerifierKey, generate_password};
use smpp_session::{Client, ClientTls};
use tokio::runtime::{Builder, Runtime};

use crate::{EMBEDDED, Server};

/// A gateway that lives as long as this.
#[derive(Debug)]
pub struct Embedded {
    runtime: Runtime,
    gateway: Gateway,
    password: String,
    /// Goes last.
    _directory: Option<Directory>,
}

/// A new directory, removed when dropped.
#[derive(Debug)]
struct Directory(PathBuf);

impl Directory {
    fn below(parent: &Path) -> io::Result<Self> {
        let path = parent.join(format!("smpp-load-{:016x}", fastrand::u64(..)));
        fs::create_dir(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // What can't be removed is in nobody's way.
        let _left = fs::remove_dir_all(&self.0);
    }
}

/// The account it serves.
const SYSTEM_ID: &str = "load";

impl Embedded {
    /// Starts it on a free loopback port, with TLS, a fresh key and a fresh password. Below `durable` it makes a directory for what it
    /// keeps, which goes with it; without one it keeps its messages in memory.
    ///
    /// # Errors
    /// One line.
    pub fn start(threads: usize, connections: u32, durable: Option<&Path>) -> Result<Self, String> {
        let failed = |error: &dyn std::fmt::Display| format!("the embedded gateway did not start: {error}");
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name(crate::report::GATEWAY)
            .enable_all()
            .build()
            .map_err(|error| failed(&error))?;
        let identity = Identity::ephemeral().map_err(|error| failed(&error))?;
        let key = VerifierKey::generate().map_err(|error| failed(&error))?;
        let password = generate_password().map_err(|error| failed(&error))?;
        let account = AccountConfig {
            max_binds: connections,
            ..AccountConfig::new(SYSTEM_ID, key.verifier(SYSTEM_ID.as_bytes(), password.as_bytes()))
        };
        let mut config = Config {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            accounts: vec![account],
            ..Config::default()
        };
        config.limits.window = 10_000;
        let directory = durable.map(Directory::below).transpose().map_err(|error| failed(&error))?;
        match &directory {
            Some(Directory(path)) => config.state_dir.clone_from(path),
            None => config.store.kind = StoreKind::Memory,
        }
        let gateway =
            runtime.block_on(Gateway::start_with(config, identity, key)).map_err(|error| failed(&error))?;
        Ok(Self { runtime, gateway, password, _directory: directory })
    }

    /// How to load it: its key is pinned.
    ///
    /// # Errors
    /// One line.
    pub fn server(&self) -> Result<Server, String> {
        let pin = self.gateway.fingerprint().parse().map_err(|error| format!("{error}"))?;
        let tls = ClientTls::pinned(vec![pin]).map_err(|error| error.to_string())?;
        let address = self.gateway.local_addr();
        let client = Client::builder(address.ip().to_string(), address.port(), tls)
            .credentials(SYSTEM_ID, self.password.as_str());
        let store = Some(self.gateway.store_name().to_owned());
        Ok(Server { clients: vec![client], name: EMBEDDED.to_owned(), store, tls: true, far: None })
    }

    /// Its URL, with the password of this time.
    #[must_use]
    pub fn url(&self) -> String {
        format!("smpps://{SYSTEM_ID}:{}@{}", self.password, self.gateway.local_addr())
    }

    /// The SHA-256 of its public key, for `--pin`.
    #[must_use]
    pub fn pin(&self) -> &str {
        self.gateway.fingerprint()
    }

    /// Stops it in order.
    pub fn stop(self) {
        let Self { runtime, gateway, _directory, .. } = self;
        runtime.block_on(gateway.shutdown());
        // Its tasks hold the store, which is closed before its directory goes.
        drop(runtime);
    }
}

//! The gateway as a whole: starts the server, the store and the carrier, and ties them together.

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use smpp_session::{Limits, Server};

use crate::{
    Accounts, Config, Identity, MemoryStore, StartError, Store, StoreKind, VerifierKey, core::Core,
    session::Session,
};

/// A running gateway.
#[derive(Debug)]
pub struct Gateway {
    server: Server,
    core: Arc<Core>,
    fingerprint: String,
}

/// How long clients may take to answer unbind.
const SHUTDOWN_DEADLINE: Duration = Duration::from_secs(2);
/// The name of the file that verifiers are keyed with.
const VERIFIER_KEY_FILE: &str = "server.key";

impl Gateway {
    /// Starts a gateway whose certificate and keys are where the config says.
    ///
    /// # Errors
    /// What could not be read, made or listened on.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let identity = match &config.certificate {
            Some(files) => Identity::load(&files.certificate, &files.private_key)?,
            None => Identity::load_or_make(&config.state_dir)?,
        };
        let key = Self::verifier_key(&config)?;
        Self::start_with(config, identity, key).await
    }

    /// Starts a gateway with an identity and a key that are not on the disk, for load tests and tests.
    ///
    /// # Errors
    /// What could not be made or listened on.
    pub async fn start_with(
        config: Config,
        identity: Identity,
        key: VerifierKey,
    ) -> Result<Self, StartError> {
        let fingerprint = identity.fingerprint().to_owned();
        let tls = identity.server_tls()?;
        let accounts = Accounts::new(&config.accounts, key)?;
        let core = Core::start(&config, accounts, open_store(&config)?)?;
        let for_sessions = Arc::clone(&core);
        let mut server = Server::builder(tls).limits(limits(&config));
        if let Some(count) = config.limits.max_connections {
            server = server.max_connections(count as usize);
        }
        let server = server
            .listen(config.listen, move |_peer| Session::new(Arc::clone(&for_sessions)))
            .await
            .map_err(|error| StartError::Listen(config.listen, error))?;
        Ok(Self { server, core, fingerprint })
    }

    /// The key that the config's verifiers are made with; made on the first call.
    ///
    /// # Errors
    /// When its file can't be read or written, or others may read it.
    pub fn verifier_key(config: &Config) -> Result<VerifierKey, StartError> {
        std::fs::create_dir_all(&config.state_dir)?;
        Ok(VerifierKey::load_or_create(&config.state_dir.join(VERIFIER_KEY_FILE))?)
    }

    /// Where it listens.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.server.local_addr()
    }

    /// The SHA-256 of its public key, as clients pin it.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// What its store is called.
    #[must_use]
    pub fn store_name(&self) -> &'static str {
        self.core.store_name()
    }

    /// Refuses what is new (ESME_RSUBMITFAIL, ESME_RBINDFAIL), answers what is open, unbinds every client and disconnects.
    /// Cancellation: closes everything at once.
    pub async fn shutdown(self) {
        self.core.stopping.store(true, Ordering::Relaxed);
        self.server.shutdown(SHUTDOWN_DEADLINE).await;
    }
}

fn open_store(config: &Config) -> Result<Box<dyn Store>, StartError> {
    match config.store.kind {
        StoreKind::Memory => Ok(Box::new(MemoryStore::new())),
        #[cfg(feature = "sqlite")]
        StoreKind::Sqlite => {
            let path = config.database();
            if let Some(directory) = path.parent() {
                std::fs::create_dir_all(directory)?;
            }
            let accounts: Vec<_> = config.accounts.iter().map(|account| account.system_id.as_str()).collect();
            let options = crate::store::sqlite::SqliteOptions {
                retention: config.store.retention,
                synchronous: config.store.synchronous,
            };
            Ok(Box::new(crate::store::sqlite::SqliteStore::open(&path, &accounts, options)?))
        }
    }
}

fn limits(config: &Config) -> Limits {
    Limits {
        inbound_window: config.limits.window,
        max_pdu: config.limits.max_pdu_octets,
        session_init: config.limits.session_init,
        enquire_link: config.limits.enquire_link,
        response: config.limits.response,
        inactivity: Some(config.limits.inactivity),
        ..Limits::default()
    }
}

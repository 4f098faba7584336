//! The gateway as a whole: starts the server, the store and the carrier, and ties them together.

use std::{
    collections::BTreeMap,
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

use parking_lot::Mutex;
use smpp_session::{CommandStatus, Server, ServerTls};

#[cfg(feature = "admin")]
use crate::admin::{Admin, View};
use crate::{
    Accounts, Config, Identity, MemoryStore, Prepared, Secrets, Sockets, StartError, Store, StoreKind,
    VerifierKey,
    core::Core,
    reload::{self, Reload},
    server,
    session::Session,
};

/// A running gateway.
#[derive(Debug)]
pub struct Gateway {
    pub(crate) server: Arc<Mutex<Option<Server>>>,
    /// As its config named it when it was started.
    listen: SocketAddr,
    local_addr: SocketAddr,
    pub(crate) listener: TcpListener,
    #[cfg(feature = "admin")]
    pub(crate) admin: Option<Admin>,
    pub(crate) core: Arc<Core>,
    pub(crate) tls: ServerTls,
    fingerprint: String,
    /// What it follows now.
    pub(crate) config: Mutex<Config>,
}

/// The name of the file that verifiers are keyed with.
const VERIFIER_KEY_FILE: &str = "server.key";

impl Gateway {
    /// Starts a gateway whose certificate and keys are where the config says.
    ///
    /// # Errors
    /// What could not be read, made or listened on.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        Prepared::new(config, Sockets::default()).await?.start(Secrets::default()).await
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
        Prepared::with(config, Sockets::default(), &identity, key).await?.start(Secrets::default()).await
    }

    pub(crate) async fn serve(prepared: Prepared, secrets: Secrets) -> Result<Self, StartError> {
        let Prepared { config, fingerprint, tls, accounts, listener, .. } = prepared;
        accounts.take_verified(secrets.verified);
        let tls = secrets.tickets.iter().fold(tls, ServerTls::go_on_with);
        let core = Core::start(&config, accounts, open_store(&config)?)?;
        let for_sessions = Arc::clone(&core);
        let failed = |error| StartError::Listen(config.listen, error);
        let server = server::builder(tls.clone(), &config)
            .serve(listener.try_clone().map_err(failed)?, move |client| {
                Session::new(Arc::clone(&for_sessions), client.ip())
            })
            .map_err(failed)?;
        let local_addr = server.local_addr();
        let server = Arc::new(Mutex::new(Some(server)));
        #[cfg(feature = "admin")]
        let admin = match (&config.admin, prepared.admin) {
            (Some(admin), Some(listener)) => {
                let view = View::new(Arc::clone(&core), Arc::clone(&server), &config);
                let started = Admin::start(admin, &config.state_dir, view, listener);
                Some(started.map_err(|error| StartError::Admin(admin.listen, error))?)
            }
            _ => None,
        };
        Ok(Self {
            server,
            listen: config.listen,
            local_addr,
            listener,
            #[cfg(feature = "admin")]
            admin,
            core,
            tls,
            fingerprint,
            config: Mutex::new(config),
        })
    }

    /// The sockets that it listens on, for the process that is to take over.
    ///
    /// # Errors
    /// When no file descriptor is left.
    pub fn sockets(&self) -> io::Result<Sockets> {
        Ok(Sockets {
            gateway: Some((self.listen, self.listener.try_clone()?)),
            #[cfg(feature = "admin")]
            admin: self.admin.as_ref().map(Admin::socket).transpose()?,
            #[cfg(not(feature = "admin"))]
            admin: None,
        })
    }

    /// What it follows now.
    #[must_use]
    pub fn config(&self) -> Config {
        self.config.lock().clone()
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
        self.local_addr
    }

    /// Where operators look.
    #[cfg(feature = "admin")]
    #[must_use]
    pub fn admin_addr(&self) -> Option<SocketAddr> {
        self.admin.as_ref().map(Admin::local_addr)
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

    /// Binds since the start, by how they were answered.
    #[must_use]
    pub fn binds(&self) -> BTreeMap<CommandStatus, u64> {
        self.core.counts.all_binds()
    }

    /// submit_sm since the start, by how they were answered; those that were refused for their octets or their session's state are
    /// not counted.
    #[must_use]
    pub fn submits(&self) -> BTreeMap<CommandStatus, u64> {
        self.core.counts.all_submits()
    }

    /// The accounts, as they are now.
    #[must_use]
    pub fn accounts(&self) -> &Accounts {
        &self.core.door.accounts
    }

    /// Follows a changed config without dropping a session that is still allowed: accounts, lock-out, and the files of TLS.
    ///
    /// # Errors
    /// What is wrong: nothing was changed.
    pub fn reload(&self, config: Config) -> Result<Reload, StartError> {
        let mut current = self.config.lock();
        let certificate = self.tls.reload()?;
        let accounts = self.core.door.accounts.reload(&config.accounts)?;
        self.core.accounts_changed();
        self.core.door.set_lockout(config.lockout);
        let needs_restart = reload::needs_restart(&current, &config);
        *current = config;
        Ok(Reload { accounts, certificate, needs_restart })
    }
}

pub(crate) fn open_store(config: &Config) -> Result<Box<dyn Store>, StartError> {
    match config.store.kind {
        StoreKind::Memory => Ok(Box::new(MemoryStore::new())),
        #[cfg(feature = "sqlite")]
        StoreKind::Sqlite => {
            let path = config.database();
            if let Some(directory) = path.parent() {
                std::fs::create_dir_all(directory)?;
            }
            let accounts = config.accounts.iter().map(|account| (account.id(), account.system_id.as_str()));
            let accounts: Vec<_> = accounts.collect();
            let options = crate::store::sqlite::SqliteOptions {
                retention: config.store.retention,
                synchronous: config.store.synchronous,
            };
            Ok(Box::new(crate::store::sqlite::SqliteStore::open(&path, &accounts, options)?))
        }
    }
}

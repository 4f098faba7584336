//! A gateway before it opens its store: whatever can be wrong with its configuration has shown by then.

use std::{
    io,
    net::{SocketAddr, TcpListener},
};

use smpp_session::ServerTls;

use crate::{Accounts, Config, Gateway, Identity, Secrets, Sockets, StartError, VerifierKey, server};

/// A gateway that listens, and has everything but its store: another process may have that as yet. Nothing is accepted before
/// [`start`](Self::start); who connects, waits.
#[derive(Debug)]
pub struct Prepared {
    pub(crate) config: Config,
    pub(crate) fingerprint: String,
    pub(crate) tls: ServerTls,
    pub(crate) accounts: Accounts,
    pub(crate) listener: TcpListener,
    #[cfg(feature = "admin")]
    pub(crate) admin: Option<TcpListener>,
}

impl Prepared {
    /// Prepares a gateway whose certificate and keys are where the config says. It listens on those of the `sockets` whose addresses the
    /// config still names, and else on sockets of its own.
    ///
    /// # Errors
    /// What could not be read, made or listened on, or a database that can't be used.
    pub async fn new(config: Config, sockets: Sockets) -> Result<Self, StartError> {
        let identity = match &config.certificate {
            Some(files) => Identity::load(&files.certificate, &files.private_key)?,
            None => Identity::load_or_make(&config.state_dir)?,
        };
        let key = Gateway::verifier_key(&config)?;
        judge_database(&config)?;
        crate::cdr::judge(&config)?;
        Self::with(config, sockets, &identity, key).await
    }

    pub(crate) async fn with(
        config: Config,
        sockets: Sockets,
        identity: &Identity,
        key: VerifierKey,
    ) -> Result<Self, StartError> {
        let tls = server::tls(identity, &config)?;
        let accounts = Accounts::new(&config.accounts, key)?;
        let listener = listen(config.listen, sockets.gateway).await;
        let listener = listener.map_err(|error| StartError::Listen(config.listen, error))?;
        #[cfg(feature = "admin")]
        let admin = match &config.admin {
            Some(admin) => {
                let listener = listen(admin.listen, sockets.admin).await;
                Some(listener.map_err(|error| StartError::Admin(admin.listen, error))?)
            }
            None => None,
        };
        let fingerprint = identity.fingerprint().to_owned();
        Ok(Self {
            config,
            fingerprint,
            tls,
            accounts,
            listener,
            #[cfg(feature = "admin")]
            admin,
        })
    }

    /// Opens the store and serves, with what the process before knew.
    ///
    /// # Errors
    /// What could not be opened or started.
    pub async fn start(self, secrets: Secrets) -> Result<Gateway, StartError> {
        Gateway::serve(self, secrets).await
    }
}

async fn listen(address: SocketAddr, given: Option<(SocketAddr, TcpListener)>) -> io::Result<TcpListener> {
    match given {
        Some((named, listener)) if named == address => Ok(listener),
        _ => {
            let listener = tokio::net::TcpListener::bind(address).await?.into_std()?;
            // The same socket, with a longer queue: after a restart all customers come at once, and one that finds the queue full tries
            // again after a second.
            rustix::net::listen(&listener, QUEUE)?;
            Ok(listener)
        }
    }
}

/// Connections that wait to be accepted; the system may allow fewer.
const QUEUE: i32 = 4_096;

/// Where there is one already, it must be one that this gateway can use.
fn judge_database(config: &Config) -> Result<(), StartError> {
    match config.store.kind {
        #[cfg(feature = "sqlite")]
        crate::StoreKind::Sqlite if config.database().exists() => {
            Ok(crate::store::sqlite::check(&config.database())?)
        }
        _ => Ok(()),
    }
}

//! What a server shows its clients, and what it lets them resume with.

use std::{path::Path, sync::Arc};

use rustls::{
    ServerConfig,
    crypto::aws_lc_rs::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::NoServerSessionStorage,
    sign::CertifiedKey,
};

use super::{
    TlsError,
    shown::Shown,
    tickets::{TicketKeys, Tickets},
};

/// TLS 1.2 and 1.3 for a server: its certificate chain with its key, and the keys of its session tickets. Cloning is a reference count.
#[derive(Clone, Debug)]
pub struct ServerTls {
    config: Arc<ServerConfig>,
    shown: Arc<Shown>,
    tickets: Arc<Tickets>,
}

impl ServerTls {
    /// With this identity.
    ///
    /// # Errors
    /// When the key does not belong to the certificate, or can't be used.
    pub fn new(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<Self, TlsError> {
        let identity =
            CertifiedKey::from_der(chain, key, &default_provider()).map_err(TlsError::from_rustls)?;
        Self::showing(Shown::fixed(identity))
    }

    /// With the identity in two PEM files, which a server reads again when they change: new handshakes are shown the new certificate,
    /// live sessions go on. A new pair that is wrong changes nothing, and is logged as a warning.
    ///
    /// # Errors
    /// Which file can't be read or does not hold what it should.
    pub fn from_files(chain: &Path, key: &Path) -> Result<Self, TlsError> {
        Self::showing(Shown::from_files(chain, key)?)
    }

    /// Takes the keys of session tickets from a file, so that clients resume after a restart, or at another location with the same
    /// file. The file is read again when it changes. Without it the keys live in memory, and change every six hours.
    ///
    /// The file holds one key of 32 octets a line, as 64 hex digits (`openssl rand -hex 32`); the first encrypts, all decrypt; empty
    /// lines and those that start with `#` are skipped. To change the key where servers share the file: add the new one at the end
    /// everywhere, then move it to the front everywhere, and take the old one out when its tickets may go. Who has a key can read the
    /// sessions that were resumed under it, so change it every day or so.
    ///
    /// # Errors
    /// When the file can't be read, its mode is wider than 0600, or a line is no key.
    pub fn ticket_keys(self, file: &Path) -> Result<Self, TlsError> {
        Ok(self.with(Tickets::from_file(file)?))
    }

    /// Goes on with the ticket keys of the process before this one, so that its clients resume. Where the keys come from a file, or none
    /// was given, nothing is changed.
    #[must_use]
    pub fn go_on_with(self, keys: &TicketKeys) -> Self {
        match Tickets::going_on_with(keys).filter(|_| self.tickets.kept().is_some()) {
            Some(tickets) => self.with(tickets),
            None => self,
        }
    }

    /// The keys of its tickets, where they live in memory; `None` where they come from a file.
    #[must_use]
    pub fn kept_ticket_keys(&self) -> Option<TicketKeys> {
        self.tickets.kept()
    }

    /// Reads the files again, those of the certificate and that of the ticket keys, and takes what is new for the handshakes to come;
    /// true when something was. A server does so by itself every ten seconds.
    ///
    /// # Errors
    /// What is wrong with which file: what was there before stays. The other is taken all the same.
    pub fn reload(&self) -> Result<bool, TlsError> {
        let certificate = self.shown.reload();
        let tickets = self.tickets.reload();
        Ok(certificate? | tickets?)
    }

    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }

    fn showing(shown: Shown) -> Result<Self, TlsError> {
        let shown = Arc::new(shown);
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(TlsError::from_rustls)?
            .with_no_client_auth()
            .with_cert_resolver(shown.clone());
        let tickets = Tickets::in_memory()
            .ok_or_else(|| TlsError::from_rustls(rustls::Error::FailedToGetRandomBytes))?;
        let tickets = Arc::new(tickets);
        config.ticketer = tickets.clone();
        config.session_storage = Arc::new(NoServerSessionStorage {});
        // Each handshake gives one for the next; more would only cost time.
        config.send_tls13_tickets = 1;
        Ok(Self { config: Arc::new(config), shown, tickets })
    }

    fn with(mut self, tickets: Tickets) -> Self {
        let tickets = Arc::new(tickets);
        let mut config = (*self.config).clone();
        config.ticketer = tickets.clone();
        self.config = Arc::new(config);
        self.tickets = tickets;
        self
    }
}

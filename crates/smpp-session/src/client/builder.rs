//! What is needed to connect, said step by step.

use std::{fmt, net::IpAddr};

use smpp_wire::{
    CommandStatus,
    values::{InterfaceVersion, Npi, Ton},
};
use tokio_util::sync::CancellationToken;

use super::{
    Client,
    account::Account,
    connection::Connection,
    deadlines::Deadlines,
    endpoint::Endpoint,
    error::{ConnectCause, ConnectError},
    retry::Retry,
    supervisor::Supervisor,
};
use crate::{BindMode, ClientTls, Handler, Limits};

/// What is needed to connect; see [`Client::builder`].
#[derive(Clone)]
pub struct ClientBuilder {
    /// The preferred server.
    first: Endpoint,
    others: Vec<Endpoint>,
    pub(super) tls: Option<ClientTls>,
    pub(super) server_name: Option<String>,
    pub(super) local_address: Option<IpAddr>,
    pub(super) account: Account,
    pub(super) limits: Limits,
    /// Messages a second, and at once.
    pub(super) rate: Option<(u32, u32)>,
    pub(super) deadlines: Deadlines,
    pub(super) retry: Retry,
    pub(super) shutdown: CancellationToken,
}

impl ClientBuilder {
    pub(super) fn new(first: Endpoint, tls: Option<ClientTls>) -> Self {
        Self {
            first,
            others: Vec::new(),
            tls,
            server_name: None,
            local_address: None,
            account: Account::default(),
            limits: Limits::default(),
            rate: None,
            deadlines: Deadlines::default(),
            retry: Retry::default(),
            shutdown: CancellationToken::new(),
        }
    }

    /// One more server, for when those named before can't be reached. All are known by the same TLS settings.
    #[must_use]
    pub fn or(mut self, host: impl Into<String>, port: u16) -> Self {
        self.others.push(Endpoint::new(host, port));
        self
    }

    /// The name to ask a server for (SNI) and to find in its certificate, where that is not the host's.
    #[must_use]
    pub fn server_name(mut self, name: impl Into<String>) -> Self {
        self.server_name = Some(name.into());
        self
    }

    /// The address of this machine to connect from, for servers that know their clients by it. Default the system's choice.
    #[must_use]
    pub const fn local_address(mut self, address: IpAddr) -> Self {
        self.local_address = Some(address);
        self
    }

    /// The account.
    #[must_use]
    pub fn credentials(mut self, system_id: impl Into<String>, password: impl Into<String>) -> Self {
        self.account.system_id = system_id.into();
        self.account.password = password.into();
        self
    }

    /// Transmitter, receiver or transceiver (default).
    #[must_use]
    pub const fn mode(mut self, mode: BindMode) -> Self {
        self.account.mode = mode;
        self
    }

    /// What kind of system this is, where a provider asks for it. Default none.
    #[must_use]
    pub fn system_type(mut self, system_type: impl Into<String>) -> Self {
        self.account.system_type = system_type.into();
        self
    }

    /// The version to speak. Default v3.4.
    #[must_use]
    pub const fn interface_version(mut self, version: InterfaceVersion) -> Self {
        self.account.interface_version = version;
        self
    }

    /// The addresses that this ESME serves: type of number, numbering plan, and a pattern. Default none (SMPP v3.4 §5.2.7).
    #[must_use]
    pub fn address_range(mut self, ton: Ton, npi: Npi, range: impl Into<String>) -> Self {
        self.account.addr_ton = ton;
        self.account.addr_npi = npi;
        self.account.address_range = range.into();
        self
    }

    /// Window, sizes and timers.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sends at most `messages_per_second` on average in each session, and at most `burst` at once; as
    /// [`SessionHandle::limit_rate`](crate::SessionHandle::limit_rate) from the bind on. Default none. A new session begins with a full
    /// burst.
    #[must_use]
    pub const fn rate(mut self, messages_per_second: u32, burst: u32) -> Self {
        self.rate = Some((messages_per_second, burst));
        self
    }

    /// How long each step on the way to a session may take.
    #[must_use]
    pub const fn deadlines(mut self, deadlines: Deadlines) -> Self {
        self.deadlines = deadlines;
        self
    }

    /// When a supervised client tries again.
    #[must_use]
    pub const fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Ends a supervised client in order, as [`Client::shutdown`] does, when this token is cancelled.
    #[must_use]
    pub fn shutdown_on(mut self, token: CancellationToken) -> Self {
        self.shutdown = token;
        self
    }

    /// Starts a client that connects, binds, and does so again whenever its session is lost, on a task of the current runtime.
    /// Requests of the server go to a handler of each session.
    ///
    /// # Errors
    /// When no attempt could ever succeed: what was configured does not fit in a bind, or a host is no name for a certificate.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn start<H: Handler>(
        self,
        make_handler: impl FnMut(&Endpoint) -> H + Send + 'static,
    ) -> Result<Client, ConnectError> {
        self.check()?;
        Ok(Supervisor::start(self, make_handler))
    }

    /// Connects to the first server that can be reached, and binds, once and without supervision; requests of the server go to
    /// `handler`.
    ///
    /// Cancellation: the connection is closed; it is unbound first, if its bind was accepted.
    ///
    /// # Errors
    /// Which step failed, with whom, and why: of several servers that can't be reached, the last.
    pub async fn connect(&self, handler: impl Handler) -> Result<Connection, ConnectError> {
        let mut endpoint = &self.first;
        let mut opened = self.open(endpoint).await;
        for other in &self.others {
            if opened.is_ok() {
                break;
            }
            endpoint = other;
            opened = self.open(endpoint).await;
        }
        self.bind(endpoint, opened?, handler).await
    }

    /// In the order of preference, from 0.
    pub(super) fn endpoint(&self, index: usize) -> &Endpoint {
        index.checked_sub(1).and_then(|other| self.others.get(other)).unwrap_or(&self.first)
    }

    pub(super) const fn endpoint_count(&self) -> usize {
        1 + self.others.len()
    }

    fn check(&self) -> Result<(), ConnectError> {
        let mut scratch = Vec::new();
        smpp_wire::encode(&self.account.bind(), CommandStatus::ESME_ROK, 1, &mut scratch)
            .map_err(|error| self.first.failed(ConnectCause::Bind(error)))?;
        if self.tls.is_none() {
            return Ok(());
        }
        [&self.first].into_iter().chain(&self.others).try_for_each(|endpoint| {
            self.certificate_name(endpoint).map_err(|cause| endpoint.failed(cause)).map(drop)
        })
    }
}

/// Never shows the password.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("first", &self.first)
            .field("others", &self.others)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

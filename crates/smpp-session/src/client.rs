//! The ESME: connect, TLS, bind; then a [`SessionHandle`] to send with.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use rustls::pki_types::ServerName;
use smpp_wire::{Bind, CommandStatus, SubmitSm};
use tokio::{
    net::TcpStream,
    task::{AbortHandle, JoinHandle},
};
use tokio_rustls::TlsConnector;

use crate::{
    BindMode, ClientTls, Handler, Limits, Outcome, Role, SessionError, SessionHandle, SubmitError,
    driver::Driver, transport::Transport,
};

/// A bound session of an ESME.
#[derive(Debug)]
pub struct Client {
    session: SessionHandle,
    task: JoinHandle<SessionError>,
}

/// What is needed to connect; see [`Client::builder`].
#[derive(Clone)]
pub struct ClientBuilder {
    host: String,
    port: u16,
    tls: Option<ClientTls>,
    mode: BindMode,
    system_id: String,
    password: String,
    limits: Limits,
    connect_timeout: Duration,
}

impl Client {
    /// Names the server, and how to know it. Plain text needs an explicit [`plain`](Self::plain).
    pub fn builder(host: impl Into<String>, port: u16, tls: ClientTls) -> ClientBuilder {
        ClientBuilder {
            host: host.into(),
            port,
            tls: Some(tls),
            mode: BindMode::Transceiver,
            system_id: String::new(),
            password: String::new(),
            limits: Limits::default(),
            connect_timeout: Duration::from_secs(10),
        }
    }

    /// As [`builder`](Self::builder) without TLS: everybody on the way reads the password and the messages.
    pub fn plain(host: impl Into<String>, port: u16) -> ClientBuilder {
        ClientBuilder {
            host: host.into(),
            port,
            tls: None,
            mode: BindMode::Transceiver,
            system_id: String::new(),
            password: String::new(),
            limits: Limits::default(),
            connect_timeout: Duration::from_secs(10),
        }
    }

    /// Sends a message, waits for room in the window, then for the answer; see [`SessionHandle::submit_sm`].
    ///
    /// # Errors
    /// Nothing was sent. What became of a message that was sent is the [`Outcome`].
    pub async fn submit_sm(&self, message: &SubmitSm<'_>) -> Result<Outcome, SubmitError> {
        self.session.submit_sm(message).await
    }

    /// The session, to send with from many places.
    #[must_use]
    pub const fn session(&self) -> &SessionHandle {
        &self.session
    }

    /// Waits for the end of the session and says why it ended. Cancellation: the session goes on.
    pub async fn ended(&mut self) -> SessionError {
        match (&mut self.task).await {
            Ok(error) => error,
            Err(_) => SessionError { by: crate::EndedBy::Us, cause: crate::Cause::Closed },
        }
    }

    /// Ends the session in order: what is in flight is answered, unbind exchanged, the connection closed.
    /// Cancellation: the session still ends.
    pub async fn unbind(mut self) -> SessionError {
        self.session.unbind();
        self.ended().await
    }
}

impl ClientBuilder {
    /// The account.
    #[must_use]
    pub fn credentials(mut self, system_id: impl Into<String>, password: impl Into<String>) -> Self {
        self.system_id = system_id.into();
        self.password = password.into();
        self
    }

    /// Transmitter, receiver or transceiver (default).
    #[must_use]
    pub const fn mode(mut self, mode: BindMode) -> Self {
        self.mode = mode;
        self
    }

    /// Window, sizes and timers.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// For name, connection, TLS handshake and bind, each. Default 10 s.
    #[must_use]
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Connects and binds; requests of the server go to `handler`.
    ///
    /// Cancellation: the connection is dropped, at worst after the bind was sent.
    ///
    /// # Errors
    /// Which step failed, and why.
    pub async fn connect(&self, handler: impl Handler) -> Result<Client, ConnectError> {
        let transport = self.open().await?;
        let mut limits = self.limits.clone();
        limits.session_init = self.connect_timeout;
        let driver = Driver::new(transport, Role::Esme, limits, handler);
        let session = driver.handle().clone();
        let task = tokio::spawn(driver.run());
        let mut unclaimed = Unclaimed(Some(task.abort_handle()));
        let bind = Bind {
            command_id: self.mode.command_id(),
            system_id: self.system_id.as_bytes(),
            password: self.password.as_bytes(),
            ..Bind::default()
        };
        let outcome = session.send(&bind).await;
        unclaimed.0 = None;
        let client = Client { session, task };
        match outcome {
            Ok(Outcome::Answered(response)) if response.command_status.is_ok() => Ok(client),
            Ok(Outcome::Answered(response)) => {
                client.session.unbind();
                Err(ConnectError::Refused(response.command_status))
            }
            Ok(Outcome::Lost(error)) => Err(ConnectError::Lost(error)),
            Err(error) => Err(ConnectError::Bind(error)),
        }
    }

    async fn open(&self) -> Result<Transport, ConnectError> {
        let address = (self.host.as_str(), self.port);
        let stream = self.deadline("connect", TcpStream::connect(address)).await?;
        stream.set_nodelay(true).map_err(|error| self.failed("connect", error))?;
        let Some(tls) = &self.tls else {
            return Ok(Transport::Plain(stream));
        };
        let name = ServerName::try_from(self.host.clone())
            .map_err(|error| self.failed("TLS handshake", std::io::Error::other(error)))?;
        let connector = TlsConnector::from(Arc::clone(&tls.0));
        let stream = self.deadline("TLS handshake", connector.connect(name, stream)).await?;
        Ok(Transport::Tls(Box::new(stream.into())))
    }

    async fn deadline<T>(
        &self,
        step: &'static str,
        work: impl Future<Output = std::io::Result<T>>,
    ) -> Result<T, ConnectError> {
        match tokio::time::timeout(self.connect_timeout, work).await {
            Ok(result) => result.map_err(|error| self.failed(step, error)),
            Err(_) => Err(self.failed(step, std::io::ErrorKind::TimedOut.into())),
        }
    }

    fn failed(&self, step: &'static str, error: std::io::Error) -> ConnectError {
        ConnectError::Io { step, host: self.host.clone(), port: self.port, error }
    }
}

/// Drops the connection of a session whose client nobody waits for any more.
struct Unclaimed(Option<AbortHandle>);

impl Drop for Unclaimed {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

/// Never shows the password.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientBuilder({}@{}:{})", self.system_id, self.host, self.port)
    }
}

/// Why there is no session.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConnectError {
    /// The connection or the TLS handshake failed.
    Io {
        /// Which step.
        step: &'static str,
        /// With whom.
        host: String,
        /// On which port.
        port: u16,
        /// Why.
        error: std::io::Error,
    },
    /// The server refused the bind.
    Refused(CommandStatus),
    /// The connection ended before the bind was answered.
    Lost(SessionError),
    /// The bind could not be sent.
    Bind(SubmitError),
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { step, host, port, error } => write!(f, "{step} to {host}:{port} failed: {error}"),
            Self::Refused(status) => write!(f, "the server refused the bind with {status}"),
            Self::Lost(error) => write!(f, "the bind was not answered: {error}"),
            Self::Bind(error) => write!(f, "the bind could not be sent: {error}"),
        }
    }
}

impl std::error::Error for ConnectError {}

//! The way to a session: resolve, connect, TLS handshake, bind, each with its deadline.

use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use rustls::pki_types::ServerName;
use tokio::{
    net::{TcpSocket, TcpStream, lookup_host},
    task::AbortHandle,
};
use tokio_rustls::TlsConnector;
use tracing::Instrument;

use super::{
    builder::ClientBuilder,
    connection::Connection,
    endpoint::Endpoint,
    error::{ConnectCause, ConnectError, ConnectStep},
};
use crate::{
    Cause, ClientTls, Handler, Outcome, Role, SessionError, SessionHandle, State, SubmitError, TlsFailure,
    driver::Driver,
    read_ahead::ReadAhead,
    span::{record_system_id, session_span},
    transport::Transport,
};

impl ClientBuilder {
    /// One attempt. Cancellation: the connection is closed; it is unbound first, if its bind was accepted.
    pub(super) async fn connect_to(
        &self,
        endpoint: &Endpoint,
        handler: impl Handler,
    ) -> Result<Connection, ConnectError> {
        let transport = self.open(endpoint).await?;
        self.bind(endpoint, transport, handler).await
    }

    /// Connects, up to the end of the handshake. Cancellation: the connection is closed.
    pub(super) async fn open(&self, endpoint: &Endpoint) -> Result<Transport, ConnectError> {
        self.try_open(endpoint).await.map_err(|cause| endpoint.failed(cause))
    }

    /// Binds. Cancellation: as `connect_to`.
    pub(super) async fn bind(
        &self,
        endpoint: &Endpoint,
        transport: Transport,
        handler: impl Handler,
    ) -> Result<Connection, ConnectError> {
        let mut limits = self.limits.clone();
        limits.session_init = self.deadlines.bind;
        let driver = Driver::new(transport, Role::Esme, limits, handler);
        let session = driver.handle().clone();
        let span = session_span(Role::Esme, endpoint);
        record_system_id(&span, self.account.bind().system_id);
        let task = tokio::spawn(driver.run().instrument(span));
        let mut unclaimed = Unclaimed(Some((task.abort_handle(), session.clone())));
        let outcome = session.send(&self.account.bind()).await;
        unclaimed.0 = None;
        let cause = match outcome {
            Ok(Outcome::Answered(response)) if response.command_status.is_ok() => {
                if let Some((messages_per_second, burst)) = self.rate {
                    session.limit_rate(messages_per_second, burst);
                }
                return Ok(Connection::new(endpoint.clone(), session, task));
            }
            Ok(Outcome::Answered(response)) => {
                session.unbind();
                ConnectCause::Refused(response.command_status)
            }
            Ok(Outcome::Lost(error)) | Err(SubmitError::Closed(error)) => self.lost(error),
            Err(SubmitError::Encode(error)) => {
                session.unbind();
                ConnectCause::Bind(error)
            }
            Err(_) => ConnectCause::Lost(SessionError::us(Cause::Closed)),
        };
        Err(endpoint.failed(cause))
    }

    async fn try_open(&self, endpoint: &Endpoint) -> Result<Transport, ConnectCause> {
        let tls = match &self.tls {
            Some(tls) => Some((tls, self.certificate_name(endpoint)?)),
            None => None,
        };
        let stream = self.connect_tcp(endpoint).await?;
        stream.set_nodelay(true).map_err(|error| failed(ConnectStep::Connect, error))?;
        match tls {
            Some((tls, name)) => self.handshake(tls, name, stream).await,
            None => Ok(Transport::Plain(stream)),
        }
    }

    /// Tries the addresses of the host in turn; the error is that of the last.
    async fn connect_tcp(&self, endpoint: &Endpoint) -> Result<TcpStream, ConnectCause> {
        let Endpoint { host, port } = endpoint;
        let lookup = lookup_host((host.as_str(), *port));
        let addresses = within(ConnectStep::Resolve, self.deadlines.resolve, lookup).await?;
        let mut last = failed(ConnectStep::Resolve, io::Error::other("the host has no address"));
        for address in addresses {
            let connecting = connect_from(self.local_address, address);
            match within(ConnectStep::Connect, self.deadlines.connect, connecting).await {
                Ok(stream) => return Ok(stream),
                Err(cause) => last = cause,
            }
        }
        Err(last)
    }

    async fn handshake(
        &self,
        tls: &ClientTls,
        name: ServerName<'static>,
        stream: TcpStream,
    ) -> Result<Transport, ConnectCause> {
        let handshake = TlsConnector::from(Arc::clone(&tls.0)).connect(name, ReadAhead::new(stream));
        let stream =
            within(ConnectStep::Handshake, self.deadlines.handshake, handshake).await.map_err(explained)?;
        Ok(Transport::Tls(Box::new(stream.into())))
    }

    /// The name to ask for (SNI) and to find in the certificate.
    pub(super) fn certificate_name(&self, endpoint: &Endpoint) -> Result<ServerName<'static>, ConnectCause> {
        let name = self.server_name.as_ref().unwrap_or(&endpoint.host);
        ServerName::try_from(name.clone()).map_err(|_| ConnectCause::Name)
    }

    /// What the end of a session means that was not bound.
    fn lost(&self, error: SessionError) -> ConnectCause {
        match &error.cause {
            Cause::SessionInitTimeout => ConnectCause::TimedOut(ConnectStep::Bind, self.deadlines.bind),
            Cause::Io(io::ErrorKind::PermissionDenied) => {
                ConnectCause::Tls(TlsFailure::ClientCertificateRefused)
            }
            Cause::Frame(frame) if self.tls.is_none() && is_tls_record(frame.command_length) => {
                ConnectCause::SpeaksTls
            }
            _ => ConnectCause::Lost(error),
        }
    }
}

/// Connects from an address of this machine, where one is given.
async fn connect_from(local: Option<IpAddr>, remote: SocketAddr) -> io::Result<TcpStream> {
    let Some(local) = local else {
        return TcpStream::connect(remote).await;
    };
    let socket = if remote.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.bind(SocketAddr::new(local, 0))?;
    socket.connect(remote).await
}

/// A TLS alert or handshake record, read as a length: its type and version are the first octets.
const fn is_tls_record(command_length: u32) -> bool {
    matches!(command_length >> 16, 0x1503 | 0x1603)
}

/// Runs one step, up to its deadline.
async fn within<T>(
    step: ConnectStep,
    deadline: Duration,
    work: impl Future<Output = io::Result<T>>,
) -> Result<T, ConnectCause> {
    match tokio::time::timeout(deadline, work).await {
        Ok(result) => result.map_err(|error| failed(step, error)),
        Err(_) => Err(ConnectCause::TimedOut(step, deadline)),
    }
}

fn failed(step: ConnectStep, error: io::Error) -> ConnectCause {
    ConnectCause::Io(step, Arc::new(error))
}

/// What TLS has to say to a failed handshake.
fn explained(cause: ConnectCause) -> ConnectCause {
    match &cause {
        ConnectCause::Io(_, error) => TlsFailure::of(error).map_or(cause, ConnectCause::Tls),
        _ => cause,
    }
}

/// Ends the session of an attempt that nobody waits for any more.
struct Unclaimed(Option<(AbortHandle, SessionHandle)>);

impl Drop for Unclaimed {
    fn drop(&mut self) {
        match &self.0 {
            // A server that counts binds must hear that this one is over.
            Some((_, session)) if matches!(session.state(), State::Bound(_)) => session.unbind(),
            Some((task, _)) => task.abort(),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_connection_never_waits_to_fill_a_packet() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = Endpoint::new("127.0.0.1", listener.local_addr().unwrap().port());
        let builder = ClientBuilder::new(endpoint.clone(), None);
        let Ok(Transport::Plain(stream)) = builder.open(&endpoint).await else { panic!("connected") };
        assert!(stream.nodelay().unwrap());
    }

    #[tokio::test]
    async fn a_client_connects_from_the_address_it_was_told() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = Endpoint::new("127.0.0.1", listener.local_addr().unwrap().port());
        let local = IpAddr::from([127, 0, 0, 7]);
        let builder = ClientBuilder::new(endpoint.clone(), None).local_address(local);
        let _connected = builder.open(&endpoint).await.unwrap();
        let (_stream, peer) = listener.accept().await.unwrap();
        assert_eq!(peer.ip(), local);
    }

    #[tokio::test(start_paused = true)]
    async fn a_step_that_hangs_ends_at_its_deadline_and_is_named() {
        let begun = tokio::time::Instant::now();
        let hangs = std::future::pending::<io::Result<()>>();
        let cause = within(ConnectStep::Resolve, Duration::from_secs(5), hangs).await.unwrap_err();
        assert_eq!(cause.to_string(), "the name lookup took longer than 5s");
        assert_eq!(begun.elapsed(), Duration::from_secs(5));
    }
}

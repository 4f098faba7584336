//! A client that is nothing but TLS and octets, from an address of its own: for those who guess, and those who mean no good.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, HandshakeKind, RootCertStore};
use smpp_wire::{Bind, CommandId, CommandStatus, Encode, Header, encode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::home::Home;
use crate::process::Process;

/// Whom to connect to, and from where.
#[derive(Clone)]
pub(crate) struct Stranger {
    address: SocketAddr,
    from: Ipv4Addr,
    certificate: CertificateDer<'static>,
    tls: Arc<ClientConfig>,
}

impl Stranger {
    pub(crate) fn new(home: &Home, process: &Process, from: u8) -> io::Result<Self> {
        let pem = fs::read(home.path().join("state/certificate.pem"))?;
        let certificate = CertificateDer::from_pem_slice(&pem).map_err(io::Error::other)?;
        let address = process.address.parse().map_err(io::Error::other)?;
        let tls = trusting(&certificate)?;
        Ok(Self { address, from: Ipv4Addr::new(127, 0, 0, from), certificate, tls })
    }

    /// Somebody else, who has no ticket.
    pub(crate) fn another(&self) -> io::Result<Self> {
        Ok(Self { tls: trusting(&self.certificate)?, ..self.clone() })
    }

    /// The same, at a gateway that listens elsewhere.
    pub(crate) fn at(&self, process: &Process) -> io::Result<Self> {
        Ok(Self { address: process.address.parse().map_err(io::Error::other)?, ..self.clone() })
    }

    /// A connection, and nothing more.
    pub(crate) async fn connect(&self) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(4_096)?;
        socket.bind((self.from, 0).into())?;
        let stream = socket.connect(self.address).await?;
        stream.set_nodelay(true)?;
        // No port waits for octets that may still come: there are many connections.
        stream.set_zero_linger()?;
        Ok(stream)
    }

    pub(crate) async fn tls(&self) -> io::Result<Raw> {
        let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
        let stream = TlsConnector::from(Arc::clone(&self.tls)).connect(name, self.connect().await?).await?;
        Ok(Raw { stream })
    }
}

fn trusting(certificate: &CertificateDer<'static>) -> io::Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).map_err(io::Error::other)?;
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let config = config.with_safe_default_protocol_versions().map_err(io::Error::other)?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

/// TLS, and no mind of its own.
pub(crate) struct Raw {
    pub(crate) stream: TlsStream<TcpStream>,
}

impl Raw {
    pub(crate) async fn bind(&mut self, system_id: &str, password: &str) -> io::Result<CommandStatus> {
        let (system_id, password) = (system_id.as_bytes(), password.as_bytes());
        let command_id = CommandId::BIND_TRANSCEIVER;
        self.send(&Bind { command_id, system_id, password, ..Bind::default() }).await?;
        Ok(self.answer().await?.command_status)
    }

    pub(crate) async fn send(&mut self, pdu: &impl Encode) -> io::Result<()> {
        let mut octets = Vec::new();
        encode(pdu, CommandStatus::ESME_ROK, 1, &mut octets).map_err(io::Error::other)?;
        self.stream.write_all(&octets).await?;
        self.stream.flush().await
    }

    /// Whether it resumed an earlier session.
    pub(crate) fn is_resumed(&self) -> bool {
        self.stream.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed)
    }

    /// The next PDU's header; its body is passed over.
    pub(crate) async fn answer(&mut self) -> io::Result<Header> {
        let mut head = [0; 16];
        self.stream.read_exact(&mut head).await?;
        let header = Header::read(&head).ok_or(io::ErrorKind::InvalidData)?;
        let mut body = vec![0; (header.command_length as usize).saturating_sub(head.len())];
        self.stream.read_exact(&mut body).await?;
        Ok(header)
    }
}

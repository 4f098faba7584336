//! A client without a mind of its own: sends octets, reads PDUs.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use rustls::{
    ClientConfig, HandshakeKind, RootCertStore, SupportedProtocolVersion,
    pki_types::{CertificateDer, ServerName},
};
use smpp_wire::values::EsmClass;
use smpp_wire::{
    Bind, CommandId, CommandStatus, DeliverSm, DeliverSmResp, Encode, EnquireLinkResp, Header, Pdu, SubmitSm,
    encode, split_frame,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

pub(crate) struct Connection {
    stream: TlsStream<TcpStream>,
    unread: Vec<u8>,
    next: u32,
}

/// Longer than anything here takes on a busy machine.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

impl Connection {
    pub(crate) async fn open(address: SocketAddr, certificate: CertificateDer<'static>) -> Self {
        Self::over(TcpStream::connect(address).await.unwrap(), certificate).await
    }

    /// TLS over a connection that was made already.
    pub(crate) async fn over(stream: TcpStream, certificate: CertificateDer<'static>) -> Self {
        Self::with(stream, trusting(certificate, rustls::DEFAULT_VERSIONS)).await.unwrap()
    }

    /// TLS of the client's choosing.
    pub(crate) async fn with(stream: TcpStream, tls: Arc<ClientConfig>) -> std::io::Result<Self> {
        let name = ServerName::try_from("localhost").unwrap();
        let stream = TlsConnector::from(tls).connect(name, stream).await?;
        Ok(Self { stream, unread: Vec::new(), next: 1 })
    }

    /// The version of TLS, and whether an earlier session was resumed.
    pub(crate) fn tls(&self) -> (rustls::ProtocolVersion, HandshakeKind) {
        let (_, tls) = self.stream.get_ref();
        (tls.protocol_version().unwrap(), tls.handshake_kind().unwrap())
    }

    pub(crate) async fn send_octets(&mut self, octets: &[u8]) {
        self.stream.write_all(octets).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// Sends a request under the next sequence number, which it returns.
    pub(crate) async fn send(&mut self, pdu: &impl Encode) -> u32 {
        let sequence_number = self.next;
        self.next += 1;
        self.write(pdu, CommandStatus::ESME_ROK, sequence_number).await;
        sequence_number
    }

    pub(crate) async fn write(&mut self, pdu: &impl Encode, status: CommandStatus, sequence_number: u32) {
        let mut out = Vec::new();
        encode(pdu, status, sequence_number, &mut out).unwrap();
        self.send_octets(&out).await;
    }

    /// The next PDU with its octets; `None` when the gateway has closed.
    pub(crate) async fn receive(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(raw) = split_frame(&self.unread, 1 << 20).unwrap() {
                let len = raw.octets().len();
                return Some(self.unread.drain(..len).collect());
            }
            let mut chunk = [0; 4096];
            let read =
                tokio::time::timeout(DEADLINE, self.stream.read(&mut chunk)).await.expect("a PDU in time");
            match read {
                Ok(0) | Err(_) => return None,
                Ok(read) => self.unread.extend_from_slice(&chunk[..read]),
            }
        }
    }

    /// The next PDU's header.
    pub(crate) async fn header(&mut self) -> Header {
        Header::read(&self.receive().await.expect("a PDU before the end")).unwrap()
    }

    pub(crate) async fn bind(
        &mut self,
        system_id: &str,
        password: &str,
        command_id: CommandId,
    ) -> CommandStatus {
        let (system_id, password) = (system_id.as_bytes(), password.as_bytes());
        let sent = self.send(&Bind { command_id, system_id, password, ..Bind::default() }).await;
        let header = self.header().await;
        assert_eq!((header.command_id, header.sequence_number), (command_id.response(), sent));
        header.command_status
    }

    /// Sends a message; the status and the id that answer it.
    pub(crate) async fn submit(&mut self, message: &SubmitSm<'_>) -> (CommandStatus, String) {
        let sent = self.send(message).await;
        let octets = self.receive().await.expect("an answer");
        let raw = split_frame(&octets, 1 << 20).unwrap().unwrap();
        assert_eq!(raw.header().sequence_number, sent);
        let Pdu::SubmitSmResp(response) = raw.parse().unwrap() else { panic!("{raw:?}") };
        let id = String::from_utf8(response.message_id.unwrap_or_default().to_vec()).unwrap();
        (raw.header().command_status, id)
    }

    /// The next PDU, answered with ESME_ROK if it is a deliver_sm; `None` for another.
    pub(crate) async fn next_delivery(&mut self) -> Option<Delivered> {
        let octets = self.receive().await.expect("a PDU");
        let is_delivery = Header::read(&octets).unwrap().command_id == CommandId::DELIVER_SM;
        if is_delivery { Some(self.answer(&octets, CommandStatus::ESME_ROK).await) } else { None }
    }

    /// The next deliver_sm, which is answered with `status`.
    pub(crate) async fn deliver(&mut self, status: CommandStatus) -> Delivered {
        let octets = self.receive().await.expect("a deliver_sm");
        self.answer(&octets, status).await
    }

    async fn answer(&mut self, octets: &[u8], status: CommandStatus) -> Delivered {
        let raw = split_frame(octets, 1 << 20).unwrap().unwrap();
        let Pdu::DeliverSm(message) = raw.parse().unwrap() else { panic!("{raw:?}") };
        let delivered = Delivered::of(&message);
        let message_id = status.is_ok().then_some(&b""[..]);
        let answer = DeliverSmResp { message_id, ..DeliverSmResp::default() };
        self.write(&answer, status, raw.header().sequence_number).await;
        delivered
    }

    /// Answers the gateway's next PDU, which is an enquire_link.
    pub(crate) async fn gives_a_sign_of_life(&mut self) {
        let asked = self.header().await;
        assert_eq!(asked.command_id, CommandId::ENQUIRE_LINK);
        self.write(&EnquireLinkResp::default(), CommandStatus::ESME_ROK, asked.sequence_number).await;
    }

    /// True when the gateway closes without another PDU.
    pub(crate) async fn is_closed(&mut self) -> bool {
        self.receive().await.is_none()
    }
}

/// TLS that trusts this certificate; what keeps it resumes its sessions.
pub(crate) fn trusting(
    certificate: CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_protocol_versions(versions).unwrap();
    Arc::new(config.with_root_certificates(roots).with_no_client_auth())
}

/// What a deliver_sm said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delivered {
    pub(crate) text: String,
    pub(crate) esm_class: EsmClass,
    pub(crate) source: String,
    pub(crate) destination: String,
}

impl Delivered {
    fn of(message: &DeliverSm<'_>) -> Self {
        let text = |octets: &[u8]| String::from_utf8(octets.to_vec()).unwrap();
        Self {
            text: text(message.short_message),
            esm_class: message.esm_class,
            source: text(message.source_addr),
            destination: text(message.destination_addr),
        }
    }
}

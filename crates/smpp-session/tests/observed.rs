//! What an operator reads in the log: who is who, what went wrong at the door, and no secret.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};
use rustls::{
    ClientConfig, RootCertStore, SupportedProtocolVersion,
    crypto::aws_lc_rs::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName},
    version::{TLS12, TLS13},
};
use smpp_session::{
    Bind, Client, CommandStatus, Handler, Limits, NoRequests, Reply, ReplyTo, Request, Server, ServerBuilder,
    ServerTls, SessionHandle, SubmitSm, Verdict,
};
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_rustls::TlsConnector;
use tracing_subscriber::fmt::MakeWriter;

/// Everything that is logged on this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Listens to everything, for as long as the guard lives.
    fn listen() -> (Self, impl Sized) {
        let log = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(log.clone())
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// Waits for a line with all of these.
    async fn line(&self, parts: &[&str]) -> String {
        let wait = async {
            loop {
                let text = self.text();
                if let Some(line) = text.lines().find(|line| parts.iter().all(|part| line.contains(part))) {
                    return line.to_owned();
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let found = tokio::time::timeout(Duration::from_secs(10), wait).await;
        found.unwrap_or_else(|_| panic!("no line with {parts:?} in\n{}", self.text()))
    }
}

impl io::Write for Log {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

struct Accept;

impl Handler for Accept {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Ok(())
    }

    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

async fn listen(builder: ServerBuilder) -> Server {
    builder.listen("127.0.0.1:0".parse().unwrap(), |_| Accept).await.unwrap()
}

#[tokio::test]
async fn each_session_has_its_span_on_both_sides() {
    let (log, _listening) = Log::listen();
    let server = listen(Server::plain()).await;
    let port = server.local_addr().port();
    let client =
        Client::plain("127.0.0.1", port).credentials("alice", "s3cr3t08").connect(NoRequests).await.unwrap();
    client.submit_sm(&SubmitSm::default()).await.unwrap();
    let peer = format!("peer=127.0.0.1:{port}");
    log.line(&["session{role=\"ESME\"", &peer, "system_id=alice}", " out submit_sm "]).await;
    log.line(&["session{role=\"SMSC\" peer=127.0.0.1:", "system_id=alice}", " in submit_sm "]).await;
}

#[tokio::test]
async fn a_whole_session_is_logged_without_its_password_and_its_text() {
    let (log, _listening) = Log::listen();
    let server = listen(Server::plain()).await;
    let client = Client::plain("127.0.0.1", server.local_addr().port()).credentials("alice", "s3cr3t08");
    let client = client.connect(NoRequests).await.unwrap();
    let message =
        SubmitSm { destination_addr: b"4512345678", short_message: b"private words", ..SubmitSm::EMPTY };
    client.submit_sm(&message).await.unwrap();
    client.unbind().await;
    log.line(&[" in unbind_resp"]).await;
    let text = log.text();
    for shown in ["bind_transceiver sequence_number=1 system_id=alice", "destination_addr=4512345678"] {
        assert!(text.contains(shown), "{text}");
    }
    for hidden in ["s3cr3t08", "private words", "115, 51, 99", "112, 114, 105, 118"] {
        assert!(!text.contains(hidden), "{text}");
    }
}

#[tokio::test]
async fn a_connection_that_gets_no_session_says_why_and_from_where() {
    let (log, _listening) = Log::listen();
    let limits = Limits { session_init: Duration::from_millis(100), ..Limits::default() };
    let (tls, _) = identity(|_| {});
    let server = listen(Server::builder(tls).limits(limits).proxies(["192.0.2.1".parse().unwrap()])).await;
    let mut plain = TcpStream::connect(server.local_addr()).await.unwrap();
    plain.write_all(b"\0\0\0\x10\0\0\0\x15\0\0\0\0\0\0\0\x01").await.unwrap();
    let peer = format!("peer={}", plain.local_addr().unwrap());
    log.line(&["connection closed, the client does not speak TLS", &peer]).await;
    let silent = TcpStream::connect(server.local_addr()).await.unwrap();
    let peer = format!("peer={}", silent.local_addr().unwrap());
    log.line(&["connection closed, its handshake took too long", &peer]).await;
    let counters = server.counters();
    assert_eq!((counters.accepted, counters.not_tls, counters.too_slow), (2, 1, 1));

    let server = listen(Server::plain().proxies(["127.0.0.1".parse().unwrap()])).await;
    let mut proxy = TcpStream::connect(server.local_addr()).await.unwrap();
    proxy.write_all(b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n").await.unwrap();
    let peer = format!("peer={}", proxy.local_addr().unwrap());
    log.line(&["connection closed, the connection does not start with a PROXY header of version 2", &peer])
        .await;
}

/// A server's identity, and its certificate.
fn identity(change: impl FnOnce(&mut CertificateParams)) -> (ServerTls, CertificateDer<'static>) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    change(&mut params);
    let certificate = params.self_signed(&key).unwrap().der().clone();
    let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    (ServerTls::new(vec![certificate.clone()], private).unwrap(), certificate)
}

/// A client of one TLS version that trusts this certificate alone tries a handshake.
async fn tries(
    server: &Server,
    version: &'static SupportedProtocolVersion,
    trusted: CertificateDer<'static>,
    name: &'static str,
) {
    let mut roots = RootCertStore::empty();
    roots.add(trusted).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(server.local_addr()).await.unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    assert!(connector.connect(ServerName::try_from(name).unwrap(), stream).await.is_err());
}

#[tokio::test]
async fn what_clients_object_to_in_our_certificate_is_in_our_log() {
    let (log, _listening) = Log::listen();
    for version in [&TLS12, &TLS13] {
        let (expired, certificate) = identity(|params| params.not_after = date_time_ymd(2020, 1, 1));
        let server = listen(Server::builder(expired)).await;
        tries(&server, version, certificate, "127.0.0.1").await;
        log.line(&["the client refuses our certificate, it has expired, or is not valid yet"]).await;
        let (_, other) = identity(|params| params.distinguished_name.push(DnType::CommonName, "other"));
        let (tls, certificate) = identity(|_| {});
        let server = listen(Server::builder(tls)).await;
        tries(&server, version, other, "127.0.0.1").await;
        log.line(&["the client refuses our certificate, it is of no authority that the client trusts"]).await;
        let (_, namesake) = identity(|_| {});
        tries(&server, version, namesake, "127.0.0.1").await;
        log.line(&["the client refuses our certificate, a signature is wrong"]).await;
        tries(&server, version, certificate, "smsc.example").await;
        log.line(&["the client refuses our certificate, it is not the one, or not for the name"]).await;
        assert_eq!(server.counters().handshake_failed, 3);
        log.0.lock().unwrap().clear();
    }
}

//! Certificates and ticket keys that come from files, and change while sessions live.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use rcgen::{CertificateParams, KeyPair};
use rustls::{
    ClientConfig, HandshakeKind, RootCertStore, SupportedProtocolVersion,
    crypto::aws_lc_rs::default_provider,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
    version::{TLS12, TLS13},
};
use smpp_session::{
    Bind, Client, ClientTls, CommandStatus, ConnectError, Connection, Fingerprint, Handler, NoRequests,
    Outcome, Reply, ReplyTo, Request, Server, ServerTls, SessionHandle, SubmitSm, Verdict,
};
use smpp_wire::encode;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

struct Accept;

impl Handler for Accept {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Ok(())
    }

    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

/// A directory with a certificate, its key, and ticket keys.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        let files = Self(TempDir::new().unwrap());
        files.renew();
        files
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Another certificate with another key.
    fn renew(&self) {
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new(["127.0.0.1".to_owned()]).unwrap().self_signed(&key).unwrap();
        fs::write(self.path("key.pem"), key.serialize_pem()).unwrap();
        fs::write(self.path("certificate.pem"), certificate.pem()).unwrap();
    }

    fn certificate(&self) -> CertificateDer<'static> {
        CertificateDer::from_pem_file(self.path("certificate.pem")).unwrap()
    }

    fn pin(&self) -> Fingerprint {
        Fingerprint::of(&self.certificate()).unwrap()
    }

    fn ticket_keys(&self, octets: &[u8]) -> PathBuf {
        let path = self.path("tickets");
        let lines: Vec<_> = octets.iter().map(|octet| format!("{octet:02x}").repeat(32)).collect();
        fs::write(&path, lines.join("\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    fn tls(&self) -> ServerTls {
        ServerTls::from_files(&self.path("certificate.pem"), &self.path("key.pem")).unwrap()
    }
}

async fn serve(tls: ServerTls) -> Server {
    let builder = Server::builder(tls).reload_every(Duration::from_millis(5));
    builder.listen("127.0.0.1:0".parse().unwrap(), |_| Accept).await.unwrap()
}

async fn connect(server: &Server, pin: Fingerprint) -> Result<Connection, ConnectError> {
    let tls = ClientTls::pinned(vec![pin]).unwrap();
    Client::builder("127.0.0.1", server.local_addr().port(), tls).connect(NoRequests).await
}

async fn exchanges_a_message(client: &Connection) {
    let outcome = client.submit_sm(&SubmitSm::default()).await.unwrap();
    let Outcome::Answered(response) = outcome else { panic!("{outcome:?}") };
    assert_eq!(response.command_status, CommandStatus::ESME_ROK);
}

#[tokio::test]
async fn a_new_certificate_is_shown_to_new_clients_while_sessions_go_on() {
    let files = Files::new();
    let server = serve(files.tls()).await;
    let old_pin = files.pin();
    let old = connect(&server, old_pin).await.unwrap();
    files.renew();
    let new = tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            if let Ok(client) = connect(&server, files.pin()).await {
                return client;
            }
        }
    });
    exchanges_a_message(&new.await.expect("it is taken in time")).await;
    exchanges_a_message(&old).await;
    assert!(connect(&server, old_pin).await.is_err(), "the old key is shown no more");
}

#[tokio::test]
async fn a_bad_new_pair_changes_nothing_and_says_why() {
    let files = Files::new();
    let (tls, pin) = (files.tls(), files.pin());
    let server = serve(tls.clone()).await;
    let good = fs::read(files.path("certificate.pem")).unwrap();
    assert_eq!(tls.reload(), Ok(false));
    let refused = |content: &[u8], why: &str| {
        fs::write(files.path("certificate.pem"), content).unwrap();
        let error = tls.reload().unwrap_err().to_string();
        assert!(error.contains("certificate.pem") && error.contains(why), "{error}");
    };
    refused(b"", "no certificate in PEM form");
    refused(&good[..good.len() / 2], "certificate.pem");
    let other = Files::new();
    refused(&fs::read(other.path("certificate.pem")).unwrap(), "KeyMismatch");
    exchanges_a_message(&connect(&server, pin).await.unwrap()).await;
    fs::remove_file(files.path("key.pem")).unwrap();
    assert!(tls.reload().unwrap_err().to_string().contains("key.pem"));
    exchanges_a_message(&connect(&server, pin).await.unwrap()).await;
}

/// A client of one TLS version that remembers its sessions.
fn remembering(files: &Files, version: &'static SupportedProtocolVersion) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(files.certificate()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// Connects, binds, and says whether a session was resumed.
async fn handshake(client: &TlsConnector, server: &Server) -> HandshakeKind {
    let stream = TcpStream::connect(server.local_addr()).await.unwrap();
    let mut stream = client.connect(ServerName::try_from("127.0.0.1").unwrap(), stream).await.unwrap();
    let mut bind = Vec::new();
    encode(&Bind::default(), CommandStatus::ESME_ROK, 1, &mut bind).unwrap();
    stream.write_all(&bind).await.unwrap();
    // A ticket comes before the answer.
    assert!(stream.read(&mut [0; 64]).await.unwrap() > 16);
    stream.get_ref().1.handshake_kind().unwrap()
}

#[tokio::test]
async fn a_session_is_resumed_after_a_restart_and_at_another_location_with_the_same_keys() {
    let files = Files::new();
    let keys = files.ticket_keys(&[1]);
    for version in [&TLS12, &TLS13] {
        let client = remembering(&files, version);
        let first = serve(files.tls().ticket_keys(&keys).unwrap()).await;
        assert_eq!(handshake(&client, &first).await, HandshakeKind::Full);
        assert_eq!(handshake(&client, &first).await, HandshakeKind::Resumed);
        drop(first);
        let restarted = serve(files.tls().ticket_keys(&keys).unwrap()).await;
        assert_eq!(handshake(&client, &restarted).await, HandshakeKind::Resumed, "{version:?}");
        let elsewhere = Files::new();
        let elsewhere = serve(files.tls().ticket_keys(&elsewhere.ticket_keys(&[2, 1])).unwrap()).await;
        assert_eq!(handshake(&client, &elsewhere).await, HandshakeKind::Resumed, "{version:?}");
    }
}

#[tokio::test]
async fn a_ticket_is_good_as_long_as_its_key_stands_in_the_file() {
    let files = Files::new();
    let tls = files.tls().ticket_keys(&files.ticket_keys(&[1])).unwrap();
    let client = remembering(&files, &TLS13);
    let server = serve(tls.clone()).await;
    assert_eq!(handshake(&client, &server).await, HandshakeKind::Full);
    let turned = |octets: &[u8]| {
        files.ticket_keys(octets);
        tls.reload()
    };
    turned(&[2, 1]).unwrap();
    assert_eq!(handshake(&client, &server).await, HandshakeKind::Resumed, "by the old key");
    turned(&[2]).unwrap();
    assert_eq!(handshake(&client, &server).await, HandshakeKind::Resumed, "by the ticket of the new key");
    turned(&[3]).unwrap();
    assert_eq!(handshake(&client, &server).await, HandshakeKind::Full);
    fs::write(files.path("tickets"), "nothing").unwrap();
    let error = tls.reload().unwrap_err().to_string();
    assert!(error.contains("tickets: line 1 is not 64 hex digits"), "{error}");
    assert_eq!(handshake(&client, &server).await, HandshakeKind::Resumed, "a bad file changes nothing");
}

#[tokio::test]
async fn without_a_file_sessions_are_resumed_as_long_as_the_server_runs() {
    let files = Files::new();
    for version in [&TLS12, &TLS13] {
        let client = remembering(&files, version);
        let tls = files.tls();
        let server = serve(tls.clone()).await;
        assert_eq!(handshake(&client, &server).await, HandshakeKind::Full);
        assert_eq!(handshake(&client, &server).await, HandshakeKind::Resumed);
        let restarted = serve(files.tls()).await;
        assert_eq!(handshake(&client, &restarted).await, HandshakeKind::Full, "{version:?}");
        let successor = serve(files.tls().go_on_with(&tls.kept_ticket_keys().unwrap())).await;
        // Its last ticket is the restarted server's.
        let client = remembering(&files, version);
        assert_eq!(handshake(&client, &server).await, HandshakeKind::Full);
        assert_eq!(handshake(&client, &successor).await, HandshakeKind::Resumed, "{version:?}");
    }
}

#[test]
fn keys_of_a_file_are_not_handed_over_and_stay_in_use() {
    let files = Files::new();
    let in_memory = files.tls().kept_ticket_keys().unwrap();
    let tls = files.tls().ticket_keys(&files.ticket_keys(&[1])).unwrap();
    assert!(tls.kept_ticket_keys().is_none());
    assert!(tls.go_on_with(&in_memory).kept_ticket_keys().is_none());
    assert_eq!(format!("{in_memory:?}").matches("TicketKeys(1, ").count(), 1, "no key is shown");
}

#[test]
fn ticket_keys_that_others_could_read_are_refused() {
    let files = Files::new();
    let keys = files.ticket_keys(&[1]);
    let refusal = |path: &Path| files.tls().ticket_keys(path).unwrap_err().to_string();
    for mode in [0o640, 0o604, 0o700, 0o620] {
        fs::set_permissions(&keys, fs::Permissions::from_mode(mode)).unwrap();
        let error = refusal(&keys);
        assert!(error.contains(&format!("tickets: its mode is {mode:04o}, allowed is 0600")), "{error}");
    }
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o400)).unwrap();
    assert!(files.tls().ticket_keys(&keys).is_ok());
    assert!(refusal(&files.path("missing")).contains("missing: No such file"));
}

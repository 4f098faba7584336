//! TLS on real sockets: who is trusted, who is not and what the error says, and peers that never finish a handshake.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{path::PathBuf, sync::Arc, time::Duration};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, SupportedProtocolVersion,
    crypto::aws_lc_rs::{default_provider, sign::any_supported_type},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};
use smpp_session::{
    Bind, Client, ClientTls, CommandId, CommandStatus, ConnectCause, ConnectError, Connection, Fingerprint,
    Handler, Limits, NoRequests, Outcome, Reply, ReplyTo, Request, Server, ServerTls, SessionHandle,
    SubmitSm, TlsFailure, Verdict,
};
use smpp_wire::{encode, split_frame};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{TlsAcceptor, TlsConnector};

struct Accept;

impl Handler for Accept {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Ok(())
    }

    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

/// A certificate and its key.
struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    fn self_signed(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        Self { certificate: params.self_signed(&key).unwrap().der().clone(), key: private(&key) }
    }

    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.certificate).unwrap()
    }

    async fn serve(&self, limits: Limits) -> Server {
        let tls = ServerTls::new(vec![self.certificate.clone()], self.key.clone_key()).unwrap();
        let address = "127.0.0.1:0".parse().unwrap();
        Server::builder(tls).limits(limits).listen(address, |_| Accept).await.unwrap()
    }
}

fn private(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivateKeyDer::try_from(key.serialize_der()).unwrap()
}

async fn connect(port: u16, tls: ClientTls) -> Result<Connection, ConnectError> {
    Client::builder("127.0.0.1", port, tls).credentials("esme1", "secret08").connect(NoRequests).await
}

fn pinned(fingerprint: Fingerprint) -> ClientTls {
    ClientTls::pinned(vec![fingerprint]).unwrap()
}

async fn exchanges_a_message(client: &Connection) {
    let outcome = client.submit_sm(&SubmitSm::default()).await.unwrap();
    let Outcome::Answered(response) = outcome else { panic!("{outcome:?}") };
    assert_eq!(response.command_status, CommandStatus::ESME_ROK);
}

/// What the TLS handshake failed with.
fn refusal(connected: Result<Connection, ConnectError>) -> TlsFailure {
    let Err(ConnectError { cause: ConnectCause::Tls(failure), .. }) = connected else {
        panic!("{connected:?}")
    };
    failure
}

#[tokio::test]
async fn a_pinned_key_is_accepted_whatever_its_certificate_says() {
    let identity = Identity::self_signed("somebody.else.example");
    let server = identity.serve(Limits::default()).await;
    let client = connect(server.local_addr().port(), pinned(identity.fingerprint())).await.unwrap();
    exchanges_a_message(&client).await;
    client.unbind().await;
}

/// Shows a certificate whatever key it holds.
#[derive(Debug)]
struct Impostor(Arc<CertifiedKey>);

impl ResolvesServerCert for Impostor {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

/// A server of one TLS version that answers a bind and reads on, with any pair of certificate and key.
async fn raw_server(
    version: &'static SupportedProtocolVersion,
    certificate: CertificateDer<'static>,
    key: &PrivateKeyDer<'_>,
) -> u16 {
    let shown = CertifiedKey::new(vec![certificate], any_supported_type(key).unwrap());
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(Impostor(Arc::new(shown))));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = TlsAcceptor::from(Arc::new(config)).accept(stream).await else {
            return;
        };
        assert!(stream.read(&mut [0; 1024]).await.unwrap() > 16, "a bind");
        stream.write_all(&BIND_ACCEPTED).await.unwrap();
        while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {}
    });
    port
}

/// bind_transceiver_resp ESME_ROK to the first PDU of a session, with an empty system_id.
const BIND_ACCEPTED: [u8; 17] = [0, 0, 0, 17, 0x80, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1, 0];

#[tokio::test]
async fn a_pinned_certificate_shown_without_its_key_fails() {
    let (identity, thief) = (Identity::self_signed("127.0.0.1"), Identity::self_signed("127.0.0.1"));
    for version in [&TLS12, &TLS13] {
        let port = raw_server(version, identity.certificate.clone(), &thief.key).await;
        let refusal = refusal(connect(port, pinned(identity.fingerprint())).await);
        assert_eq!(refusal, TlsFailure::BadSignature);
    }
}

#[tokio::test]
async fn the_client_speaks_tls_1_2_and_1_3() {
    let identity = Identity::self_signed("127.0.0.1");
    for version in [&TLS12, &TLS13] {
        let port = raw_server(version, identity.certificate.clone(), &identity.key).await;
        let client = connect(port, pinned(identity.fingerprint())).await;
        assert!(client.is_ok(), "{version:?}: {client:?}");
    }
}

/// A client of one TLS version that trusts this identity alone.
fn client_config(identity: &Identity, version: &'static SupportedProtocolVersion) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(identity.certificate.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

#[tokio::test]
async fn the_server_speaks_tls_1_2_and_1_3() {
    let identity = Identity::self_signed("127.0.0.1");
    let server = identity.serve(Limits::default()).await;
    let mut bind = Vec::new();
    encode(&Bind::default(), CommandStatus::ESME_ROK, 1, &mut bind).unwrap();
    for version in [&TLS12, &TLS13] {
        let stream = TcpStream::connect(server.local_addr()).await.unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let mut stream =
            TlsConnector::from(client_config(&identity, version)).connect(name, stream).await.unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(version.version));
        stream.write_all(&bind).await.unwrap();
        let mut answer = [0; 1024];
        let len = stream.read(&mut answer).await.unwrap();
        let header = split_frame(answer.get(..len).unwrap(), 1024).unwrap().unwrap().header();
        assert_eq!(header.command_status, CommandStatus::ESME_ROK);
        assert_eq!(header.command_id, Bind::default().command_id.response());
    }
}

/// A certificate authority, its file, and a server identity for this name.
fn authority(name: &str) -> (PathBuf, Identity) {
    let ca_key = KeyPair::generate().unwrap();
    let mut ca = CertificateParams::default();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.distinguished_name.push(DnType::CommonName, format!("authority of {name}"));
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("ca-of-{name}.pem"));
    std::fs::write(&file, ca.self_signed(&ca_key).unwrap().pem()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new([name.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap().der().clone();
    (file, Identity { certificate, key: private(&key) })
}

#[tokio::test]
async fn a_certificate_of_the_given_authority_is_accepted() {
    let (file, identity) = authority("127.0.0.1");
    let server = identity.serve(Limits::default()).await;
    let client = connect(server.local_addr().port(), ClientTls::ca_file(&file).unwrap()).await.unwrap();
    exchanges_a_message(&client).await;
}

#[tokio::test]
async fn an_authority_file_that_is_none_is_refused_by_its_path() {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("no-certificate.pem");
    std::fs::write(&file, "nothing").unwrap();
    let error = ClientTls::ca_file(&file).unwrap_err().to_string();
    assert!(error.contains("no-certificate.pem") && error.contains("no certificate found"), "{error}");
}

#[tokio::test]
async fn a_plain_or_silent_client_is_closed_while_another_session_goes_on() {
    let identity = Identity::self_signed("127.0.0.1");
    let limits = Limits { session_init: Duration::from_millis(300), ..Limits::default() };
    let server = identity.serve(limits).await;
    let client = connect(server.local_addr().port(), pinned(identity.fingerprint())).await.unwrap();
    let mut plain = TcpStream::connect(server.local_addr()).await.unwrap();
    let mut silent = TcpStream::connect(server.local_addr()).await.unwrap();
    let mut bind = Vec::new();
    let request = Bind { command_id: CommandId::BIND_TRANSCEIVER, ..Bind::default() };
    encode(&request, CommandStatus::ESME_ROK, 1, &mut bind).unwrap();
    plain.write_all(&bind).await.unwrap();
    let mut said = (Vec::new(), Vec::new());
    let closed = async { tokio::join!(plain.read_to_end(&mut said.0), silent.read_to_end(&mut said.1)) };
    let going_on = async {
        loop {
            exchanges_a_message(&client).await;
        }
    };
    tokio::select! {
        closed = tokio::time::timeout(Duration::from_secs(5), closed) => {
            closed.expect("both are closed in time").1.unwrap();
        }
        () = going_on => {}
    }
    assert_eq!(said.1, [], "nothing was said to who said nothing");
    exchanges_a_message(&client).await;
}

#[tokio::test]
async fn who_is_in_its_handshake_at_shutdown_is_closed_at_once() {
    let identity = Identity::self_signed("127.0.0.1");
    let server = identity.serve(Limits::default()).await;
    let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let mut tls = ClientConnection::new(client_config(&identity, &TLS13), name).unwrap();
    let mut hello = Vec::new();
    tls.write_tls(&mut hello).unwrap();
    stream.write_all(&hello).await.unwrap();
    // The server is in the middle of it now.
    stream.readable().await.unwrap();
    let shutdown = server.shutdown(Duration::from_secs(60));
    tokio::time::timeout(Duration::from_secs(5), shutdown).await.expect("nothing is left");
    let mut rest = Vec::new();
    let end = stream.read_to_end(&mut rest);
    tokio::time::timeout(Duration::from_secs(5), end).await.expect("closed in time").unwrap();
}

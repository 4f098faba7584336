//! TLS as a client: whom it trusts, what it shows of itself, and what it says when that is not enough.

use std::time::Duration;

use rustls::{
    HandshakeKind, SupportedProtocolVersion,
    version::{TLS12, TLS13},
};
use smpp_session::{
    Client, ClientTls, CommandStatus, ConnectCause, ConnectError, Connection, Handler, NoRequests, Outcome,
    Server, ServerTls, SubmitSm, TlsFailure,
};
use smpp_wire::split_frame;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    authority::{Authority, Identity, TlsSmsc, Validity},
    smsc::{Smsc, answer, in_time, start},
};

const VERSIONS: [&SupportedProtocolVersion; 2] = [&TLS12, &TLS13];

/// What is wrong with TLS.
#[track_caller]
fn failure(connected: Result<Connection, ConnectError>) -> TlsFailure {
    match connected {
        Err(ConnectError { cause: ConnectCause::Tls(failure), .. }) => failure,
        other => panic!("{other:?}"),
    }
}

/// What a client says that trusts this authority, or these pins.
async fn refusal(identity: &Identity, tls: ClientTls) -> TlsFailure {
    let smsc = TlsSmsc::listen(identity, &TLS13).await;
    let client = smsc.client(tls);
    let (connected, accepted) = tokio::join!(in_time(client.connect(NoRequests)), smsc.accept());
    assert!(accepted.is_err(), "the server hears that it is not trusted");
    failure(connected)
}

#[tokio::test]
async fn an_expired_certificate_is_told_from_one_that_is_not_valid_yet() {
    let authority = Authority::new("validity");
    let expired = refusal(&authority.sign("127.0.0.1", Validity::Past), authority.trust()).await;
    let TlsFailure::Expired(ago) = &expired else { panic!("{expired}") };
    assert!(*ago > Duration::from_secs(1_000 * 86_400), "{ago:?}");
    let says = expired.to_string();
    assert!(says.starts_with("the server's certificate expired ") && says.contains(" days ago: "), "{says}");
    let early = refusal(&authority.sign("127.0.0.1", Validity::Future), authority.trust()).await;
    assert!(matches!(early, TlsFailure::NotYetValid(_)), "{early}");
    assert!(early.to_string().contains("check this machine's clock"), "{early}");
}

#[tokio::test]
async fn each_refusal_says_what_to_do() {
    let (authority, other) = (Authority::new("known"), Authority::new("unknown"));
    let elsewhere = refusal(&authority.sign("smsc.example", Validity::Now), authority.trust()).await;
    let says = elsewhere.to_string();
    assert!(says.contains("is not for 127.0.0.1 but for smsc.example: connect by that name"), "{says}");
    let unknown = refusal(&other.sign("127.0.0.1", Validity::Now), authority.trust()).await;
    assert_eq!(unknown, TlsFailure::UnknownAuthority);
    assert!(unknown.to_string().contains("give its CA file, or pin the server's key"), "{unknown}");
    let (pinned, shown) = (Identity::self_signed(), Identity::self_signed());
    let unpinned = refusal(&shown, ClientTls::pinned(vec![pinned.fingerprint()]).unwrap()).await;
    assert_eq!(unpinned, TlsFailure::NotPinned(shown.fingerprint()));
    assert!(unpinned.to_string().contains(&format!("sha256:{} is not pinned", shown.fingerprint())));
}

#[tokio::test]
async fn a_list_of_pins_lets_a_server_change_its_key() {
    let (old, new) = (Identity::self_signed(), Identity::self_signed());
    let tls = ClientTls::pinned(vec![old.fingerprint(), new.fingerprint()]).unwrap();
    for identity in [&old, &new, &old] {
        for version in VERSIONS {
            let smsc = TlsSmsc::listen(identity, version).await;
            let client = smsc.client(tls.clone());
            let (connected, _stream) = tokio::join!(in_time(client.connect(NoRequests)), smsc.bound());
            assert!(connected.is_ok(), "{connected:?}");
        }
    }
}

#[tokio::test]
async fn a_client_that_trusts_everybody_takes_any_certificate_of_any_name() {
    for version in VERSIONS {
        let smsc =
            TlsSmsc::listen(&Authority::new("nobody").sign("elsewhere.example", Validity::Now), version)
                .await;
        let client = smsc.client(ClientTls::dangerously_unverified().unwrap());
        let (connected, _stream) = tokio::join!(in_time(client.connect(NoRequests)), smsc.bound());
        assert!(connected.is_ok(), "{connected:?}");
    }
}

#[tokio::test]
async fn the_name_that_is_asked_for_is_the_host_or_the_one_that_is_set() {
    let authority = Authority::new("names");
    let smsc = TlsSmsc::listen(&authority.sign("smsc.example", Validity::Now), &TLS13).await;
    let client = smsc.client(authority.trust()).server_name("smsc.example");
    let (connected, stream) = tokio::join!(in_time(client.connect(NoRequests)), smsc.bound());
    assert!(connected.is_ok(), "{connected:?}");
    assert_eq!(stream.get_ref().1.server_name(), Some("smsc.example"));

    let local = TlsSmsc::listen(&authority.sign("localhost", Validity::Now), &TLS13).await;
    let client = Client::builder("localhost", local.endpoint().port, authority.trust());
    let (connected, stream) = tokio::join!(in_time(client.connect(NoRequests)), local.bound());
    assert!(connected.is_ok(), "{connected:?}");
    assert_eq!(stream.get_ref().1.server_name(), Some("localhost"));
}

#[tokio::test]
async fn a_host_that_no_certificate_can_name_is_refused_at_the_start() {
    let tls = ClientTls::pinned(vec![Identity::self_signed().fingerprint()]).unwrap();
    let builder = Client::builder("smsc.example", 2775, tls).or("not a name", 2775);
    let error = builder.start(|_| NoRequests).unwrap_err();
    assert_eq!(error.to_string(), "not a name:2775: the host is no name that a certificate could be for");
}

#[tokio::test]
async fn a_client_certificate_is_shown_to_who_asks() {
    let authority = Authority::new("clients");
    let (identity, own) =
        (authority.sign("127.0.0.1", Validity::Now), authority.sign("esme1.example", Validity::Now));
    for version in VERSIONS {
        let smsc = TlsSmsc::for_clients_of(&authority, &identity, version).await;
        let tls =
            authority.trust().client_certificate(vec![own.certificate.clone()], own.key.clone_key()).unwrap();
        let client = smsc.client(tls);
        let (connected, stream) = tokio::join!(in_time(client.connect(NoRequests)), smsc.bound());
        assert!(connected.is_ok(), "{version:?}: {connected:?}");
        assert_eq!(stream.get_ref().1.peer_certificates(), Some(&[own.certificate.clone()][..]));
    }
}

#[tokio::test]
async fn a_client_certificate_that_is_missing_or_strange_is_named() {
    let (authority, other) = (Authority::new("clients-of-ours"), Authority::new("clients-of-others"));
    let identity = authority.sign("127.0.0.1", Validity::Now);
    let strange = other.sign("esme1.example", Validity::Now);
    let strange = authority.trust().client_certificate(vec![strange.certificate], strange.key).unwrap();
    for version in VERSIONS {
        for tls in [authority.trust(), strange.clone()] {
            let smsc = TlsSmsc::for_clients_of(&authority, &identity, version).await;
            let client = smsc.client(tls);
            let (connected, accepted) = tokio::join!(in_time(client.connect(NoRequests)), smsc.accept());
            assert!(accepted.is_err());
            let says = failure(connected).to_string();
            assert!(says.contains("client certificate") || says.contains("client's certificate"), "{says}");
        }
    }
}

#[tokio::test]
async fn a_client_certificate_with_another_key_is_refused_at_once() {
    let authority = Authority::new("mixed-up");
    let (one, other) = (authority.sign("one", Validity::Now), authority.sign("other", Validity::Now));
    let error = authority.trust().client_certificate(vec![one.certificate], other.key).unwrap_err();
    assert!(error.to_string().contains("KeyMismatch"), "{error}");
    let missing = authority.file.with_file_name("no-such-file.pem");
    let error = authority.trust().client_certificate_files(&missing, &missing).unwrap_err();
    assert!(error.to_string().contains("no-such-file.pem"), "{error}");
}

#[tokio::test]
async fn a_supervised_client_resumes_its_tls_session() {
    let identity = Identity::self_signed();
    for version in VERSIONS {
        let smsc = TlsSmsc::listen(&identity, version).await;
        let tls = ClientTls::pinned(vec![identity.fingerprint()]).unwrap();
        let (client, _) = start(smsc.client(tls));
        let first = smsc.bound().await;
        in_time(client.bound()).await.unwrap();
        assert_eq!(first.get_ref().1.handshake_kind(), Some(HandshakeKind::Full));
        drop(first);
        let second = smsc.bound().await;
        assert_eq!(second.get_ref().1.handshake_kind(), Some(HandshakeKind::Resumed), "{version:?}");
    }
}

#[tokio::test]
async fn a_session_of_nobody_is_not_resumed_under_a_certificate() {
    let authority = Authority::new("resumption");
    let smsc = TlsSmsc::listen(&authority.sign("127.0.0.1", Validity::Now), &TLS13).await;
    let (nobody, own) = (authority.trust(), authority.sign("esme1.example", Validity::Now));
    let somebody = nobody.clone().client_certificate(vec![own.certificate], own.key).unwrap();
    for (tls, kind) in [
        (&nobody, HandshakeKind::Full),
        (&nobody, HandshakeKind::Resumed),
        (&somebody, HandshakeKind::Full),
        (&somebody, HandshakeKind::Resumed),
    ] {
        let client = smsc.client(tls.clone());
        let (connected, stream) = tokio::join!(in_time(client.connect(NoRequests)), smsc.bound());
        assert!(connected.is_ok(), "{connected:?}");
        assert_eq!(stream.get_ref().1.handshake_kind(), Some(kind));
    }
}

#[tokio::test]
async fn answers_in_front_of_the_end_of_tls_are_delivered() {
    let identity = Identity::self_signed();
    for version in VERSIONS {
        let smsc = TlsSmsc::listen(&identity, version).await;
        let client = smsc.client(ClientTls::pinned(vec![identity.fingerprint()]).unwrap());
        let (connected, mut stream) = tokio::join!(in_time(client.connect(NoRequests)), smsc.bound());
        let (client, message) = (connected.unwrap(), SubmitSm::default());
        let ends = async {
            let mut read = [0; 1024];
            let len = stream.read(&mut read).await.unwrap();
            let request = split_frame(&read[..len], 1_024).unwrap().expect("a message").header();
            stream.write_all(&answer(&request, CommandStatus::ESME_ROK)).await.unwrap();
            stream.shutdown().await.unwrap();
        };
        let (outcome, ()) = in_time(async { tokio::join!(client.submit_sm(&message), ends) }).await;
        assert!(matches!(outcome, Ok(Outcome::Answered(_))), "{outcome:?}");
    }
}

/// A handler that nobody reaches.
struct Nobody;

impl Handler for Nobody {}

#[tokio::test]
async fn tls_to_a_server_without_it_says_so() {
    let address = "127.0.0.1:0".parse().unwrap();
    let server = Server::plain().listen(address, |_| Nobody).await.unwrap();
    let tls = ClientTls::pinned(vec![Identity::self_signed().fingerprint()]).unwrap();
    let client = Client::builder("127.0.0.1", server.local_addr().port(), tls.clone());
    let closed = failure(in_time(client.connect(NoRequests)).await);
    assert_eq!(closed, TlsFailure::Closed);
    assert!(closed.to_string().contains("it may not speak TLS on this port"), "{closed}");

    // Another server answers in words of its own.
    let smsc = Smsc::listen().await;
    let client = Client::builder("127.0.0.1", smsc.port(), tls);
    let nack = async {
        let mut peer = smsc.accept().await;
        peer.send(&[0, 0, 0, 16, 0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0]).await;
        peer
    };
    let (connected, _peer) = tokio::join!(in_time(client.connect(NoRequests)), nack);
    assert_eq!(failure(connected), TlsFailure::NotTls);
}

#[tokio::test]
async fn plain_text_to_a_server_with_tls_says_so() {
    let identity = Identity::self_signed();
    let tls = ServerTls::new(vec![identity.certificate], identity.key).unwrap();
    let address = "127.0.0.1:0".parse().unwrap();
    let server = Server::builder(tls).listen(address, |_| Nobody).await.unwrap();
    let client = Client::plain("127.0.0.1", server.local_addr().port());
    let error = in_time(client.connect(NoRequests)).await.unwrap_err();
    assert!(matches!(error.cause, ConnectCause::SpeaksTls), "{error:?}");
    assert!(error.to_string().ends_with("the server speaks TLS on this port: connect with TLS"), "{error}");
}

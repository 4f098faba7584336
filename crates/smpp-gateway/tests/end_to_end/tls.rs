//! TLS as its client meets it: versions, the operator's own certificate, and tickets that outlive a restart.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, sync::Arc};

use rcgen::{CertificateParams, KeyPair};
use rustls::{
    ClientConfig, HandshakeKind, ProtocolVersion,
    pki_types::{CertificateDer, pem::PemObject},
    version::{TLS12, TLS13},
};
use smpp_gateway::{CertificateFiles, Config, Gateway};
use smpp_wire::{CommandId, EnquireLink};
use tokio::net::TcpStream;

use crate::{
    connection::{Connection, trusting},
    start::{CUSTOMER, MESSAGE, PASSWORD, start},
};

const BIND: CommandId = CommandId::BIND_TRANSCEIVER;

/// Another certificate with another key.
fn renew(directory: &Path) -> CertificateDer<'static> {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    fs::write(directory.join("key.pem"), key.serialize_pem()).unwrap();
    fs::set_permissions(directory.join("key.pem"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(directory.join("certificate.pem"), certificate.pem()).unwrap();
    CertificateDer::from_pem_file(directory.join("certificate.pem")).unwrap()
}

/// A gateway whose certificate is the operator's own, with the accounts of the others.
async fn start_from(directory: &Path, change: impl FnOnce(&mut Config)) -> Gateway {
    let key_file = directory.join("state");
    let base = Config { state_dir: key_file, ..Config::default() };
    let key = Gateway::verifier_key(&base).unwrap();
    let verifier = key.verifier(CUSTOMER.as_bytes(), PASSWORD.as_bytes());
    let mut config = start().await.config;
    config.state_dir = base.state_dir;
    config.accounts[0].credential = verifier.into();
    config.certificate = Some(CertificateFiles {
        certificate: directory.join("certificate.pem"),
        private_key: directory.join("key.pem"),
    });
    change(&mut config);
    Gateway::start(config).await.unwrap()
}

async fn connect(gateway: &Gateway, tls: &Arc<ClientConfig>) -> std::io::Result<Connection> {
    let stream = TcpStream::connect(gateway.local_addr()).await.unwrap();
    Connection::with(stream, Arc::clone(tls)).await
}

#[tokio::test]
async fn a_client_of_either_version_is_served() {
    let gateway = start().await;
    for (version, expected) in [(&TLS12, ProtocolVersion::TLSv1_2), (&TLS13, ProtocolVersion::TLSv1_3)] {
        let tls = trusting(gateway.certificate(), &[version]);
        let mut client = connect(&gateway.gateway, &tls).await.unwrap();
        assert_eq!(client.tls().0, expected);
        assert!(client.bind(CUSTOMER, PASSWORD, BIND).await.is_ok());
        assert!(client.submit(&MESSAGE).await.0.is_ok());
    }
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_after_a_reload_and_no_session_ends() {
    let directory = tempfile::tempdir().unwrap();
    let old = trusting(renew(directory.path()), &[&TLS13]);
    let mut config = None;
    let gateway = start_from(directory.path(), |made| config = Some(made.clone())).await;
    let config = config.unwrap();
    let mut bound = connect(&gateway, &old).await.unwrap();
    assert!(bound.bind(CUSTOMER, PASSWORD, BIND).await.is_ok());

    let new = trusting(renew(directory.path()), &[&TLS13]);
    assert!(gateway.reload(config.clone()).unwrap().certificate);
    assert!(connect(&gateway, &new).await.is_ok());
    assert!(bound.submit(&MESSAGE).await.0.is_ok());

    // A key of another certificate: nothing changes, neither certificate nor accounts.
    fs::write(directory.path().join("key.pem"), KeyPair::generate().unwrap().serialize_pem()).unwrap();
    let mut wrong = config;
    wrong.accounts.clear();
    assert!(gateway.reload(wrong).is_err());
    assert!(connect(&gateway, &new).await.is_ok());
    assert!(bound.submit(&MESSAGE).await.0.is_ok());
}

#[tokio::test]
async fn with_its_keys_in_a_file_a_ticket_is_good_after_a_restart_and_without_it_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let tls = trusting(renew(directory.path()), &[&TLS13]);
    let file = directory.path().join("tickets");
    fs::write(&file, "0f".repeat(32)).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    for (ticket_keys, expected) in [(Some(file), HandshakeKind::Resumed), (None, HandshakeKind::Full)] {
        for kind in [HandshakeKind::Full, expected] {
            let gateway =
                start_from(directory.path(), |config| config.ticket_keys.clone_from(&ticket_keys)).await;
            let mut client = connect(&gateway, &tls).await.unwrap();
            assert_eq!(client.tls().1, kind, "{ticket_keys:?}");
            // The ticket comes before the answer.
            client.send(&EnquireLink::default()).await;
            client.header().await;
            gateway.shutdown().await;
        }
    }
}

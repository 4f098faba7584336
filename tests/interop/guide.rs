//! The examples of `docs/connecting.md`, run as they stand there.
//!
//! The peers' processes are waited for with blocking calls, hence a runtime with threads of its own.

use std::{fs, net::Ipv4Addr, path::Path};

use smpp_gateway::{AccountConfig, Config, Gateway, Identity, StoreKind, VerifierKey};
use tempfile::TempDir;

use crate::peers::{self, Peer};

const GUIDE: &str = include_str!("../../docs/connecting.md");

/// The block of the guide that is in this language.
fn example(language: &str) -> &'static str {
    let (_, rest) = GUIDE.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```\n").unwrap().0
}

/// A gateway with the account of the guide; its certificate is in the directory.
async fn start(state: &TempDir) -> Gateway {
    let key = VerifierKey::generate().unwrap();
    let mut config = Config {
        listen: (Ipv4Addr::LOCALHOST, 0).into(),
        state_dir: state.path().to_owned(),
        accounts: vec![AccountConfig::new("alice", key.verifier(b"alice", b"secret08"))],
        ..Config::default()
    };
    config.store.kind = StoreKind::Memory;
    Gateway::start_with(config, Identity::load_or_make(state.path()).unwrap(), key).await.unwrap()
}

/// Runs the example; it must say that its message was accepted, and show its receipt.
async fn run(peer: &Peer, language: &str, file: &str) {
    let state = tempfile::tempdir().unwrap();
    let gateway = start(&state).await;
    let script = state.path().join(file);
    fs::write(&script, example(language)).unwrap();
    let port = gateway.local_addr().port().to_string();
    let certificate = state.path().join("certificate.pem");
    let environment = [
        ("SMPP_HOST", "localhost"),
        ("SMPP_PORT", port.as_str()),
        ("SMPP_SYSTEM_ID", "alice"),
        ("SMPP_PASSWORD", "secret08"),
        ("SMPP_CA", certificate.to_str().unwrap()),
    ];
    let lines = peer.file(&script, &environment).finish();
    let said: Vec<_> = lines.iter().filter_map(|line| line["line"].as_str()).collect();
    let id = said.iter().find_map(|line| line.strip_prefix("accepted ")).unwrap();
    let receipt = format!("receipt id:{id} sub:001 dlvrd:001 submit date:");
    assert!(said.iter().any(|line| line.starts_with(&receipt) && line.contains("stat:DELIVRD")), "{said:#?}");
    gateway.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_for_node_sends_a_message_and_shows_its_receipt() {
    if let Some(peer) = peers::node() {
        run(peer, "js", "guide.js").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_for_python_sends_a_message_and_shows_its_receipt() {
    if let Some(peer) = peers::python() {
        run(peer, "python", "guide.py").await;
    }
}

#[test]
fn every_status_of_the_guide_is_one_of_the_specification() {
    let words = GUIDE.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let named: Vec<_> = words.filter(|word| word.starts_with("ESME_")).collect();
    assert!(named.len() > 10);
    let known: Vec<_> =
        (0..0x600).map(|status| smpp_engine::wire::CommandStatus(status).to_string()).collect();
    for name in named {
        assert!(known.iter().any(|status| status.contains(name)), "{name}");
    }
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/send.rs").exists());
}

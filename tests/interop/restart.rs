//! npm's `smpp` and PyPI's `smpplib` through a restart of the gateway's program, with SQLite.
//!
//! The peers' processes are waited for with blocking calls, hence a runtime with threads of its own.

use std::path::Path;

use serde_json::Value;

use crate::peers::{self, Peer};
use crate::program::{self, Program};

/// It is refused and unbound, binds again, and gets the receipt of what was accepted before.
fn live_through_a_restart(peer: &Peer, script: &str) {
    // The receipt is due when the client has been through the restart.
    let program = Program::start("[simulator]\ndelay = { kind = \"fixed\", milliseconds = 4000 }\n");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/peers").join(script);
    let port = program.port.to_string();
    let environment = [
        ("SMPP_PORT", port.as_str()),
        ("SMPP_SYSTEM_ID", program::CUSTOMER),
        ("SMPP_PASSWORD", program.password.as_str()),
    ];
    let mut client = peer.file(&script, &environment);
    let accepted = client.wait_for("accepted");
    assert_eq!(status(&accepted), 0);
    program.restart();
    let lines = client.finish();
    let events: Vec<_> = lines.iter().filter_map(|line| line["event"].as_str()).collect();
    let of = |event: &str| lines.iter().filter(|line| line["event"] == event).collect::<Vec<_>>();
    assert_eq!(of("refused").into_iter().map(status).collect::<Vec<_>>(), [ESME_RSUBMITFAIL], "{lines:#?}");
    // While the old process still accepts, a bind is refused.
    let binds: Vec<_> = of("bind").into_iter().map(status).collect();
    assert!(matches!(&binds[..], [0, between @ .., 0] if between.iter().all(|one| *one == ESME_RBINDFAIL)));
    let receipts = of("receipt");
    let id = text(&accepted, "message_id");
    let texts: Vec<_> = receipts.into_iter().map(|line| text(line, "text")).collect();
    assert!(matches!(&texts[..], [one] if one.starts_with(&format!("id:{id} "))), "{texts:?}");
    let place = |event: &str| events.iter().position(|one| *one == event);
    assert!(place("closed") < place("receipt"), "{lines:#?}");
}

fn status(line: &Value) -> u64 {
    line.get("status").and_then(Value::as_u64).unwrap()
}

fn text<'a>(line: &'a Value, key: &str) -> &'a str {
    line.get(key).and_then(Value::as_str).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn npm_smpp_binds_again_and_gets_its_receipt() {
    if let Some(peer) = peers::node() {
        live_through_a_restart(peer, "restart.js");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn smpplib_binds_again_and_gets_its_receipt() {
    if let Some(peer) = peers::python() {
        live_through_a_restart(peer, "restart.py");
    }
}

const ESME_RSUBMITFAIL: u64 = 0x45;
const ESME_RBINDFAIL: u64 = 0x0D;

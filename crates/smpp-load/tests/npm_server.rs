//! smpp-load against an SMSC made of npm's `smpp`.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

#[path = "../../../tests/interop/peers.rs"]
#[expect(dead_code, reason = "shared with the facade's tests, which use all of it")]
mod peers;

#[test]
fn every_message_is_answered_and_every_receipt_comes() {
    let Some(peer) = peers::node() else { return };
    let server = peer.server();
    let report_path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("npm_server.json");

    let output = Command::new(env!("CARGO_BIN_EXE_smpp-load"))
        .arg(format!("smpp://load:secret08@{}", server.addr()))
        .args(["-n", "2000", "-w", "50", "--receipts", "--json"])
        .arg(&report_path)
        .output()
        .unwrap();
    let counters = server.stop();

    let printed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {printed}\nthe server counted {counters}", output.status);
    let report: Value = serde_json::from_slice(&std::fs::read(&report_path).unwrap()).unwrap();
    assert_eq!(report["messages"]["answered"], 2000);
    assert_eq!(report["receipts"]["received"], 2000);
    assert_eq!(counters["submits"], 2000);
    assert_eq!(counters["receipts_answered"], 2000);
}

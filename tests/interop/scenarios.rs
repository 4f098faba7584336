//! What every client must be able to do with the gateway. A scenario is played by a peer's script; its transcript is
//! judged here.

use std::time::Duration;

use serde_json::Value;

use crate::gateway::{self, ANY_MODE, NEVER, PASSWORD, TRANSMITTER_ONLY};
use crate::peers::Peer;

pub(crate) async fn bind_modes(peer: &Peer) {
    let lines = play(peer, "bind_modes", ANY_MODE, PASSWORD).await;
    for mode in ["bind_transmitter_resp", "bind_receiver_resp", "bind_transceiver_resp"] {
        assert_eq!(statuses(&lines, mode), [ESME_ROK], "{mode}");
    }
    assert_eq!(statuses(&lines, "unbind_resp"), [ESME_ROK; 3]);
}

pub(crate) async fn submit_gsm(peer: &Peer) {
    submit(peer, "submit_gsm").await;
}

pub(crate) async fn submit_ucs2(peer: &Peer) {
    submit(peer, "submit_ucs2").await;
}

/// A source_addr of 18 characters: the gateway keeps the first 15.
pub(crate) async fn long_source(peer: &Peer) {
    let receipt = submit(peer, "long_source").await;
    assert_eq!(receipt.get("destination_addr").and_then(Value::as_str), Some("ABCDEFGHIJKLMNO"));
}

pub(crate) async fn enquire_link(peer: &Peer) {
    let gateway = gateway::start(Duration::from_secs(1)).await;
    let lines = peer.client("enquire_link", gateway.local_addr(), ANY_MODE, PASSWORD).finish();
    assert_eq!(statuses(&lines, "enquire_link_resp"), [ESME_ROK]);
    assert_eq!(pdus(&lines, "received", "enquire_link").len(), 1);
    assert_eq!(pdus(&lines, "sent", "enquire_link_resp").len(), 1);
    assert_eq!(statuses(&lines, "unbind_resp"), [ESME_ROK]);
    gateway.shutdown().await;
}

pub(crate) async fn peer_unbind(peer: &Peer) {
    let gateway = gateway::start(NEVER).await;
    let mut client = peer.client("peer_unbind", gateway.local_addr(), ANY_MODE, PASSWORD);
    client.wait_for("bound");
    gateway.shutdown().await;
    let lines = client.finish();
    let unbind = only(&lines, "received", "unbind");
    let answer = only(&lines, "sent", "unbind_resp");
    assert_eq!(unbind["sequence_number"], answer["sequence_number"]);
    assert_eq!(lines.iter().filter(|line| line["event"] == "closed").count(), 1);
}

pub(crate) async fn wrong_password(peer: &Peer) {
    let lines = play(peer, "wrong_password", ANY_MODE, "secret09").await;
    assert_eq!(statuses(&lines, "bind_transceiver_resp"), [ESME_RINVPASWD]);
}

pub(crate) async fn wrong_mode(peer: &Peer) {
    let lines = play(peer, "wrong_mode", TRANSMITTER_ONLY, PASSWORD).await;
    assert_eq!(statuses(&lines, "bind_receiver_resp"), [ESME_RBINDFAIL]);
    assert_eq!(statuses(&lines, "bind_transceiver_resp"), [ESME_RBINDFAIL]);
    assert_eq!(statuses(&lines, "bind_transmitter_resp"), [ESME_ROK]);
}

/// Plays a scenario that submits one message, judges its receipt and returns it.
async fn submit(peer: &Peer, scenario: &str) -> Value {
    let before = minute();
    let lines = play(peer, scenario, ANY_MODE, PASSWORD).await;
    let after = minute();

    let message = only(&lines, "sent", "submit_sm");
    let accepted = only(&lines, "received", "submit_sm_resp");
    let receipt = only(&lines, "received", "deliver_sm");
    assert_eq!(accepted["status"], ESME_ROK);
    let message_id = accepted["message_id"].as_str().expect("a message_id");
    assert!(!message_id.is_empty());

    let possible = [(&before, &before), (&before, &after), (&after, &after)].map(|(submitted, done)| {
        format!(
            "id:{message_id} sub:001 dlvrd:001 submit date:{submitted} done date:{done} stat:DELIVRD err:000"
        )
    });
    let text = receipt["text"].as_str().expect("a text");
    assert!(possible.iter().any(|one| one == text), "{text:?} is none of {possible:?}");
    assert_eq!(receipt["esm_class"], RECEIPT);
    assert_eq!(receipt["data_coding"], 0);
    assert_swapped(message, receipt);
    assert_eq!(pdus(&lines, "sent", "deliver_sm_resp").len(), 1);
    assert_eq!(statuses(&lines, "unbind_resp"), [ESME_ROK]);
    receipt.clone()
}

/// A receipt goes from the message's destination to its source, as far as the gateway keeps that.
fn assert_swapped(message: &Value, receipt: &Value) {
    let source: String = message["source_addr"].as_str().expect("an address").chars().take(15).collect();
    assert_eq!(receipt["destination_addr"], source);
    assert_eq!(receipt["dest_addr_ton"], message["source_addr_ton"]);
    assert_eq!(receipt["dest_addr_npi"], message["source_addr_npi"]);
    assert_eq!(receipt["source_addr"], message["destination_addr"]);
    assert_eq!(receipt["source_addr_ton"], message["dest_addr_ton"]);
    assert_eq!(receipt["source_addr_npi"], message["dest_addr_npi"]);
}

/// Plays a scenario from its start to its end against a gateway of its own.
async fn play(peer: &Peer, scenario: &str, system_id: &str, password: &str) -> Vec<Value> {
    let gateway = gateway::start(NEVER).await;
    let lines = peer.client(scenario, gateway.local_addr(), system_id, password).finish();
    gateway.shutdown().await;
    lines
}

/// The command_status of each response of this kind that was received.
fn statuses(lines: &[Value], command: &str) -> Vec<u64> {
    let received = pdus(lines, "received", command);
    received.iter().map(|pdu| pdu["status"].as_u64().expect("a status")).collect()
}

fn only<'a>(lines: &'a [Value], event: &str, command: &str) -> &'a Value {
    let pdus = pdus(lines, event, command);
    assert_eq!(pdus.len(), 1, "{event} {command}: {pdus:?}");
    pdus.first().expect("one")
}

fn pdus<'a>(lines: &'a [Value], event: &str, command: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["event"] == event && line["command"] == command).collect()
}

/// Now, as a receipt writes it: YYMMDDhhmm in UTC.
fn minute() -> String {
    jiff::Timestamp::now().strftime("%y%m%d%H%M").to_string()
}

const ESME_ROK: u64 = 0x00;
const ESME_RBINDFAIL: u64 = 0x0D;
const ESME_RINVPASWD: u64 = 0x0E;
/// The esm_class of a receipt, SMPP v3.4 §5.2.12.
const RECEIPT: u64 = 0x04;

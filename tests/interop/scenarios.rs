//! What every client must be able to do with the gateway. A scenario is played by a peer's script; its transcript is
//! judged here.

use std::{
    collections::{BTreeSet, HashMap},
    net::Ipv4Addr,
    time::Duration,
};

use serde_json::{Value, json};
use smpp_gateway::{
    AdminConfig, Behaviour, Delay, Outcome, OutcomeShare, SimulatorRule, Stat,
    account::numbers::NumberPattern,
};

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

/// Of two numbers one is delivered to after an attempt that failed, the other one never; six messages to each ask for different things.
pub(crate) async fn receipt_kinds(peer: &Peer) {
    let gateway = gateway::start_changed(|config| {
        let rule = |number: &str, outcome, milliseconds, attempt| SimulatorRule {
            destination: NumberPattern::parse(number).unwrap(),
            behaviour: Behaviour {
                outcomes: vec![OutcomeShare { outcome, share: 1.0 }],
                delay: Delay::Fixed(Duration::from_millis(milliseconds)),
                attempt,
            },
        };
        let undeliverable = Outcome { stat: Stat::UNDELIV, code: -1 };
        config.simulator.rules = vec![
            rule("999000000", Outcome::DELIVERED, 100, Some(Duration::from_millis(1))),
            rule("999000001", undeliverable, 0, None),
        ];
    })
    .await;
    let lines = peer.client("receipt_kinds", gateway.local_addr(), ANY_MODE, PASSWORD).finish();
    gateway.shutdown().await;

    let ids = pdus(&lines, "received", "submit_sm_resp")
        .into_iter()
        .map(|answer| (&answer["sequence_number"], answer));
    let ids: Vec<_> = ids.collect();
    let asked: HashMap<_, _> = pdus(&lines, "sent", "submit_sm")
        .into_iter()
        .map(|sent| {
            let answer =
                ids.iter().find(|(number, _)| **number == sent["sequence_number"]).expect("an answer").1;
            (answer["message_id"].as_str().expect("an id"), sent)
        })
        .collect();
    let told: BTreeSet<_> = pdus(&lines, "received", "deliver_sm")
        .into_iter()
        .map(|told| {
            let text = told["text"].as_str().expect("a text");
            let id = text.strip_prefix("id:").and_then(|text| text.split(' ').next()).expect("an id");
            let asked = asked.get(id).expect("the id of an answer");
            let end = text.find("stat:").and_then(|at| text.get(at..)).expect("an end").to_owned();
            let number = |line: &Value, field: &str| line[field].as_u64().expect("a number");
            assert_eq!(told["source_addr"], asked["destination_addr"]);
            (number(asked, "registered_delivery"), number(told, "esm_class"), end)
        })
        .collect();
    let (enroute, delivered, failed) =
        ("stat:ENROUTE err:000", "stat:DELIVRD err:000", "stat:UNDELIV err:001");
    let expected = [
        (1, RECEIPT, delivered),
        (1, RECEIPT, failed),
        (2, RECEIPT, failed),
        (3, RECEIPT, delivered),
        (0x10, INTERMEDIATE, enroute),
        (0x11, INTERMEDIATE, enroute),
        (0x11, RECEIPT, delivered),
        (0x11, RECEIPT, failed),
    ];
    assert_eq!(told, expected.map(|(asked, class, end)| (asked, class, end.to_owned())).into());
}

/// A short message and one in three parts, posted at the gateway, come to the client as they are.
pub(crate) async fn receive(peer: &Peer) {
    let gateway = gateway::start_changed(|config| {
        for account in config.accounts.iter_mut().take(1) {
            account.incoming_numbers = vec![NumberPattern::parse("43660*").unwrap()];
        }
        config.admin = Some(AdminConfig { listen: (Ipv4Addr::LOCALHOST, 0).into(), token_file: None });
    })
    .await;
    let mut client = peer.client("receive", gateway.local_addr(), ANY_MODE, PASSWORD);
    client.wait_for("bound");
    let long = "0123456789".repeat(40);
    for text in ["STOP", &long] {
        gateway.post(&json!({"source": "4512345678", "destination": "4366012345", "text": text}));
    }
    let lines = client.finish();
    gateway.shutdown().await;
    let came = pdus(&lines, "received", "deliver_sm");
    for pdu in &came {
        assert_eq!(
            (&pdu["source_addr"], &pdu["destination_addr"]),
            (&json!("4512345678"), &json!("4366012345"))
        );
    }
    let (alone, parts) = came.split_first().expect("four");
    assert_eq!((&alone["esm_class"], &alone["text"]), (&json!(0), &json!("STOP")));
    let places = parts.iter().map(|part| {
        assert_eq!(part["esm_class"], 0x40);
        part["header"].as_array().expect("a header").iter().rev().take(2).cloned().collect::<Vec<_>>()
    });
    let expected = [1, 2, 3].map(|number| vec![json!(number), json!(3)]);
    assert_eq!(places.collect::<Vec<_>>(), expected, "which part, of how many");
    let text: String = parts.iter().filter_map(|part| part["text"].as_str()).collect();
    assert_eq!(text, long);
    assert_eq!(pdus(&lines, "sent", "deliver_sm_resp").len(), 4);
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
/// The same of an intermediate notification.
const INTERMEDIATE: u64 = 0x20;

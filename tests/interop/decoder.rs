//! Every type of PDU, written by the engine, is read by npm's `smpp` as the engine reads it: field by field, TLV by TLV.

use std::fs::{self, File};
use std::path::Path;

use serde_json::{Map, Value, json};
use smpp_engine::wire::{Tlvs, split_frame};

use crate::generated;
use crate::peers::{self, Peer};

#[path = "../../crates/smpp-wire/tests/vectors/fields.rs"]
mod fields;

#[test]
fn an_independent_decoder_agrees_on_10_000_generated_pdus() {
    let Some(peer) = peers::node() else { return };
    let pdus = generated::pdus(10_000);
    let theirs = decode(peer, pdus.iter().map(|pdu| hex(pdu)));
    assert_eq!(theirs.len(), pdus.len());
    for (pdu, theirs) in pdus.iter().zip(theirs) {
        assert_eq!(ours(pdu), theirs, "{}", hex(pdu));
    }
}

/// Has npm's `smpp` decode PDUs, given as hex, in one process.
fn decode(peer: &Peer, pdus: impl Iterator<Item = String>) -> Vec<Value> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated-pdus.hex");
    fs::write(&path, pdus.map(|pdu| pdu + "\n").collect::<String>()).unwrap();
    let output = peer.script("decode.js").stdin(File::open(path).unwrap()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    str::from_utf8(&output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ours(octets: &[u8]) -> Value {
    let frame = split_frame(octets, u32::MAX).unwrap().unwrap();
    let header = frame.header();
    let (fields, tlvs) = fields::of(&frame.parse().unwrap()).unwrap();
    json!({
        "header": {
            "command_length": header.command_length,
            "command_id": header.command_id.0,
            "command_status": header.command_status.0,
            "sequence_number": header.sequence_number,
        },
        "command": header.command_id.name(),
        "fields": fields,
        "tlvs": by_name(tlvs),
    })
}

/// A list where the library keeps several.
fn by_name(tlvs: Tlvs<'_>) -> Map<String, Value> {
    let mut all = Map::new();
    for tlv in tlvs {
        let value = fields::tlv_value(&tlv);
        match all.entry(tlv.tag.to_string()).or_insert(if generated::SEVERAL.contains(&tlv.tag) {
            json!([])
        } else {
            Value::Null
        }) {
            Value::Array(several) => several.push(value),
            one => *one = value,
        }
    }
    all
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

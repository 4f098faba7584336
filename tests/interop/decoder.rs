//! Every type of PDU, written by the engine, is read by npm's `smpp` as the engine reads it: field by field, TLV by TLV.

use std::fs::{self, File};
use std::path::Path;

use serde_json::{Map, Value, json};
use smpp_engine::wire::split_frame;

use crate::generated;
use crate::peers::{self, Peer};

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

/// The engine's own JSON, its TLVs in the peer's form.
fn ours(octets: &[u8]) -> Value {
    let mut pdu = serde_json::to_value(split_frame(octets, u32::MAX).unwrap().unwrap()).unwrap();
    let tlvs = by_name(pdu.get("tlvs").and_then(Value::as_array).unwrap());
    pdu.as_object_mut().unwrap().insert("tlvs".to_owned(), tlvs.into());
    pdu
}

/// A value, or a list of them where the library keeps several; by its tag where it has no name.
fn by_name(tlvs: &[Value]) -> Map<String, Value> {
    let mut all = Map::new();
    for tlv in tlvs {
        let name = tlv.get("name").or_else(|| tlv.get("tag")).and_then(Value::as_str).unwrap();
        let value = tlv.get("value").or_else(|| tlv.get("raw")).unwrap().clone();
        let keeps_several = generated::SEVERAL.iter().any(|tag| tag.name() == Some(name));
        let first = if keeps_several { json!([]) } else { Value::Null };
        match all.entry(name).or_insert(first) {
            Value::Array(several) => several.push(value),
            one => *one = value,
        }
    }
    all
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

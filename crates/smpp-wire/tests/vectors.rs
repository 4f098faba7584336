//! The golden PDUs of `vectors/vectors.jsonl`: every one is framed, parsed, judged, compared field by field and encoded again.

use std::collections::BTreeMap;

use serde_json::Value;
use smpp_wire::{Pdu, Profile, RawPdu, encode, split_frame};

/// Larger than every vector, smaller than the lengths that lie.
const LIMIT: u32 = 65_536;

type Checked = Result<(), String>;

#[test]
fn every_vector_is_read_as_it_says_and_written_back() {
    let mut counts = BTreeMap::new();
    let mut failures = Vec::new();
    for line in include_str!("vectors/vectors.jsonl").lines() {
        let vector: Value = serde_json::from_str(line).expect("a line of JSON");
        *counts.entry(text(&vector, "kind").to_owned()).or_insert(0) += 1;
        if let Err(why) = check(&vector) {
            failures.push(format!("{}: {why}", text(&vector, "name")));
        }
    }
    assert!(failures.is_empty(), "{} vectors fail:\n{}", failures.len(), failures.join("\n"));
    let expected = [("lenient", 15), ("malformed", 87), ("stream", 1), ("valid", 123)];
    assert_eq!(counts, expected.map(|(kind, count)| (kind.to_owned(), count)).into());
}

fn check(vector: &Value) -> Checked {
    let octets = unhex(text(vector, "hex"));
    match text(vector, "kind") {
        "valid" | "lenient" => check_pdu(vector, &octets),
        "stream" => check_stream(vector, &octets),
        // They need a session: `crates/smpp-session` checks them.
        "malformed" if text(vector, "name").starts_with("state_") => Ok(()),
        "malformed" => check_malformed(vector, &octets),
        kind => Err(format!("nobody checks the kind {kind}")),
    }
}

fn check_pdu(vector: &Value, octets: &[u8]) -> Checked {
    let frame = whole_frame(octets)?;
    same("octets", frame.octets(), octets)?;
    let profile = match (text(vector, "kind"), text(vector, "v")) {
        ("lenient", _) => Profile::LENIENT,
        (_, "5.0") => Profile::V50,
        _ => Profile::V34,
    };
    let pdu = frame.validated(&profile).map_err(|error| error.to_string())?;
    let json = serde_json::to_value(frame).map_err(|error| error.to_string())?;
    for key in ["header", "command", "fields"] {
        same(key, json.get(key), vector.get(key))?;
    }
    same("tlvs", array(&json, "tlvs"), array(vector, "tlvs"))?;
    same("encoded", hex(&written(&pdu, &frame)?), hex(octets))
}

fn check_stream(vector: &Value, octets: &[u8]) -> Checked {
    let expected: Vec<_> = array(vector, "pdus").iter().filter_map(Value::as_str).collect();
    let mut rest = octets;
    let mut at_once = Vec::new();
    while let Some(frame) = split_frame(rest, LIMIT).map_err(|error| error.to_string())? {
        at_once.push(hex(frame.octets()));
        rest = rest.split_at(frame.octets().len()).1;
    }
    same("octets left", rest.len(), 0)?;
    same("in one read", &at_once[..], &expected[..])?;

    let mut buffer = Vec::new();
    let mut one_by_one = Vec::new();
    for &octet in octets {
        buffer.push(octet);
        let whole =
            split_frame(&buffer, LIMIT).map_err(|error| error.to_string())?.map(|frame| hex(frame.octets()));
        if let Some(pdu) = whole {
            one_by_one.push(pdu);
            buffer.clear();
        }
    }
    same("octet by octet", &one_by_one[..], &expected[..])
}

fn check_malformed(vector: &Value, octets: &[u8]) -> Checked {
    let (status, offset) = match split_frame(octets, LIMIT) {
        Ok(None) => ("INCOMPLETE".to_owned(), 0),
        Err(error) => (error.command_status().to_string(), 0),
        Ok(Some(frame)) => match frame.validated(&Profile::V34) {
            Ok(pdu) => return Err(format!("accepted as {pdu:?}")),
            Err(error) => (error.command_status().to_string(), error.offset),
        },
    };
    same("an offset outside of the PDU", offset > octets.len(), false)?;
    let acceptable = array(vector, "also_acceptable").iter().any(|other| other == &status);
    if acceptable { Ok(()) } else { same("status", status.as_str(), text(vector, "status")) }
}

fn written(pdu: &Pdu<'_>, frame: &RawPdu<'_>) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let header = frame.header();
    encode(&pdu, header.command_status, header.sequence_number, &mut out)
        .map_err(|error| error.to_string())?;
    Ok(out)
}

fn whole_frame(octets: &[u8]) -> Result<RawPdu<'_>, String> {
    split_frame(octets, LIMIT).map_err(|error| error.to_string())?.ok_or_else(|| "not a whole PDU".to_owned())
}

fn same<A: PartialEq<B> + std::fmt::Debug, B: std::fmt::Debug>(what: &str, ours: A, expected: B) -> Checked {
    if ours == expected { Ok(()) } else { Err(format!("{what}: {ours:?} instead of {expected:?}")) }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn array<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn unhex(hex: &str) -> Vec<u8> {
    let (pairs, odd) = hex.as_bytes().as_chunks::<2>();
    assert!(odd.is_empty(), "an odd number of hex digits");
    let octet = |pair| u8::from_str_radix(str::from_utf8(pair).expect("ASCII"), 16).expect("hex digits");
    pairs.iter().map(|pair| octet(&pair[..])).collect()
}

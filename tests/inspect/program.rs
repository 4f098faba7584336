//! The program itself: every golden PDU through a pipe, by each profile, and how it ends.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::{iter, thread};

use serde_json::Value;

use crate::binary::binary;
use crate::{octets, text, vectors};

#[test]
fn every_vector_is_printed_or_refused_as_it_says_by_each_profile() {
    let lines: String = vectors().map(|vector| text(&vector, "hex").to_owned() + "\n").collect();
    for profile in ["v34", "v50", "lenient"] {
        let mut printed = printed(&["--profile", profile], lines.as_bytes()).into_iter();
        for vector in vectors() {
            let count = vector["pdus"].as_array().map_or(1, Vec::len);
            for pdu in printed.by_ref().take(count) {
                check(&pdu, &vector, profile);
            }
        }
        assert_eq!(printed.next(), None);
    }
}

#[test]
fn every_bad_vector_is_told_where_and_why() {
    let bad: Vec<_> = vectors().filter(is_bad_pdu).collect();
    let lines: String = bad.iter().map(|vector| text(vector, "hex").to_owned() + "\n").collect();
    let told = bad.iter().zip(printed(&[], lines.as_bytes())).map(|(vector, pdu)| {
        let error = &pdu["error"];
        format!("{} @{} {}\n", text(vector, "name"), error["offset"], text(error, "what"))
    });
    assert_eq!(told.collect::<String>(), include_str!("bad_vectors.txt"));
}

#[test]
fn texts_are_printed_of_all_that_have_one() {
    let names: BTreeMap<_, _> =
        include_str!("texts.txt").lines().filter_map(|line| line.split_once(' ')).collect();
    let good: Vec<_> = vectors().filter(|vector| vector.get("fields").is_some()).collect();
    let lines: String = good.iter().map(|vector| text(vector, "hex").to_owned() + "\n").collect();
    let printed = printed(&["--profile", "lenient"], lines.as_bytes());
    for (vector, pdu) in good.iter().zip(&printed) {
        let expected = names.get(text(vector, "name")).map(|&text| Value::from(text));
        assert_eq!(pdu.get("text"), expected.as_ref(), "{}", vector["name"]);
    }
}

#[test]
fn a_stream_of_all_good_vectors_is_printed_like_their_lines() {
    let good: Vec<_> = vectors().filter(|vector| vector["kind"] == "valid").collect();
    let stream: Vec<u8> = good.iter().flat_map(|vector| octets(text(vector, "hex"))).collect();
    let pdus = printed(&["--binary", "--profile", "v50"], &stream);
    assert_eq!(pdus.len(), good.len());
    iter::zip(&pdus, &good).for_each(|(pdu, vector)| check(pdu, vector, "v50"));
}

#[test]
fn whatever_comes_is_answered_line_by_line() {
    let enquire_link = "00000010000000150000000000000001";
    let long = enquire_link.repeat(10_000);
    for (line, count) in [
        (&b"\xFF\xFEjunk"[..], 1),
        ("0x00".as_bytes(), 1),
        ("æøå".as_bytes(), 1),
        (b"{\"hex\": 1}", 1),
        (b"0", 1),
        (b"00", 1),
        (b"\0\0", 1),
        (b"   ", 0),
        (b"# no PDU", 0),
        (long.as_bytes(), 10_000),
        (&[b'F'; 100_000], 1),
    ] {
        let lines = [line, b"\n", enquire_link.as_bytes()].concat();
        let printed = printed(&[], &lines);
        assert_eq!(printed.len(), count + 1, "{}", line.escape_ascii());
        assert_eq!(printed[count]["command"], "enquire_link");
    }
}

#[test]
fn a_wrong_command_line_is_told_and_ends_with_2() {
    for (arguments, expected) in [
        (&["--profile", "v99"][..], "error: invalid value 'v99' for '--profile <PROFILE>'"),
        (&["--hex"], "error: unexpected argument '--hex' found"),
        (&["--binary", "--pcap", "x"], "error: the argument '--binary' cannot be used with '--pcap <FILE>'"),
    ] {
        let end = run(arguments, b"");
        assert_eq!((end.status.code(), end.error.lines().next()), (Some(2), Some(expected)));
        assert_eq!(end.output, "");
    }
}

#[test]
fn a_capture_that_can_not_be_read_is_told_in_one_line_and_ends_with_1() {
    let missing = run(&["--pcap", "no such file"], b"");
    assert!(missing.error.starts_with("inspect: no such file: "), "{}", missing.error);
    let other = run(&["--pcap", file!()], b"");
    assert!(other.error.starts_with("inspect: no capture: "), "{}", other.error);
    for end in [missing, other] {
        assert_eq!((end.status.code(), end.error.lines().count()), (Some(1), 1));
    }
}

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let mut process = spawn(&[]);
    drop(process.stdout.take());
    let mut input = process.stdin.take().unwrap();
    let line = b"00000010000000150000000000000001\n".repeat(1000);
    while input.write_all(&line).is_ok() {}
    assert!(process.wait_with_output().unwrap().status.success());
}

/// Whether a vector needs no session to be wrong.
fn is_bad_pdu(vector: &Value) -> bool {
    vector["kind"] == "malformed" && !text(vector, "name").starts_with("state_")
}

fn check(printed: &Value, vector: &Value, profile: &str) {
    let name = &vector["name"];
    let must_be_right = match (text(vector, "kind"), profile) {
        ("valid", "v34") => vector["v"] == "3.4",
        (kind, _) => kind == "valid" || kind == "stream" || kind == profile,
    };
    if must_be_right || printed.get("error").is_none() {
        assert_eq!(printed.get("error"), None, "{name}");
        // A stream and a wrong PDU list no fields.
        for key in ["header", "command", "fields"].into_iter().filter(|_| vector.get("fields").is_some()) {
            assert_eq!(printed[key], vector[key], "{key} of {name}");
        }
        let none = Value::Array(Vec::new());
        let tlvs = vector.get("tlvs").unwrap_or(&none);
        assert!(printed["tlvs"] == *tlvs || vector.get("fields").is_none(), "TLVs of {name}: {printed}");
    } else {
        let error = &printed["error"];
        assert!(text(error, "what").len() > 10 && error["offset"].is_u64(), "{name}: {printed}");
    }
    if profile == "v34" && is_bad_pdu(vector) {
        let error = &printed["error"];
        assert_eq!((&error["status"], &error["close"]), (&vector["status"], &vector["close"]), "{name}");
        let octets = text(vector, "hex").len() as u64 / 2;
        assert!(error["offset"].as_u64().is_some_and(|offset| offset <= octets), "{name}: {printed}");
    }
}

struct End {
    status: ExitStatus,
    output: String,
    error: String,
}

/// One JSON object a line, and a good end.
pub(crate) fn printed(arguments: &[&str], input: &[u8]) -> Vec<Value> {
    let End { status, output, error } = run(arguments, input);
    assert!(status.success() && error.is_empty(), "{status}: {error}");
    output.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn run(arguments: &[&str], input: &[u8]) -> End {
    let mut process = spawn(arguments);
    let (mut stdin, input) = (process.stdin.take().unwrap(), input.to_vec());
    // One that ends early does not read to the end.
    let writer = thread::spawn(move || drop(stdin.write_all(&input)));
    let (mut output, mut error) = (String::new(), String::new());
    process.stdout.take().unwrap().read_to_string(&mut output).unwrap();
    process.stderr.take().unwrap().read_to_string(&mut error).unwrap();
    writer.join().unwrap();
    End { status: process.wait().unwrap(), output, error }
}

fn spawn(arguments: &[&str]) -> std::process::Child {
    let mut command = Command::new(binary("inspect"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

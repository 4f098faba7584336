//! `examples/inspect.rs` over every golden PDU, and what else it takes.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed test says where by panicking")]

use std::error::Error;
use std::io;

use serde_json::{Value, json};

#[path = "examples/binary.rs"]
mod binary;
#[path = "inspect/capture.rs"]
mod capture;
#[path = "inspect/program.rs"]
mod program;
#[path = "../examples/inspect/run.rs"]
mod run;

#[test]
fn what_is_right_is_up_to_the_profile() {
    let password = hex_of("lenient_bind_long_password");
    assert_eq!(only(inspect(&[], &password))["error"]["status"], "ESME_RINVPASWD");
    assert_eq!(only(inspect(&["--profile", "lenient"], &password)).get("error"), None);
    let broadcast = hex_of("broadcast_sm");
    assert_eq!(only(inspect(&["--profile", "v34"], &broadcast))["error"]["status"], "ESME_RINVCMDID");
    assert_eq!(only(inspect(&["--profile", "v50"], &broadcast))["command"], "broadcast_sm");
}

#[test]
fn a_line_or_a_stream_with_several_pdus_gives_an_object_each() {
    let stream = vectors().find(|vector| vector["kind"] == "stream").unwrap();
    let one_by_one: Vec<_> =
        stream["pdus"].as_array().unwrap().iter().map(|pdu| pdu.as_str().unwrap()).collect();
    let expected = inspect(&[], &one_by_one.join("\n"));
    assert_eq!(expected.len(), 3);
    assert_eq!(inspect(&[], text(&stream, "hex")), expected);
    assert_eq!(inspect_octets(&["--binary"], &octets(text(&stream, "hex"))), expected);
}

#[test]
fn hex_is_taken_as_people_copy_it() {
    let enquire_link = only(inspect(&[], "00000010000000150000000000000001"));
    assert_eq!(enquire_link["command"], "enquire_link");
    let copied = "# from the log\n\n  00 00 00 10  0000 0015\t00000000 00000001 \r\n   \n#0000\n";
    assert_eq!(only(inspect(&[], copied)), enquire_link);
    assert_eq!(only(inspect(&[], "00:00:00:10:00:00:00:15:00:00:00:00:00:00:00:01 # alive?")), enquire_link);
    assert_eq!(only(inspect(&[], "0000001080000015000000000000000A"))["header"]["sequence_number"], 10);
}

#[test]
fn what_is_not_hex_is_said_and_the_next_line_is_read() {
    let printed = inspect(&[], "0000001g\n00000010000000150000000000000001\n000");
    assert_eq!(printed.len(), 3);
    assert_eq!(
        printed[0],
        json!({"header": null, "error": {
            "what": "\"1g\" is not an octet in hex", "field": null, "offset": 3, "status": null, "close": false,
        }})
    );
    assert_eq!(printed[1]["command"], "enquire_link");
    assert_eq!(printed[2]["error"]["offset"], 1);
    assert_eq!(printed[2]["error"]["what"], "an octet in hex has two digits, the last one has one");
}

#[test]
fn a_pdu_that_is_not_whole_is_incomplete_and_not_parsed() {
    let printed = inspect(&[], "00000010000000150000000000000001 0000001000");
    assert_eq!(printed.len(), 2);
    assert_eq!(printed[1]["error"]["status"], "INCOMPLETE");
    assert_eq!(printed[1]["header"], Value::Null);
}

#[test]
fn a_wrong_flag_is_told() {
    let arguments = ["inspect", "--profile", "v99"].map(Into::into);
    let error = run::run(arguments, &mut io::empty(), &mut io::sink()).unwrap_err();
    assert!(error.to_string().contains("v34, v50, lenient"), "{error}");
}

fn vectors() -> impl Iterator<Item = Value> {
    let lines = include_str!("../crates/smpp-wire/tests/vectors/vectors.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).unwrap())
}

fn hex_of(name: &str) -> String {
    text(&vectors().find(|vector| vector["name"] == name).expect(name), "hex").to_owned()
}

fn inspect(arguments: &[&str], lines: &str) -> Vec<Value> {
    inspect_octets(arguments, lines.as_bytes())
}

fn inspect_octets(arguments: &[&str], input: &[u8]) -> Vec<Value> {
    let (printed, end) = inspect_to_the_end(arguments, input);
    end.unwrap();
    printed
}

fn inspect_to_the_end(arguments: &[&str], mut input: &[u8]) -> (Vec<Value>, Result<(), Box<dyn Error>>) {
    let mut printed = Vec::new();
    let arguments = ["inspect"].iter().chain(arguments).map(Into::into);
    let end = run::run(arguments, &mut input, &mut printed);
    let lines = str::from_utf8(&printed).unwrap().lines();
    (lines.map(|line| serde_json::from_str(line).unwrap()).collect(), end)
}

fn only(mut printed: Vec<Value>) -> Value {
    assert_eq!(printed.len(), 1, "{printed:?}");
    printed.remove(0)
}

fn octets(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn text<'v>(vector: &'v Value, key: &str) -> &'v str {
    vector[key].as_str().unwrap_or_default()
}

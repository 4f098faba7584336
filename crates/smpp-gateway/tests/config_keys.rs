//! No key without a test, none that nothing reads, and none that the example does not show.
//!
//! Three lists must be one: what the reader asks for, what `gateway.example.toml` shows, and `config_keys.txt`, which names for each
//! key the test of what it does.
#![cfg(all(feature = "admin", feature = "sqlite"))]
#![expect(clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use smpp_gateway::Config;

const EXAMPLE: &str = include_str!("../gateway.example.toml");
const TABLE: &str = include_str!("config_keys.txt");
/// What no key is called.
const UNKNOWN: &str = "no_such_key";

/// A line of the example that gives a key, or would without its comment sign.
fn key(line: &str) -> Option<&str> {
    let (key, _) = line.strip_prefix("# ").unwrap_or(line).split_once(" = ")?;
    let is_key = |key: &str| !key.is_empty() && key.bytes().all(|octet| matches!(octet, b'a'..=b'z' | b'_'));
    is_key(key).then_some(key)
}

/// A line that begins a table, or would: its name, and how it is written.
fn header(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("# ").unwrap_or(line);
    let name = line.trim_start_matches('[').trim_end_matches(']');
    let is_header = line.starts_with('[') && line.ends_with(']') && !name.contains(['"', ' ']);
    is_header.then_some((name, line))
}

fn shown() -> BTreeSet<String> {
    let mut table = String::new();
    let mut keys = BTreeSet::new();
    for line in EXAMPLE.lines() {
        if let Some((name, _)) = header(line) {
            table = format!("{name}.");
        } else if let Some(key) = key(line) {
            keys.insert(format!("{table}{key}"));
        }
    }
    keys
}

/// What a table may hold, as the reader says it to who gives something else.
fn asked(header: &str) -> BTreeSet<String> {
    let error = Config::from_toml(&format!("{header}\n{UNKNOWN} = 1\n"), "f").unwrap_err().to_string();
    let line = error.lines().find(|line| line.contains(UNKNOWN)).unwrap();
    let (_, keys) = line.split_once("is unknown, allowed is ").unwrap();
    keys.split(", ").map(str::to_owned).collect()
}

fn read() -> BTreeSet<String> {
    let tables: BTreeMap<_, _> = EXAMPLE.lines().filter_map(header).collect();
    let mut keys = BTreeSet::new();
    for (name, header) in [("", "")].into_iter().chain(tables.iter().map(|(name, header)| (*name, *header))) {
        let prefix = if name.is_empty() { String::new() } else { format!("{name}.") };
        keys.extend(asked(header).into_iter().map(|key| format!("{prefix}{key}")));
    }
    // A table is no key; one that the example does not show stays, and is found.
    keys.retain(|key| !tables.contains_key(key.as_str()) && key != "receipt_status.000 to 999");
    keys
}

/// The rows of the table: key, file, function.
fn tested() -> BTreeMap<&'static str, (&'static str, &'static str)> {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let row = |line: &'static str| {
        let mut words = line.split_whitespace();
        (words.next().unwrap(), (words.next().unwrap(), words.next().unwrap()))
    };
    rows.map(row).collect()
}

#[test]
fn the_example_shows_every_key_that_is_read_and_no_other() {
    let (shown, read) = (shown(), read());
    assert!(shown.len() > 40);
    assert_eq!(read.difference(&shown).collect::<Vec<_>>(), Vec::<&String>::new(), "not in the example");
    assert_eq!(shown.difference(&read).collect::<Vec<_>>(), Vec::<&String>::new(), "nothing reads it");
}

#[test]
fn every_key_has_a_test_that_it_does_something() {
    let (read, tested) = (read(), tested());
    let without: Vec<_> = read.iter().filter(|key| !tested.contains_key(key.as_str())).collect();
    assert_eq!(without, Vec::<&String>::new(), "give each a test, and its line in tests/config_keys.txt");
    for (key, (file, function)) in tested {
        assert!(read.contains(key), "{key} in tests/config_keys.txt is no key");
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        let is_test = lines.windows(2).any(|pair| {
            let [attribute, line] = pair else { return false };
            let is_it = line.trim_start_matches("async ").starts_with(&format!("fn {function}("));
            is_it && attribute.starts_with("#[") && attribute.contains("test")
        });
        assert!(is_test, "{key}: no test {function} in {file}");
    }
}

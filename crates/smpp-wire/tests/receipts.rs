//! The text of receipts: every one that the field is known to send, and what must hold for any octets.
#![cfg(feature = "std")]

use proptest::prelude::*;
use serde_json::Value;
use smpp_wire::SliceBuffer;
use smpp_wire::receipt::{ReceiptError, ReceiptText, Scratch, comma_form, date_word, number_word, stat_word};
use smpp_wire::time::{Century, DateTime};
use smpp_wire::values::MessageState;

const TEXTS: &str = include_str!("spec/receipts.jsonl");

#[test]
fn every_text_of_the_field_is_read_as_expected() {
    let mut checked = 0;
    for line in TEXTS.lines() {
        let case: Value = serde_json::from_str(line).expect("JSON");
        let (name, expect) = (field(&case, "name").as_str().expect("a name"), field(&case, "expect"));
        let octets = octets(&case);
        let mut scratch = Scratch::new();
        if let Some(fields) = expect.get("csv") {
            let read = comma_form(&octets).map(|fields| fields.map(lossy)).expect(name);
            assert_eq!(&Value::from(read.to_vec()), fields);
            assert_eq!(ReceiptText::parse(&octets, &mut scratch), ReceiptText::default());
        } else {
            assert_eq!(&read(&ReceiptText::parse(&octets, &mut scratch)), expect, "{name}");
            assert_eq!(comma_form(&octets), None, "{name}");
        }
        checked += 1;
    }
    assert_eq!(checked, 31);
}

/// What was read, in the form of the file.
fn read(text: &ReceiptText<'_>) -> Value {
    let word = |word: Option<&[u8]>| word.map(lossy);
    serde_json::json!({
        "id": word(text.id),
        "sub": text.sub(),
        "dlvrd": text.dlvrd(),
        "submit": text.submit_date().map(|date| date.to_string()),
        "done": text.done_date().map(|date| date.to_string()),
        "stat": word(text.stat),
        "message_state": text.state().map(|state| state.0),
        "err": word(text.err),
        "text": word(text.text),
    })
}

fn lossy(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

fn field<'v>(case: &'v Value, name: &str) -> &'v Value {
    case.get(name).expect("a field")
}

fn octets(case: &Value) -> Vec<u8> {
    match case.get("hex").and_then(Value::as_str) {
        Some(hex) => {
            let digit = |at| u8::from_str_radix(hex.get(at..at + 2).expect("a pair"), 16).expect("hex");
            (0..hex.len()).step_by(2).map(digit).collect()
        }
        None => field(case, "text").as_str().expect("a text").into(),
    }
}

#[test]
fn odd_words_cost_no_other_word_its_meaning() {
    let cases = [
        ("err:21b stat:UNDELIV", r#"{"err": "21b", "message_state": 5}"#),
        ("stat:delivrd err:000 text:ok", r#"{"stat": "delivrd", "message_state": 2, "text": "ok"}"#),
        ("id:7 stat:UNDELIVERABLE err:001", r#"{"id": "7", "stat": "UNDELIVERABLE", "message_state": 5}"#),
        ("stat:DELIVRD err:000 text:hello\0", r#"{"message_state": 2, "text": "hello"}"#),
        (
            "id:77 submit date:200229235959 done date:200301000001 stat:DELIVRD",
            r#"{"submit": "2020-02-29T23:59:59", "done": "2020-03-01T00:00:01", "message_state": 2}"#,
        ),
        (
            "id:0123456789 sub:001 dlvrd:001 submit date:2513311200 done date:0000000000 stat:DELIVRD err:000 text:",
            r#"{"id": "0123456789", "sub": 1, "submit": null, "done": null, "message_state": 2, "err": "000", "text": ""}"#,
        ),
        (
            "stat:DELIVRD err:000 id:0123456789 done date:2501311201 submit date:2501311200 dlvrd:001 sub:001",
            r#"{"id": "0123456789", "sub": 1, "dlvrd": 1, "done": "2025-01-31T12:01:00", "err": "000"}"#,
        ),
    ];
    for (text, expect) in cases {
        let mut scratch = Scratch::new();
        let read = read(&ReceiptText::parse(text.as_bytes(), &mut scratch));
        let expect: Value = serde_json::from_str(expect).expect("JSON");
        for (key, value) in expect.as_object().expect("an object") {
            assert_eq!(field(&read, key), value, "{key} of {text:?}");
        }
    }
}

#[test]
fn the_short_form_and_that_of_appendix_b_are_written_octet_for_octet() {
    let (submitted, done) = (date(b"2503040506"), date(b"2503040507"));
    let (submitted, done, err) = (date_word(submitted), date_word(done), number_word(5));
    let short = ReceiptText {
        id: Some(b"0f8fad5b-d9cb-469f-a165-70867728950e"),
        sub: Some(b"001"),
        dlvrd: Some(b"000"),
        submit_date: Some(&submitted),
        done_date: Some(&done),
        stat: stat_word(MessageState::UNDELIVERABLE),
        err: Some(&err),
        text: None,
    };
    let mut out = b"before ".to_vec();
    assert_eq!(short.write(&mut out), Ok(122));
    assert_eq!(
        lossy(&out),
        "before id:0f8fad5b-d9cb-469f-a165-70867728950e sub:001 dlvrd:000 submit date:2503040506 \
         done date:2503040507 stat:UNDELIV err:005"
    );
    out.clear();
    let long = ReceiptText { id: Some(b"0123456789"), text: Some(b" Hello this is a tes"), ..short };
    assert_eq!(long.write(&mut out), Ok(out.len()));
    assert_eq!(
        lossy(&out),
        "id:0123456789 sub:001 dlvrd:000 submit date:2503040506 done date:2503040507 stat:UNDELIV err:005 \
         text: Hello this is a tes"
    );
}

fn date(word: &[u8]) -> DateTime {
    smpp_wire::receipt::date(word, Century::V34).expect("a date")
}

#[test]
fn a_text_that_would_be_read_otherwise_or_has_no_room_is_not_written() {
    let mut room = [0; 10];
    let mut out = SliceBuffer::new(&mut room);
    let receipt = ReceiptText { id: Some(b"1234567"), ..ReceiptText::default() };
    assert_eq!(
        ReceiptText { err: Some(b"0 stat:DELIVRD"), ..receipt }.write(&mut out),
        Err(ReceiptError::BlankInside)
    );
    assert_eq!(
        ReceiptText { id: Some(b"12345678"), ..receipt }.write(&mut out),
        Err(ReceiptError::BufferFull)
    );
    assert_eq!(out.written(), b"");
    assert_eq!(receipt.write(&mut out), Ok(10));
    assert_eq!(out.written(), b"id:1234567");
    assert_eq!(ReceiptText::default().write(&mut Vec::new()), Ok(0));
}

/// Octets that make a word: anything but blanks.
fn word() -> impl Strategy<Value = Option<Vec<u8>>> {
    prop::option::weighted(0.8, prop::collection::vec(prop_oneof![3 => b'!'..=b'~', 1 => 0x80_u8..], 0..40))
}

fn text() -> impl Strategy<Value = Option<Vec<u8>>> {
    prop::option::of(prop::collection::vec(any::<u8>(), 0..40).prop_map(|mut text| {
        text.push(b'.');
        text
    }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_is_written_is_read_back(words in prop::array::uniform7(word()), text in text()) {
        let [id, sub, dlvrd, submit_date, done_date, stat, err] = words.each_ref().map(Option::as_deref);
        let receipt = ReceiptText { id, sub, dlvrd, submit_date, done_date, stat, err, text: text.as_deref() };
        let mut out = Vec::new();
        prop_assert_eq!(receipt.write(&mut out), Ok(out.len()));
        let mut scratch = Scratch::new();
        prop_assert_eq!(ReceiptText::parse(&out, &mut scratch), receipt);
        // The same in UTF-16BE, whose words have the octets of Latin-1.
        let wide: Vec<u8> = out.iter().flat_map(|octet| [0, *octet]).collect();
        if (2..=256).contains(&out.len()) {
            let mut scratch = Scratch::new();
            prop_assert_eq!(ReceiptText::parse(&wide, &mut scratch), receipt);
        }
    }

    #[test]
    fn the_usual_layout_is_read_and_written_as_any_other(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
        behind in prop_oneof![Just(""), Just(" "), Just(" text:id:8 "), Just("1"), Just(" stat:x")],
    ) {
        let usual = "d:0123456789 sub:001 dlvrd:001 submit date:2501311200 done date:2501311201 stat:DELIVRD err:000";
        let mut usual = [usual, behind].concat().into_bytes();
        for (at, octet) in changes {
            let at = at.index(usual.len());
            usual[at] = octet;
        }
        let (small, capital) = ([b"i", &usual[..]].concat(), [b"I", &usual[..]].concat());
        let (mut scratch, mut other) = (Scratch::new(), Scratch::new());
        let read = ReceiptText::parse(&small, &mut scratch);
        prop_assert_eq!(read, ReceiptText::parse(&capital, &mut other));

        let keys = ["id", "sub", "dlvrd", "submit date", "done date", "stat", "err", "text"];
        let words = [read.id, read.sub, read.dlvrd, read.submit_date, read.done_date, read.stat, read.err, read.text];
        let parts = keys.iter().zip(words).filter_map(|(key, word)| Some([key.as_bytes(), b":", word?].concat()));
        let mut out = Vec::new();
        prop_assert_eq!(read.write(&mut out), Ok(out.len()));
        prop_assert_eq!(out, parts.collect::<Vec<_>>().join(&b' '));
    }

    #[test]
    fn arbitrary_octets_are_read_without_a_panic(octets in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut scratch = Scratch::new();
        let _ = read(&ReceiptText::parse(&octets, &mut scratch));
        let _ = comma_form(&octets);
    }

    #[test]
    fn mangled_receipts_are_read_without_a_panic(
        line in 0_usize..31,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let case: Value = serde_json::from_str(TEXTS.lines().nth(line).expect("a line")).expect("JSON");
        let mut octets = octets(&case);
        for (at, octet) in changes {
            let at = at.index(octets.len());
            octets[at] = octet;
        }
        octets.truncate(cut.index(octets.len() + 1));
        let mut scratch = Scratch::new();
        let _ = read(&ReceiptText::parse(&octets, &mut scratch));
    }
}

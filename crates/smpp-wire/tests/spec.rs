//! The crate against the table of facts `spec/smpp34.toml`: every command, status and TLV, and nothing different.

use smpp_wire::{
    CommandId, CommandStatus, HEADER_LEN, Header, Pdu, RawPdu, Tag, TlvKind, Version, encode, split_frame,
    tlv_rule,
};
use toml::{Table, Value};

#[test]
fn every_command_has_its_id_its_name_and_its_view() {
    for command in entries("command") {
        let (id, name) = (CommandId(number(&command, "id")), text(&command, "name"));
        assert_eq!(id.name(), Some(name));
        assert_eq!(
            id.is_response(),
            text(&command, "kind") == "response" || name == "generic_nack",
            "{name}"
        );

        let octets = framed(id, &shortest_body(&command, usize::MAX));
        let frame = whole(&octets);
        let pdu = frame.parse().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!matches!(pdu, Pdu::Unknown(_)), "{name} has no view");
        assert_eq!(pdu.command_id(), id);
        let mut written = Vec::new();
        encode(&pdu, CommandStatus::ESME_ROK, 1, &mut written).expect("fits");
        assert_eq!(written, octets, "{name}");
    }
}

#[test]
fn every_command_shows_the_fields_of_the_table_in_their_order() {
    for command in entries("command") {
        let (id, body) = (CommandId(number(&command, "id")), shortest_body(&command, usize::MAX));
        let octets = framed(id, &body);
        let pdu = whole(&octets).parse().expect("the shortest body");
        let (mut shown, mut wire_len) = (Vec::new(), 0);
        pdu.fields(&mut |field, value| {
            shown.push(field.name());
            wire_len += value.wire_len();
        });
        let fields = fields(&command);
        let listed: Vec<_> = fields.iter().map(|field| text(field, "name")).chain(["tlvs"]).collect();
        assert_eq!((shown, wire_len), (listed, body.len()), "{}", text(&command, "name"));
        assert_eq!(id.version(), Some(version(&command)));
    }
}

#[test]
fn a_request_that_ends_early_names_the_field_that_is_missing() {
    for command in entries("command").filter(|command| text(command, "kind") == "request") {
        for (index, field) in fields(&command).iter().enumerate() {
            if matches!(text(field, "type"), "array" | "octet_string") {
                continue;
            }
            let octets = framed(CommandId(number(&command, "id")), &shortest_body(&command, index));
            let error = whole(&octets).parse().expect_err("cut");
            let place = (error.field.name(), error.offset);
            assert_eq!(place, (text(field, "name"), octets.len()), "{}", text(&command, "name"));
        }
    }
}

#[test]
fn every_status_has_its_name_and_value() {
    for status in entries("status") {
        assert_eq!(CommandStatus(number(&status, "value")).name(), Some(text(&status, "name")));
    }
}

#[test]
fn every_tlv_has_its_tag_name_type_and_lengths() {
    for tlv in entries("tlv") {
        let (tag, name) = (Tag(u16::try_from(number(&tlv, "tag")).expect("two octets")), text(&tlv, "name"));
        let rule = tlv_rule(tag).unwrap_or_else(|| panic!("{name} has no rule"));
        assert_eq!((tag.name(), rule.name), (Some(name), name));
        assert_eq!(
            (u32::from(rule.min), u32::from(rule.max)),
            (number(&tlv, "min"), number(&tlv, "max")),
            "{name}"
        );
        assert_eq!(Some(rule.kind), kind(text(&tlv, "type")), "{name}");
        assert_eq!(rule.version, version(&tlv), "{name}");
        assert_eq!(Some(rule.repeatable), tlv["repeatable"].as_bool(), "{name}");
        for length in tlv.get("lengths_v5").and_then(Value::as_array).into_iter().flatten() {
            assert!(
                rule.fits(usize::try_from(length.as_integer().expect("a length")).expect("small")),
                "{name}"
            );
        }
    }
}

#[test]
fn every_tag_and_status_of_this_crate_is_in_the_table() {
    let tags = (0..=u16::MAX).filter(|&tag| Tag(tag).name().is_some() || tlv_rule(Tag(tag)).is_some());
    assert_eq!(tags.count(), entries("tlv").count());
    let statuses = (0..=0xFFFF).filter(|&value| CommandStatus(value).name().is_some());
    assert_eq!(statuses.count(), entries("status").count());
    let requests = (0..=0xFFFF).filter(|&id| CommandId(id).name().is_some());
    let responses = (0..=0xFFFF).filter(|&id| CommandId(0x8000_0000 | id).name().is_some());
    assert_eq!(requests.count() + responses.count(), entries("command").count());
}

/// The fields before `count`, each as short as it can be.
fn shortest_body(command: &Table, count: usize) -> Vec<u8> {
    let octets = |field: &Table| match text(field, "type") {
        "array" | "octet_string" => 0,
        _ => usize::try_from(field.get("size").and_then(Value::as_integer).unwrap_or(1)).expect("small"),
    };
    vec![0; fields(command).iter().take(count).map(octets).sum()]
}

fn version(entry: &Table) -> Version {
    if text(entry, "v") == "3.4" { Version::V34 } else { Version::V50 }
}

fn kind(name: &str) -> Option<TlvKind> {
    Some(match name {
        "int1" => TlvKind::Int1,
        "int2" => TlvKind::Int2,
        "int4" => TlvKind::Int4,
        "empty_or_int1" => TlvKind::EmptyOrInt1,
        "c_octet_string" => TlvKind::CString,
        "octet_string" => TlvKind::Octets,
        _ => return None,
    })
}

fn framed(command_id: CommandId, body: &[u8]) -> Vec<u8> {
    let command_length = u32::try_from(HEADER_LEN + body.len()).expect("short");
    let command_status = CommandStatus::ESME_ROK;
    let header = Header { command_length, command_id, command_status, sequence_number: 1 };
    [&header.octets()[..], body].concat()
}

fn whole(octets: &[u8]) -> RawPdu<'_> {
    split_frame(octets, 65_536).expect("a true length").expect("a whole PDU")
}

fn facts() -> Table {
    include_str!("spec/smpp34.toml").parse().expect("TOML")
}

fn entries(name: &str) -> impl Iterator<Item = Table> {
    let list = facts().remove(name).expect("a list");
    list.as_array()
        .cloned()
        .expect("a list")
        .into_iter()
        .map(|entry| entry.as_table().cloned().expect("a table"))
}

fn fields(command: &Table) -> Vec<Table> {
    let list = command.get("fields").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|field| field.as_table().cloned()).collect()
}

fn text<'t>(table: &'t Table, key: &str) -> &'t str {
    table.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn number(table: &Table, key: &str) -> u32 {
    let number = table.get(key).and_then(Value::as_integer).expect(key);
    u32::try_from(number).expect("four octets")
}

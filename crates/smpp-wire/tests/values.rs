//! The value sets against the table of facts `spec/smpp34.toml`: every set has its type, every value its name, and no other has one.

use std::collections::BTreeSet;

use smpp_wire::values::{
    DataCoding, DestFlag, EsmClass, InterfaceVersion, MessageMode, MessageState, MessageType, Npi,
    PriorityFlag, ReceiptRequest, RegisteredDelivery, ReplaceIfPresent, ServiceType, SmeAck, Ton,
};
use smpp_wire::{CommandStatus, Tag, Tlv, tlv_rule};
use toml::{Table, Value};

#[test]
fn every_value_set_of_a_field_has_its_type_and_its_names() {
    let facts = facts();
    let mut sets = BTreeSet::new();
    let structures = list(&facts, "structure");
    let variants: Vec<_> = structures.iter().flat_map(|structure| list(structure, "variants")).collect();
    for owner in list(&facts, "command").iter().chain(&structures).chain(&variants) {
        let references = list(owner, "fields");
        sets.extend(
            references.iter().filter_map(|field| Some(field.get("values_ref")?.as_str()?.to_owned())),
        );
    }
    for set in sets {
        match set.as_str() {
            "ton" => same_names(&set, table(&facts, "ton"), |value| Ton(value).name()),
            "npi" => same_names(&set, table(&facts, "npi"), |value| Npi(value).name()),
            "priority_flag" => {
                let values = keys(table(&facts, "priority_flag"));
                assert_eq!(values, named(|value| PriorityFlag(value).name()));
            }
            "interface_version" => {
                let text = table(&facts, "interface_version");
                let named =
                    [InterfaceVersion::V34, InterfaceVersion::V50].map(|version| format!("{:#x}", version.0));
                assert!(named.iter().all(|version| text.contains_key(version)));
            }
            "message_state" => {
                same_entries(&set, &list(&facts, "message_state"), |value| MessageState(value).name())
            }
            "data_coding" => {
                let listed =
                    list(&facts, "data_coding").into_iter().chain(list(&facts, "data_coding_common"));
                let listed: BTreeSet<_> = listed.map(|entry| octet(&entry["value"])).collect();
                assert_eq!(listed, named(|value| DataCoding(value).name()));
            }
            "service_type" => {
                for (service, meaning) in table(&facts, "service_type") {
                    assert_eq!(ServiceType(service.as_bytes()).name(), meaning.as_str());
                }
            }
            "esm_class" => esm_class(table(&facts, "esm_class")),
            "registered_delivery" => registered_delivery(table(&facts, "registered_delivery")),
            "status" => {
                let statuses = list(&facts, "status");
                assert!(statuses.iter().all(|status| {
                    let value =
                        u32::try_from(status["value"].as_integer().expect("a number")).expect("four octets");
                    CommandStatus(value).name() == status["name"].as_str()
                }));
            }
            other => panic!("the value set {other} has no type"),
        }
    }
}

#[test]
fn fields_that_list_their_values_have_types_with_these_values() {
    let facts = facts();
    let dest_flag =
        list(&facts, "structure").iter().find_map(|structure| structure.get("tag_field").cloned());
    let dest_flag = dest_flag.expect("dest_flag");
    let values: BTreeSet<_> = dest_flag["values"].as_array().expect("a list").iter().map(octet).collect();
    assert_eq!(values, named(|value| DestFlag(value).name()));
    assert_eq!(BTreeSet::from([0, 1]), named(|value| ReplaceIfPresent(value).name()));
}

#[test]
fn every_value_of_a_tlv_has_its_name() {
    for tlv in list(&facts(), "tlv") {
        let Some(values) = tlv.get("values").and_then(Value::as_table) else { continue };
        let tag = Tag(u16::try_from(tlv["tag"].as_integer().expect("a number")).expect("two octets"));
        let name = |value: u8| Tlv { tag, value: &[value] }.value_name();
        same_names(tlv_rule(tag).expect("a rule").name, values, name);
    }
}

#[test]
fn the_values_that_tlvs_are_composed_of_have_names() {
    use smpp_wire::values::*;
    let count = |name: fn(u8) -> Option<&'static str>| named(name).len();
    assert_eq!(count(|value| ErrorNetworkType(value).name()), 8);
    assert_eq!(count(|value| BroadcastNetworkTag(value).name()), 4);
    assert_eq!(count(|value| BroadcastFrequencyUnit(value).name()), 8);
    assert_eq!(count(|value| BroadcastAreaFormat(value).name()), 3);
    assert_eq!(count(|value| MsValidityUnit(value).name()), 7);
    assert_eq!(count(|value| SubaddressType(value).name()), 3);
    assert_eq!(count(|value| DigitMode(value).name()), 2);
    assert_eq!(count(|value| Presentation(value).name()), 3);
    assert_eq!(count(|value| Screening(value).name()), 4);
    assert_eq!(count(|value| WaitingMessages(value).name()), 4);
    assert_eq!(count(|value| CongestionState(value).name()), 101);
}

fn esm_class(facts: &Table) {
    same_names("modes", table(facts, "mode_submit"), |value| MessageMode(value).name());
    let types: BTreeSet<_> = ["type_esme_to_smsc", "type_smsc_to_esme"]
        .into_iter()
        .flat_map(|set| keys(table(facts, set)))
        .collect();
    assert_eq!(types, named(|value| MessageType(value).name()));
    let gsm = EsmClass::UDHI.0 | EsmClass::REPLY_PATH.0;
    assert_eq!(keys(table(facts, "gsm")), BTreeSet::from([0, EsmClass::UDHI.0, EsmClass::REPLY_PATH.0, gsm]));
}

fn registered_delivery(facts: &Table) {
    assert_eq!(keys(table(facts, "receipt")), named(|value| ReceiptRequest(value).name()));
    same_names("acknowledgements", table(facts, "sme_ack"), |value| SmeAck(value).name());
    for octet in keys(table(facts, "intermediate")) {
        assert_eq!(RegisteredDelivery(octet).wants_intermediate_notification(), octet != 0);
    }
}

/// Each value has the name that the facts give it, and no other value has one.
fn same_names(set: &str, facts: &Table, name: impl Fn(u8) -> Option<&'static str>) {
    assert!(!facts.is_empty(), "{set} is empty");
    for value in 0..=u8::MAX {
        assert_eq!(name(value), facts.get(&value.to_string()).and_then(Value::as_str), "{set} {value}");
    }
}

fn same_entries(set: &str, facts: &[Table], name: impl Fn(u8) -> Option<&'static str>) {
    let named = facts.iter().map(|entry| (entry["value"].to_string(), entry["name"].clone())).collect();
    same_names(set, &named, name);
}

fn named(name: impl Fn(u8) -> Option<&'static str>) -> BTreeSet<u8> {
    (0..=u8::MAX).filter(|&value| name(value).is_some()).collect()
}

fn keys(table: &Table) -> BTreeSet<u8> {
    table.keys().filter_map(|key| key.parse().ok()).collect()
}

fn octet(value: &Value) -> u8 {
    u8::try_from(value.as_integer().expect("a number")).expect("an octet")
}

fn table<'t>(table: &'t Table, key: &str) -> &'t Table {
    table[key].as_table().expect("a table")
}

fn list(table: &Table, key: &str) -> Vec<Table> {
    let entries = table.get(key).and_then(Value::as_array);
    entries.into_iter().flatten().filter_map(|entry| entry.as_table().cloned()).collect()
}

fn facts() -> Table {
    include_str!("spec/smpp34.toml").parse().expect("TOML")
}

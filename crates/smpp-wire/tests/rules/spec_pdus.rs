//! PDUs made of the fields that `spec/smpp34.toml` lists, with any octets in each.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use smpp_wire::{CommandId, CommandStatus, HEADER_LEN, Header, PduError, PduErrorKind, Profile, split_frame};
use toml::{Table, Value};

/// A PDU as its fields' octets.
#[derive(Clone)]
pub(crate) struct Octets {
    pub(crate) name: String,
    pub(crate) id: CommandId,
    pub(crate) fields: Vec<Table>,
    pub(crate) values: BTreeMap<String, Vec<u8>>,
    pub(crate) tlvs: Vec<u8>,
}

impl Octets {
    pub(crate) fn with(&self, field: &str, octets: Vec<u8>) -> Self {
        let mut changed = self.clone();
        changed.values.insert(field.to_owned(), octets);
        changed
    }

    pub(crate) fn has(&self, field: &str) -> bool {
        self.values.contains_key(field)
    }

    fn octets_of(&self, field: &Table) -> &[u8] {
        self.values.get(text(field, "name")).map_or(&[], Vec::as_slice)
    }

    /// From the end of the header.
    pub(crate) fn offset(&self, name: &str) -> usize {
        let before = self.fields.iter().take_while(|field| text(field, "name") != name);
        before.map(|field| self.octets_of(field).len()).sum()
    }

    pub(crate) fn judged(&self, profile: &Profile) -> Result<(), PduError> {
        let octets = self.octets();
        let frame = split_frame(&octets, 1_000_000).expect("a true length").expect("a whole PDU");
        frame.validated(profile).map(drop)
    }

    /// The whole PDU, under sequence number 1.
    pub(crate) fn octets(&self) -> Vec<u8> {
        let body: Vec<u8> = self.fields.iter().flat_map(|field| self.octets_of(field).to_vec()).collect();
        let body = [body, self.tlvs.clone()].concat();
        let header = Header {
            command_length: u32::try_from(HEADER_LEN + body.len()).expect("short"),
            command_id: self.id,
            command_status: CommandStatus::ESME_ROK,
            sequence_number: 1,
        };
        [&header.octets()[..], &body].concat()
    }

    pub(crate) fn assert_refused(
        &self,
        profile: &Profile,
        field: &str,
        kind: PduErrorKind,
        status: Option<&str>,
    ) {
        let error = self.judged(profile).expect_err(&format!("{} {field} passes", self.name));
        let offset = HEADER_LEN + self.offset(field);
        assert_eq!(
            (error.kind, error.field.name(), error.offset),
            (kind, field, offset),
            "{}: {error}",
            self.name
        );
        if let Some(status) = status {
            assert_eq!(error.command_status().name(), Some(status), "{} {field}", self.name);
        }
    }
}

/// Every PDU that a version has, with values that are right.
pub(crate) fn pdus(version: &str) -> Vec<Octets> {
    let facts = facts();
    let commands = facts["command"].as_array().expect("a list").iter().filter_map(Value::as_table);
    let known = commands.filter(|command| version == "5.0" || text(command, "v") == "3.4");
    known.map(|command| right(command, facts)).collect()
}

pub(crate) fn right(command: &Table, facts: &Table) -> Octets {
    let name = text(command, "name");
    let fields: Vec<_> = list(command, "fields");
    let value = |field: &Table| match (text(field, "name"), text(field, "type")) {
        ("message_id", _) if name != "deliver_sm_resp" => ended(b"1"),
        ("number_of_dests", _) => vec![1],
        ("dest_address", _) => b"\x02list\0".to_vec(),
        ("message_state", _) => vec![2],
        (_, "array" | "octet_string") => Vec::new(),
        _ => vec![0],
    };
    let values = fields.iter().map(|field| (text(field, "name").to_owned(), value(field))).collect();
    let required = command.get("mandatory_tlvs_v5").and_then(Value::as_array).into_iter().flatten();
    let required = required.filter_map(Value::as_str).chain((name == "data_sm").then_some("message_payload"));
    let tlvs = required.flat_map(|tlv| shortest_tlv(tlv, facts)).collect();
    let id = u32::try_from(command["id"].as_integer().expect("a number")).expect("four octets");
    Octets { name: name.to_owned(), id: CommandId(id), fields, values, tlvs }
}

pub(crate) fn shortest_tlv(name: &str, facts: &Table) -> Vec<u8> {
    let tlvs = list(facts, "tlv");
    let tlv = tlvs.iter().find(|tlv| text(tlv, "name") == name).expect("a TLV");
    let number = |key| u16::try_from(tlv[key].as_integer().expect("a number")).expect("two octets");
    let (tag, min) = (number("tag"), number("min"));
    [&tag.to_be_bytes()[..], &min.to_be_bytes(), &vec![0; usize::from(min)]].concat()
}

/// The most octets of a string, its NUL not counted; `None` for what is no string, or a time.
pub(crate) fn max_len(field: &Table, version: &str) -> Option<usize> {
    let is_string = text(field, "type") == "c_octet_string" && field.get("format").is_none();
    let max = field.get("max_v5").filter(|_| version == "5.0").or_else(|| field.get("max"));
    usize::try_from(max.filter(|_| is_string)?.as_integer()? - 1).ok()
}

pub(crate) fn err(field: &Table) -> Option<&str> {
    field.get("err").and_then(Value::as_str)
}

pub(crate) fn string(len: usize) -> Vec<u8> {
    ended(&vec![b'9'; len])
}

pub(crate) fn ended(text: &[u8]) -> Vec<u8> {
    [text, &[0]].concat()
}

pub(crate) fn facts() -> &'static Table {
    static FACTS: LazyLock<Table> =
        LazyLock::new(|| include_str!("../spec/smpp34.toml").parse().expect("TOML"));
    &FACTS
}

pub(crate) fn list(table: &Table, key: &str) -> Vec<Table> {
    let entries = table.get(key).and_then(Value::as_array);
    entries.into_iter().flatten().filter_map(|entry| entry.as_table().cloned()).collect()
}

pub(crate) fn text<'t>(table: &'t Table, key: &str) -> &'t str {
    table.get(key).and_then(Value::as_str).unwrap_or_default()
}

//! The fields of each PDU as the vectors write them: C-octet strings as text, octet strings as hex.

use serde_json::{Map, Value, json};
use smpp_wire::{FieldValue, Pdu, Tlv, TlvValue, Tlvs, Visit};

type Fields = Map<String, Value>;

/// Every field by its specification name, and the TLVs; `None` when the PDU has no view.
pub(crate) fn of<'a>(pdu: &Pdu<'a>) -> Option<(Fields, Tlvs<'a>)> {
    if matches!(pdu, Pdu::Unknown(_)) {
        return None;
    }
    Some((collected(&|visit| pdu.fields(visit)), pdu.tlvs()))
}

/// A TLV's value by the type of its tag; `Null` when its length is wrong.
pub(crate) fn tlv_value(tlv: &Tlv<'_>) -> Value {
    match tlv.typed() {
        Ok(TlvValue::Int(number)) => json!(number),
        Ok(TlvValue::String(string)) => json!(text(string)),
        Ok(TlvValue::Octets(octets)) => json!(super::hex(octets)),
        _ => Value::Null,
    }
}

fn collected<'a>(fields: &dyn Fn(&mut Visit<'_, 'a>)) -> Fields {
    let mut all = Fields::new();
    fields(&mut |field, value| {
        let value = match value {
            FieldValue::Int1 { value, .. } => json!(value),
            FieldValue::Status(status) => json!(status.0),
            FieldValue::String(string) => json!(text(string)),
            FieldValue::Octets(octets) => json!(super::hex(octets)),
            FieldValue::DestAddresses(list) => {
                list.iter().map(|address| Value::Object(collected(&|visit| address.fields(visit)))).collect()
            }
            FieldValue::UnsuccessSmes(list) => {
                list.iter().map(|failed| Value::Object(collected(&|visit| failed.fields(visit)))).collect()
            }
            // They stand beside the fields.
            _ => return,
        };
        all.insert(field.name().to_owned(), value);
    });
    all
}

fn text(octets: &[u8]) -> &str {
    str::from_utf8(octets).unwrap_or("(not text)")
}

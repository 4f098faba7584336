//! `{"tag":"0x0424","name":"message_payload","raw":"48656c6c6f","value":"48656c6c6f"}`

use core::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Hex, Text};
use crate::{Tag, Tlv, TlvValue, Tlvs, tlv_rule};

/// The name and the value are left out where the tag is unknown, and the value where its length does not fit.
impl Serialize for Tlv<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = self.tag.name();
        let value = self.typed().ok().filter(|_| tlv_rule(self.tag).is_some());
        let entries = 2 + usize::from(name.is_some()) + usize::from(value.is_some());
        let mut tlv = serializer.serialize_map(Some(entries))?;
        tlv.serialize_entry("tag", &self.tag)?;
        if let Some(name) = name {
            tlv.serialize_entry("name", name)?;
        }
        tlv.serialize_entry("raw", &Hex(self.value))?;
        if let Some(value) = value {
            tlv.serialize_entry("value", &value)?;
        }
        tlv.end()
    }
}

impl Serialize for Tlvs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(*self)
    }
}

impl Serialize for Tag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Number(*self))
    }
}

/// No octets are `null`, a string is text, octets are hex.
impl Serialize for TlvValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            TlvValue::Empty => serializer.serialize_none(),
            TlvValue::Int(number) => serializer.serialize_u32(number),
            TlvValue::String(string) => Text(string).serialize(serializer),
            TlvValue::Octets(octets) => Hex(octets).serialize(serializer),
        }
    }
}

/// A tag by its number, known or not.
struct Number(Tag);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:04X}", self.0.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn json_of(octets: &[u8]) -> serde_json::Value {
        serde_json::to_value(Tlvs::parse(octets).unwrap()).unwrap()
    }

    #[test]
    fn a_tlv_has_its_name_and_its_value() {
        let tlvs = json_of(&[0x04, 0x27, 0, 1, 2, 0x00, 0x1E, 0, 3, b'4', b'2', 0, 0x13, 0x0C, 0, 0]);
        assert_eq!(
            tlvs,
            json!([
                {"tag": "0x0427", "name": "message_state", "raw": "02", "value": 2},
                {"tag": "0x001E", "name": "receipted_message_id", "raw": "343200", "value": "42"},
                {"tag": "0x130C", "name": "alert_on_message_delivery", "raw": "", "value": null},
            ])
        );
    }

    #[test]
    fn what_is_unknown_or_does_not_fit_is_shown_raw() {
        assert_eq!(json_of(&[0x14, 0x00, 0, 1, 7]), json!([{"tag": "0x1400", "raw": "07"}]));
        let misfit = json!([{"tag": "0x0204", "name": "user_message_reference", "raw": "07"}]);
        assert_eq!(json_of(&[0x02, 0x04, 0, 1, 7]), misfit);
    }

    #[test]
    fn a_string_loses_no_octet() {
        let tlvs = json_of(&[0x00, 0x1D, 0, 4, b'J', 0xF8, 0x1B, 0]);
        assert_eq!(tlvs[0]["value"], "J\u{f8}\u{1b}");
    }
}

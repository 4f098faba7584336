//! `{"header":{…},"command":"submit_sm","fields":{"service_type":"",…},"tlvs":[…]}`

use serde::ser::{Error, Serialize, SerializeMap, Serializer};

use super::field::{Fields, entries};
use crate::{CommandId, FieldValue, Pdu, RawPdu, Tlvs};

/// The whole PDU. A body that should be there and is not is `"fields":{"body":""}`.
///
/// A PDU that can't be parsed is an error.
impl Serialize for RawPdu<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let header = self.header();
        let pdu = self.parse().map_err(Error::custom)?;
        let lacks_body = self.body().is_empty()
            && header.command_status.is_ok()
            && header.command_id.is_response()
            && has_body(header.command_id);
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("header", &header)?;
        Shown { command_id: header.command_id, fields: &|visit| pdu.fields(visit), lacks_body }
            .entries(&mut map)?;
        map.end()
    }
}

#[cfg(feature = "bytes")]
impl Serialize for crate::Frame {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw().serialize(serializer)
    }
}

impl Serialize for Pdu<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        view(serializer, self.command_id(), &|visit| self.fields(visit))
    }
}

/// A view without its header: `{"command":…,"fields":…,"tlvs":…}`.
pub(crate) fn view<S: Serializer>(
    serializer: S,
    command_id: CommandId,
    fields: Fields<'_, '_>,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(3))?;
    Shown { command_id, fields, lacks_body: false }.entries(&mut map)?;
    map.end()
}

struct Shown<'p, 'a> {
    command_id: CommandId,
    fields: Fields<'p, 'a>,
    lacks_body: bool,
}

impl Shown<'_, '_> {
    fn entries<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("command", &Name(self.command_id))?;
        map.serialize_entry("fields", &Named(self))?;
        let mut tlvs = Tlvs::EMPTY;
        (self.fields)(&mut |_, value| {
            if let FieldValue::Tlvs(last) = value {
                tlvs = last;
            }
        });
        map.serialize_entry("tlvs", &tlvs)
    }
}

/// A command by its name, an unknown one as `"0x0000000A"`.
struct Name(CommandId);

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// The fields by their names, the TLVs apart.
struct Named<'s, 'p, 'a>(&'s Shown<'p, 'a>);

impl Serialize for Named<'_, '_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Shown { fields, lacks_body, .. } = *self.0;
        let mut map = serializer.serialize_map(None)?;
        if lacks_body {
            map.serialize_entry("body", "")?;
        }
        entries(&mut map, fields, |map, field, value| match value {
            FieldValue::Tlvs(_) => Ok(()),
            _ => map.serialize_entry(field.name(), &value),
        })?;
        map.end()
    }
}

/// Whether a response of this kind has more than a header when all is well.
const fn has_body(response: CommandId) -> bool {
    !matches!(
        response,
        CommandId::GENERIC_NACK
            | CommandId::UNBIND_RESP
            | CommandId::ENQUIRE_LINK_RESP
            | CommandId::CANCEL_SM_RESP
            | CommandId::REPLACE_SM_RESP
            | CommandId::CANCEL_BROADCAST_SM_RESP
    )
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use serde_json::json;

    use super::*;
    use crate::{QuerySm, split_frame};

    #[test]
    fn fields_stand_in_pdu_order_and_tlvs_apart() {
        let query = QuerySm { message_id: b"42", source_addr: b"J\xF8rgen", ..QuerySm::default() };
        assert_eq!(
            serde_json::to_string(&query).unwrap(),
            "{\"command\":\"query_sm\",\"fields\":{\"message_id\":\"42\",\"source_addr_ton\":0,\
             \"source_addr_npi\":0,\"source_addr\":\"J\u{f8}rgen\"},\"tlvs\":[]}"
        );
        assert_eq!(serde_json::to_value(Pdu::QuerySm(query)).unwrap(), serde_json::to_value(query).unwrap());
    }

    #[test]
    fn a_body_that_is_missing_is_told_from_one_that_nobody_expects() {
        let fields = |command_id: [u8; 4], status| {
            let octets = [&[0, 0, 0, 16], &command_id[..], &[0, 0, 0, status, 0, 0, 0, 1]].concat();
            let frame = split_frame(&octets, 100).unwrap().unwrap();
            serde_json::to_value(frame).unwrap()["fields"].clone()
        };
        assert_eq!(fields([0x80, 0, 0, 4], 0), json!({"body": ""}));
        assert_eq!(fields([0x80, 0, 0, 4], 8), json!({}));
        assert_eq!(fields([0x80, 0, 0, 8], 0), json!({}));
    }

    #[test]
    fn a_pdu_that_can_not_be_parsed_is_an_error_that_says_why() {
        let octets = [0, 0, 0, 17, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, b'x'];
        let frame = split_frame(&octets, 100).unwrap().unwrap();
        let error = serde_json::to_value(frame).unwrap_err();
        assert_eq!(error.to_string(), frame.parse().unwrap_err().to_string());
    }
}

//! One PDU of any octets: everything in it can be looked at, and an error points into it.

use smpp_wire::{CommandStatus, FieldValue, HEADER_LEN, Pdu, Profile, RawPdu, Tlvs};

use super::true_length::with_true_length;

/// Parses the octets as one PDU and walks through its fields, lists and TLVs.
pub fn pdu(octets: &[u8]) {
    let mut octets = octets.to_vec();
    let Some(raw) = with_true_length(&mut octets) else {
        return;
    };
    match raw.parse() {
        Ok(pdu) => fields(&pdu, &raw),
        Err(error) => assert!((HEADER_LEN..=raw.octets().len()).contains(&error.offset), "{error}"),
    }
    let [strict, new, lenient] =
        [Profile::V34, Profile::V50, Profile::LENIENT].map(|profile| is_right(&raw, &profile));
    assert!(lenient || !(strict || new), "right, and not leniently");
    if let Ok(all) = Tlvs::parse(raw.body()) {
        tlvs(all);
    }
}

/// Whatever a profile says of a PDU, it is about octets that are there, and there is an answer to it.
fn is_right(raw: &RawPdu<'_>, profile: &Profile) -> bool {
    match raw.validated(profile) {
        Ok(pdu) => assert_eq!(raw.parse(), Ok(pdu)),
        Err(error) => {
            assert!(error.offset <= raw.octets().len(), "{error}");
            assert!(!error.command_status().is_ok(), "{error}");
            return false;
        }
    }
    true
}

/// The fields are the body, octet for octet, unless an error response has octets that make no sense.
fn fields(pdu: &Pdu<'_>, raw: &RawPdu<'_>) {
    let mut len = 0;
    pdu.fields(&mut |_, value| {
        len += value.wire_len();
        match value {
            FieldValue::DestAddresses(list) => assert_eq!(list.iter().count(), usize::from(list.count())),
            FieldValue::UnsuccessSmes(list) => assert_eq!(list.iter().count(), usize::from(list.count())),
            FieldValue::Tlvs(all) => tlvs(all),
            _ => {}
        }
    });
    let header = raw.header();
    if header.command_status.is_ok() || !header.command_id.is_response() {
        assert_eq!(len, raw.body().len());
    }
    assert!(!format!("{pdu:?}").is_empty());
}

/// Any tag with any octets: a value, or an error of this TLV alone.
fn tlvs(all: Tlvs<'_>) {
    let octets: usize = all.iter().map(|tlv| TLV_HEADER + tlv.value.len()).sum();
    assert_eq!(octets, all.octets().len());
    for tlv in all {
        if let Err(error) = tlv.typed() {
            assert_eq!((error.tag, error.len), (tlv.tag, tlv.value.len()));
            assert_eq!(error.command_status(), CommandStatus::ESME_RINVPARLEN);
        }
    }
    let _ = (all.network_error_code(), all.ms_validity(), all.receipted_message_id());
    let _ = (all.alert_on_message_delivery(), all.source_telematics_id(), all.callback_num().count());
}

const TLV_HEADER: usize = 4;

//! One PDU of any octets: everything in it can be looked at, and an error points into it.

use smpp_wire::{CommandStatus, DestAddresses, HEADER_LEN, Pdu, Tlvs, UnsuccessSmes};

use super::true_length::with_true_length;

/// Parses the octets as one PDU and walks through its lists and TLVs.
pub fn pdu(octets: &[u8]) {
    let mut octets = octets.to_vec();
    let Some(raw) = with_true_length(&mut octets) else {
        return;
    };
    match raw.parse() {
        Ok(Pdu::SubmitMulti(pdu)) => destinations(pdu.dest_addresses),
        Ok(Pdu::SubmitMultiResp(pdu)) => failures(pdu.unsuccess_smes),
        Ok(_) => {}
        Err(error) => {
            assert!((HEADER_LEN..=raw.octets().len()).contains(&error.offset), "{error}");
            assert!(!error.command_status().is_ok());
        }
    }
    if let Ok(all) = Tlvs::parse(raw.body()) {
        tlvs(all);
    }
}

fn destinations(list: DestAddresses<'_>) {
    assert_eq!(list.iter().count(), usize::from(list.count()));
}

fn failures(list: UnsuccessSmes<'_>) {
    assert_eq!(list.iter().count(), usize::from(list.count()));
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

//! The user data of a message as a person reads them.

use smpp_engine::wire::text::{Meaning, UserData};
use smpp_engine::wire::values::{DataCoding, EsmClass, MessageType};
use smpp_engine::wire::{Pdu, Tlvs};

/// The text of a PDU that carries user data, its user data header skipped. `None` where there is none or it is no text.
pub(super) fn of(pdu: &Pdu<'_>) -> Option<String> {
    match pdu {
        Pdu::SubmitSm(pdu) => text(pdu.esm_class, pdu.data_coding, pdu.short_message, pdu.tlvs),
        Pdu::DeliverSm(pdu) => text(pdu.esm_class, pdu.data_coding, pdu.short_message, pdu.tlvs),
        Pdu::SubmitMulti(pdu) => text(pdu.esm_class, pdu.data_coding, pdu.short_message, pdu.tlvs),
        Pdu::DataSm(pdu) => text(pdu.esm_class, pdu.data_coding, b"", pdu.tlvs),
        Pdu::BroadcastSm(pdu) => text(EsmClass::DEFAULT, pdu.data_coding, b"", pdu.tlvs),
        // It has no data_coding: that of the message it replaces is not known here.
        Pdu::ReplaceSm(pdu) => text(EsmClass::DEFAULT, DataCoding::DEFAULT, pdu.short_message, pdu.tlvs),
        _ => None,
    }
}

fn text(
    esm_class: EsmClass,
    data_coding: DataCoding,
    short_message: &[u8],
    tlvs: Tlvs<'_>,
) -> Option<String> {
    let octets = UserData::new(esm_class, short_message, tlvs).ok()?.text;
    let alphabet = match esm_class.message_type() {
        // Receipts are ASCII whatever their data_coding says, unless they really are UTF-16.
        MessageType::RECEIPT | MessageType::INTERMEDIATE_NOTIFICATION if !matches!(octets, [0, _, 0, ..]) => {
            DataCoding::LATIN1
        }
        _ => data_coding,
    };
    Meaning::of(alphabet).to_text(octets).ok()
}

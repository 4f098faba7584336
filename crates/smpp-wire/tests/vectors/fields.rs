//! The fields of each PDU as the vectors write them: C-octet strings as text, octet strings as hex.

use serde_json::{Map, Value, json};
use smpp_wire::{Bind, DeliverSm, Pdu, SubmitSm, Tlvs};

type Fields = Map<String, Value>;

/// Every field by its specification name, and the TLVs; `None` when the PDU has no view.
pub(crate) fn of<'a>(pdu: &Pdu<'a>) -> Option<(Fields, Tlvs<'a>)> {
    Some(match pdu {
        Pdu::BindReceiver(pdu) | Pdu::BindTransmitter(pdu) | Pdu::BindTransceiver(pdu) => {
            (bind(pdu), pdu.tlvs)
        }
        Pdu::BindReceiverResp(pdu) | Pdu::BindTransmitterResp(pdu) | Pdu::BindTransceiverResp(pdu) => {
            (string("system_id", pdu.system_id), pdu.tlvs)
        }
        Pdu::SubmitSm(pdu) => (submit_sm(pdu), pdu.tlvs),
        Pdu::SubmitSmResp(pdu) => (string("message_id", pdu.message_id), pdu.tlvs),
        Pdu::DeliverSm(pdu) => (deliver_sm(pdu), pdu.tlvs),
        Pdu::DeliverSmResp(pdu) => (string("message_id", pdu.message_id), pdu.tlvs),
        Pdu::Unbind(pdu) => (Fields::new(), pdu.tlvs),
        Pdu::UnbindResp(pdu) => (Fields::new(), pdu.tlvs),
        Pdu::EnquireLink(pdu) => (Fields::new(), pdu.tlvs),
        Pdu::EnquireLinkResp(pdu) => (Fields::new(), pdu.tlvs),
        Pdu::GenericNack(pdu) => (Fields::new(), pdu.tlvs),
        _ => return None,
    })
}

fn string(name: &str, value: Option<&[u8]>) -> Fields {
    value.map(|value| (name.to_owned(), json!(text(value)))).into_iter().collect()
}

fn bind(pdu: &Bind<'_>) -> Fields {
    object(json!({
        "system_id": text(pdu.system_id),
        "password": text(pdu.password),
        "system_type": text(pdu.system_type),
        "interface_version": pdu.interface_version,
        "addr_ton": pdu.addr_ton,
        "addr_npi": pdu.addr_npi,
        "address_range": text(pdu.address_range),
    }))
}

macro_rules! message {
    ($name:ident, $type:ident) => {
        fn $name(pdu: &$type<'_>) -> Fields {
            object(json!({
                "service_type": text(pdu.service_type),
                "source_addr_ton": pdu.source_addr_ton,
                "source_addr_npi": pdu.source_addr_npi,
                "source_addr": text(pdu.source_addr),
                "dest_addr_ton": pdu.dest_addr_ton,
                "dest_addr_npi": pdu.dest_addr_npi,
                "destination_addr": text(pdu.destination_addr),
                "esm_class": pdu.esm_class,
                "protocol_id": pdu.protocol_id,
                "priority_flag": pdu.priority_flag,
                "schedule_delivery_time": text(pdu.schedule_delivery_time),
                "validity_period": text(pdu.validity_period),
                "registered_delivery": pdu.registered_delivery,
                "replace_if_present_flag": pdu.replace_if_present_flag,
                "data_coding": pdu.data_coding,
                "sm_default_msg_id": pdu.sm_default_msg_id,
                "sm_length": pdu.short_message.len(),
                "short_message": super::hex(pdu.short_message),
            }))
        }
    };
}

message!(submit_sm, SubmitSm);
message!(deliver_sm, DeliverSm);

fn object(value: Value) -> Fields {
    value.as_object().cloned().unwrap_or_default()
}

fn text(octets: &[u8]) -> &str {
    str::from_utf8(octets).unwrap_or("(not text)")
}

//! The fields of each PDU as the vectors write them: C-octet strings as text, octet strings as hex.

use serde_json::{Map, Value, json};
use smpp_wire::{
    Bind, DeliverSm, DestAddress, Pdu, QuerySmResp, SubmitMulti, SubmitMultiResp, SubmitSm, Tlv, TlvValue,
    Tlvs,
};

type Fields = Map<String, Value>;

/// A PDU's strings and its numbers.
macro_rules! plain {
    ($pdu:ident, [$($string:ident),*], [$($number:ident),*]) => {{
        let mut fields = Fields::new();
        $(fields.insert(stringify!($string).to_owned(), json!(text($pdu.$string)));)*
        $(fields.insert(stringify!($number).to_owned(), json!(u8::from($pdu.$number)));)*
        (fields, $pdu.tlvs)
    }};
}

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
        Pdu::Outbind(pdu) => {
            (object(json!({"system_id": text(pdu.system_id), "password": text(pdu.password)})), pdu.tlvs)
        }
        Pdu::SubmitMulti(pdu) => (submit_multi(pdu), pdu.tlvs),
        Pdu::SubmitMultiResp(pdu) => (submit_multi_resp(pdu), pdu.tlvs),
        Pdu::DataSmResp(pdu) => (string("message_id", pdu.message_id), pdu.tlvs),
        Pdu::BroadcastSmResp(pdu) => (string("message_id", pdu.message_id), pdu.tlvs),
        Pdu::QueryBroadcastSmResp(pdu) => (string("message_id", pdu.message_id), pdu.tlvs),
        Pdu::QuerySmResp(pdu) => (query_sm_resp(pdu), pdu.tlvs),
        Pdu::CancelSmResp(pdu) => (stray(pdu.message_id), pdu.tlvs),
        Pdu::ReplaceSmResp(pdu) => (stray(pdu.message_id), pdu.tlvs),
        Pdu::CancelBroadcastSmResp(pdu) => (stray(pdu.message_id), pdu.tlvs),
        Pdu::QuerySm(pdu) => plain!(pdu, [message_id, source_addr], [source_addr_ton, source_addr_npi]),
        Pdu::QueryBroadcastSm(pdu) => {
            plain!(pdu, [message_id, source_addr], [source_addr_ton, source_addr_npi])
        }
        Pdu::CancelSm(pdu) => plain!(
            pdu,
            [service_type, message_id, source_addr, destination_addr],
            [source_addr_ton, source_addr_npi, dest_addr_ton, dest_addr_npi]
        ),
        Pdu::CancelBroadcastSm(pdu) => {
            plain!(pdu, [service_type, message_id, source_addr], [source_addr_ton, source_addr_npi])
        }
        Pdu::ReplaceSm(pdu) => {
            let (mut fields, tlvs) = plain!(
                pdu,
                [message_id, source_addr, schedule_delivery_time, validity_period],
                [source_addr_ton, source_addr_npi, registered_delivery, sm_default_msg_id]
            );
            fields.append(&mut user_data(pdu.short_message));
            (fields, tlvs)
        }
        Pdu::DataSm(pdu) => plain!(
            pdu,
            [service_type, source_addr, destination_addr],
            [
                source_addr_ton,
                source_addr_npi,
                dest_addr_ton,
                dest_addr_npi,
                esm_class,
                registered_delivery,
                data_coding
            ]
        ),
        Pdu::AlertNotification(pdu) => plain!(
            pdu,
            [source_addr, esme_addr],
            [source_addr_ton, source_addr_npi, esme_addr_ton, esme_addr_npi]
        ),
        Pdu::BroadcastSm(pdu) => plain!(
            pdu,
            [service_type, source_addr, message_id, schedule_delivery_time, validity_period],
            [
                source_addr_ton,
                source_addr_npi,
                priority_flag,
                replace_if_present_flag,
                data_coding,
                sm_default_msg_id
            ]
        ),
        _ => return None,
    })
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

/// The vectors call a string that has no business there `body`, and write it as hex.
fn stray(message_id: Option<&[u8]>) -> Fields {
    let body = |id: &[u8]| super::hex(id) + "00";
    message_id.map(|id| ("body".to_owned(), json!(body(id)))).into_iter().collect()
}

fn query_sm_resp(pdu: &QuerySmResp<'_>) -> Fields {
    let Some(message_id) = pdu.message_id else {
        return Fields::new();
    };
    object(json!({
        "message_id": text(message_id),
        "final_date": text(pdu.final_date),
        "message_state": u8::from(pdu.message_state),
        "error_code": pdu.error_code,
    }))
}

fn submit_multi_resp(pdu: &SubmitMultiResp<'_>) -> Fields {
    let Some(message_id) = pdu.message_id else {
        return Fields::new();
    };
    let failed = pdu.unsuccess_smes.iter().map(|sme| {
        json!({
            "dest_addr_ton": u8::from(sme.dest_addr_ton),
            "dest_addr_npi": u8::from(sme.dest_addr_npi),
            "destination_addr": text(sme.destination_addr),
            "error_status_code": sme.error_status_code.0,
        })
    });
    object(json!({
        "message_id": text(message_id),
        "no_unsuccess": pdu.unsuccess_smes.count(),
        "unsuccess_sme": failed.collect::<Value>(),
    }))
}

fn submit_multi(pdu: &SubmitMulti<'_>) -> Fields {
    let (mut fields, _) = plain!(
        pdu,
        [service_type, source_addr, schedule_delivery_time, validity_period],
        [
            source_addr_ton,
            source_addr_npi,
            esm_class,
            protocol_id,
            priority_flag,
            registered_delivery,
            replace_if_present_flag,
            data_coding,
            sm_default_msg_id
        ]
    );
    fields.append(&mut user_data(pdu.short_message));
    fields.insert("number_of_dests".to_owned(), json!(pdu.dest_addresses.count()));
    fields.insert("dest_address".to_owned(), pdu.dest_addresses.iter().map(dest_address).collect());
    fields
}

fn dest_address(address: DestAddress<'_>) -> Value {
    let dest_flag = address.dest_flag();
    match address {
        DestAddress::SmeAddress { dest_addr_ton, dest_addr_npi, destination_addr } => json!({
            "dest_flag": dest_flag.0,
            "dest_addr_ton": dest_addr_ton.0,
            "dest_addr_npi": dest_addr_npi.0,
            "destination_addr": text(destination_addr),
        }),
        DestAddress::DistributionList { dl_name } => {
            json!({"dest_flag": dest_flag.0, "dl_name": text(dl_name)})
        }
        _ => Value::Null,
    }
}

fn user_data(short_message: &[u8]) -> Fields {
    object(json!({"sm_length": short_message.len(), "short_message": super::hex(short_message)}))
}

fn string(name: &str, value: Option<&[u8]>) -> Fields {
    value.map(|value| (name.to_owned(), json!(text(value)))).into_iter().collect()
}

fn bind(pdu: &Bind<'_>) -> Fields {
    object(json!({
        "system_id": text(pdu.system_id),
        "password": text(pdu.password),
        "system_type": text(pdu.system_type),
        "interface_version": u8::from(pdu.interface_version),
        "addr_ton": u8::from(pdu.addr_ton),
        "addr_npi": u8::from(pdu.addr_npi),
        "address_range": text(pdu.address_range),
    }))
}

macro_rules! message {
    ($name:ident, $type:ident) => {
        fn $name(pdu: &$type<'_>) -> Fields {
            object(json!({
                "service_type": text(pdu.service_type),
                "source_addr_ton": u8::from(pdu.source_addr_ton),
                "source_addr_npi": u8::from(pdu.source_addr_npi),
                "source_addr": text(pdu.source_addr),
                "dest_addr_ton": u8::from(pdu.dest_addr_ton),
                "dest_addr_npi": u8::from(pdu.dest_addr_npi),
                "destination_addr": text(pdu.destination_addr),
                "esm_class": u8::from(pdu.esm_class),
                "protocol_id": pdu.protocol_id,
                "priority_flag": u8::from(pdu.priority_flag),
                "schedule_delivery_time": text(pdu.schedule_delivery_time),
                "validity_period": text(pdu.validity_period),
                "registered_delivery": u8::from(pdu.registered_delivery),
                "replace_if_present_flag": u8::from(pdu.replace_if_present_flag),
                "data_coding": u8::from(pdu.data_coding),
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

//! Crate `smpp-codec`: the caller splits the stream and picks the type; strings become `String`s; encodes into any `Write`. One to
//! three octets after the last TLV are ignored.

use std::hint::black_box;

use smpp_benches::pdus::{Answer, Message, Text, TlvList};
use smpp_codec::common::{Npi, PduError, Ton};
use smpp_codec::pdus::{DeliverSmRequest, SubmitSmRequest, SubmitSmResponse};
use smpp_codec::tlv::Tlv;

use crate::contestant::{Decoded, Eye, Reads, Values, Writes};
use crate::floors;

pub(crate) struct SmppCodec;

impl Reads for SmppCodec {
    const NAME: &'static str = "smpp-codec";

    #[inline]
    fn read_all(stream: &[u8], eye: &mut impl Eye) {
        let mut rest = stream;
        while let Some((pdu, behind)) = super::split(rest) {
            match super::command_id(pdu) {
                Some(floors::SUBMIT_SM) => eye.see(0, &SubmitSmRequest::decode(pdu)),
                Some(floors::DELIVER_SM) => eye.see(0, &DeliverSmRequest::decode(pdu)),
                _ => eye.see(0, &SubmitSmResponse::decode(pdu)),
            }
            rest = behind;
        }
    }
}

impl Writes for SmppCodec {
    const NAME: &'static str = "smpp-codec";
    type Out = Vec<u8>;

    #[inline]
    fn submit_sm(message: &Message, out: &mut Vec<u8>) {
        let tlvs = message.tlvs.values().iter().map(|(tag, value)| Tlv::new(*tag, value.clone()));
        let pdu = SubmitSmRequest {
            sequence_number: message.sequence_number,
            service_type: message.service_type.as_str().to_owned(),
            source_addr_ton: Ton::from(message.source_addr_ton),
            source_addr_npi: Npi::from(message.source_addr_npi),
            source_addr: message.source_addr.as_str().to_owned(),
            dest_addr_ton: Ton::from(message.dest_addr_ton),
            dest_addr_npi: Npi::from(message.dest_addr_npi),
            dest_addr: message.destination_addr.as_str().to_owned(),
            esm_class: message.esm_class,
            protocol_id: 0,
            priority_flag: message.priority_flag,
            schedule_delivery_time: String::new(),
            validity_period: message.validity_period.as_str().to_owned(),
            registered_delivery: message.registered_delivery,
            replace_if_present_flag: 0,
            data_coding: message.data_coding,
            sm_default_msg_id: 0,
            short_message: message.short_message.clone(),
            optional_params: tlvs.collect(),
        };
        let _ = black_box(pdu.encode(out));
    }

    #[inline]
    fn submit_sm_resp(answer: &Answer, out: &mut Vec<u8>) {
        // Not by `new`, which looks the status up by its name.
        let pdu = SubmitSmResponse {
            sequence_number: answer.sequence_number,
            command_status: answer.command_status,
            message_id: answer.message_id.as_str().to_owned(),
            status_description: String::new(),
        };
        let _ = black_box(pdu.encode(out));
    }
}

macro_rules! decoded_message {
    ($type:ident) => {
        impl Decoded for Result<$type, PduError> {
            fn values(&self, _: u32) -> Values {
                let Ok(pdu) = self else { return Values::Other };
                let mut tlvs = TlvList::default();
                pdu.optional_params.iter().for_each(|tlv| tlvs.push(tlv.tag, tlv.value.clone()));
                Values::from(Message {
                    sequence_number: pdu.sequence_number,
                    service_type: Text::new(pdu.service_type.as_bytes()),
                    source_addr_ton: pdu.source_addr_ton as u8,
                    source_addr_npi: pdu.source_addr_npi as u8,
                    source_addr: Text::new(pdu.source_addr.as_bytes()),
                    dest_addr_ton: pdu.dest_addr_ton as u8,
                    dest_addr_npi: pdu.dest_addr_npi as u8,
                    destination_addr: Text::new(pdu.dest_addr.as_bytes()),
                    esm_class: pdu.esm_class,
                    priority_flag: pdu.priority_flag,
                    validity_period: Text::new(pdu.validity_period.as_bytes()),
                    registered_delivery: pdu.registered_delivery,
                    data_coding: pdu.data_coding,
                    short_message: pdu.short_message.clone(),
                    tlvs,
                })
            }
        }
    };
}
decoded_message!(SubmitSmRequest);
decoded_message!(DeliverSmRequest);

impl Decoded for Result<SubmitSmResponse, PduError> {
    fn values(&self, _: u32) -> Values {
        let Ok(pdu) = self else { return Values::Other };
        Values::Answer(Answer {
            sequence_number: pdu.sequence_number,
            command_status: pdu.command_status,
            message_id: Text::new(pdu.message_id.as_bytes()),
        })
    }
}

//! Crate `smpp34`: the caller splits the stream and picks the type; strings become `String`s, and `encode` takes the PDU and
//! returns a `Vec`. A malformed TLV ends the list without an error.

use std::hint::black_box;

use smpp_benches::pdus::{Answer, Message, Text, TlvList};
use smpp34::{CommandHeader, SmppError, Tlv, deliver_sm, submit_sm, submit_sm_resp};

use crate::contestant::{Decoded, Eye, Reads, Values, Writes};
use crate::floors;

pub(crate) struct Smpp34;

impl Reads for Smpp34 {
    const NAME: &'static str = "smpp34";

    #[inline]
    fn read_all(stream: &[u8], eye: &mut impl Eye) {
        let mut rest = stream;
        while let Some((pdu, behind)) = super::split(rest) {
            let Ok(header) = CommandHeader::decode(pdu) else { break };
            let sequence_number = header.sequence_number;
            match header.command_id {
                floors::SUBMIT_SM => eye.see(sequence_number, &submit_sm::decode(header, pdu)),
                floors::DELIVER_SM => eye.see(sequence_number, &deliver_sm::decode(header, pdu)),
                _ => eye.see(sequence_number, &submit_sm_resp::decode(header, pdu)),
            }
            rest = behind;
        }
    }
}

impl Writes for Smpp34 {
    const NAME: &'static str = "smpp34";
    type Out = Vec<u8>;

    #[inline]
    fn submit_sm(message: &Message, out: &mut Vec<u8>) {
        let pdu = submit_sm::new(
            message.sequence_number,
            message.service_type.as_str().to_owned(),
            message.source_addr_ton,
            message.source_addr_npi,
            message.source_addr.as_str().to_owned(),
            message.dest_addr_ton,
            message.dest_addr_npi,
            message.destination_addr.as_str().to_owned(),
            message.esm_class,
            0,
            message.priority_flag,
            String::new(),
            message.validity_period.as_str().to_owned(),
            message.registered_delivery,
            0,
            message.data_coding,
            0,
            message.short_message.clone(),
        );
        let tlvs = message.tlvs.values().iter().map(|(tag, value)| Tlv::new(*tag, value.clone()));
        *out = black_box(pdu.with_tlvs(tlvs).encode());
    }

    #[inline]
    fn submit_sm_resp(answer: &Answer, out: &mut Vec<u8>) {
        let message_id = answer.message_id.as_str().to_owned();
        let header = CommandHeader {
            command_length: u32::try_from(16 + message_id.len() + 1).unwrap_or_default(),
            command_id: floors::SUBMIT_SM_RESP,
            command_status: answer.command_status,
            sequence_number: answer.sequence_number,
        };
        *out = black_box(submit_sm_resp { header, message_id: Some(message_id) }.encode());
    }
}

macro_rules! decoded_message {
    ($type:ident) => {
        impl Decoded for Result<$type, SmppError> {
            fn values(&self, sequence_number: u32) -> Values {
                let Ok(pdu) = self else { return Values::Other };
                let mut tlvs = TlvList::default();
                pdu.tlvs.iter().for_each(|tlv| tlvs.push(tlv.tag, tlv.value.clone()));
                Values::from(Message {
                    sequence_number,
                    service_type: Text::new(pdu.service_type.as_bytes()),
                    source_addr_ton: pdu.source_addr_ton,
                    source_addr_npi: pdu.source_addr_npi,
                    source_addr: Text::new(pdu.source_addr.as_bytes()),
                    dest_addr_ton: pdu.dest_addr_ton,
                    dest_addr_npi: pdu.dest_addr_npi,
                    destination_addr: Text::new(pdu.destination_addr.as_bytes()),
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
decoded_message!(submit_sm);
decoded_message!(deliver_sm);

impl Decoded for Result<submit_sm_resp, SmppError> {
    fn values(&self, sequence_number: u32) -> Values {
        let Ok(pdu) = self else { return Values::Other };
        let message_id = Text::new(pdu.message_id.as_deref().unwrap_or_default().as_bytes());
        Values::Answer(Answer { sequence_number, command_status: pdu.command_status(), message_id })
    }
}

//! The hand-written minima of `floor/`, as a contestant.

use std::hint::black_box;

use smpp_benches::pdus::{Answer, Message, Text, TlvList};
use smpp_wire::{CommandId, Tlvs};

use super::contestant::{Decoded, Eye, LIMIT, Reads, Values, Writes};
use crate::floor::{decode, encode};

/// Reads PDUs of one command, as a minimum knows what comes.
pub(crate) struct Floor<const COMMAND_ID: u32>;

/// The commands of the rows.
pub(crate) const SUBMIT_SM: u32 = CommandId::SUBMIT_SM.0;
pub(crate) const DELIVER_SM: u32 = CommandId::DELIVER_SM.0;
pub(crate) const SUBMIT_SM_RESP: u32 = CommandId::SUBMIT_SM_RESP.0;

impl<const COMMAND_ID: u32> Reads for Floor<COMMAND_ID> {
    const NAME: &'static str = "floor";

    #[inline]
    fn read_all(stream: &[u8], eye: &mut impl Eye) {
        let mut rest = stream;
        while let Some(frame) = decode::frame(rest, LIMIT, COMMAND_ID) {
            if COMMAND_ID == SUBMIT_SM_RESP {
                eye.see(frame.sequence_number, &decode::resp(&frame));
            } else {
                eye.see(frame.sequence_number, &decode::message(&frame));
            }
            rest = frame.behind;
        }
    }
}

impl Writes for Floor<SUBMIT_SM> {
    const NAME: &'static str = "floor";
    type Out = Vec<u8>;

    #[inline]
    fn submit_sm(message: &Message, out: &mut Vec<u8>) {
        let pdu = decode::Message {
            sequence_number: message.sequence_number,
            command_status: 0,
            service_type: message.service_type.octets(),
            source_addr_ton: message.source_addr_ton,
            source_addr_npi: message.source_addr_npi,
            source_addr: message.source_addr.octets(),
            dest_addr_ton: message.dest_addr_ton,
            dest_addr_npi: message.dest_addr_npi,
            destination_addr: message.destination_addr.octets(),
            esm_class: message.esm_class,
            protocol_id: 0,
            priority_flag: message.priority_flag,
            schedule_delivery_time: &[],
            validity_period: message.validity_period.octets(),
            registered_delivery: message.registered_delivery,
            replace_if_present_flag: 0,
            data_coding: message.data_coding,
            sm_default_msg_id: 0,
            short_message: &message.short_message,
            tlvs: &[],
        };
        black_box(encode::message(&pdu, message.tlvs.values(), SUBMIT_SM, out));
    }

    #[inline]
    fn submit_sm_resp(answer: &Answer, out: &mut Vec<u8>) {
        let &Answer { sequence_number, command_status, ref message_id } = answer;
        let pdu =
            decode::Resp { sequence_number, command_status, message_id: message_id.octets(), tlvs: &[] };
        black_box(encode::resp(&pdu, SUBMIT_SM_RESP, out));
    }
}

impl Decoded for Option<decode::Message<'_>> {
    fn values(&self, _: u32) -> Values {
        let Some(pdu) = self else { return Values::Other };
        Values::from(Message {
            sequence_number: pdu.sequence_number,
            service_type: Text::new(pdu.service_type),
            source_addr_ton: pdu.source_addr_ton,
            source_addr_npi: pdu.source_addr_npi,
            source_addr: Text::new(pdu.source_addr),
            dest_addr_ton: pdu.dest_addr_ton,
            dest_addr_npi: pdu.dest_addr_npi,
            destination_addr: Text::new(pdu.destination_addr),
            esm_class: pdu.esm_class,
            priority_flag: pdu.priority_flag,
            validity_period: Text::new(pdu.validity_period),
            registered_delivery: pdu.registered_delivery,
            data_coding: pdu.data_coding,
            short_message: pdu.short_message.to_vec(),
            tlvs: TlvList::from(Tlvs::parse(pdu.tlvs).unwrap_or_default()),
        })
    }
}

impl Decoded for Option<decode::Resp<'_>> {
    fn values(&self, _: u32) -> Values {
        let &Some(decode::Resp { sequence_number, command_status, message_id, .. }) = self else {
            return Values::Other;
        };
        Values::Answer(Answer { sequence_number, command_status, message_id: Text::new(message_id) })
    }
}

//! What the floors send: whole PDUs, made once; only their sequence_number changes.

use crate::floor::decode;
use smpp_benches::sessions::{MESSAGE, MESSAGE_ID};
use smpp_wire::{
    Bind, BindResp, CommandId, CommandStatus, Encode, SubmitSmResp, Tlvs, Unbind, UnbindResp, encode,
};

/// A request and its answer.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) request: Vec<u8>,
    pub(crate) answer: Vec<u8>,
}

#[derive(Debug)]
pub(crate) struct Pdus {
    pub(crate) bind: Exchange,
    pub(crate) message: Exchange,
    pub(crate) unbind: Exchange,
}

impl Pdus {
    pub(crate) fn new() -> Self {
        let bind = Bind { command_id: CommandId::BIND_TRANSCEIVER, ..Bind::default() };
        let bind_resp =
            BindResp { command_id: bind.command_id.response(), system_id: Some(b"raw"), tlvs: Tlvs::EMPTY };
        let submit_sm_resp = SubmitSmResp { message_id: Some(MESSAGE_ID.as_bytes()), tlvs: Tlvs::EMPTY };
        Self {
            bind: Exchange { request: octets(&bind), answer: octets(&bind_resp) },
            message: Exchange { request: octets(&MESSAGE), answer: octets(&submit_sm_resp) },
            unbind: Exchange { request: octets(&Unbind::default()), answer: octets(&UnbindResp::default()) },
        }
    }
}

fn octets(pdu: &impl Encode) -> Vec<u8> {
    let mut octets = Vec::new();
    encode(pdu, CommandStatus::ESME_ROK, 1, &mut octets).expect("it fits");
    octets
}

/// The whole PDU at the front of `input`, and what stands behind it.
#[inline]
pub(crate) fn split(input: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&length, _) = input.split_first_chunk::<4>()?;
    input.split_at_checked(u32::from_be_bytes(length) as usize)
}

/// Appends a copy of `pdu` with this sequence_number.
#[inline]
pub(crate) fn push(out: &mut Vec<u8>, pdu: &[u8], sequence_number: [u8; 4]) {
    let at = out.len() + SEQUENCE;
    out.extend_from_slice(pdu);
    if let Some(place) = out.get_mut(at..at + 4) {
        place.copy_from_slice(&sequence_number);
    }
}

/// The sequence_number of a PDU, if the rest of it is the same as `expected`.
#[inline]
pub(crate) fn sequence_of(pdu: &[u8], expected: &[u8]) -> Option<[u8; 4]> {
    let (head, rest) = pdu.split_first_chunk::<SEQUENCE>()?;
    let (&sequence_number, body) = rest.split_first_chunk::<4>()?;
    let same = expected.starts_with(head) && expected.get(SEQUENCE + 4..) == Some(body);
    same.then_some(sequence_number)
}

/// What everybody sends, field by field, for the floors that encode.
pub(crate) fn message(sequence_number: u32) -> decode::Message<'static> {
    decode::Message {
        sequence_number,
        command_status: 0,
        service_type: MESSAGE.service_type,
        source_addr_ton: MESSAGE.source_addr_ton.into(),
        source_addr_npi: MESSAGE.source_addr_npi.into(),
        source_addr: MESSAGE.source_addr,
        dest_addr_ton: MESSAGE.dest_addr_ton.into(),
        dest_addr_npi: MESSAGE.dest_addr_npi.into(),
        destination_addr: MESSAGE.destination_addr,
        esm_class: MESSAGE.esm_class.into(),
        protocol_id: MESSAGE.protocol_id,
        priority_flag: MESSAGE.priority_flag.into(),
        schedule_delivery_time: MESSAGE.schedule_delivery_time,
        validity_period: MESSAGE.validity_period,
        registered_delivery: MESSAGE.registered_delivery.into(),
        replace_if_present_flag: MESSAGE.replace_if_present_flag.into(),
        data_coding: MESSAGE.data_coding.into(),
        sm_default_msg_id: MESSAGE.sm_default_msg_id,
        short_message: MESSAGE.short_message,
        tlvs: &[],
    }
}

/// Ids, and the largest length.
pub(crate) const SUBMIT_SM: u32 = 0x04;
pub(crate) const SUBMIT_SM_RESP: u32 = 0x8000_0004;
pub(crate) const LIMIT: u32 = 65_536;
/// Where the sequence_number stands.
const SEQUENCE: usize = 12;

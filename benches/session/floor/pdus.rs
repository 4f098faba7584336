//! What the floors send: whole PDUs, made once; only their sequence_number changes.

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

/// Where the sequence_number stands.
const SEQUENCE: usize = 12;

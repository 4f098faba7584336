//! smpp-wire: `split_frame`, `RawPdu::parse`, `encode`.

use std::hint::black_box;

use bytes::BytesMut;
use smpp_benches::pdus::{Answer, Message, Text};
use smpp_wire::values::{DataCoding, EsmClass, Npi, PriorityFlag, RegisteredDelivery, Ton};
use smpp_wire::{
    Buffer, CommandId, CommandStatus, DeliverSm, Pdu, PduError, SliceBuffer, SubmitSm, SubmitSmResp, Tag,
    TlvBuf, Tlvs, encode, split_frame,
};

use super::contestant::{Decoded, Eye, LIMIT, Reads, Values, Writes};

/// submit_sm and deliver_sm have the same fields.
macro_rules! message {
    ($pdu:ident, $sequence_number:ident) => {
        Message {
            sequence_number: $sequence_number,
            service_type: Text::new($pdu.service_type),
            source_addr_ton: $pdu.source_addr_ton.0,
            source_addr_npi: $pdu.source_addr_npi.0,
            source_addr: Text::new($pdu.source_addr),
            dest_addr_ton: $pdu.dest_addr_ton.0,
            dest_addr_npi: $pdu.dest_addr_npi.0,
            destination_addr: Text::new($pdu.destination_addr),
            esm_class: $pdu.esm_class.0,
            priority_flag: $pdu.priority_flag.0,
            validity_period: Text::new($pdu.validity_period),
            registered_delivery: $pdu.registered_delivery.0,
            data_coding: $pdu.data_coding.0,
            short_message: $pdu.short_message.to_vec(),
            tlvs: $pdu.tlvs.into(),
        }
    };
}

/// A struct literal, as a user writes it.
macro_rules! view {
    ($type:ident, $message:ident, $tlvs:expr) => {
        $type {
            service_type: $message.service_type.octets(),
            source_addr_ton: Ton($message.source_addr_ton),
            source_addr_npi: Npi($message.source_addr_npi),
            source_addr: $message.source_addr.octets(),
            dest_addr_ton: Ton($message.dest_addr_ton),
            dest_addr_npi: Npi($message.dest_addr_npi),
            destination_addr: $message.destination_addr.octets(),
            esm_class: EsmClass($message.esm_class),
            priority_flag: PriorityFlag($message.priority_flag),
            validity_period: $message.validity_period.octets(),
            registered_delivery: RegisteredDelivery($message.registered_delivery),
            data_coding: DataCoding($message.data_coding),
            short_message: &$message.short_message,
            tlvs: $tlvs,
            ..$type::default()
        }
    };
}

/// Into a `Vec`, as the floor does.
pub(crate) struct Ours;

/// Into a `BytesMut`, as the session does.
pub(crate) struct OursBytesMut;

/// A stream of deliver_sm where `command_id` says so, else of submit_sm and submit_sm_resp.
pub(crate) fn stream(command_id: CommandId, values: &[Values]) -> Vec<u8> {
    let mut out = Vec::new();
    for values in values {
        match values {
            Values::Message(message) if command_id == CommandId::DELIVER_SM => {
                let tlvs = Tlvs::parse(message.tlvs.octets()).unwrap_or_default();
                let pdu = view!(DeliverSm, message, tlvs);
                let _ = encode(&pdu, CommandStatus::ESME_ROK, message.sequence_number, &mut out);
            }
            Values::Message(message) => submit_sm(message, &mut out),
            Values::Answer(answer) => submit_sm_resp(answer, &mut out),
            Values::Other => {}
        }
    }
    out
}

impl Reads for Ours {
    const NAME: &'static str = "ours";

    #[inline]
    fn read_all(stream: &[u8], eye: &mut impl Eye) {
        let mut rest = stream;
        while let Ok(Some(frame)) = split_frame(rest, LIMIT) {
            let pdu = frame.parse();
            eye.see(frame.header().sequence_number, &pdu);
            rest = rest.split_at(frame.octets().len()).1;
        }
    }
}

impl Writes for Ours {
    const NAME: &'static str = "ours";
    type Out = Vec<u8>;

    #[inline]
    fn submit_sm(message: &Message, out: &mut Vec<u8>) {
        submit_sm(message, out);
    }

    #[inline]
    fn submit_sm_resp(answer: &Answer, out: &mut Vec<u8>) {
        submit_sm_resp(answer, out);
    }
}

impl Writes for OursBytesMut {
    const NAME: &'static str = "ours";
    type Out = BytesMut;

    #[inline]
    fn submit_sm(message: &Message, out: &mut BytesMut) {
        submit_sm(message, out);
    }

    #[inline]
    fn submit_sm_resp(answer: &Answer, out: &mut BytesMut) {
        submit_sm_resp(answer, out);
    }
}

#[inline]
fn submit_sm(message: &Message, out: &mut impl Buffer) {
    let mut room = [0; 64];
    let mut tlvs = TlvBuf::new(SliceBuffer::new(&mut room));
    for (tag, value) in message.tlvs.values() {
        let _ = tlvs.push(Tag(*tag), value);
    }
    let pdu = view!(SubmitSm, message, tlvs.as_tlvs());
    let _ = black_box(encode(&pdu, CommandStatus::ESME_ROK, message.sequence_number, out));
}

#[inline]
fn submit_sm_resp(answer: &Answer, out: &mut impl Buffer) {
    let pdu = SubmitSmResp { message_id: Some(answer.message_id.octets()), tlvs: Tlvs::EMPTY };
    let _ = black_box(encode(&pdu, CommandStatus(answer.command_status), answer.sequence_number, out));
}

impl Decoded for Result<Pdu<'_>, PduError> {
    fn values(&self, sequence_number: u32) -> Values {
        match self {
            Ok(Pdu::SubmitSm(pdu)) => Values::from(message!(pdu, sequence_number)),
            Ok(Pdu::DeliverSm(pdu)) => Values::from(message!(pdu, sequence_number)),
            Ok(Pdu::SubmitSmResp(pdu)) => Values::Answer(Answer {
                sequence_number,
                command_status: 0,
                message_id: Text::new(pdu.message_id.unwrap_or_default()),
            }),
            _ => Values::Other,
        }
    }
}

//! Crate `rusmpp`: owned PDUs, whose strings are parts of a `BytesMut` that was split. That buffer is used up, so each pass fills a new
//! one by one copy of the stream, as a socket would.

use std::hint::black_box;

use bytes::{Buf, BufMut, BytesMut};
use rusmpp::decode::{DecodeError, DecodeWithLength};
use rusmpp::encode::{Encode, Length, owned};
use rusmpp::pdus::{SubmitSm, SubmitSmResp};
use rusmpp::tlvs::MessageSubmissionRequestTlvValue as TlvValue;
use rusmpp::types::{COctetString, EmptyOrFullCOctetString, OctetString};
use rusmpp::values::ServiceType;
use rusmpp::{Command, CommandStatus, Pdu};
use smpp_benches::pdus::{Answer, Message};
use smpp_wire::Tag;

use crate::contestant::{Decoded, Eye, Reads, Values, Writes};

pub(crate) struct Rusmpp;

impl Reads for Rusmpp {
    const NAME: &'static str = "rusmpp";

    #[inline]
    fn read_all(stream: &[u8], eye: &mut impl Eye) {
        let mut rest = BytesMut::from(stream);
        while rest.len() >= 4 {
            let after_length = (rest.get_u32() as usize).saturating_sub(4);
            eye.see(0, &Command::decode(&mut rest, after_length));
        }
    }
}

impl Writes for Rusmpp {
    const NAME: &'static str = "rusmpp";
    type Out = BytesMut;

    #[inline]
    fn submit_sm(message: &Message, out: &mut BytesMut) {
        if let Some(pdu) = submit_sm(message) {
            put(&Command::new(CommandStatus::EsmeRok, message.sequence_number, pdu), out);
        }
    }

    #[inline]
    fn submit_sm_resp(answer: &Answer, out: &mut BytesMut) {
        if let Ok(id) = COctetString::from_slice(answer.message_id.with_nul()) {
            let pdu = SubmitSmResp::builder().message_id(id).build();
            put(&Command::new(CommandStatus::from(answer.command_status), answer.sequence_number, pdu), out);
        }
    }
}

/// As its tokio codec does.
#[inline]
fn put(command: &Command, out: &mut BytesMut) {
    let len = 4 + command.length();
    out.reserve(len);
    out.put_u32(u32::try_from(len).unwrap_or_default());
    owned::Encode::encode(command, out);
    black_box(out);
}

#[inline]
fn submit_sm(message: &Message) -> Option<SubmitSm> {
    let mut pdu = SubmitSm::builder()
        .service_type(ServiceType::new(COctetString::from_slice(message.service_type.with_nul()).ok()?))
        .source_addr_ton(message.source_addr_ton.into())
        .source_addr_npi(message.source_addr_npi.into())
        .source_addr(COctetString::from_slice(message.source_addr.with_nul()).ok()?)
        .dest_addr_ton(message.dest_addr_ton.into())
        .dest_addr_npi(message.dest_addr_npi.into())
        .destination_addr(COctetString::from_slice(message.destination_addr.with_nul()).ok()?)
        .esm_class(message.esm_class.into())
        .priority_flag(message.priority_flag.into())
        .validity_period(EmptyOrFullCOctetString::from_slice(message.validity_period.with_nul()).ok()?)
        .registered_delivery(message.registered_delivery.into())
        .data_coding(message.data_coding.into())
        .short_message(OctetString::from_slice(&message.short_message).ok()?)
        .build();
    for (tag, value) in message.tlvs.values() {
        pdu.push_tlv(tlv(Tag(*tag), value)?);
    }
    Some(pdu)
}

/// The TLVs of the bench's submit_sm.
#[inline]
fn tlv(tag: Tag, value: &[u8]) -> Option<TlvValue> {
    Some(match (tag, value) {
        (Tag::USER_MESSAGE_REFERENCE, &[high, low]) => {
            TlvValue::UserMessageReference(u16::from_be_bytes([high, low]).into())
        }
        (Tag::LANGUAGE_INDICATOR, &[language]) => TlvValue::LanguageIndicator(language.into()),
        (Tag::CALLBACK_NUM, number) => TlvValue::CallbackNum(OctetString::from_slice(number).ok()?),
        _ => return None,
    })
}

impl Decoded for Result<(Command, usize), DecodeError> {
    fn values(&self, _: u32) -> Values {
        let Ok((command, _)) = self else { return Values::Other };
        let sequence_number = command.sequence_number();
        match command.pdu() {
            Some(Pdu::SubmitSm(pdu)) => Values::from(super::rusmpp_message!(pdu, sequence_number)),
            Some(Pdu::DeliverSm(pdu)) => Values::from(super::rusmpp_message!(pdu, sequence_number)),
            Some(Pdu::SubmitSmResp(pdu)) => Values::Answer(Answer {
                sequence_number,
                command_status: command.status().into(),
                message_id: super::rusmpp_text(pdu.message_id().as_ref()),
            }),
            _ => Values::Other,
        }
    }
}

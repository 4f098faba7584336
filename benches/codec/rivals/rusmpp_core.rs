//! Crate `rusmpp-core`, on which `rusmpp` stands: its borrowed PDUs, read from a slice and written into one. TLVs are decoded, into
//! room for [`TLVS`] of them.

use std::hint::black_box;

use rusmpp_core::CommandStatus;
use rusmpp_core::command::borrowed::Command;
use rusmpp_core::decode::DecodeError;
use rusmpp_core::decode::borrowed::DecodeWithLength;
use rusmpp_core::encode::{Encode, Length};
use rusmpp_core::pdus::borrowed::{Pdu, SubmitSm, SubmitSmResp};
use rusmpp_core::tlvs::borrowed::MessageSubmissionRequestTlvValue as TlvValue;
use rusmpp_core::types::borrowed::{COctetString, EmptyOrFullCOctetString, OctetString};
use rusmpp_core::values::borrowed::ServiceType;
use smpp_benches::pdus::{Answer, Message};
use smpp_wire::Tag;

use crate::contestant::{Decoded, Eye, Out, Reads, Values, Writes};

pub(crate) struct RusmppCore;

/// As many as the PDUs of the bench have.
const TLVS: usize = 3;

impl Reads for RusmppCore {
    const NAME: &'static str = "rusmpp-core";

    #[inline]
    fn read_all(stream: &[u8], eye: &mut impl Eye) {
        let mut rest = stream;
        while let Some((pdu, behind)) = super::split(rest) {
            let Some((_, after_length)) = pdu.split_first_chunk::<4>() else { break };
            eye.see(0, &Command::<TLVS>::decode(after_length, after_length.len()));
            rest = behind;
        }
    }
}

impl Writes for RusmppCore {
    const NAME: &'static str = "rusmpp-core";
    type Out = Room;

    #[inline]
    fn submit_sm(message: &Message, out: &mut Room) {
        if let Some(pdu) = submit_sm(message) {
            out.put(&Command::new(CommandStatus::EsmeRok, message.sequence_number, pdu));
        }
    }

    #[inline]
    fn submit_sm_resp(answer: &Answer, out: &mut Room) {
        if let Ok(id) = COctetString::new(answer.message_id.with_nul()) {
            let pdu = SubmitSmResp::builder().message_id(id).build();
            out.put(&Command::new(CommandStatus::from(answer.command_status), answer.sequence_number, pdu));
        }
    }
}

#[inline]
fn submit_sm(message: &Message) -> Option<SubmitSm<'_, TLVS>> {
    let mut pdu = SubmitSm::builder()
        .service_type(ServiceType::new(COctetString::new(message.service_type.with_nul()).ok()?))
        .source_addr_ton(message.source_addr_ton.into())
        .source_addr_npi(message.source_addr_npi.into())
        .source_addr(COctetString::new(message.source_addr.with_nul()).ok()?)
        .dest_addr_ton(message.dest_addr_ton.into())
        .dest_addr_npi(message.dest_addr_npi.into())
        .destination_addr(COctetString::new(message.destination_addr.with_nul()).ok()?)
        .esm_class(message.esm_class.into())
        .priority_flag(message.priority_flag.into())
        .validity_period(EmptyOrFullCOctetString::new(message.validity_period.with_nul()).ok()?)
        .registered_delivery(message.registered_delivery.into())
        .data_coding(message.data_coding.into())
        .short_message(OctetString::new(&message.short_message).ok()?)
        .build();
    for (tag, value) in message.tlvs.values() {
        pdu.push_tlv(tlv(Tag(*tag), value)?).ok()?;
    }
    Some(pdu)
}

/// The TLVs of the bench's submit_sm.
#[inline]
fn tlv(tag: Tag, value: &[u8]) -> Option<TlvValue<'_>> {
    Some(match (tag, value) {
        (Tag::USER_MESSAGE_REFERENCE, &[high, low]) => {
            TlvValue::UserMessageReference(u16::from_be_bytes([high, low]).into())
        }
        (Tag::LANGUAGE_INDICATOR, &[language]) => TlvValue::LanguageIndicator(language.into()),
        (Tag::CALLBACK_NUM, number) => TlvValue::CallbackNum(OctetString::new(number).ok()?),
        _ => return None,
    })
}

/// A slice that is filled from its front.
pub(crate) struct Room {
    octets: Vec<u8>,
    len: usize,
}

impl Room {
    #[inline]
    fn put(&mut self, command: &Command<'_, TLVS>) {
        let len = 4 + command.length();
        let Some(room) = self.octets.get_mut(self.len..) else { return };
        if let Some((length, rest)) = room.split_first_chunk_mut::<4>()
            && rest.len() >= len - 4
        {
            *length = u32::try_from(len).unwrap_or_default().to_be_bytes();
            black_box(command.encode(rest));
            self.len += len;
        }
    }
}

impl Out for Room {
    fn with_capacity(octets: usize) -> Self {
        Self { octets: vec![0; octets], len: 0 }
    }

    fn clear(&mut self) {
        self.len = 0;
    }

    fn written(&self) -> &[u8] {
        self.octets.get(..self.len).unwrap_or_default()
    }
}

impl Decoded for Result<(Command<'_, TLVS>, usize), DecodeError> {
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

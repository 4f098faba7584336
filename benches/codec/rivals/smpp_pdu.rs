//! Crate `smpp-pdu`: reads from a `dyn BufRead` (here a slice, the fastest there is), checks the whole shape and some values; writes
//! by `async fn` into a `dyn AsyncWrite` (here a `Vec`, which is always ready).

use std::future::Future;
use std::hint::black_box;
use std::io;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use smpp_benches::pdus::{Answer, Message, Text, TlvList};
use smpp_pdu::pdu::data::sm_data::SmData;
use smpp_pdu::pdu::tlvs::{Tlv, Tlvs};
use smpp_pdu::pdu::{Pdu, PduBody, PduParseError, SubmitSmPdu, SubmitSmRespPdu};

use crate::contestant::{Decoded, Eye, Reads, Values, Writes};

pub(crate) struct SmppPdu;

impl Reads for SmppPdu {
    const NAME: &'static str = "smpp-pdu";

    #[inline]
    fn read_all(stream: &[u8], eye: &mut impl Eye) {
        let mut rest = stream;
        while !rest.is_empty() {
            eye.see(0, &Pdu::parse(&mut rest));
        }
    }
}

impl Writes for SmppPdu {
    const NAME: &'static str = "smpp-pdu";
    type Out = Vec<u8>;

    #[inline]
    fn submit_sm(message: &Message, out: &mut Vec<u8>) {
        let tlvs: Vec<_> =
            message.tlvs.values().iter().map(|(tag, value)| Tlv::new_unknown(*tag, value)).collect();
        let body = SubmitSmPdu::new(
            message.service_type.as_str(),
            message.source_addr_ton,
            message.source_addr_npi,
            message.source_addr.as_str(),
            message.dest_addr_ton,
            message.dest_addr_npi,
            message.destination_addr.as_str(),
            message.esm_class,
            0,
            message.priority_flag,
            "",
            message.validity_period.as_str(),
            message.registered_delivery,
            0,
            message.data_coding,
            0,
            &message.short_message,
            Tlvs::from(&tlvs),
        );
        let pdu = body.and_then(|body| Pdu::new(0, message.sequence_number, body.into()));
        write(pdu, out);
    }

    #[inline]
    fn submit_sm_resp(answer: &Answer, out: &mut Vec<u8>) {
        let body = SubmitSmRespPdu::new(answer.message_id.as_str());
        let pdu = body.and_then(|body| Pdu::new(answer.command_status, answer.sequence_number, body.into()));
        write(pdu, out);
    }
}

#[inline]
fn write(pdu: Result<Pdu, PduParseError>, out: &mut Vec<u8>) {
    let Ok(pdu) = pdu else { return };
    let _ = black_box(ready(pdu.write(out)));
}

/// `None` when the future waits for something, which one that writes to a `Vec` never does.
fn ready(future: impl Future<Output = io::Result<()>>) -> Option<io::Result<()>> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => Some(result),
        Poll::Pending => None,
    }
}

impl Decoded for Result<Pdu, PduParseError> {
    fn values(&self, _: u32) -> Values {
        let Ok(pdu) = self else { return Values::Other };
        let sequence_number = pdu.sequence_number.value;
        match pdu.body() {
            PduBody::SubmitSm(body) => Values::from(message(sequence_number, &body.0)),
            PduBody::DeliverSm(body) => Values::from(message(sequence_number, &body.0)),
            PduBody::SubmitSmResp(body) => Values::Answer(Answer {
                sequence_number,
                command_status: pdu.command_status.value,
                message_id: Text::new(body.message_id().unwrap_or_default().as_bytes()),
            }),
            _ => Values::Other,
        }
    }
}

fn message(sequence_number: u32, pdu: &SmData) -> Message {
    Message {
        sequence_number,
        service_type: Text::new(pdu.service_type.value.as_bytes()),
        source_addr_ton: pdu.source_addr_ton.value,
        source_addr_npi: pdu.source_addr_npi.value,
        source_addr: Text::new(pdu.source_addr.value.as_bytes()),
        dest_addr_ton: pdu.dest_addr_ton.value,
        dest_addr_npi: pdu.dest_addr_npi.value,
        destination_addr: Text::new(pdu.destination_addr.value.as_bytes()),
        esm_class: pdu.esm_class.value,
        priority_flag: pdu.priority_flag.value,
        validity_period: Text::new(pdu.validity_period.value.as_bytes()),
        registered_delivery: pdu.registered_delivery.value,
        data_coding: pdu.data_coding.value,
        short_message: pdu.short_message.value.clone(),
        tlvs: tlvs(&pdu.tlvs),
    }
}

/// It shows its TLVs only by tag, so they are written and read again.
fn tlvs(tlvs: &Tlvs) -> TlvList {
    let mut octets = Vec::new();
    let _ = ready(tlvs.write(&mut octets));
    smpp_wire::Tlvs::parse(&octets).unwrap_or_default().into()
}

//! The PDU log: one event a PDU, at level TRACE, target `smpp_session::pdu`, in the span of its session.
//!
//! It shows what routes a message and never what it says: no password, no text, no TLV value.

use std::fmt;

use smpp_wire::{
    DataSm, MessageId, Pdu, PduError, RawPdu, ReplaceSm, SubmitMulti, Tlvs,
    values::{DataCoding, EsmClass},
};

/// Which way a PDU goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Direction {
    In,
    Out,
}

/// Notes a PDU, when somebody listens.
#[inline]
pub(super) fn log(direction: Direction, pdu: &RawPdu<'_>) {
    if tracing::enabled!(target: TARGET, tracing::Level::TRACE) {
        write(direction, pdu);
    }
}

const TARGET: &str = "smpp_session::pdu";

#[cold]
fn write(direction: Direction, pdu: &RawPdu<'_>) {
    let direction = match direction {
        Direction::In => "in",
        Direction::Out => "out",
    };
    tracing::trace!(target: TARGET, "{direction} {}", Redacted(pdu));
}

/// A PDU without its secrets.
struct Redacted<'r>(&'r RawPdu<'r>);

impl fmt::Display for Redacted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = self.0.header();
        write!(f, "{} sequence_number={}", header.command_id, header.sequence_number)?;
        if header.command_id.is_response() || !header.command_status.is_ok() {
            write!(f, " command_status={}", header.command_status)?;
        }
        match self.0.parse() {
            Ok(pdu) => body(f, &pdu, self.0.body().len()),
            Err(error) => unreadable(f, &error, self.0.body().len()),
        }
    }
}

fn body(f: &mut fmt::Formatter<'_>, pdu: &Pdu<'_>, len: usize) -> fmt::Result {
    match pdu {
        Pdu::BindReceiver(bind) | Pdu::BindTransmitter(bind) | Pdu::BindTransceiver(bind) => {
            show(f, "system_id", bind.system_id)?;
            tlvs(f, bind.tlvs)
        }
        Pdu::SubmitSm(message) => {
            addresses(f, message.source_addr, message.destination_addr)?;
            text(f, message.esm_class, message.data_coding, message.short_message)?;
            tlvs(f, message.tlvs)
        }
        Pdu::DeliverSm(message) => {
            addresses(f, message.source_addr, message.destination_addr)?;
            text(f, message.esm_class, message.data_coding, message.short_message)?;
            tlvs(f, message.tlvs)
        }
        Pdu::DataSm(DataSm { source_addr, destination_addr, tlvs: parameters, .. }) => {
            addresses(f, source_addr, destination_addr)?;
            tlvs(f, *parameters)
        }
        Pdu::SubmitMulti(SubmitMulti { source_addr, short_message, esm_class, data_coding, .. }) => {
            show(f, "source_addr", source_addr)?;
            text(f, *esm_class, *data_coding, short_message)
        }
        Pdu::ReplaceSm(ReplaceSm { message_id, short_message, .. }) => {
            id(f, message_id)?;
            write!(f, " short_message={} octets", short_message.len())
        }
        Pdu::SubmitSmResp(response) => id(f, response.message_id.unwrap_or_default()),
        Pdu::DataSmResp(response) => id(f, response.message_id.unwrap_or_default()),
        Pdu::QuerySm(query) => id(f, query.message_id),
        Pdu::CancelSm(cancel) => id(f, cancel.message_id),
        _ if len == 0 => Ok(()),
        _ => write!(f, " body={len} octets"),
    }
}

/// The error names a field and an offset, and shows no octet.
fn unreadable(f: &mut fmt::Formatter<'_>, error: &PduError, len: usize) -> fmt::Result {
    write!(f, " body={len} octets, not readable: {error}")
}

fn addresses(f: &mut fmt::Formatter<'_>, source: &[u8], destination: &[u8]) -> fmt::Result {
    show(f, "source_addr", source)?;
    show(f, "destination_addr", destination)
}

fn text(
    f: &mut fmt::Formatter<'_>,
    esm_class: EsmClass,
    data_coding: DataCoding,
    text: &[u8],
) -> fmt::Result {
    let (esm_class, data_coding) = (esm_class.0, data_coding.0);
    write!(
        f,
        " esm_class=0x{esm_class:02X} data_coding=0x{data_coding:02X} short_message={} octets",
        text.len()
    )
}

fn tlvs(f: &mut fmt::Formatter<'_>, tlvs: Tlvs<'_>) -> fmt::Result {
    tlvs.iter().try_for_each(|tlv| write!(f, " {}={} octets", tlv.tag, tlv.value.len()))
}

/// What is longer than an id can be is none.
fn id(f: &mut fmt::Formatter<'_>, message_id: &[u8]) -> fmt::Result {
    match MessageId::new(message_id) {
        Some(_) => show(f, "message_id", message_id),
        None => write!(f, " message_id={} octets", message_id.len()),
    }
}

fn show(f: &mut fmt::Formatter<'_>, name: &str, value: &[u8]) -> fmt::Result {
    write!(f, " {name}={}", value.escape_ascii())
}

#[cfg(test)]
mod tests {
    use smpp_wire::{
        Bind, BroadcastSm, CommandId, CommandStatus, DeliverSm, Encode, Frame, Outbind, SubmitSm,
        SubmitSmResp, Unknown,
    };

    use super::*;

    const SECRET: &[u8] = b"s3cr3t08";

    fn log_of(pdu: &impl Encode) -> String {
        let frame = Frame::new(pdu, CommandStatus::ESME_ROK, 7).unwrap();
        Redacted(&frame.raw()).to_string()
    }

    /// message_payload with the secret.
    fn payload() -> Vec<u8> {
        [&[0x04, 0x24, 0, 8], SECRET].concat()
    }

    #[test]
    fn what_routes_a_message_is_shown() {
        let tlvs = payload();
        let message = SubmitSm {
            source_addr: b"TestCo",
            destination_addr: b"4512345678",
            short_message: SECRET,
            tlvs: Tlvs::parse(&tlvs).unwrap(),
            ..SubmitSm::default()
        };
        let expected = "submit_sm sequence_number=7 source_addr=TestCo destination_addr=4512345678 \
                        esm_class=0x00 data_coding=0x00 short_message=8 octets message_payload=8 octets";
        assert_eq!(log_of(&message), expected);
        let response = SubmitSmResp { message_id: Some(b"id-1"), ..SubmitSmResp::default() };
        let expected = "submit_sm_resp sequence_number=7 command_status=ESME_ROK message_id=id-1";
        assert_eq!(log_of(&response), expected);
    }

    #[test]
    fn no_password_and_no_text_is_shown_whatever_carries_it() {
        let tlvs = payload();
        let tlvs = Tlvs::parse(&tlvs).unwrap();
        let bind = |command_id| Bind { command_id, system_id: b"alice", password: SECRET, ..Bind::default() };
        let pdus = [
            Pdu::BindReceiver(bind(CommandId::BIND_RECEIVER)),
            Pdu::BindTransmitter(bind(CommandId::BIND_TRANSMITTER)),
            Pdu::BindTransceiver(bind(CommandId::BIND_TRANSCEIVER)),
            Pdu::Outbind(Outbind { password: SECRET, ..Outbind::default() }),
            Pdu::SubmitSm(SubmitSm { short_message: SECRET, tlvs, ..SubmitSm::default() }),
            Pdu::DeliverSm(DeliverSm { short_message: SECRET, tlvs, ..DeliverSm::default() }),
            Pdu::DataSm(DataSm { tlvs, ..DataSm::default() }),
            Pdu::SubmitMulti(SubmitMulti { short_message: SECRET, tlvs, ..SubmitMulti::default() }),
            Pdu::ReplaceSm(ReplaceSm { short_message: SECRET, tlvs, ..ReplaceSm::default() }),
            Pdu::BroadcastSm(BroadcastSm { tlvs, ..BroadcastSm::default() }),
            // A body that can't be read, and commands that nobody knows.
            Pdu::Unknown(Unknown { command_id: CommandId::SUBMIT_SM, body: SECRET }),
            Pdu::Unknown(Unknown { command_id: CommandId(0x0001_0000), body: SECRET }),
        ];
        for pdu in pdus {
            let log = log_of(&pdu);
            assert!(log.contains("sequence_number=7") && !log.contains("s3cr"), "{log}");
        }
    }
}

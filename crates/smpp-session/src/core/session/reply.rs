//! What is said to the peer's requests.

use bytes::BytesMut;
use smpp_wire::{
    BindResp, BroadcastSmResp, CommandId, CommandStatus, DataSmResp, DeliverSmResp, Encode, GenericNack,
    Header, SubmitSmResp, UnbindResp, Unknown, encode,
};

use super::Session;
use crate::core::{
    bind_reply::{BindReply, HeldBind},
    error::{AnswerError, Cause, SessionError},
    event::Verdict,
    inbound::{Received, ReplyTo},
    state::BindMode,
};

impl Session {
    /// Answers a bind; with [`BindReply::Later`], holds it.
    pub fn reply_bind(&mut self, request: &Header, system_id: &[u8], reply: BindReply, out: &mut BytesMut) {
        match reply {
            BindReply::Accept => self.accept_within(u16::MAX, request, system_id, out),
            BindReply::AcceptWithin(window) => self.accept_within(window, request, system_id, out),
            BindReply::Refuse(status) => self.refuse_bind(request, status, out),
            BindReply::Later => {
                self.held_bind = Some(HeldBind { request: *request, system_id: system_id.into() });
            }
        }
    }

    /// Answers the bind that is held; false when there is none.
    pub fn answer_bind(&mut self, reply: BindReply, out: &mut BytesMut) -> bool {
        let Some(HeldBind { request, system_id }) = self.held_bind.take() else {
            return false;
        };
        self.reply_bind(&request, &system_id, reply, out);
        true
    }

    /// Lets the peer bind in the mode it asked for.
    pub fn accept_bind(&mut self, request: &Header, system_id: &[u8], out: &mut BytesMut) {
        self.accept_within(u16::MAX, request, system_id, out);
    }

    fn accept_within(&mut self, window: u16, request: &Header, system_id: &[u8], out: &mut BytesMut) {
        let Some(mode) = BindMode::of(request.command_id) else {
            return;
        };
        let command_id = request.command_id.response();
        let tlvs = smpp_wire::Tlvs::parse(&SC_INTERFACE_VERSION).unwrap_or_default();
        let response = BindResp { command_id, system_id: Some(system_id), tlvs };
        write(&response, CommandStatus::ESME_ROK, request.sequence_number, out);
        self.bound(mode, window);
    }

    /// Refuses a bind; the session ends once the answer is written.
    pub fn refuse_bind(&mut self, request: &Header, status: CommandStatus, out: &mut BytesMut) {
        write_header_only(request.command_id.response(), status, request.sequence_number, out);
        self.end(SessionError::us(Cause::BindRefused(status)));
    }

    /// Answers a request; false when it was answered before, or took too long.
    #[inline]
    pub fn answer(&mut self, reply_to: ReplyTo, verdict: &Verdict, out: &mut BytesMut) -> bool {
        let Some(request) = self.inbound.take(reply_to) else {
            return false;
        };
        write_verdict(&request, verdict, out);
        true
    }

    /// Answers a request with a response of the caller's, for those that say more than a message_id.
    ///
    /// # Errors
    /// Nothing was written. Unless it is [`Gone`](AnswerError::Gone), the request still waits for its answer.
    pub fn answer_with<E: Encode>(
        &mut self,
        reply_to: ReplyTo,
        status: CommandStatus,
        response: &E,
        out: &mut BytesMut,
    ) -> Result<(), AnswerError> {
        let request = self.inbound.get(reply_to).ok_or(AnswerError::Gone)?;
        if response.command_id() != request.command_id.response() {
            return Err(AnswerError::WrongResponse);
        }
        if self.stops_reading(out.len()) {
            return Err(AnswerError::BufferFull);
        }
        encode(response, status, request.sequence_number, out).map_err(AnswerError::Encode)?;
        self.inbound.take(reply_to);
        Ok(())
    }

    /// Answers a request that this end does not serve: generic_nack, ESME_RINVCMDID.
    pub fn answer_unsupported(&mut self, reply_to: ReplyTo, out: &mut BytesMut) {
        if let Some(request) = self.inbound.take(reply_to) {
            let status = CommandStatus::ESME_RINVCMDID;
            write(&GenericNack::default(), status, request.sequence_number, out);
        }
    }

    /// The peer may go.
    pub(super) fn answer_unbind(&mut self, out: &mut BytesMut) {
        if let Some(sequence_number) = self.unbind_received.take() {
            write(&UnbindResp::default(), CommandStatus::ESME_ROK, sequence_number, out);
            self.end(SessionError::peer(Cause::Unbind));
        }
    }
}

#[inline]
pub(super) fn write_verdict(request: &Received, verdict: &Verdict, out: &mut BytesMut) {
    let (status, sequence_number) = (verdict.command_status, request.sequence_number);
    let command_id = request.command_id.response();
    let message_id = Some(verdict.message_id.as_bytes());
    let written = match command_id {
        _ if !status.is_ok() => return write_header_only(command_id, status, sequence_number, out),
        CommandId::SUBMIT_SM_RESP => {
            encode(&SubmitSmResp { message_id, ..Default::default() }, status, sequence_number, out)
        }
        CommandId::DELIVER_SM_RESP => encode(
            &DeliverSmResp { message_id: Some(&[]), ..Default::default() },
            status,
            sequence_number,
            out,
        ),
        CommandId::DATA_SM_RESP => {
            encode(&DataSmResp { message_id, ..Default::default() }, status, sequence_number, out)
        }
        CommandId::BROADCAST_SM_RESP => {
            encode(&BroadcastSmResp { message_id, ..Default::default() }, status, sequence_number, out)
        }
        _ => return write_header_only(command_id, status, sequence_number, out),
    };
    // An id with a NUL is the application's mistake; its peer still gets an answer.
    if written.is_err() {
        write_header_only(command_id, CommandStatus::ESME_RSYSERR, sequence_number, out);
    }
}

pub(super) fn write_header_only(
    command_id: CommandId,
    status: CommandStatus,
    sequence_number: u32,
    out: &mut BytesMut,
) {
    write(&Unknown { command_id, body: &[] }, status, sequence_number, out);
}

/// Writes an answer of the core's own, which always fits.
#[inline]
pub(super) fn write(pdu: &impl Encode, status: CommandStatus, sequence_number: u32, out: &mut BytesMut) {
    let _written = encode(pdu, status, sequence_number, out);
}

/// The TLV sc_interface_version 0x34: without it an ESME must assume that we know no TLVs (SMPP v3.4 §3.4).
const SC_INTERFACE_VERSION: [u8; 5] = [0x02, 0x10, 0, 1, 0x34];

//! What the peer sends: judged by state and shape, answered here where no application is needed.

use std::time::Instant;

use bytes::BytesMut;
use smpp_wire::{
    CommandId, CommandStatus, EnquireLinkResp, FrameError, GenericNack, Header, Pdu, RawPdu, UnbindResp,
};

use super::{
    Session,
    reply::{write, write_header_only},
};
use crate::core::{
    error::{Cause, SessionError},
    event::{Answer, Event, Request},
    inbound::{Received, ReplyTo},
    state::{Role, State, has_no_response},
};

impl Session {
    /// Takes one PDU; what the core can answer is answered into `out`.
    #[inline]
    pub fn handle_frame<'f>(&mut self, raw: RawPdu<'f>, now: Instant, out: &mut BytesMut) -> Event<'f> {
        let header = raw.header();
        self.timers.heard(now, header.command_id);
        if header.command_id.is_response() {
            return Event::Answer(Answer::of(raw));
        }
        match header.command_id {
            CommandId::ENQUIRE_LINK => answer_enquire_link(&raw, out),
            CommandId::UNBIND => self.handle_unbind(&raw, out),
            id if id.is_bind() => return self.handle_bind(raw, out),
            _ => return self.handle_request(raw, now, out),
        }
        Event::Handled
    }

    /// The peer's octets can't be followed; says why, where somebody may listen, and ends the session.
    pub fn handle_bad_frame(&mut self, error: FrameError, octets: &[u8], out: &mut BytesMut) {
        // Before a bind it is more likely another protocol, which an answer would only confuse.
        if self.state != State::Open {
            let announced = Header::read(octets).filter(|header| header.command_length >= 16);
            let sequence_number = announced.map_or(0, |header| header.sequence_number);
            write(&GenericNack::default(), error.command_status(), sequence_number, out);
        }
        self.end(SessionError::peer(Cause::Frame(error)));
    }

    fn handle_unbind(&mut self, raw: &RawPdu<'_>, out: &mut BytesMut) {
        self.unbinding = None;
        let sequence_number = raw.header().sequence_number;
        if let Err(error) = raw.parse() {
            return write(&GenericNack::default(), error.command_status(), sequence_number, out);
        }
        let status = match self.state {
            State::Bound(_) => {
                self.state = State::Unbound;
                self.unbind_received = Some(sequence_number);
                return;
            }
            // Both ends unbind at once, each answers; or the peer repeats itself.
            State::Unbound => CommandStatus::ESME_ROK,
            State::Open | State::Closed => CommandStatus::ESME_RINVBNDSTS,
        };
        write(&UnbindResp::default(), status, sequence_number, out);
    }

    fn handle_bind<'f>(&self, raw: RawPdu<'f>, out: &mut BytesMut) -> Event<'f> {
        let header = raw.header();
        let status = match (self.state, self.role, raw.parse()) {
            (State::Open, Role::Smsc, Ok(pdu)) => match pdu {
                Pdu::BindReceiver(bind) | Pdu::BindTransmitter(bind) | Pdu::BindTransceiver(bind) => {
                    return Event::Bind(bind, header);
                }
                _ => CommandStatus::ESME_RBINDFAIL,
            },
            (State::Open, Role::Smsc, Err(error)) => error.command_status(),
            (State::Bound(_), Role::Smsc, _) => CommandStatus::ESME_RALYBND,
            _ => CommandStatus::ESME_RINVBNDSTS,
        };
        write_header_only(header.command_id.response(), status, header.sequence_number, out);
        Event::Handled
    }

    #[inline]
    fn handle_request<'f>(&mut self, raw: RawPdu<'f>, now: Instant, out: &mut BytesMut) -> Event<'f> {
        let Header { command_id, sequence_number, .. } = raw.header();
        let state = self.unbinding.map_or(self.state, State::Bound);
        let (status, nack) = match raw.parse() {
            _ if command_id.name().is_none() => (CommandStatus::ESME_RINVCMDID, true),
            _ if !state.allows(self.role.peer(), command_id) => {
                (CommandStatus::ESME_RINVBNDSTS, has_no_response(command_id))
            }
            Err(error) => (error.command_status(), has_no_response(command_id)),
            Ok(pdu) => match self.receive(sequence_number, command_id, now) {
                Some(reply_to) => return Event::Request(Request { raw, pdu }, reply_to),
                None => (CommandStatus::ESME_RTHROTTLED, false),
            },
        };
        let answer = if nack { CommandId::GENERIC_NACK } else { command_id.response() };
        write_header_only(answer, status, sequence_number, out);
        Event::Handled
    }

    /// Holds a request until it is answered; `None` when too many wait for that.
    #[inline]
    fn receive(&mut self, sequence_number: u32, command_id: CommandId, now: Instant) -> Option<ReplyTo> {
        if has_no_response(command_id) {
            return Some(ReplyTo::NOBODY);
        }
        let deadline = now + self.limits.handler;
        let reply_to = self.inbound.insert(Received { sequence_number, command_id, deadline })?;
        self.timers.handler_at_most(deadline);
        Some(reply_to)
    }
}

fn answer_enquire_link(raw: &RawPdu<'_>, out: &mut BytesMut) {
    let sequence_number = raw.header().sequence_number;
    match raw.parse() {
        Ok(_) => write(&EnquireLinkResp::default(), CommandStatus::ESME_ROK, sequence_number, out),
        Err(error) => write(&GenericNack::default(), error.command_status(), sequence_number, out),
    }
}

//! What the peer sends: judged by state and shape, answered here where no application is needed.

use std::time::Instant;

use bytes::BytesMut;
use smpp_wire::{
    CommandId, CommandStatus, EnquireLinkResp, FrameError, GenericNack, Header, Pdu, RawPdu, SubmitSm,
    UnbindResp,
};

use super::{
    Session,
    reply::{write, write_header_only},
};
use crate::core::{
    error::{Cause, SessionError},
    event::{Answer, Event, Request},
    inbound::{Received, ReplyTo},
    state::{Role, State, has_no_response, is_control},
};

impl Session {
    /// Takes one PDU; what the core can answer is answered into `out`.
    #[inline]
    pub fn handle_frame<'f>(&mut self, raw: RawPdu<'f>, now: Instant, out: &mut BytesMut) -> Event<'f> {
        if raw.header().command_id.is_response() {
            return Event::Answer(self.handle_response(raw, now));
        }
        self.handle_request(raw, now, out)
    }

    /// Takes one PDU that is a response: a part of [`handle_frame`](Self::handle_frame), for those who keep answers apart.
    #[inline(always)]
    pub fn handle_response<'f>(&mut self, raw: RawPdu<'f>, now: Instant) -> Answer<'f> {
        self.timers.heard(now, raw.header().command_id);
        Answer::of(raw)
    }

    /// Takes one PDU that is none: the other part.
    #[inline(always)]
    pub fn handle_request<'f>(&mut self, raw: RawPdu<'f>, now: Instant, out: &mut BytesMut) -> Event<'f> {
        let command_id = raw.header().command_id;
        self.timers.heard(now, command_id);
        if is_control(command_id) {
            return self.handle_control(raw, out);
        }
        self.handle_message(raw, now, out)
    }

    #[inline(never)]
    fn handle_control<'f>(&mut self, raw: RawPdu<'f>, out: &mut BytesMut) -> Event<'f> {
        match raw.header().command_id {
            CommandId::ENQUIRE_LINK => answer_enquire_link(&raw, out),
            CommandId::UNBIND => self.handle_unbind(&raw, out),
            _ => return self.handle_bind(raw, out),
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

    #[inline(always)]
    fn handle_message<'f>(&mut self, raw: RawPdu<'f>, now: Instant, out: &mut BytesMut) -> Event<'f> {
        let header = raw.header();
        let state = self.unbinding.map_or(self.state, State::Bound);
        let status = match header.command_id {
            id if !state.allows(self.role.peer(), id) => CommandStatus::ESME_RINVBNDSTS,
            // What bulk traffic is made of has a way of its own: its view is made in the event, where any other is copied to.
            CommandId::SUBMIT_SM => match SubmitSm::parse(raw.body()) {
                Ok(pdu) => return self.receive(raw, Pdu::SubmitSm(pdu), now, out),
                Err(error) => error.command_status(),
            },
            _ => match raw.parse() {
                Ok(Pdu::Unknown(_)) => CommandStatus::ESME_RINVCMDID,
                Ok(pdu) => return self.receive(raw, pdu, now, out),
                Err(error) => error.command_status(),
            },
        };
        refuse(&header, status, out);
        Event::Handled
    }

    /// Holds a request until it is answered, or refuses it where too many wait for that.
    #[inline(always)]
    fn receive<'f>(&mut self, raw: RawPdu<'f>, pdu: Pdu<'f>, now: Instant, out: &mut BytesMut) -> Event<'f> {
        let Header { sequence_number, command_id, .. } = raw.header();
        if has_no_response(command_id) {
            return Event::Request(Request { raw, pdu }, ReplyTo::NOBODY);
        }
        let deadline = now + self.limits.handler;
        let Some(reply_to) = self.inbound.insert(Received { sequence_number, command_id, deadline }) else {
            refuse(&raw.header(), CommandStatus::ESME_RTHROTTLED, out);
            return Event::Handled;
        };
        self.timers.handler_at_most(deadline);
        Event::Request(Request { raw, pdu }, reply_to)
    }
}

/// Answers a request that the application does not get to see.
#[cold]
fn refuse(header: &Header, status: CommandStatus, out: &mut BytesMut) {
    let Header { command_id, sequence_number, .. } = *header;
    let (answer, status) = match command_id {
        id if id.name().is_none() => (CommandId::GENERIC_NACK, CommandStatus::ESME_RINVCMDID),
        id if has_no_response(id) => (CommandId::GENERIC_NACK, status),
        id => (id.response(), status),
    };
    write_header_only(answer, status, sequence_number, out);
}

fn answer_enquire_link(raw: &RawPdu<'_>, out: &mut BytesMut) {
    let sequence_number = raw.header().sequence_number;
    match raw.parse() {
        Ok(_) => write(&EnquireLinkResp::default(), CommandStatus::ESME_ROK, sequence_number, out),
        Err(error) => write(&GenericNack::default(), error.command_status(), sequence_number, out),
    }
}

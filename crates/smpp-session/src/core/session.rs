//! One session as a state machine: PDUs and instants in, octets and events out. No socket, no clock, no task.

use std::time::Instant;

use bytes::BytesMut;
use smpp_wire::{
    Bind, BindResp, CommandId, CommandStatus, EnquireLinkResp, FrameError, GenericNack, Header, MessageId,
    Pdu, RawPdu, UnbindResp, Unknown, encode,
};

use super::{
    error::{Cause, SessionError},
    inbound::{Inbound, Received, ReplyTo},
    limits::Limits,
    state::{BindMode, Role, State},
    timers::{Expired, Timers},
};

/// The receiving half of a session: states, requests received, timers. Requests sent live in [`Window`](super::Window).
#[derive(Debug)]
pub struct Session {
    role: Role,
    state: State,
    limits: Limits,
    inbound: Inbound,
    timers: Timers,
    /// The peer's unbind, answered once all that it sent before is answered.
    unbind_received: Option<u32>,
    /// We sent unbind and the peer has not answered: its requests still reach the application, which refuses them in its own words.
    unbinding: Option<BindMode>,
}

/// What a PDU asks of the driver.
#[derive(Debug)]
pub enum Event<'f> {
    /// The core has dealt with it.
    Handled,
    /// A bind to judge: [`Session::accept_bind`] or [`Session::refuse_bind`].
    Bind(Bind<'f>, Header),
    /// A request for the application, to be answered through `ReplyTo`.
    Request(Request<'f>, ReplyTo),
    /// An answer to a request of ours.
    Answer(Answer<'f>),
    /// The peer wants to end the session.
    Unbind,
}

/// A request of the peer.
#[derive(Clone, Copy, Debug)]
pub struct Request<'f> {
    /// Its octets, for those who store or relay it untouched.
    pub raw: RawPdu<'f>,
    /// A view of it.
    pub pdu: Pdu<'f>,
}

/// An answer of the peer, as it stands in the receive buffer.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'f> {
    /// Which request it answers.
    pub sequence_number: u32,
    /// The response's command, or generic_nack.
    pub command_id: CommandId,
    /// The result.
    pub command_status: CommandStatus,
    /// The message_id, empty when there is none.
    pub message_id: &'f [u8],
}

/// What the application says to a request.
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    /// The result.
    pub command_status: CommandStatus,
    /// The message_id of a submit_sm_resp; written with ESME_ROK only.
    pub message_id: MessageId,
}

impl Verdict {
    /// A result without a message_id.
    #[must_use]
    pub fn status(command_status: CommandStatus) -> Self {
        Self { command_status, message_id: MessageId::default() }
    }
}

impl Session {
    /// A session whose connection was just made.
    #[must_use]
    pub fn new(role: Role, limits: Limits, now: Instant) -> Self {
        let inbound = Inbound::new(limits.inbound_window);
        let timers = Timers::new(now + limits.session_init);
        Self { role, state: State::Open, limits, inbound, timers, unbind_received: None, unbinding: None }
    }

    /// Where the session stands.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// The largest `command_length` to accept now.
    #[must_use]
    pub const fn max_pdu(&self) -> u32 {
        match self.state {
            State::Open => self.limits.max_pdu_before_bind,
            _ => self.limits.max_pdu,
        }
    }

    /// Requests of the peer that wait for our answer.
    #[must_use]
    pub fn unanswered(&self) -> usize {
        self.inbound.len()
    }

    /// Takes one PDU; what the core can answer is answered into `out`.
    #[inline]
    pub fn handle_frame<'f>(&mut self, raw: RawPdu<'f>, now: Instant, out: &mut BytesMut) -> Event<'f> {
        let header = raw.header();
        self.timers.heard(now, header.command_id);
        if header.command_id.is_response() {
            return self.handle_response(&raw);
        }
        match header.command_id {
            CommandId::ENQUIRE_LINK => self.answer_enquire_link(&raw, out),
            CommandId::UNBIND => self.handle_unbind(&raw, out),
            id if id.is_bind() => self.handle_bind(raw, out),
            _ => self.handle_request(raw, now, out),
        }
    }

    /// The peer's octets can't be followed; says why, where somebody may listen, and ends the session.
    pub fn handle_bad_frame(&mut self, error: FrameError, octets: &[u8], out: &mut BytesMut) -> SessionError {
        // Before a bind it is more likely another protocol, which an answer would only confuse.
        if self.state != State::Open {
            let announced = Header::read(octets).filter(|header| header.command_length >= 16);
            let sequence_number = announced.map_or(0, |header| header.sequence_number);
            write(&GenericNack::default(), error.command_status(), sequence_number, out);
        }
        self.state = State::Closed;
        SessionError::peer(Cause::Frame(error))
    }

    /// Lets the peer bind in the mode it asked for.
    pub fn accept_bind(&mut self, request: &Header, system_id: &[u8], out: &mut BytesMut) {
        let command_id = request.command_id.response();
        let tlvs = smpp_wire::Tlvs::parse(&SC_INTERFACE_VERSION).unwrap_or_default();
        let response = BindResp { command_id, system_id: Some(system_id), tlvs };
        write(&response, CommandStatus::ESME_ROK, request.sequence_number, out);
        if let Some(mode) = BindMode::of(request.command_id) {
            self.bound(mode);
        }
    }

    /// Refuses a bind; the session ends once the answer is written.
    pub fn refuse_bind(
        &mut self,
        request: &Header,
        status: CommandStatus,
        out: &mut BytesMut,
    ) -> SessionError {
        write_header_only(request.command_id.response(), status, request.sequence_number, out);
        self.state = State::Closed;
        SessionError::us(Cause::BindRefused(status))
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

    /// Answers a request that this end does not serve: generic_nack, ESME_RINVCMDID.
    pub fn answer_unsupported(&mut self, reply_to: ReplyTo, out: &mut BytesMut) {
        if let Some(request) = self.inbound.take(reply_to) {
            let status = CommandStatus::ESME_RINVCMDID;
            write(&GenericNack::default(), status, request.sequence_number, out);
        }
    }

    /// We sent unbind: nothing of ours begins.
    pub fn unbind_sent(&mut self) {
        if let State::Bound(mode) = self.state {
            self.unbinding = Some(mode);
        }
        self.state = State::Unbound;
    }

    /// Answers the peer's unbind as soon as nothing of it is open any more; true when that ended the session.
    pub fn finish_unbind(&mut self, out: &mut BytesMut) -> bool {
        if self.inbound.len() > 0 {
            return false;
        }
        let Some(sequence_number) = self.unbind_received.take() else {
            return false;
        };
        write(&UnbindResp::default(), CommandStatus::ESME_ROK, sequence_number, out);
        self.state = State::Closed;
        true
    }

    /// Notes whether the peer is inside a PDU, and whether one was completed since: that starts the stall timer anew.
    pub fn note_reading(&mut self, inside_pdu: bool, progress: bool, now: Instant) {
        self.timers.reading.note(inside_pdu, progress, now + self.limits.stall);
    }

    /// Notes whether the connection takes no more, and whether it took something: that starts the stall timer anew.
    pub fn note_writing(&mut self, blocked: bool, progress: bool, now: Instant) {
        self.timers.writing.note(blocked, progress, now + self.limits.stall);
    }

    /// Acts on timers that are due.
    pub fn handle_timeout(&mut self, now: Instant, out: &mut BytesMut) -> Option<Expired> {
        if self.timers.handler_due(now) {
            while let Some(request) = self.inbound.expire(now) {
                write_verdict(&request, &Verdict::status(CommandStatus::ESME_RSYSERR), out);
            }
            self.timers.handler(self.inbound.next_deadline());
        }
        self.timers.expired(now, self.state, &self.limits)
    }

    /// When `handle_timeout` is to be called next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.timers.next(self.state, &self.limits)
    }

    fn bound(&mut self, mode: BindMode) {
        self.state = State::Bound(mode);
        self.timers.bound();
    }

    #[inline]
    fn handle_response<'f>(&mut self, raw: &RawPdu<'f>) -> Event<'f> {
        let Header { command_id, command_status, sequence_number, .. } = raw.header();
        // A response whose body makes no sense still ends its request.
        let message_id = match raw.parse() {
            Ok(Pdu::SubmitSmResp(response)) => response.message_id.unwrap_or_default(),
            Ok(Pdu::DeliverSmResp(response)) => response.message_id.unwrap_or_default(),
            _ => &[],
        };
        // Bound before the next PDU is looked at: it may be in the same segment.
        if let Some(mode) = BindMode::of(command_id) {
            let accepted = command_status.is_ok() && self.role == Role::Esme;
            if accepted && self.state == State::Open {
                self.bound(mode);
            }
        }
        Event::Answer(Answer { sequence_number, command_id, command_status, message_id })
    }

    fn answer_enquire_link<'f>(&self, raw: &RawPdu<'_>, out: &mut BytesMut) -> Event<'f> {
        let sequence_number = raw.header().sequence_number;
        match raw.parse() {
            Ok(_) => write(&EnquireLinkResp::default(), CommandStatus::ESME_ROK, sequence_number, out),
            Err(error) => write(&GenericNack::default(), error.command_status(), sequence_number, out),
        }
        Event::Handled
    }

    fn handle_unbind<'f>(&mut self, raw: &RawPdu<'_>, out: &mut BytesMut) -> Event<'f> {
        self.unbinding = None;
        let sequence_number = raw.header().sequence_number;
        if let Err(error) = raw.parse() {
            write(&GenericNack::default(), error.command_status(), sequence_number, out);
            return Event::Handled;
        }
        match self.state {
            State::Bound(_) => {
                self.state = State::Unbound;
                self.unbind_received = Some(sequence_number);
                Event::Unbind
            }
            // Both ends unbind at once: each answers.
            State::Unbound => {
                write(&UnbindResp::default(), CommandStatus::ESME_ROK, sequence_number, out);
                Event::Handled
            }
            State::Open | State::Closed => {
                let status = CommandStatus::ESME_RINVBNDSTS;
                write(&UnbindResp::default(), status, sequence_number, out);
                Event::Handled
            }
        }
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
        let peer = match self.role {
            Role::Esme => Role::Smsc,
            Role::Smsc => Role::Esme,
        };
        let (status, nack) = match raw.parse() {
            _ if command_id.name().is_none() => (CommandStatus::ESME_RINVCMDID, true),
            _ if !self.unbinding.map_or(self.state, State::Bound).allows(peer, command_id) => {
                (CommandStatus::ESME_RINVBNDSTS, has_no_response(command_id))
            }
            Err(error) => (error.command_status(), has_no_response(command_id)),
            Ok(pdu) => {
                let deadline = now + self.limits.handler;
                if let Some(reply_to) =
                    self.inbound.insert(Received { sequence_number, command_id, deadline })
                {
                    self.timers.handler_at_most(deadline);
                    return Event::Request(Request { raw, pdu }, reply_to);
                }
                (CommandStatus::ESME_RTHROTTLED, has_no_response(command_id))
            }
        };
        let answer = if nack { CommandId::GENERIC_NACK } else { command_id.response() };
        write_header_only(answer, status, sequence_number, out);
        Event::Handled
    }
}

const fn has_no_response(command_id: CommandId) -> bool {
    matches!(command_id, CommandId::OUTBIND | CommandId::ALERT_NOTIFICATION)
}

#[inline]
fn write_verdict(request: &Received, verdict: &Verdict, out: &mut BytesMut) {
    let command_id = request.command_id.response();
    if !verdict.command_status.is_ok() {
        return write_header_only(command_id, verdict.command_status, request.sequence_number, out);
    }
    let sequence_number = request.sequence_number;
    let written = match command_id {
        CommandId::SUBMIT_SM_RESP => {
            let message_id = Some(verdict.message_id.as_bytes());
            let response = smpp_wire::SubmitSmResp { message_id, ..Default::default() };
            encode(&response, verdict.command_status, sequence_number, out)
        }
        CommandId::DELIVER_SM_RESP => {
            let response = smpp_wire::DeliverSmResp { message_id: Some(&[]), ..Default::default() };
            encode(&response, verdict.command_status, sequence_number, out)
        }
        _ => return write_header_only(command_id, verdict.command_status, sequence_number, out),
    };
    // An id with a NUL is the application's mistake; its peer still gets an answer.
    if written.is_err() {
        write_header_only(command_id, CommandStatus::ESME_RSYSERR, sequence_number, out);
    }
}

fn write_header_only(command_id: CommandId, status: CommandStatus, sequence_number: u32, out: &mut BytesMut) {
    write(&Unknown { command_id, body: &[] }, status, sequence_number, out);
}

/// Writes an answer of the core's own, which always fits.
#[inline]
fn write(pdu: &impl smpp_wire::Encode, status: CommandStatus, sequence_number: u32, out: &mut BytesMut) {
    let _written = encode(pdu, status, sequence_number, out);
}

/// The TLV sc_interface_version 0x34: without it an ESME must assume that we know no TLVs (SMPP v3.4 §3.4).
const SC_INTERFACE_VERSION: [u8; 5] = [0x02, 0x10, 0, 1, 0x34];

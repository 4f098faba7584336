//! One session as a state machine: PDUs and instants in, octets and events out. No socket, no clock, no task.
//!
//! It has two halves. [`Session`] receives: it belongs to whoever reads the connection. [`SendHalf`] holds what was sent: it may sit
//! behind a lock, so that others can send; the calls that need both take it as an argument.

mod receive;
mod reply;

use std::{io, time::Instant};

use bytes::BytesMut;
use smpp_wire::{CommandId, CommandStatus, EnquireLink, Unbind};

use super::{
    bind_reply::HeldBind,
    error::{Cause, SessionError},
    event::{Answer, Verdict},
    inbound::Inbound,
    limits::Limits,
    send_half::SendHalf,
    state::{BindMode, Role, State},
    timers::{Expired, Timers},
};

/// The receiving half of a session: its state, the requests received, the timers.
#[derive(Debug)]
pub struct Session {
    role: Role,
    state: State,
    limits: Limits,
    inbound: Inbound,
    /// A bind that the application will answer later: nothing more is read until then.
    held_bind: Option<HeldBind>,
    timers: Timers,
    /// The peer's unbind, answered once nothing is open any more.
    unbind_received: Option<u32>,
    /// We sent unbind.
    unbind_sent: bool,
    /// We sent unbind and the peer did not: its requests still reach the application, which refuses them in its own words.
    unbinding: Option<BindMode>,
    /// Set once: why the session is over.
    ended: Option<SessionError>,
}

impl Session {
    /// A session whose connection was just made.
    #[must_use]
    pub fn new(role: Role, limits: Limits, now: Instant) -> Self {
        Self {
            role,
            state: State::Open,
            inbound: Inbound::default(),
            held_bind: None,
            timers: Timers::new(now + limits.session_init),
            limits,
            unbind_received: None,
            unbind_sent: false,
            unbinding: None,
            ended: None,
        }
    }

    /// Where the session stands.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// Why the session is over; what was written for the peer before still leaves, nothing else is to be done.
    #[must_use]
    pub const fn ended(&self) -> Option<&SessionError> {
        self.ended.as_ref()
    }

    /// True when the peer asked for the end of the session, and was not answered.
    #[must_use]
    pub const fn unbind_received(&self) -> bool {
        self.unbind_received.is_some()
    }

    /// The largest `command_length` to accept now.
    #[must_use]
    pub const fn max_pdu(&self) -> u32 {
        match self.state {
            State::Open => self.limits.max_pdu_before_bind,
            _ => self.limits.max_pdu,
        }
    }

    /// True when the peer is not read from: it reads so little that `unwritten` octets wait for it, or its bind is not answered yet.
    #[must_use]
    pub const fn stops_reading(&self, unwritten: usize) -> bool {
        unwritten > self.limits.outgoing_ceiling() || self.holds_bind()
    }

    /// True while a bind waits for its answer; see [`BindReply::Later`](crate::BindReply::Later).
    #[must_use]
    pub const fn holds_bind(&self) -> bool {
        self.held_bind.is_some()
    }

    /// Requests of the peer that wait for our answer.
    #[must_use]
    pub fn unanswered(&self) -> usize {
        self.inbound.len()
    }

    /// Octets that it holds on the heap now.
    #[must_use]
    pub const fn held_octets(&self) -> usize {
        self.inbound.held_octets()
    }

    /// When `handle_timeout` is to be called next.
    #[must_use]
    pub fn poll_timeout<T>(&self, half: &SendHalf<T>) -> Option<Instant> {
        let response = half.window.oldest_deadline();
        let probe = half.probe.map(|probe| probe.wanted_at);
        [response, probe, self.timers.next(self.state, &self.limits)].into_iter().flatten().min()
    }

    /// Matches an answer with its request: who asked, and when it was sent. `None` when it answers nothing that is open, or a request
    /// of the core's own.
    #[inline(always)]
    pub fn handle_answer<T>(&mut self, answer: &Answer<'_>, half: &mut SendHalf<T>) -> Option<(T, Instant)> {
        let pending = half.window.complete(answer.sequence_number, answer.command_id)?;
        let Some(owner) = pending.owner else {
            self.own_answered(pending.command_id);
            return None;
        };
        if self.state == State::Open && answer.command_status.is_ok() {
            self.bind_answered(answer.command_id);
            half.follow(self);
        }
        Some((owner, pending.sent_at))
    }

    /// The peer answered a request of the core's own.
    fn own_answered(&mut self, request: CommandId) {
        match request {
            CommandId::UNBIND => self.end(SessionError::us(Cause::Unbind)),
            _ => self.timers.enquired(),
        }
    }

    /// Gives one request that was not answered in time; call it until it gives `None`.
    #[inline]
    pub fn poll_lost<T>(&mut self, now: Instant, half: &mut SendHalf<T>) -> Option<T> {
        while let Some(pending) = half.window.expire(now) {
            match (pending.owner, pending.command_id) {
                (Some(owner), _) => return Some(owner),
                (None, CommandId::UNBIND) => self.end(SessionError::us(Cause::Unbind)),
                (None, _) => self.end(SessionError::peer(Cause::EnquireLinkTimeout)),
            }
        }
        None
    }

    /// Acts on the timers that are due; requests that were not answered in time are [`poll_lost`](Self::poll_lost)'s.
    pub fn handle_timeout<T>(&mut self, now: Instant, half: &mut SendHalf<T>, out: &mut BytesMut) {
        if self.timers.handler_due(now) {
            let late = Verdict::status(CommandStatus::ESME_RSYSERR);
            let next = self.inbound.expire(now, |request| reply::write_verdict(&request, &late, out));
            self.timers.handler(next);
        }
        if let Some(probe) = half.probe.take()
            && matches!(self.state, State::Bound(_))
        {
            self.timers.probe(now, probe.within);
        }
        match self.timers.expired(now, self.state, &self.limits) {
            Some(Expired::EnquireLink) => half.submit_own(&EnquireLink::default(), now, out),
            Some(Expired::End(error)) => self.end(error),
            None => {}
        }
    }

    /// Sends unbind when it was asked for, or answers the peer's, once nothing is open any more, either way, or we are in a hurry: who
    /// unbinds may still answer what it was sent before. Call it when everything of a turn is done.
    pub fn settle<T>(&mut self, now: Instant, half: &mut SendHalf<T>, out: &mut BytesMut) {
        let idle = half.is_idle() && self.inbound.len() == 0;
        match self.state {
            State::Bound(mode) if half.is_leaving() && (idle || half.hurries()) => {
                self.unbinding = Some(mode);
                self.unbind_sent = true;
                self.state = State::Unbound;
                half.submit_own(&Unbind::default(), now, out);
            }
            State::Open if half.is_leaving() => self.end(SessionError::us(Cause::Unbind)),
            State::Unbound if idle => self.answer_unbind(out),
            _ => {}
        }
        half.follow(self);
    }

    /// The peer's octets are at their end.
    pub fn handle_eof(&mut self) {
        self.end(match self.state {
            // The peer may close as soon as it has our unbind.
            State::Unbound if self.unbind_sent => SessionError::us(Cause::Unbind),
            // It unbound, and did not wait for our answer.
            State::Unbound => SessionError::peer(Cause::Unbind),
            _ => SessionError::peer(Cause::Closed),
        });
    }

    /// The connection failed.
    pub fn handle_io_error(&mut self, kind: io::ErrorKind) {
        match kind {
            io::ErrorKind::UnexpectedEof => self.handle_eof(),
            kind => self.end(SessionError::peer(Cause::Io(kind))),
        }
    }

    /// Notes whether the peer is inside a PDU, and whether one was completed since: that starts the stall timer anew.
    pub fn note_reading(&mut self, inside_pdu: bool, progress: bool, now: Instant) {
        self.timers.reading.note(inside_pdu, progress, now + self.limits.stall);
    }

    /// Notes whether the connection takes no more, and whether it took something: that starts the stall timer anew.
    pub fn note_writing(&mut self, blocked: bool, progress: bool, now: Instant) {
        self.timers.writing.note(blocked, progress, now + self.limits.stall);
    }

    /// The first end is the one that counts.
    fn end(&mut self, error: SessionError) {
        self.state = State::Closed;
        self.ended.get_or_insert(error);
    }

    /// Bound before the next PDU of the peer is looked at.
    fn bind_answered(&mut self, command_id: CommandId) {
        if let (Role::Esme, Some(mode)) = (self.role, BindMode::of(command_id)) {
            self.bound(mode, self.limits.inbound_window);
        }
    }

    fn bound(&mut self, mode: BindMode, inbound_window: u16) {
        self.state = State::Bound(mode);
        self.timers.bound();
        self.inbound = Inbound::new(inbound_window.min(self.limits.inbound_window));
    }
}

//! The sending half of a session: the window, and the requests that wait to be written.

use std::time::{Duration, Instant};

use bytes::BytesMut;
use smpp_wire::{CommandId, CommandStatus, Encode, EncodeError, EncodeErrorKind, Field, encode};

use super::{
    error::{SessionError, SubmitError},
    limits::Limits,
    session::Session,
    state::{Role, State, has_no_response},
    window::{Window, WindowFull},
};

/// The sending half of a session; each request carries a `T` that says who asked.
///
/// Small enough to sit behind a lock: others submit while the [`Session`] is read for.
#[derive(Debug)]
pub struct SendHalf<T> {
    /// Requests without an owner are the core's own.
    pub(super) window: Window<Option<T>>,
    /// Encoded requests that nobody took yet.
    tx: BytesMut,
    /// Octets of requests that were taken and that the connection may not have taken yet.
    taken: usize,
    /// The receiving half's state, for checks before anything is written.
    state: State,
    role: Role,
    limits: Limits,
    /// Somebody asked for the session to end in order: nothing new begins.
    leaving: bool,
    /// And not to wait for what is in flight.
    hurry: bool,
    /// The peer is to give a sign of life within so long.
    pub(super) probe: Option<Probe>,
    /// Set once: why the session is over.
    ended: Option<SessionError>,
}

/// A question to the peer that the timers have not taken up yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Probe {
    pub(super) wanted_at: Instant,
    pub(super) within: Duration,
}

impl<T> SendHalf<T> {
    /// The sending half of a session whose connection was just made.
    #[must_use]
    pub fn new(role: Role, limits: Limits) -> Self {
        // A message centre sends nothing before it is bound to; an application binds.
        let limit = if role == Role::Esme { limits.window.max(1) } else { 0 };
        Self {
            window: Window::new(limit, limits.response),
            tx: BytesMut::new(),
            taken: 0,
            state: State::Open,
            role,
            limits,
            leaving: false,
            hurry: false,
            probe: None,
            ended: None,
        }
    }

    /// Lets the next request have this sequence_number, or the next one that is free; sessions start with 1.
    pub const fn continue_at(&mut self, sequence_number: u32) {
        self.window.continue_at(sequence_number);
    }

    /// Where the session stands.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// Why the session is over.
    #[must_use]
    pub const fn ended(&self) -> Option<&SessionError> {
        self.ended.as_ref()
    }

    /// Requests that may be sent and not answered.
    #[must_use]
    pub fn window(&self) -> usize {
        self.limits.window.max(1).into()
    }

    /// Octets that it holds on the heap now.
    #[must_use]
    pub fn held_octets(&self) -> usize {
        self.window.held_octets() + self.tx.capacity()
    }

    /// Requests sent and not answered yet; control PDUs don't count.
    #[must_use]
    pub const fn in_flight(&self) -> usize {
        self.window.in_flight()
    }

    /// True while requests may begin.
    #[must_use]
    pub const fn takes_requests(&self) -> bool {
        matches!(self.state, State::Bound(_)) && !self.leaving
    }

    /// Requests that may be submitted now: none while too much waits to be written.
    #[must_use]
    pub fn room(&self) -> usize {
        if self.takes_requests() && !self.buffer_is_full() { self.window.free() } else { 0 }
    }

    /// True when no submitted octet waits to be taken.
    #[must_use]
    pub fn tx_is_empty(&self) -> bool {
        self.tx.is_empty()
    }

    /// Checks, takes a slot and encodes a request, and gives its sequence_number. The slot is taken before an octet leaves, so an
    /// answer can't come too early.
    ///
    /// # Errors
    /// Not one octet was written, and no slot is taken.
    #[inline]
    pub fn submit<E: Encode>(&mut self, pdu: &E, owner: T, now: Instant) -> Result<u32, SubmitError> {
        self.check(pdu.command_id())?;
        let Self { window, tx, limits, .. } = self;
        insert(window, pdu, Some(owner), now, limits, tx).map(|(sequence_number, _)| sequence_number)
    }

    /// As [`submit`](Self::submit), into the outgoing octets of the connection themselves.
    ///
    /// # Errors
    /// Not one octet was written, and no slot is taken.
    #[inline]
    pub fn submit_to<E: Encode>(
        &mut self,
        pdu: &E,
        owner: T,
        now: Instant,
        out: &mut BytesMut,
    ) -> Result<u32, SubmitError> {
        self.check(pdu.command_id())?;
        let (sequence_number, len) = insert(&mut self.window, pdu, Some(owner), now, &self.limits, out)?;
        self.taken += len;
        Ok(sequence_number)
    }

    /// Sends a PDU that has no response: alert_notification, outbind.
    ///
    /// # Errors
    /// Not one octet was written.
    pub fn notify<E: Encode>(&mut self, pdu: &E) -> Result<(), SubmitError> {
        if !has_no_response(pdu.command_id()) {
            return Err(SubmitError::NotARequest);
        }
        self.check_state(pdu.command_id())?;
        write(pdu, self.window.next_number(), &self.limits, &mut self.tx).map(drop)
    }

    /// Moves the waiting requests behind the outgoing octets of the connection; call it while the connection takes octets, and
    /// [`note_unwritten`](Self::note_unwritten) before.
    #[inline]
    pub fn take(&mut self, out: &mut BytesMut) {
        self.taken += self.tx.len();
        if out.is_empty() {
            std::mem::swap(out, &mut self.tx);
        } else {
            out.extend_from_slice(&self.tx);
            self.tx.clear();
        }
    }

    /// Notes how many outgoing octets the connection has not taken yet.
    #[inline]
    pub fn note_unwritten(&mut self, octets: usize) {
        self.taken = self.taken.min(octets);
    }

    /// Asks for the session to end in order: nothing new begins, what is in flight is answered, unbind is exchanged.
    pub const fn unbind(&mut self) {
        self.leaving = true;
    }

    /// As [`unbind`](Self::unbind), without waiting for what is in flight: it is lost when it is not answered before our unbind is.
    pub const fn unbind_now(&mut self) {
        self.leaving = true;
        self.hurry = true;
    }

    /// Asks a bound peer for a sign of life, and gives it so long for one: enquire_link is sent by the next
    /// [`Session::handle_timeout`], which is due at once.
    pub fn probe(&mut self, within: Duration, now: Instant) {
        let within = self.probe.map_or(within, |earlier| earlier.within.min(within));
        self.probe = Some(Probe { wanted_at: now, within });
    }

    /// True when [`unbind`](Self::unbind) was called.
    #[must_use]
    pub const fn is_leaving(&self) -> bool {
        self.leaving
    }

    /// Follows the receiving half: call it once a turn, before others submit. The table of a message centre is allocated when it is
    /// bound to.
    pub fn follow(&mut self, session: &Session) {
        let state = session.state();
        if self.role == Role::Smsc && self.state == State::Open && matches!(state, State::Bound(_)) {
            self.window.open(self.limits.window.max(1));
        }
        self.state = state;
    }

    /// The session is over: nothing is sent any more, and every request that was not answered is
    /// [`poll_unanswered`](Self::poll_unanswered)'s.
    pub fn end(&mut self, error: &SessionError) {
        self.state = State::Closed;
        self.ended.get_or_insert_with(|| error.clone());
        self.tx.clear();
    }

    /// Gives one request that was not answered before the end, oldest first; call it until it gives `None`.
    pub fn poll_unanswered(&mut self) -> Option<T> {
        self.ended.as_ref()?;
        loop {
            // The core's own have no owner.
            if let Some(owner) = self.window.pop()?.owner {
                return Some(owner);
            }
        }
    }

    pub(super) const fn hurries(&self) -> bool {
        self.hurry
    }

    /// Sends a request of the core's own, which waits for no room.
    pub(super) fn submit_own<E: Encode>(&mut self, pdu: &E, now: Instant, out: &mut BytesMut) {
        // Fails only while the same is open already.
        let _sent = insert(&mut self.window, pdu, None, now, &self.limits, out);
    }

    /// True when nothing of ours is open.
    pub(super) fn is_idle(&self) -> bool {
        self.in_flight() == 0 && self.tx.is_empty()
    }

    #[inline]
    fn check(&self, command_id: CommandId) -> Result<(), SubmitError> {
        self.check_state(command_id)?;
        if has_no_response(command_id) || matches!(command_id, CommandId::ENQUIRE_LINK | CommandId::UNBIND) {
            return Err(SubmitError::NotARequest);
        }
        Ok(())
    }

    #[inline]
    fn check_state(&self, command_id: CommandId) -> Result<(), SubmitError> {
        if let Some(error) = &self.ended {
            return Err(SubmitError::Closed(error.clone()));
        }
        if command_id.is_response() {
            return Err(SubmitError::NotARequest);
        }
        if self.leaving || !self.state.allows(self.role, command_id) {
            return Err(SubmitError::NotBound);
        }
        if self.buffer_is_full() {
            return Err(SubmitError::BufferFull);
        }
        Ok(())
    }

    fn buffer_is_full(&self) -> bool {
        self.tx.len() + self.taken >= self.limits.request_buffer
    }
}

/// Takes a slot and encodes; gives the sequence_number and the length.
#[inline]
fn insert<T, E: Encode>(
    window: &mut Window<Option<T>>,
    pdu: &E,
    owner: Option<T>,
    now: Instant,
    limits: &Limits,
    out: &mut BytesMut,
) -> Result<(u32, usize), SubmitError> {
    let sequence_number =
        window.insert(pdu.command_id(), now, owner).map_err(|WindowFull| SubmitError::WindowFull)?;
    match write(pdu, sequence_number, limits, out) {
        Ok(len) => Ok((sequence_number, len)),
        Err(error) => {
            window.withdraw(sequence_number);
            Err(error)
        }
    }
}

#[inline]
fn write<E: Encode>(
    pdu: &E,
    sequence_number: u32,
    limits: &Limits,
    out: &mut BytesMut,
) -> Result<usize, SubmitError> {
    let before = out.len();
    let len = encode(pdu, CommandStatus::ESME_ROK, sequence_number, out).map_err(SubmitError::Encode)?;
    if len > limits.max_pdu as usize {
        out.truncate(before);
        let error = EncodeError { field: Field::Body, kind: EncodeErrorKind::TooLong };
        return Err(SubmitError::Encode(error));
    }
    Ok(len)
}

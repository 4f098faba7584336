//! All timers of a session on one screen; each says when to do what.

use std::time::{Duration, Instant};

use smpp_wire::CommandId;

use super::{
    error::{Cause, SessionError},
    limits::Limits,
    state::State,
};

/// The deadlines of one session. Activity only notes an instant; deadlines are computed from it when asked.
#[derive(Debug)]
pub(crate) struct Timers {
    /// When to close a connection that did not bind; `None` once it has.
    session_init: Option<Instant>,
    /// When the peer was heard last: enquire_link is sent that much later.
    heard: Instant,
    /// When something other than enquire_link moved last.
    moved: Instant,
    /// When to give up on a peer that stalls inside a PDU.
    pub(super) reading: Stall,
    /// When to give up on a peer that does not read.
    pub(super) writing: Stall,
    /// When the oldest unanswered request of the peer may be due; may be early, never late.
    handler: Option<Instant>,
    /// An enquire_link was sent and not answered.
    enquiring: bool,
    /// The application wants a sign of life: since when, and when to give up on a peer that gave none since.
    probe: Option<(Instant, Instant)>,
}

/// When to give up on something that was begun and does not go on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stall(Option<Instant>);

impl Stall {
    /// Starts the timer, keeps it running, starts it anew after progress, or stops it.
    pub(super) fn note(&mut self, begun: bool, progress: bool, deadline: Instant) {
        let running = self.0.filter(|_| !progress);
        self.0 = begun.then(|| running.unwrap_or(deadline));
    }
}

/// A timer that came due.
#[derive(Debug)]
pub(super) enum Expired {
    /// Send enquire_link.
    EnquireLink,
    /// End the session.
    End(SessionError),
}

impl Timers {
    pub(crate) fn new(session_init: Instant) -> Self {
        // Both are noted anew when the session is bound.
        let start = session_init;
        Self {
            session_init: Some(session_init),
            heard: start,
            moved: start,
            reading: Stall::default(),
            writing: Stall::default(),
            handler: None,
            enquiring: false,
            probe: None,
        }
    }

    #[inline]
    pub(crate) fn heard(&mut self, now: Instant, command_id: CommandId) {
        self.heard = now;
        if !matches!(command_id, CommandId::ENQUIRE_LINK | CommandId::ENQUIRE_LINK_RESP) {
            self.moved = now;
        }
    }

    /// The peer answered our enquire_link.
    pub(crate) const fn enquired(&mut self) {
        self.enquiring = false;
        self.probe = None;
    }

    pub(crate) const fn bound(&mut self) {
        self.session_init = None;
    }

    pub(crate) fn handler_at_most(&mut self, deadline: Instant) {
        self.handler.get_or_insert(deadline);
    }

    pub(crate) const fn handler(&mut self, deadline: Option<Instant>) {
        self.handler = deadline;
    }

    pub(crate) fn handler_due(&self, now: Instant) -> bool {
        self.handler.is_some_and(|deadline| deadline <= now)
    }

    /// Asks for a sign of life; an earlier question that is still open keeps its deadline.
    pub(crate) fn probe(&mut self, now: Instant, within: Duration) {
        let new = (now, now + within);
        self.probe = Some(self.open_probe().filter(|open| open.1 < new.1).unwrap_or(new));
    }

    pub(super) fn expired(&mut self, now: Instant, state: State, limits: &Limits) -> Option<Expired> {
        let due = |deadline: Option<Instant>| deadline.is_some_and(|deadline| deadline <= now);
        if due(self.session_init) {
            return Some(Expired::End(SessionError::peer(Cause::SessionInitTimeout)));
        }
        if due(self.reading.0) || due(self.writing.0) {
            return Some(Expired::End(SessionError::peer(Cause::Stalled)));
        }
        if due(self.inactivity(state, limits)) {
            return Some(Expired::End(SessionError::us(Cause::InactivityTimeout)));
        }
        if due(self.give_up(state)) {
            return Some(Expired::End(SessionError::peer(Cause::EnquireLinkTimeout)));
        }
        if due(self.enquire_link(state, limits)) {
            self.enquiring = true;
            return Some(Expired::EnquireLink);
        }
        None
    }

    pub(crate) fn next(&self, state: State, limits: &Limits) -> Option<Instant> {
        [
            self.session_init,
            self.reading.0,
            self.writing.0,
            self.handler,
            self.inactivity(state, limits),
            self.give_up(state),
            self.enquire_link(state, limits),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    fn inactivity(&self, state: State, limits: &Limits) -> Option<Instant> {
        let bound = matches!(state, State::Bound(_));
        limits.inactivity.filter(|_| bound).map(|inactivity| self.moved + inactivity)
    }

    fn give_up(&self, state: State) -> Option<Instant> {
        let bound = matches!(state, State::Bound(_));
        self.open_probe().filter(|_| bound).map(|(_, deadline)| deadline)
    }

    fn open_probe(&self) -> Option<(Instant, Instant)> {
        self.probe.filter(|(since, _)| self.heard <= *since)
    }

    /// At most one enquire_link is open: its own response timer says when the peer is gone.
    fn enquire_link(&self, state: State, limits: &Limits) -> Option<Instant> {
        let wanted = matches!(state, State::Bound(_)) && !self.enquiring;
        let silent_for_long = self.heard + limits.enquire_link;
        wanted.then(|| self.open_probe().map_or(silent_for_long, |(since, _)| since))
    }
}

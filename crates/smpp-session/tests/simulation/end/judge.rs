//! The invariants of an end: after every turn, when its session ends, and when all is over.

use std::time::Instant;

use smpp_session::{Cause, State};

use super::{BIND, End, Fate};
use crate::pipe::Pipe;

impl End {
    /// What holds after every turn of a session that lives.
    pub(super) fn check(&mut self, now: Instant) -> Result<(), String> {
        let limits = &self.plan.limits;
        let open = self.open.len();
        if self.half.in_flight() != open {
            return Err(format!("{} slots are held for {open} requests", self.half.in_flight()));
        }
        if open > limits.window.into() {
            return Err(format!("{open} requests in a window of {}", limits.window));
        }
        if self.session.unanswered() != self.asked.len() {
            let (held, asked) = (self.session.unanswered(), self.asked.len());
            return Err(format!("{held} requests of the peer are held, {asked} wait for an answer"));
        }
        let most = limits.outgoing_ceiling() + limits.max_pdu as usize + limits.answer_reserve();
        if self.out.len() > most {
            return Err(format!("{} octets wait to be written, {most} may", self.out.len()));
        }
        let held = self.session.held_octets()
            + self.half.held_octets()
            + self.out.capacity()
            + self.input.capacity();
        if held > limits.max_session_octets() {
            return Err(format!("{held} octets are held, {} may be", limits.max_session_octets()));
        }
        self.check_timers(now)
    }

    /// The next timer is never later than anything that it must not miss.
    fn check_timers(&mut self, now: Instant) -> Result<(), String> {
        let limits = &self.plan.limits;
        // All may wait equally long.
        let sent = self.open.first().and_then(|token| match self.fates[*token as usize] {
            Fate::Open(sent_at) => Some(sent_at + limits.response),
            _ => None,
        });
        let asked = self.asked.iter().map(|asked| asked.since + limits.handler);
        let bind = (self.session.state() == State::Open).then(|| self.begun + limits.session_init);
        let must = sent.into_iter().chain(asked).chain(bind).min();
        let next = self.session.poll_timeout(&self.half);
        if must.is_some_and(|must| next.is_none_or(|next| next > must)) {
            return Err(format!("the next timer is {next:?}, {must:?} must not be missed"));
        }
        if matches!(self.session.state(), State::Bound(_)) && self.heard + limits.enquire_link <= now {
            let asked = *self.silent.get_or_insert(now);
            if asked + limits.response <= now {
                return Err("a peer that was silent for too long is kept".into());
            }
        }
        if self.probed.is_some_and(|deadline| deadline <= now)
            && matches!(self.session.state(), State::Bound(_))
        {
            return Err("a peer that gave no sign of life is kept".into());
        }
        Ok(())
    }

    /// What holds when all is over.
    pub(crate) fn judge(&self, honest: bool) -> Result<(), String> {
        if self.half.in_flight() > 0 || self.fates.iter().any(|fate| matches!(fate, Fate::Open(_))) {
            return Err(format!("{:?}: a request never ended", self.role));
        }
        if !honest {
            return Ok(());
        }
        let unbound = self.session.ended().is_some_and(|error| error.cause == Cause::Unbind);
        let answered = self.fates.iter().all(|fate| *fate == Fate::Answered);
        let all =
            self.fates.len() == self.plan.requests as usize || self.plan.unbinds_at.is_some() || self.leaving;
        let wrong = !unbound || !answered;
        (!wrong || !all).then_some(()).ok_or_else(|| {
            format!(
                "nothing went wrong, and {:?} ended with {:?}: {:?}",
                self.role,
                self.session.ended(),
                self.fates
            )
        })
    }

    /// The session has ended: every request that is still open is lost, in the order of sending.
    pub(super) fn finish(&mut self, now: Instant, outgoing: &mut Pipe) -> Result<(), String> {
        let Some(error) = self.session.ended().cloned() else {
            return Ok(());
        };
        self.half.end(&error);
        let mut last = None;
        while let Some(token) = self.half.poll_unanswered() {
            if token == BIND {
                continue;
            }
            let fate = &mut self.fates[token as usize];
            if !matches!(fate, Fate::Open(_)) || last > Some(token) {
                return Err(format!(
                    "request {token} was {fate:?} and is lost with the session, after {last:?}"
                ));
            }
            *fate = Fate::Lost;
            last = Some(token);
            self.ledger.note("lost, with the session");
        }
        self.ledger.note(match error.cause {
            Cause::Unbind => "end: Unbind",
            Cause::Closed => "end: Closed",
            Cause::Io(_) => "end: Io",
            Cause::SessionInitTimeout => "end: SessionInitTimeout",
            Cause::EnquireLinkTimeout if self.probed == Some(now) => "end: no sign of life",
            Cause::EnquireLinkTimeout => "end: EnquireLinkTimeout",
            Cause::InactivityTimeout => "end: InactivityTimeout",
            Cause::Stalled => "end: Stalled",
            cause => return Err(format!("it ended with {cause:?}")),
        });
        // What is written still leaves.
        while let Some(count @ 1..) = outgoing.write(&self.out, now).filter(|_| !self.out.is_empty()) {
            self.out.copy_within(count.., 0);
            self.out.truncate(self.out.len() - count);
        }
        outgoing.finish();
        self.over = true;
        Ok(())
    }
}

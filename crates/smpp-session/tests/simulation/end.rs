//! One end: the core, and around it what a driver and an application do.

mod judge;
mod receive;
mod send;

use std::{fmt, io::ErrorKind, time::Instant};

use bytes::BytesMut;
use fastrand::Rng;
use smpp_session::{BindMode, MessageId, ReplyTo, Role, SendHalf, Session, State};
use smpp_wire::Bind;

use crate::{ledger::Ledger, pipe::Pipe, plan::EndPlan};

pub(crate) struct End {
    role: Role,
    plan: EndPlan,
    mode: BindMode,
    rng: Rng,
    session: Session,
    half: SendHalf<u64>,
    out: BytesMut,
    input: Vec<u8>,
    blocked: bool,
    /// What became of each request, by its token.
    fates: Vec<Fate>,
    /// The tokens of those that are open, as they were sent.
    open: Vec<u64>,
    /// Requests of the peer that the application has not answered.
    asked: Vec<Asked>,
    /// A request of the peer that was answered, or took too long.
    stale: Option<ReplyTo>,
    next_request_at: Instant,
    begun: Instant,
    /// When the peer was heard last.
    heard: Instant,
    /// The first turn in which it had been silent for so long that it is asked for a sign of life.
    silent: Option<Instant>,
    /// The peer was asked for a sign of life and has given none: until when it may.
    probed: Option<Instant>,
    leaving: bool,
    /// It has something to do at once.
    pub(crate) again: bool,
    over: bool,
    pub(crate) ledger: Ledger,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Open(Instant),
    Answered,
    Lost,
}

/// A request of the peer that waits for the application.
struct Asked {
    reply_to: ReplyTo,
    since: Instant,
    /// When the application answers; `None` for never.
    answer_at: Option<Instant>,
    message_id: MessageId,
}

/// The bind has no number of its own among the requests.
const BIND: u64 = u64::MAX;

impl End {
    pub(crate) fn esme(plan: &EndPlan, mode: BindMode, seed: u64, begun: Instant) -> Self {
        let mut end = Self::new(Role::Esme, plan, mode, seed, begun);
        let bind = Bind { command_id: mode.command_id(), ..Bind::default() };
        let _number = end.half.submit(&bind, BIND, begun);
        end
    }

    pub(crate) fn smsc(plan: &EndPlan, mode: BindMode, seed: u64, begun: Instant) -> Self {
        Self::new(Role::Smsc, plan, mode, !seed, begun)
    }

    fn new(role: Role, plan: &EndPlan, mode: BindMode, seed: u64, begun: Instant) -> Self {
        let mut half = SendHalf::new(role, plan.limits.clone());
        half.continue_at(plan.first_number);
        Self {
            role,
            plan: plan.clone(),
            mode,
            rng: Rng::with_seed(seed),
            session: Session::new(role, plan.limits.clone(), begun),
            half,
            out: BytesMut::new(),
            input: Vec::new(),
            blocked: false,
            fates: Vec::new(),
            open: Vec::new(),
            asked: Vec::new(),
            stale: None,
            next_request_at: begun,
            begun,
            heard: begun,
            silent: None,
            probed: None,
            leaving: false,
            again: true,
            over: false,
            ledger: Ledger::default(),
        }
    }

    /// Its session has ended, and everybody was told.
    pub(crate) const fn is_over(&self) -> bool {
        self.over
    }

    /// It wants nothing more.
    pub(crate) fn is_done(&self) -> bool {
        let all_sent = self.fates.len() >= self.plan.requests as usize;
        self.over
            || self.leaving
            || (all_sent && self.open.is_empty() && matches!(self.session.state(), State::Bound(_)))
    }

    pub(crate) fn unbind(&mut self) {
        self.leaving = true;
        self.half.unbind();
    }

    /// When it wants its turn.
    pub(crate) fn next(&self, now: Instant) -> Option<Instant> {
        if self.over {
            return None;
        }
        let answers = self.asked.iter().filter_map(|asked| asked.answer_at);
        let unbind = self.plan.unbinds_at.map(|(after, _)| self.begun + after).filter(|at| *at > now);
        let probe = self.plan.probe.map(|(after, _)| self.begun + after);
        let application =
            answers.chain([self.next_request_at]).chain(unbind).chain(probe).filter(|at| *at > now);
        // A timer of the core that is due now would be a timer that did not fire.
        application.chain(self.session.poll_timeout(&self.half)).min()
    }

    /// As a driver does: read, timers, what was submitted, the application, write. True when the other end may have something to do.
    pub(crate) fn turn(
        &mut self,
        now: Instant,
        incoming: &mut Pipe,
        outgoing: &mut Pipe,
    ) -> Result<bool, String> {
        if self.over {
            return Ok(false);
        }
        self.again = false;
        let mut moved = self.read(now, incoming)?;
        self.session.handle_timeout(now, &mut self.half, &mut self.out);
        self.expire(now)?;
        self.half.follow(&self.session);
        if !self.blocked {
            self.half.note_unwritten(0);
            self.half.take(&mut self.out);
        }
        self.answer_later(now)?;
        self.submit(now)?;
        let probes = self.probe(now);
        self.session.settle(now, &mut self.half, &mut self.out);
        moved |= self.write(now, outgoing);
        if self.session.ended().is_some() {
            self.finish(now, outgoing)?;
            return Ok(true);
        }
        self.check(now)?;
        let sends = !self.half.tx_is_empty() || (moved && self.wants_to_send(now));
        self.again = probes || (sends && !self.blocked);
        Ok(moved)
    }

    fn write(&mut self, now: Instant, outgoing: &mut Pipe) -> bool {
        let before = self.out.len();
        self.blocked = false;
        while !self.out.is_empty() && !self.blocked {
            match outgoing.write(&self.out, now) {
                None => {
                    self.out.clear();
                    self.session.handle_io_error(ErrorKind::BrokenPipe);
                }
                Some(0) => {
                    self.ledger.note("blocked");
                    self.blocked = true;
                }
                Some(count) => {
                    self.out.copy_within(count.., 0);
                    self.out.truncate(self.out.len() - count);
                }
            }
        }
        self.session.note_writing(self.blocked, self.out.len() < before, now);
        self.half.note_unwritten(self.out.len());
        self.out.len() < before
    }

    fn end_request(&mut self, token: u64, fate: Fate) {
        self.fates[token as usize] = fate;
        self.open.retain(|open| *open != token);
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let open = self.open.len();
        write!(
            f,
            "{:?} {:?}: {} sent, {open} open, {} asked, {} octets wait",
            self.role,
            self.session.state(),
            self.fates.len(),
            self.asked.len(),
            self.out.len()
        )?;
        self.session.ended().map_or(Ok(()), |error| write!(f, ", {error}"))
    }
}

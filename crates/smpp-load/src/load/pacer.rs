//! The clock of an open loop: hands each message to its connection when its time has come, whatever the answers do.
//!
//! A thread of its own, because a runtime's timers are too coarse; at each wake all that is due is handed on. The time a message is
//! given is its place in the schedule, so a thread that was woken late can't hide it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    lane::{Due, Lane},
    run::Run,
};
use crate::{Entry, Fate, IdDigest, Schedule, account::Account, record::Tally};

/// Where time comes from, so that tests can stop it.
pub(super) trait Clock {
    /// Since the start of the run.
    fn now(&self) -> Duration;
    /// Sleeps until about then.
    fn sleep_until(&mut self, time: Duration);
}

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct MachineClock(pub(super) Instant);

impl Clock for MachineClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep_until(&mut self, time: Duration) {
        std::thread::sleep(time.saturating_sub(self.now()));
    }
}

/// One connection, as the pacer sees it.
pub(super) struct Receiver {
    pub(super) lane: Arc<Lane>,
    /// Tells the connection that something is due.
    pub(super) wake: Box<dyn Fn() + Send>,
}

/// Paces one run.
pub(super) struct Pacer<C> {
    run: Arc<Run>,
    schedule: std::iter::Peekable<Schedule>,
    receivers: Vec<Receiver>,
    clock: C,
    account: Arc<Account>,
    /// The number of the next message.
    number: u64,
    /// Every message that there may be was offered.
    exhausted: bool,
    /// The schedule is not through.
    offering: bool,
    /// What is handed to each connection at this wake.
    due: Vec<Vec<Due>>,
    tally: Tally,
}

impl<C: Clock> Pacer<C> {
    pub(super) fn new(
        run: Arc<Run>,
        account: Arc<Account>,
        schedule: Schedule,
        receivers: Vec<Receiver>,
        clock: C,
    ) -> Self {
        let due = receivers.iter().map(|_| Vec::new()).collect();
        Self {
            run,
            schedule: schedule.peekable(),
            receivers,
            clock,
            number: account.first_number,
            account,
            exhausted: false,
            offering: true,
            due,
            tally: Tally::default(),
        }
    }

    /// Paces to the end of the schedule, or until the run is stopped; then until every message was sent or shed.
    pub(super) fn run(mut self) {
        while let Some(next) = self.wake_up() {
            self.clock.sleep_until(next);
        }
        self.run.pacer_is_done();
    }

    /// Hands on what is due, sheds what is late, and says when to wake next; `None` when all is done.
    fn wake_up(&mut self) -> Option<Duration> {
        let now = self.clock.now();
        self.offer(now);
        let shed_before = if self.run.is_stopped() { u64::MAX } else { self.run.expired_at(now) };
        self.shed(shed_before, now);
        self.run.add(&mut self.tally, now);
        let next = if self.is_over() { None } else { self.schedule.peek().copied() };
        if next.is_none() && std::mem::take(&mut self.offering) {
            self.run.schedule_is_through();
        }
        let waiting = self.receivers.iter().any(|receiver| !receiver.lane.is_empty());
        let soon = now + if waiting { SHED_PAUSE } else { STOP_PAUSE };
        match next {
            Some(next) => Some(next.max(now + SHORTEST_SLEEP).min(soon)),
            None => waiting.then_some(soon),
        }
    }

    fn is_over(&self) -> bool {
        self.exhausted || self.run.is_stopped()
    }

    fn offer(&mut self, now: Duration) {
        let connections = self.receivers.len() as u64;
        while !self.is_over() {
            let Some(intended) = self.schedule.next_if(|time| *time <= now) else {
                break;
            };
            if self.run.reserve(1) == 0 {
                self.exhausted = true;
                break;
            }
            let due = Due { number: self.number, intended: nanoseconds(intended) };
            // Connections take turns, so that none is a whole spacing behind another; the parts of a text stay together.
            let text = self.account.content.text_of(self.number);
            let turn = usize::try_from(text % connections).unwrap_or_default();
            if let Some(messages) = self.due.get_mut(turn) {
                messages.push(due);
            }
            self.number += 1;
            self.tally.counts.offered += u64::from(self.run.counts_from(due.intended));
        }
        for (receiver, due) in self.receivers.iter().zip(&mut self.due) {
            if !due.is_empty() {
                receiver.lane.push(due);
                (receiver.wake)();
            }
        }
    }

    fn shed(&mut self, expired: u64, now: Duration) {
        let mut late = Vec::new();
        for receiver in &self.receivers {
            receiver.lane.shed(expired, &mut late);
        }
        for Due { number, intended } in late {
            if self.run.counts_from(intended) {
                self.tally.counts.shed += 1;
                if self.run.keeps_ledger() {
                    let ended = nanoseconds(now);
                    let id = IdDigest::NONE;
                    let fate = Fate::Shed;
                    self.tally.entries.push(Entry::Message {
                        number,
                        fate,
                        intended,
                        sent: intended,
                        ended,
                        id,
                    });
                }
            }
        }
    }
}

pub(super) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Less is not worth a wake: the system's own sleep is late by as much.
const SHORTEST_SLEEP: Duration = Duration::from_micros(50);
/// How often late messages are looked for.
const SHED_PAUSE: Duration = Duration::from_millis(1);
/// How often an idle pacer looks whether the run was stopped.
const STOP_PAUSE: Duration = Duration::from_millis(20);

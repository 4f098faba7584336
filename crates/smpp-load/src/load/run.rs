//! What the connections and the pacer of one run share: its end, its records, its receipts.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::pacer::nanoseconds;
use crate::{
    Goal, IdDigest, LedgerWriter, Snapshot,
    record::{Archive, Arrival, HdrLog, Receipts, Recorded, Recorder, Tally, note},
};

/// One run. Times are counted from its start.
#[derive(Debug)]
pub(super) struct Run {
    goal: Goal,
    /// Messages that are intended before are not counted.
    warmup: u64,
    /// How long after its time a message may leave, in nanoseconds.
    deadline: u64,
    pub(super) wants_receipts: bool,
    pub(super) receipts: Mutex<Receipts>,
    recorder: Mutex<Recorder>,
    archive: Mutex<Archive>,
    ledger: Option<Mutex<LedgerWriter>>,
    /// Why connections ended before the run did.
    ended: Mutex<Vec<String>>,
    /// Notified when something ended that the run waits for.
    pub(super) settled: Notify,
    started: OnceLock<Instant>,
    claimed: AtomicU64,
    /// Nothing is offered any more; what is due may still be sent.
    offered_all: AtomicBool,
    /// Nothing is sent any more.
    stopped: AtomicBool,
    /// A pacer is at work: something may be due.
    pacing: AtomicBool,
}

/// What a run is told at its start.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) goal: Goal,
    pub(super) warmup: Duration,
    pub(super) deadline: Duration,
    pub(super) receipts: bool,
    pub(super) ledger: Option<LedgerWriter>,
    pub(super) hdr: Option<HdrLog>,
}

impl Run {
    pub(super) fn new(plan: Plan) -> Self {
        Self {
            goal: plan.goal,
            warmup: nanoseconds(plan.warmup),
            deadline: nanoseconds(plan.deadline),
            wants_receipts: plan.receipts,
            receipts: Mutex::default(),
            recorder: Mutex::default(),
            archive: Mutex::new(Archive::new(plan.hdr)),
            ledger: plan.ledger.map(Mutex::new),
            ended: Mutex::default(),
            settled: Notify::new(),
            started: OnceLock::new(),
            claimed: AtomicU64::new(0),
            offered_all: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
            pacing: AtomicBool::new(false),
        }
    }

    /// All connections are bound: the clock runs.
    pub(super) fn start(&self) -> Instant {
        *self.started.get_or_init(Instant::now)
    }

    /// Since the start; `None` before it.
    pub(super) fn elapsed_at(&self, now: Instant) -> Option<Duration> {
        self.started.get().map(|started| now.saturating_duration_since(*started))
    }

    /// Since the start; zero before it.
    pub(super) fn elapsed(&self) -> Duration {
        self.elapsed_at(Instant::now()).unwrap_or_default()
    }

    /// Nothing is sent any more; what is in flight is still waited for.
    pub(super) fn stop(&self) {
        self.offered_all.store(true, Ordering::Relaxed);
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    pub(super) fn stop_offering(&self) {
        self.offered_all.store(true, Ordering::Relaxed);
    }

    pub(super) fn has_offered_all(&self) -> bool {
        self.offered_all.load(Ordering::Relaxed)
    }

    pub(super) fn set_pacing(&self, pacing: bool) {
        self.pacing.store(pacing, Ordering::Relaxed);
    }

    /// True when nothing is due any more.
    pub(super) fn has_sent_all(&self) -> bool {
        self.has_offered_all() && !self.pacing.load(Ordering::Relaxed)
    }

    /// How many messages there may be.
    pub(super) const fn limit(&self) -> Option<u64> {
        self.goal.messages
    }

    /// Claims up to `room` messages of a closed loop, and gives the number of the first and how many.
    pub(super) fn claim(&self, room: u64, elapsed: Duration) -> (u64, u64) {
        if self.is_stopped() {
            return (0, 0);
        }
        if self.goal.duration.is_some_and(|duration| elapsed >= duration) {
            self.stop();
            return (0, 0);
        }
        let first = self.claimed.fetch_add(room, Ordering::Relaxed);
        let allowed = self.limit().map_or(room, |limit| limit.saturating_sub(first).min(room));
        if allowed < room {
            self.claimed.fetch_sub(room - allowed, Ordering::Relaxed);
            self.stop();
        }
        (first, allowed)
    }

    /// Gives claimed messages back: they could not be sent yet.
    pub(super) fn unclaim(&self, count: u64) {
        self.claimed.fetch_sub(count, Ordering::Relaxed);
    }

    /// What was to leave before this time is late beyond its deadline.
    pub(super) fn expired_at(&self, now: Duration) -> u64 {
        nanoseconds(now).saturating_sub(self.deadline)
    }

    /// False for a message of the warm-up.
    pub(super) const fn counts_from(&self, intended: u64) -> bool {
        intended >= self.warmup
    }

    pub(super) const fn keeps_ledger(&self) -> bool {
        self.ledger.is_some()
    }

    /// Adds a turn, and empties it.
    pub(super) fn add(&self, tally: &mut Tally, now: Duration) {
        if tally.is_empty() {
            return;
        }
        if let Some(ledger) = &self.ledger {
            let mut ledger = ledger.lock();
            tally.entries.drain(..).for_each(|entry| ledger.record(&entry));
        }
        if self.wants_receipts {
            self.match_receipts(tally);
        }
        self.recorder.lock().add(tally, now);
        if self.has_offered_all() {
            self.settled.notify_one();
        }
    }

    fn match_receipts(&self, tally: &mut Tally) {
        let mut receipts = self.receipts.lock();
        for (id, sent) in tally.accepted.drain(..) {
            if let Some(arrived) = receipts.accepted(id, sent) {
                note(&mut tally.receipt_latency, arrived.saturating_sub(sent));
            }
        }
        for (id, at) in tally.arrived.drain(..) {
            if id == IdDigest::NONE {
                receipts.arrived_without_id();
            } else if let Arrival::Matched(sent) = receipts.arrived(id, at) {
                note(&mut tally.receipt_latency, at.saturating_sub(sent));
            }
        }
    }

    /// A connection ended before the run did.
    pub(super) fn connection_ended(&self, why: String) {
        self.ended.lock().push(why);
        self.settled.notify_one();
    }

    /// How many connections ended before the run did.
    pub(super) fn connections_ended(&self) -> u64 {
        self.ended.lock().len() as u64
    }

    /// Messages without an end, and receipts still to come.
    pub(super) fn open(&self) -> (u64, u64) {
        let in_flight = self.recorder.lock().counts().in_flight();
        (in_flight, self.receipts.lock().outstanding())
    }

    /// Ends an interval of about a second.
    pub(super) fn tick(&self) -> Snapshot {
        let receipts = self.receipts.lock().counts();
        let now = self.elapsed();
        let (interval, statuses) = self.archive.lock().roll(&self.recorder, now, receipts.missing);
        let totals = self.recorder.lock().counts();
        Snapshot { elapsed: now, totals, interval, statuses, receipts, connections: 0 }
    }

    /// The records and why connections ended; leaves the run empty.
    pub(super) fn take_records(&self) -> (Recorded, Vec<String>) {
        let recorder = std::mem::take(&mut *self.recorder.lock());
        let archive = std::mem::take(&mut *self.archive.lock());
        (archive.finish(recorder), std::mem::take(&mut *self.ended.lock()))
    }

    /// The ledger, when nobody uses this run any more.
    pub(super) fn into_ledger(self) -> Option<LedgerWriter> {
        self.ledger.map(Mutex::into_inner)
    }
}

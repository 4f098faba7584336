//! What the connections and the pacer of one run share: its end, its records, its receipts.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use smpp_session::Counters;
use smpp_wire::receipt::IdMatching;
use tokio::sync::Notify;

use super::pacer::nanoseconds;
use crate::{
    Entry, Goal, IdDigest, LedgerWriter, Network,
    figures::counted,
    record::{Archive, Arrival, HdrLog, Receipts, Recorded, Recorder, Tally, note},
    through::Far,
    watch::Snapshot,
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
    /// Where messages come through a relay.
    pub(super) far: Option<Arc<Far>>,
    pub(super) id_form: IdMatching,
    receipts_may_come: bool,
    pub(super) receipts: Mutex<Receipts>,
    recorder: Mutex<Recorder>,
    archive: Mutex<Archive>,
    ledger: Option<Mutex<LedgerWriter>>,
    /// Why connections ended before the run did.
    ended: Mutex<BTreeMap<String, u64>>,
    /// Notified when something ended that the run waits for.
    pub(super) settled: Notify,
    started: OnceLock<Instant>,
    claimed: AtomicU64,
    /// Closed loops may still claim messages.
    claiming: AtomicBool,
    /// Schedules that are not through.
    schedules: AtomicUsize,
    /// Nothing is sent any more.
    stopped: AtomicBool,
    /// Pacers at work: something may be due.
    pacing: AtomicUsize,
    /// Connections that take messages, send them, and have not counted them yet.
    sending: AtomicUsize,
    /// Sessions that are bound, or are bound again.
    alive: AtomicUsize,
    rebinds: AtomicU64,
    /// deliver_sm that are no receipts.
    pub(super) incoming: AtomicU64,
    octets: Mutex<(u64, u64)>,
}

/// What a run still waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Open {
    /// Messages without an end.
    pub(super) in_flight: u64,
    /// Receipts that are due.
    outstanding: u64,
    /// Receipts that came, so that it shows when one more does.
    received: u64,
    /// Receipts may come that are not due.
    may_come: bool,
}

impl Open {
    /// True when nothing can come any more.
    pub(super) const fn is_nothing(self) -> bool {
        self.in_flight == 0 && self.outstanding == 0 && !self.may_come
    }
}

/// What a run is told at its start.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) goal: Goal,
    pub(super) warmup: Duration,
    pub(super) deadline: Duration,
    pub(super) receipts: bool,
    pub(super) far: Option<Arc<Far>>,
    pub(super) id_form: IdMatching,
    /// Receipts are asked for that may come or not.
    pub(super) receipts_may_come: bool,
    /// Places for sessions.
    pub(super) sessions: usize,
    /// Schedules of open loops.
    pub(super) schedules: usize,
    /// True when there are closed loops, or nothing is sent at all: the run ends by its duration.
    pub(super) claims: bool,
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
            far: plan.far,
            id_form: plan.id_form,
            receipts_may_come: plan.receipts_may_come,
            receipts: Mutex::default(),
            recorder: Mutex::default(),
            archive: Mutex::new(Archive::new(plan.hdr)),
            ledger: plan.ledger.map(Mutex::new),
            ended: Mutex::default(),
            settled: Notify::new(),
            started: OnceLock::new(),
            claimed: AtomicU64::new(0),
            claiming: AtomicBool::new(plan.claims),
            schedules: AtomicUsize::new(plan.schedules),
            stopped: AtomicBool::new(false),
            pacing: AtomicUsize::new(plan.schedules),
            sending: AtomicUsize::new(0),
            alive: AtomicUsize::new(plan.sessions),
            rebinds: AtomicU64::new(0),
            incoming: AtomicU64::new(0),
            octets: Mutex::default(),
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
        self.claiming.store(false, Ordering::Relaxed);
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// The time of closed loops is over; schedules go on to their end.
    pub(super) fn stop_claims(&self) {
        self.claiming.store(false, Ordering::SeqCst);
        self.settled.notify_one();
    }

    /// A schedule is through: what is due may still be sent.
    pub(super) fn schedule_is_through(&self) {
        self.schedules.fetch_sub(1, Ordering::Relaxed);
        self.settled.notify_one();
    }

    pub(super) fn has_offered_all(&self) -> bool {
        let offering = self.claiming.load(Ordering::SeqCst) || self.schedules.load(Ordering::Relaxed) > 0;
        self.is_stopped() || !offering
    }

    /// Nothing is due on the connections of one pacer any more.
    pub(super) fn pacer_is_done(&self) {
        self.pacing.fetch_sub(1, Ordering::SeqCst);
        self.settled.notify_one();
    }

    /// Runs what takes messages and sends and counts them: what is taken is neither due nor in flight for a moment.
    pub(super) fn sending<T>(&self, send: impl FnOnce() -> T) -> T {
        self.sending.fetch_add(1, Ordering::SeqCst);
        let sent = send();
        self.sending.fetch_sub(1, Ordering::SeqCst);
        sent
    }

    /// True when nothing is due any more, and all that was sent is counted: what is [`open`](Self::open) from then on is all there is.
    pub(super) fn has_sent_all(&self) -> bool {
        self.has_offered_all()
            && self.pacing.load(Ordering::SeqCst) == 0
            && self.sending.load(Ordering::SeqCst) == 0
    }

    /// Claims up to `room` messages of a closed loop, and gives how many.
    pub(super) fn claim(&self, room: u64, elapsed: Duration) -> u64 {
        if !self.claiming.load(Ordering::SeqCst) {
            return 0;
        }
        if self.goal.duration.is_some_and(|duration| elapsed >= duration) {
            self.stop_claims();
            return 0;
        }
        let allowed = self.reserve(room);
        if allowed < room {
            self.stop_claims();
        }
        allowed
    }

    /// Takes up to `count` messages from those that there may be, and gives how many.
    pub(super) fn reserve(&self, count: u64) -> u64 {
        let Some(limit) = self.goal.messages else { return count };
        let first = self.claimed.fetch_add(count, Ordering::Relaxed);
        let allowed = limit.saturating_sub(first).min(count);
        self.claimed.fetch_sub(count - allowed, Ordering::Relaxed);
        allowed
    }

    /// Gives messages back that were taken and can't be sent.
    pub(super) fn unreserve(&self, count: u64) {
        if self.goal.messages.is_some() {
            self.claimed.fetch_sub(count, Ordering::Relaxed);
        }
    }

    /// A session is gone for good.
    pub(super) fn session_gone(&self) {
        if self.alive.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.stop();
        }
        self.settled.notify_one();
    }

    /// A session that was lost is back.
    pub(super) fn rebound(&self) {
        self.rebinds.fetch_add(1, Ordering::Relaxed);
    }

    /// Adds what went over a session that is over.
    pub(super) fn count_octets(&self, counters: &Counters) {
        let mut octets = self.octets.lock();
        octets.0 += counters.octets_out;
        octets.1 += counters.octets_in;
    }

    /// What went over the network, once every session is over.
    pub(super) fn network(&self) -> Network {
        let (octets_sent, octets_received) = *self.octets.lock();
        let rebinds = self.rebinds.load(Ordering::Relaxed);
        Network {
            errors: self.connections_ended(),
            rebinds,
            octets_sent,
            octets_received,
            incoming: self.incoming.load(Ordering::Relaxed),
        }
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
        if self.wants_receipts {
            self.match_receipts(tally);
        }
        if let Some(ledger) = &self.ledger {
            let mut ledger = ledger.lock();
            tally.entries.drain(..).for_each(|entry| ledger.record(&entry));
        }
        self.recorder.lock().add(tally, now);
        if self.has_offered_all() {
            self.settled.notify_one();
        }
    }

    fn match_receipts(&self, tally: &mut Tally) {
        let mut receipts = self.receipts.lock();
        receipts.notified(std::mem::take(&mut tally.notified));
        for (id, sent, due) in tally.accepted.drain(..) {
            if let Some(arrived) = receipts.accepted(id, sent, due) {
                note(&mut tally.receipt_latency, arrived.saturating_sub(sent));
            }
        }
        tally.warm.drain(..).for_each(|id| receipts.warmed_up(id));
        for (id, at) in tally.arrived.drain(..) {
            if id == IdDigest::NONE {
                receipts.arrived_without_id();
            } else {
                match receipts.arrived(id, at) {
                    Arrival::Matched(sent) => note(&mut tally.receipt_latency, at.saturating_sub(sent)),
                    Arrival::WarmUp => {
                        tally.receipts -= 1;
                        continue;
                    }
                    Arrival::Early | Arrival::Duplicate => {}
                }
            }
            if self.ledger.is_some() {
                tally.entries.push(Entry::Receipt { at, id });
            }
        }
    }

    /// A connection ended before the run did.
    pub(super) fn connection_ended(&self, why: String) {
        *self.ended.lock().entry(why).or_default() += 1;
        self.settled.notify_one();
    }

    /// How many connections ended before the run did.
    pub(super) fn connections_ended(&self) -> u64 {
        self.ended.lock().values().sum()
    }

    /// What is still waited for.
    pub(super) fn open(&self) -> Open {
        let in_flight = self.recorder.lock().counts().in_flight();
        let receipts = self.receipts.lock();
        let (outstanding, received) = (receipts.outstanding(), receipts.counts().received);
        Open { in_flight, outstanding, received, may_come: self.receipts_may_come }
    }

    /// Ends an interval of about a second.
    pub(super) fn tick(&self) -> Snapshot {
        let receipts = self.receipts.lock().counts();
        let now = self.elapsed();
        let (interval, statuses) = self.archive.lock().roll(&self.recorder, now, receipts.missing);
        let totals = self.recorder.lock().counts();
        Snapshot {
            elapsed: now,
            totals,
            interval,
            statuses,
            receipts,
            connections: self.alive.load(Ordering::Relaxed) as u64,
        }
    }

    /// The records and why connections ended; leaves the run empty.
    pub(super) fn take_records(&self) -> (Recorded, Vec<String>) {
        let recorder = std::mem::take(&mut *self.recorder.lock());
        let archive = std::mem::take(&mut *self.archive.lock());
        let ended = std::mem::take(&mut *self.ended.lock());
        let warnings = ended.into_iter().map(|(why, count)| match count {
            1 => why,
            _ => format!("{why} ({})", counted(count, "time")),
        });
        (archive.finish(recorder), warnings.collect())
    }

    /// The ledger, when nobody uses this run any more.
    pub(super) fn into_ledger(self) -> Option<LedgerWriter> {
        self.ledger.map(Mutex::into_inner)
    }
}

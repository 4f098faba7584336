//! What the connections of one run share: the goal, the counts, the receipts.

use std::{
    collections::BTreeMap,
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use smpp_wire::CommandStatus;
use tokio::sync::Notify;

use crate::{Goal, Latency, Messages, Receipts, Snapshot};

/// One run. Connections count for themselves and add up here once a turn.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) goal: Goal,
    pub(crate) wants_receipts: bool,
    pub(crate) receipts: Mutex<Receipts>,
    pub(crate) tally: Mutex<Tally>,
    /// Tokens are nanoseconds since this instant.
    pub(crate) origin: Instant,
    /// Notified when a connection has nothing in flight any more, or ended.
    pub(crate) settled: Notify,
    started: OnceLock<Instant>,
    submitted: AtomicU64,
    over: AtomicBool,
}

/// The counts of a run.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) messages: Messages,
    pub(crate) latency: Latency,
    pub(crate) statuses: BTreeMap<CommandStatus, u64>,
    pub(crate) last_answer: Option<Instant>,
    /// Why connections ended before the run did.
    pub(crate) ended: Vec<String>,
}

impl Run {
    pub(crate) fn new(goal: Goal, wants_receipts: bool) -> Self {
        Self {
            goal,
            wants_receipts,
            receipts: Mutex::default(),
            tally: Mutex::new(Tally {
                messages: Messages::default(),
                latency: Latency::new(),
                statuses: BTreeMap::new(),
                last_answer: None,
                ended: Vec::new(),
            }),
            origin: Instant::now(),
            settled: Notify::new(),
            started: OnceLock::new(),
            submitted: AtomicU64::new(0),
            over: AtomicBool::new(false),
        }
    }

    /// All connections are bound: the clock runs.
    pub(crate) fn start(&self) {
        self.started.get_or_init(Instant::now);
    }

    pub(crate) fn started(&self) -> Option<Instant> {
        self.started.get().copied()
    }

    /// Ends the submitting; what is in flight is still waited for.
    pub(crate) fn stop(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Claims one more message; false when the goal is reached.
    pub(crate) fn claim(&self, now: Instant) -> bool {
        let Some(started) = self.started() else {
            return false;
        };
        if self.is_over() {
            return false;
        }
        let submitted = self.submitted.fetch_add(1, Ordering::Relaxed);
        if self.goal.is_reached(now.saturating_duration_since(started), submitted) {
            self.submitted.fetch_sub(1, Ordering::Relaxed);
            self.stop();
            return false;
        }
        true
    }

    /// Gives a claimed message back: it could not be sent yet.
    pub(crate) fn unclaim(&self) {
        self.submitted.fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn submitted(&self) -> u64 {
        self.submitted.load(Ordering::Relaxed)
    }

    pub(crate) fn in_flight(&self) -> u64 {
        let messages = self.tally.lock().messages;
        self.submitted().saturating_sub(messages.answered + messages.lost + messages.timed_out)
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let elapsed = self.started().map_or(Duration::ZERO, |started| started.elapsed());
        let in_flight = self.in_flight();
        let tally = self.tally.lock();
        let Messages { answered, accepted, lost, timed_out, .. } = tally.messages;
        let errors = answered - accepted + lost + timed_out;
        Snapshot { elapsed, answered, in_flight, errors, p99: tally.latency.quantile(0.99) }
    }
}

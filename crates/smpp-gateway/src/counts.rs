//! What the gateway counts, beside what the server counts of its sessions.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use smpp_session::CommandStatus;

use crate::cdr::RecordCounts;
use crate::delivery::{Fate, Kind};
use crate::store::StoreError;

/// Counts since the start.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Binds by how they were answered.
    binds: Mutex<BTreeMap<CommandStatus, u64>>,
    /// submit_sm by how they were answered.
    submits: Mutex<BTreeMap<CommandStatus, u64>>,
    /// submit_sm answered ESME_ROK, which are too many to take a lock for each.
    accepted: AtomicU64,
    /// Messages that the store refused because it was full, and because it failed.
    store_full: AtomicU64,
    store_failed: AtomicU64,
    /// When it refused something last.
    last_refusal: Mutex<Option<Instant>>,
    /// How long the store took to keep each batch.
    latency: Mutex<Latency>,
    /// Records of messages that ended.
    pub(crate) records: Arc<RecordCounts>,
    /// Deliveries by what they were and what became of them.
    deliveries: [[AtomicU64; Fate::ALL.len()]; Kind::ALL.len()],
    /// Answers to deliver_sm that were not ESME_ROK, by status.
    refused_deliveries: Mutex<BTreeMap<CommandStatus, u64>>,
    /// Incoming messages whose number nobody owned.
    unowned: AtomicU64,
}

/// A histogram of how long something took.
#[derive(Clone, Debug, Default)]
pub(crate) struct Latency {
    /// Up to each bound of [`BUCKETS`]; the last: longer.
    pub(crate) counts: [u64; BUCKETS.len() + 1],
    /// All of them together.
    pub(crate) sum: Duration,
}

/// From a store in memory to a disk in trouble.
pub(crate) const BUCKETS: [Duration; 12] = [
    Duration::from_micros(50),
    Duration::from_micros(200),
    Duration::from_micros(500),
    Duration::from_millis(1),
    Duration::from_millis(2),
    Duration::from_millis(5),
    Duration::from_millis(10),
    Duration::from_millis(25),
    Duration::from_millis(100),
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(10),
];

impl Latency {
    fn note(&mut self, took: Duration) {
        let bucket = BUCKETS.iter().position(|bound| took <= *bound).unwrap_or(BUCKETS.len());
        if let Some(count) = self.counts.get_mut(bucket) {
            *count += 1;
        }
        self.sum += took;
    }
}

impl Counts {
    pub(crate) fn bind(&self, status: CommandStatus) {
        *self.binds.lock().entry(status).or_default() += 1;
    }

    /// Notes answers to so many submit_sm.
    pub(crate) fn submits(&self, status: CommandStatus, count: usize) {
        if status.is_ok() {
            self.accepted.fetch_add(count as u64, Ordering::Relaxed);
        } else {
            *self.submits.lock().entry(status).or_default() += count as u64;
        }
    }

    /// Notes that the store refused so many messages.
    pub(crate) fn refused(&self, error: StoreError, count: usize) {
        let refusals = match error {
            StoreError::Full => &self.store_full,
            StoreError::Failed => &self.store_failed,
        };
        refusals.fetch_add(count as u64, Ordering::Relaxed);
        *self.last_refusal.lock() = Some(Instant::now());
    }

    /// True when the store has refused something within this time.
    #[cfg(any(feature = "admin", test))]
    pub(crate) fn store_refused_within(&self, period: Duration) -> bool {
        self.last_refusal.lock().is_some_and(|last| last.elapsed() < period)
    }

    /// Messages that the store refused, by why.
    #[cfg(any(feature = "admin", test))]
    pub(crate) fn store_refusals(&self) -> BTreeMap<&'static str, u64> {
        let counts = [("full", &self.store_full), ("failed", &self.store_failed)];
        counts.into_iter().map(|(reason, count)| (reason, count.load(Ordering::Relaxed))).collect()
    }

    /// Notes how long the store took to keep a batch.
    pub(crate) fn stored(&self, took: Duration) {
        self.latency.lock().note(took);
    }

    /// Notes what became of so many deliveries.
    pub(crate) fn deliveries(&self, kind: Kind, fate: Fate, count: usize) {
        self.fate(kind, fate).fetch_add(count as u64, Ordering::Relaxed);
    }

    /// Deliveries by what they were and what became of them.
    #[cfg(feature = "admin")]
    pub(crate) fn all_deliveries(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> {
        Kind::ALL.into_iter().flat_map(move |(kind, what)| {
            let count = move |fate| self.fate(kind, fate).load(Ordering::Relaxed);
            Fate::ALL.into_iter().map(move |(fate, became)| (what, became, count(fate)))
        })
    }

    /// Notes that a client refused a delivery with this status.
    pub(crate) fn refused_delivery(&self, status: CommandStatus) {
        *self.refused_deliveries.lock().entry(status).or_default() += 1;
    }

    /// deliver_sm by how clients answered them.
    #[cfg(feature = "admin")]
    pub(crate) fn all_delivers(&self) -> BTreeMap<CommandStatus, u64> {
        let acknowledged = Kind::ALL.into_iter().map(|(kind, _)| self.fate(kind, Fate::Acknowledged));
        let acknowledged = acknowledged.map(|count| count.load(Ordering::Relaxed)).sum();
        let mut all = self.refused_deliveries.lock().clone();
        all.insert(CommandStatus::ESME_ROK, acknowledged);
        all
    }

    fn fate(&self, kind: Kind, fate: Fate) -> &AtomicU64 {
        let [receipts, incoming] = &self.deliveries;
        let [acknowledged, refused, unanswered, expired] = match kind {
            Kind::Receipt => receipts,
            Kind::Incoming => incoming,
        };
        match fate {
            Fate::Acknowledged => acknowledged,
            Fate::Refused => refused,
            Fate::Unanswered => unanswered,
            Fate::Expired => expired,
        }
    }

    /// Notes that nobody owned the numbers of so many incoming messages.
    pub(crate) fn unowned(&self, count: usize) {
        self.unowned.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// How many those were.
    #[cfg(feature = "admin")]
    pub(crate) fn all_unowned(&self) -> u64 {
        self.unowned.load(Ordering::Relaxed)
    }

    /// How long the store took.
    #[cfg(feature = "admin")]
    pub(crate) fn latency(&self) -> Latency {
        self.latency.lock().clone()
    }

    /// Binds by how they were answered.
    pub(crate) fn all_binds(&self) -> BTreeMap<CommandStatus, u64> {
        self.binds.lock().clone()
    }

    /// submit_sm by how they were answered.
    pub(crate) fn all_submits(&self) -> BTreeMap<CommandStatus, u64> {
        let mut all = self.submits.lock().clone();
        all.insert(CommandStatus::ESME_ROK, self.accepted.load(Ordering::Relaxed));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_refused_is_remembered_for_a_while() {
        let counts = Counts::default();
        let long = Duration::from_secs(3_600);
        assert!(!counts.store_refused_within(long));
        counts.refused(StoreError::Failed, 0);
        assert!(counts.store_refused_within(long));
        assert!(!counts.store_refused_within(Duration::ZERO));
    }
}

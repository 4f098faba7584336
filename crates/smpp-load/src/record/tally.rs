//! What one turn of one connection brought; added to the recorder at its end.

use std::time::Duration;

use smpp_wire::CommandStatus;

use super::Counts;
use crate::{Entry, IdDigest};

/// Counts and times of one turn; its buffers are kept from turn to turn.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) counts: Counts,
    pub(crate) receipts: u64,
    /// Accepted messages that asked for a receipt: the id, when it was sent, and whether its receipt is due.
    pub(crate) accepted: Vec<(IdDigest, u64, bool)>,
    /// Accepted messages of the warm-up whose receipts may come.
    pub(crate) warm: Vec<IdDigest>,
    /// Intermediate notifications.
    pub(crate) notified: u64,
    /// Receipts: the id, and when it came.
    pub(crate) arrived: Vec<(IdDigest, u64)>,
    /// The answers of one read often took equally long: times come with how often.
    pub(crate) corrected: Vec<(u64, u64)>,
    pub(crate) uncorrected: Vec<(u64, u64)>,
    pub(crate) receipt_latency: Vec<(u64, u64)>,
    pub(crate) statuses: Vec<(CommandStatus, u64)>,
    pub(crate) max_lag: Duration,
    pub(crate) window_full: Duration,
    /// Lines for the ledger.
    pub(crate) entries: Vec<Entry>,
}

impl Tally {
    /// Counts an answer.
    pub(crate) fn answered(&mut self, status: CommandStatus) {
        self.counts.answered += 1;
        self.counts.accepted += u64::from(status.is_ok());
        match self.statuses.iter_mut().find(|(known, _)| *known == status) {
            Some((_, count)) => *count += 1,
            None => self.statuses.push((status, 1)),
        }
    }

    /// Counts a message that left so long after its time.
    pub(crate) fn sent(&mut self, lag: Duration) {
        self.counts.sent += 1;
        self.counts.on_time += u64::from(lag <= ON_TIME);
        self.max_lag = self.max_lag.max(lag);
    }

    /// True when it holds nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.counts == Counts::default()
            && self.receipts == 0
            && self.notified == 0
            && self.warm.is_empty()
            && self.entries.is_empty()
            && self.window_full.is_zero()
    }
}

/// Notes one more time of `nanoseconds`.
pub(crate) fn note(times: &mut Vec<(u64, u64)>, nanoseconds: u64) {
    match times.last_mut() {
        Some((last, count)) if *last == nanoseconds => *count += 1,
        _ => times.push((nanoseconds, 1)),
    }
}

/// A message that leaves within this time of its own is on time.
const ON_TIME: Duration = Duration::from_millis(1);

//! The run's one place of counts and times: what every turn adds to.

use std::{collections::BTreeMap, time::Duration};

use smpp_wire::CommandStatus;

use super::{Counts, Latency, Tally};

/// Counts since the start, and the times of the interval that is going on. When the interval ends, the
/// [`Archive`](super::Archive) takes its times away: one histogram a message, not two.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    pub(super) counts: Counts,
    pub(super) statuses: BTreeMap<CommandStatus, u64>,
    pub(super) current: Times,
    pub(super) last_answer: Duration,
}

/// What a time span brought.
#[derive(Debug, Default)]
pub(super) struct Times {
    pub(super) counts: Counts,
    pub(super) receipts: u64,
    pub(super) corrected: Latency,
    pub(super) uncorrected: Latency,
    pub(super) receipt_latency: Latency,
    pub(super) max_lag: Duration,
    pub(super) window_full: Duration,
}

impl Recorder {
    /// Adds a turn at the time `now` since the start, and empties it.
    pub(crate) fn add(&mut self, tally: &mut Tally, now: Duration) {
        let Times { counts, receipts, corrected, uncorrected, receipt_latency, max_lag, window_full } =
            &mut self.current;
        if tally.counts.answered > 0 {
            self.last_answer = now;
        }
        let new = std::mem::take(&mut tally.counts);
        self.counts += new;
        *counts += new;
        *receipts += std::mem::take(&mut tally.receipts);
        *max_lag = (*max_lag).max(std::mem::take(&mut tally.max_lag));
        *window_full += std::mem::take(&mut tally.window_full);
        corrected.record_all(&mut tally.corrected);
        uncorrected.record_all(&mut tally.uncorrected);
        receipt_latency.record_all(&mut tally.receipt_latency);
        for (status, count) in tally.statuses.drain(..) {
            *self.statuses.entry(status).or_default() += count;
        }
    }

    /// Counts since the start.
    pub(crate) const fn counts(&self) -> Counts {
        self.counts
    }
}

impl Times {
    /// Adds another time span, and empties it.
    pub(super) fn take_from(&mut self, other: &mut Self) {
        self.counts += std::mem::take(&mut other.counts);
        self.receipts += std::mem::take(&mut other.receipts);
        self.max_lag = self.max_lag.max(std::mem::take(&mut other.max_lag));
        self.window_full += std::mem::take(&mut other.window_full);
        self.corrected.take_from(&mut other.corrected);
        self.uncorrected.take_from(&mut other.uncorrected);
        self.receipt_latency.take_from(&mut other.receipt_latency);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_added_once() {
        let counts = Counts { sent: 5, answered: 5, accepted: 5, ..Counts::default() };
        let mut tally = Tally { counts, corrected: vec![(100, 5)], ..Tally::default() };
        let mut recorder = Recorder::default();
        recorder.add(&mut tally, Duration::ZERO);
        recorder.add(&mut tally, Duration::ZERO);
        assert!(tally.is_empty());
        assert_eq!(recorder.counts().answered, 5);
    }
}

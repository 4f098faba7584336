//! The run's one place of counts and histograms: totals, and the interval that is going on.

use std::{collections::BTreeMap, time::Duration};

use smpp_wire::CommandStatus;

use super::{Counts, Interval, Latency, Tally};

/// Totals and the interval that is going on. An interval is added to the totals when it ends: one histogram a message, not two.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    totals: Times,
    current: Times,
    statuses: BTreeMap<CommandStatus, u64>,
    series: Vec<Interval>,
    /// When the interval began, since the start of the run.
    began: Duration,
    last_answer: Duration,
}

/// What a time span brought.
#[derive(Debug, Default)]
struct Times {
    counts: Counts,
    receipts: u64,
    corrected: Latency,
    uncorrected: Latency,
    receipt_latency: Latency,
    max_lag: Duration,
    window_full: Duration,
}

/// What a run recorded.
#[derive(Debug, Default)]
pub(crate) struct Recorded {
    pub(crate) counts: Counts,
    pub(crate) statuses: BTreeMap<CommandStatus, u64>,
    pub(crate) corrected: Latency,
    pub(crate) uncorrected: Latency,
    pub(crate) receipt_latency: Latency,
    pub(crate) max_lag: Duration,
    pub(crate) window_full: Duration,
    pub(crate) series: Vec<Interval>,
    /// When the last answer came, since the start of the run.
    pub(crate) last_answer: Duration,
}

impl Recorder {
    /// Adds a turn at the time `now` since the start, and empties it.
    pub(crate) fn add(&mut self, tally: &mut Tally, now: Duration) {
        let Times { counts, receipts, corrected, uncorrected, receipt_latency, max_lag, window_full } =
            &mut self.current;
        if tally.counts.answered > 0 {
            self.last_answer = now;
        }
        *counts += std::mem::take(&mut tally.counts);
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
    pub(crate) fn counts(&self) -> Counts {
        let mut counts = self.totals.counts;
        counts += self.current.counts;
        counts
    }

    /// Ends the interval at the time `now` since the start, and gives it.
    pub(crate) fn roll(&mut self, now: Duration, receipts_pending: u64) -> Interval {
        let current = &mut self.current;
        let totals = &mut self.totals;
        totals.counts += current.counts;
        let interval = Interval {
            from: self.began.as_secs_f64(),
            to: now.as_secs_f64(),
            counts: std::mem::take(&mut current.counts),
            in_flight: totals.counts.in_flight(),
            receipts: std::mem::take(&mut current.receipts),
            receipts_pending,
            window_full_seconds: current.window_full.as_secs_f64(),
            max_lag_microseconds: current.max_lag.as_secs_f64() * 1e6,
            latency: current.corrected.summary(),
            uncorrected: current.uncorrected.summary(),
            receipt_latency: current.receipt_latency.summary(),
        };
        totals.receipts += interval.receipts;
        totals.max_lag = totals.max_lag.max(std::mem::take(&mut current.max_lag));
        totals.window_full += std::mem::take(&mut current.window_full);
        totals.corrected.take_from(&mut current.corrected);
        totals.uncorrected.take_from(&mut current.uncorrected);
        totals.receipt_latency.take_from(&mut current.receipt_latency);
        self.began = now;
        self.series.push(interval);
        interval
    }

    /// Everything, after a last [`roll`](Self::roll).
    pub(crate) fn finish(self) -> Recorded {
        let Times { counts, corrected, uncorrected, receipt_latency, max_lag, window_full, .. } = self.totals;
        Recorded {
            counts,
            statuses: self.statuses,
            corrected,
            uncorrected,
            receipt_latency,
            max_lag,
            window_full,
            series: self.series,
            last_answer: self.last_answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(answered: u64, nanoseconds: u64) -> Tally {
        let counts = Counts { sent: answered, answered, accepted: answered, ..Counts::default() };
        Tally {
            counts,
            corrected: vec![(nanoseconds, answered)],
            statuses: vec![(CommandStatus::ESME_ROK, answered)],
            ..Tally::default()
        }
    }

    #[test]
    fn intervals_add_up_to_the_totals() {
        let mut recorder = Recorder::default();
        for second in 1..=3 {
            recorder.add(&mut turn(second * 10, second * 1_000), Duration::from_secs(second));
            let interval = recorder.roll(Duration::from_secs(second), 0);
            assert_eq!((interval.counts.answered, interval.latency.count), (second * 10, second * 10));
        }
        let recorded = recorder.finish();
        assert_eq!((recorded.counts.answered, recorded.corrected.summary().count), (60, 60));
        assert_eq!(recorded.series.len(), 3);
        assert_eq!(recorded.last_answer, Duration::from_secs(3));
        assert_eq!(recorded.statuses[&CommandStatus::ESME_ROK], 60);
    }

    #[test]
    fn a_turn_is_added_once() {
        let (mut recorder, mut tally) = (Recorder::default(), turn(5, 100));
        recorder.add(&mut tally, Duration::ZERO);
        recorder.add(&mut tally, Duration::ZERO);
        assert!(tally.is_empty());
        assert_eq!(recorder.counts().answered, 5);
    }
}

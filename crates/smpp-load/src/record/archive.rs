//! What intervals that are over brought: totals, the series, and the log of their histograms.

use std::{collections::BTreeMap, time::Duration};

use parking_lot::Mutex;
use smpp_wire::CommandStatus;

use super::{Counts, HdrLog, Histograms, Interval, Latency, Recorder, recorder::Times};

/// Totals and the series. Only the run's own tick uses it, so that its work (quantiles, the log) keeps no connection waiting.
#[derive(Debug, Default)]
pub(crate) struct Archive {
    totals: Times,
    /// Empty; changes places with the recorder's.
    spare: Times,
    series: Vec<Interval>,
    log: Option<HdrLog>,
    /// When the interval began, since the start of the run.
    began: Duration,
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
    /// Why the log of histograms is not whole.
    pub(crate) log_error: Option<String>,
}

impl Archive {
    /// Empty; writes each interval's histograms to the log.
    pub(crate) fn new(log: Option<HdrLog>) -> Self {
        Self { log, ..Self::default() }
    }

    /// Ends the recorder's interval at the time `now` since the start, and gives it with the statuses so far.
    pub(crate) fn roll(
        &mut self,
        recorder: &Mutex<Recorder>,
        now: Duration,
        receipts_pending: u64,
    ) -> (Interval, BTreeMap<CommandStatus, u64>) {
        let (in_flight, statuses) = {
            let mut recorder = recorder.lock();
            std::mem::swap(&mut recorder.current, &mut self.spare);
            (recorder.counts.in_flight(), recorder.statuses.clone())
        };
        let times = &mut self.spare;
        let interval = Interval {
            from: self.began.as_secs_f64(),
            to: now.as_secs_f64(),
            counts: times.counts,
            in_flight,
            receipts: times.receipts,
            receipts_pending,
            window_full_seconds: times.window_full.as_secs_f64(),
            max_lag_microseconds: times.max_lag.as_secs_f64() * 1e6,
            latency: times.corrected.summary(),
            uncorrected: times.uncorrected.summary(),
            receipt_latency: times.receipt_latency.summary(),
        };
        if let Some(log) = &mut self.log {
            let Times { corrected, uncorrected, receipt_latency, .. } = times;
            let histograms = [corrected, uncorrected, receipt_latency];
            log.write(Histograms::NAMES.into_iter().zip(histograms.map(|times| &*times)), self.began, now);
        }
        self.totals.take_from(times);
        self.began = now;
        self.series.push(interval);
        (interval, statuses)
    }

    /// Everything, after a last [`roll`](Self::roll).
    pub(crate) fn finish(self, recorder: Recorder) -> Recorded {
        let Times { corrected, uncorrected, receipt_latency, max_lag, window_full, .. } = self.totals;
        Recorded {
            counts: recorder.counts,
            statuses: recorder.statuses,
            corrected,
            uncorrected,
            receipt_latency,
            max_lag,
            window_full,
            series: self.series,
            last_answer: recorder.last_answer,
            log_error: self.log.and_then(HdrLog::finish),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Tally;

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
        let (recorder, mut archive) = (Mutex::new(Recorder::default()), Archive::default());
        for second in 1..=3 {
            recorder.lock().add(&mut turn(second * 10, second * 1_000), Duration::from_secs(second));
            let (interval, _) = archive.roll(&recorder, Duration::from_secs(second), 0);
            assert_eq!((interval.counts.answered, interval.latency.count), (second * 10, second * 10));
        }
        let recorded = archive.finish(recorder.into_inner());
        assert_eq!((recorded.counts.answered, recorded.corrected.summary().count), (60, 60));
        assert_eq!(recorded.series.len(), 3);
        assert_eq!(recorded.last_answer, Duration::from_secs(3));
        assert_eq!(recorded.statuses[&CommandStatus::ESME_ROK], 60);
    }
}

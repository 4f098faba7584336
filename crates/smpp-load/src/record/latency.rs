//! How long answers took, as a histogram, so that a long run needs no more memory than a short one.

use std::fmt;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// A recorder with three significant digits from 1 ns to 1 h; about 270 KiB, so keep one a worker rather than one a
/// connection.
#[derive(Clone)]
pub struct Latency {
    nanoseconds: Histogram<u64>,
}

impl Latency {
    /// An empty recorder.
    #[must_use]
    #[expect(
        clippy::missing_panics_doc,
        reason = "the bounds are constants that the histogram accepts, a test creates one"
    )]
    pub fn new() -> Self {
        let nanoseconds = Histogram::new_with_bounds(1, LONGEST_NANOSECONDS, SIGNIFICANT_DIGITS);
        Self { nanoseconds: nanoseconds.expect("constant bounds are valid") }
    }

    /// Counts one answer; longer than an hour counts as an hour.
    #[inline]
    pub fn record(&mut self, latency: Duration) {
        self.nanoseconds.saturating_record(u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX));
    }

    /// Counts times in nanoseconds, each so many times, and empties the list.
    pub(super) fn record_all(&mut self, times: &mut Vec<(u64, u64)>) {
        for (nanoseconds, count) in times.drain(..) {
            self.nanoseconds.saturating_record_n(nanoseconds, count);
        }
    }

    /// Adds what another recorder counted.
    pub fn merge(&mut self, other: &Self) {
        if self.nanoseconds.add(&other.nanoseconds).is_err() {
            // Recorders all have the same bounds, so this is never needed.
            for value in other.nanoseconds.iter_recorded() {
                self.nanoseconds.saturating_record_n(value.value_iterated_to(), value.count_at_value());
            }
        }
    }

    /// Adds what another recorder counted, and empties it.
    pub(super) fn take_from(&mut self, other: &mut Self) {
        if !other.nanoseconds.is_empty() {
            self.merge(other);
            other.nanoseconds.reset();
        }
    }

    /// The histogram itself, in nanoseconds.
    #[must_use]
    pub const fn histogram(&self) -> &Histogram<u64> {
        &self.nanoseconds
    }

    /// The latency that this share (0.0 to 1.0) of the answers stayed within; zero when there is none.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Duration {
        Duration::from_nanos(self.nanoseconds.value_at_quantile(share))
    }

    /// The figures of the report.
    #[must_use]
    pub fn summary(&self) -> LatencySummary {
        let at = |share| micros(self.nanoseconds.value_at_quantile(share));
        LatencySummary {
            count: self.nanoseconds.len(),
            min: micros(self.nanoseconds.min()),
            mean: (self.nanoseconds.mean()).round() / 1e3,
            p50: at(0.5),
            p90: at(0.9),
            p95: at(0.95),
            p99: at(0.99),
            p99_9: at(0.999),
            p99_99: at(0.9999),
            max: micros(self.nanoseconds.max()),
        }
    }
}

impl Default for Latency {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Latency").field(&self.summary()).finish()
    }
}

/// Latencies in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LatencySummary {
    /// How many answers were measured.
    pub count: u64,
    /// The shortest.
    pub min: f64,
    /// The mean.
    pub mean: f64,
    /// Half of the answers took no longer.
    pub p50: f64,
    /// 90 % of the answers took no longer.
    pub p90: f64,
    /// 95 % of the answers took no longer.
    pub p95: f64,
    /// 99 % of the answers took no longer.
    pub p99: f64,
    /// 99.9 % of the answers took no longer.
    pub p99_9: f64,
    /// 99.99 % of the answers took no longer.
    pub p99_99: f64,
    /// The longest.
    pub max: f64,
}

fn micros(nanoseconds: u64) -> f64 {
    Duration::from_nanos(nanoseconds).as_secs_f64() * 1e6
}

/// An hour: no answer is waited for that long.
const LONGEST_NANOSECONDS: u64 = 3_600_000_000_000;

/// A figure is right to 0.1 %, which is finer than any machine repeats it.
const SIGNIFICANT_DIGITS: u8 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    fn near(figure: f64, expected: f64) -> bool {
        (figure - expected).abs() <= expected * 0.001
    }

    #[test]
    fn quantiles_are_right_to_three_digits() {
        let mut latency = Latency::new();
        for micros in 1..=10_000 {
            latency.record(Duration::from_micros(micros));
        }
        let summary = latency.summary();
        assert_eq!(summary.count, 10_000);
        assert!(
            near(summary.min, 1.0) && near(summary.mean, 5000.5) && near(summary.max, 10_000.0),
            "{summary:?}"
        );
        assert!(
            near(summary.p50, 5000.0) && near(summary.p99, 9900.0) && near(summary.p99_9, 9990.0),
            "{summary:?}"
        );
    }

    #[test]
    fn merging_counts_the_same_as_recording_in_one_place() {
        let (mut one, mut left, mut right) = (Latency::new(), Latency::new(), Latency::new());
        for nanos in (1..1_000_000_000).step_by(999_983) {
            one.record(Duration::from_nanos(nanos));
            let half = if nanos % 2 == 0 { &mut left } else { &mut right };
            half.record(Duration::from_nanos(nanos));
        }
        left.merge(&right);
        assert_eq!(left.nanoseconds, one.nanoseconds);
    }

    #[test]
    fn longer_than_an_hour_counts_as_an_hour() {
        let mut latency = Latency::new();
        latency.record(Duration::MAX);
        assert_eq!(latency.summary().count, 1);
        assert!(near(latency.summary().max, 3.6e9));
    }

    #[test]
    fn an_empty_recorder_is_all_zero() {
        assert_eq!(Latency::new().summary(), LatencySummary::default());
    }
}

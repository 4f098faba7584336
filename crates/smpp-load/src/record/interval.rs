//! One second of a run: an element of the report's time series.

use serde::{Deserialize, Serialize};

use super::{Counts, LatencySummary};

/// What happened between two ticks, about a second apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Seconds from the start of the run to its start.
    pub from: f64,
    /// Seconds from the start of the run to its end.
    pub to: f64,
    /// Messages that were offered, sent, answered in it.
    #[serde(flatten)]
    pub counts: Counts,
    /// Messages without an answer at its end.
    pub in_flight: u64,
    /// Receipts that arrived in it.
    pub receipts: u64,
    /// Receipts still to come at its end.
    pub receipts_pending: u64,
    /// Seconds that messages waited because the window was full, summed over connections.
    pub window_full_seconds: f64,
    /// The latest that a message left after its time, in microseconds.
    pub max_lag_microseconds: f64,
    /// From the intended start to the answer; from the sending in a closed loop.
    pub latency: LatencySummary,
    /// From the sending to the answer.
    pub uncorrected: LatencySummary,
    /// From the sending to the receipt.
    pub receipt_latency: LatencySummary,
}

impl Interval {
    /// How long it was, in seconds.
    #[must_use]
    pub const fn seconds(&self) -> f64 {
        (self.to - self.from).max(0.0)
    }

    /// A count of it as a rate.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a rate is shown with far fewer than 52 bits")]
    pub const fn per_second(&self, count: u64) -> f64 {
        count as f64 / self.seconds().max(0.001)
    }

    /// Corrected where there is such.
    #[must_use]
    pub const fn either_latency(&self) -> &LatencySummary {
        if self.latency.count > 0 { &self.latency } else { &self.uncorrected }
    }
}

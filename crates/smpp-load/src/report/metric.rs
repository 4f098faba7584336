//! The figures that rules speak of, found by their names in a report or in the last second of a run.

use super::{Rates, Report};
use crate::{Counts, LatencySummary, ReceiptCounts, watch::Snapshot};

/// A figure of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Metric {
    /// Of the answers: corrected where there is such.
    Latency(Quantile),
    Uncorrected(Quantile),
    Receipt(Quantile),
    /// The share of offered messages that did not end with ESME_ROK.
    Errors,
    /// Answers a second.
    Rate,
    RateRatio,
    Shed,
    Lost,
    TimedOut,
    ReceiptsMissing,
    ReceiptsDuplicate,
    MaxLag,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantile {
    Min,
    Mean,
    P50,
    P90,
    P95,
    P99,
    P99_9,
    P99_99,
    Max,
}

/// Where figures are found.
#[derive(Debug)]
pub(super) struct Measured<'m> {
    messages: &'m Counts,
    /// Corrected where there is such.
    latency: &'m LatencySummary,
    uncorrected: &'m LatencySummary,
    receipt_latency: Option<&'m LatencySummary>,
    receipts: Option<&'m ReceiptCounts>,
    rates: Rates,
    max_lag_microseconds: f64,
}

impl<'m> From<&'m Report> for Measured<'m> {
    fn from(report: &'m Report) -> Self {
        Self {
            messages: &report.messages,
            latency: report.latency(),
            uncorrected: &report.uncorrected_microseconds,
            receipt_latency: report.receipt_latency_microseconds.as_ref(),
            receipts: report.receipts.as_ref(),
            rates: report.rates,
            max_lag_microseconds: report.max_lag_microseconds,
        }
    }
}

/// Its last second.
impl<'m> From<&'m Snapshot> for Measured<'m> {
    fn from(now: &'m Snapshot) -> Self {
        let interval = &now.interval;
        let seconds = interval.seconds().max(0.001);
        Self {
            messages: &interval.counts,
            latency: interval.either_latency(),
            uncorrected: &interval.uncorrected,
            receipt_latency: Some(&interval.receipt_latency),
            // What is missing is known at the end only.
            receipts: None,
            rates: Rates::new(&interval.counts, seconds, seconds),
            max_lag_microseconds: interval.max_lag_microseconds,
        }
    }
}

impl Metric {
    #[expect(clippy::cast_precision_loss, reason = "a share is compared with far fewer than 52 bits")]
    pub(super) fn of(self, measured: &Measured<'_>) -> Option<f64> {
        let Measured { messages, receipts, .. } = measured;
        Some(match self {
            Self::Latency(quantile) => quantile.of(measured.latency)?,
            Self::Uncorrected(quantile) => quantile.of(measured.uncorrected)?,
            Self::Receipt(quantile) => quantile.of(measured.receipt_latency?)?,
            Self::Errors => match messages.offered {
                0 => return None,
                offered => messages.errors() as f64 / offered as f64,
            },
            Self::Rate => measured.rates.answered,
            Self::RateRatio => measured.rates.rate_ratio,
            Self::Shed => messages.shed as f64,
            Self::Lost => messages.lost as f64,
            Self::TimedOut => messages.timed_out as f64,
            Self::ReceiptsMissing => (*receipts)?.missing as f64,
            Self::ReceiptsDuplicate => (*receipts)?.duplicate as f64,
            Self::MaxLag => measured.max_lag_microseconds,
        })
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        let of = |(family, name)| {
            let quantile = Quantile::parse(name)?;
            Some(match family {
                "receipt" => Self::Receipt(quantile),
                "uncorrected" => Self::Uncorrected(quantile),
                _ => return None,
            })
        };
        Some(match name {
            "errors" => Self::Errors,
            "rate" => Self::Rate,
            "rate_ratio" => Self::RateRatio,
            "shed" => Self::Shed,
            "lost" => Self::Lost,
            "timed_out" => Self::TimedOut,
            "receipt.missing" => Self::ReceiptsMissing,
            "receipt.duplicate" => Self::ReceiptsDuplicate,
            "max_lag" => Self::MaxLag,
            name => match Quantile::parse(name) {
                Some(quantile) => Self::Latency(quantile),
                None => return name.split_once('.').and_then(of),
            },
        })
    }

    const fn is_time(self) -> bool {
        matches!(self, Self::Latency(_) | Self::Uncorrected(_) | Self::Receipt(_) | Self::MaxLag)
    }

    /// The limit in the metric's own unit.
    pub(super) fn limit(self, text: &str) -> Option<f64> {
        let units: &[(&str, f64)] = match self {
            metric if metric.is_time() => &[("us", 1.0), ("µs", 1.0), ("ms", 1e3), ("s", 1e6)],
            Self::Errors => &[("%", 0.01), ("", 1.0)],
            _ => &[("", 1.0)],
        };
        let (number, factor) = units.iter().find_map(|(unit, factor)| {
            let number = text.strip_suffix(unit)?;
            number.ends_with(|last: char| last.is_ascii_digit()).then_some((number, factor))
        })?;
        number
            .parse::<f64>()
            .ok()
            .filter(|limit| *limit >= 0.0 && limit.is_finite())
            .map(|limit| limit * factor)
    }
}

impl Quantile {
    const fn of(self, latency: &LatencySummary) -> Option<f64> {
        if latency.count == 0 {
            return None;
        }
        Some(match self {
            Self::Min => latency.min,
            Self::Mean => latency.mean,
            Self::P50 => latency.p50,
            Self::P90 => latency.p90,
            Self::P95 => latency.p95,
            Self::P99 => latency.p99,
            Self::P99_9 => latency.p99_9,
            Self::P99_99 => latency.p99_99,
            Self::Max => latency.max,
        })
    }

    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "min" => Self::Min,
            "mean" => Self::Mean,
            "p50" => Self::P50,
            "p90" => Self::P90,
            "p95" => Self::P95,
            "p99" => Self::P99,
            "p99.9" => Self::P99_9,
            "p99.99" => Self::P99_99,
            "max" => Self::Max,
            _ => return None,
        })
    }
}

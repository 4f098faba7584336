//! `--threshold 'p99<50ms'`: what a run must keep, so that a script can fail by it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Report;
use crate::LatencySummary;

/// A figure of the report, a comparison, and a limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    text: String,
    metric: Metric,
    relation: Relation,
    /// In the metric's own unit: microseconds, shares of 1, messages a second, messages.
    limit: f64,
}

/// What became of a threshold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    /// As it was given.
    pub threshold: String,
    /// The figure of this run, in microseconds, shares of 1, messages a second or messages.
    pub value: f64,
    /// Whether it was kept.
    pub kept: bool,
}

/// A figure of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Metric {
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
enum Quantile {
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Below,
    AtMost,
    Above,
    AtLeast,
}

impl Threshold {
    /// Holds it against a report. A figure that was not measured (no answer, no receipt) is not kept.
    #[must_use]
    pub fn check(&self, report: &Report) -> Checked {
        let value = self.metric.of(report);
        let kept = value.is_some_and(|value| match self.relation {
            Relation::Below => value < self.limit,
            Relation::AtMost => value <= self.limit,
            Relation::Above => value > self.limit,
            Relation::AtLeast => value >= self.limit,
        });
        Checked { threshold: self.text.clone(), value: value.unwrap_or_default(), kept }
    }
}

impl Metric {
    #[expect(clippy::cast_precision_loss, reason = "a share is compared with far fewer than 52 bits")]
    fn of(self, report: &Report) -> Option<f64> {
        let messages = &report.messages;
        let receipts = report.receipts.as_ref();
        Some(match self {
            Self::Latency(quantile) => quantile.of(report.latency())?,
            Self::Uncorrected(quantile) => quantile.of(&report.uncorrected_microseconds)?,
            Self::Receipt(quantile) => quantile.of(report.receipt_latency_microseconds.as_ref()?)?,
            Self::Errors => match messages.offered {
                0 => return None,
                offered => messages.errors() as f64 / offered as f64,
            },
            Self::Rate => report.rates.answered,
            Self::RateRatio => report.rates.rate_ratio,
            Self::Shed => messages.shed as f64,
            Self::Lost => messages.lost as f64,
            Self::TimedOut => messages.timed_out as f64,
            Self::ReceiptsMissing => receipts?.missing as f64,
            Self::ReceiptsDuplicate => receipts?.duplicate as f64,
            Self::MaxLag => report.max_lag_microseconds,
        })
    }

    fn parse(name: &str) -> Option<Self> {
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
    fn limit(self, text: &str) -> Option<f64> {
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

impl FromStr for Threshold {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "not a threshold";
        let at = text.find(['<', '>']).ok_or(WRONG)?;
        let (name, rest) = text.split_at_checked(at).ok_or(WRONG)?;
        let relations = [
            ("<=", Relation::AtMost),
            (">=", Relation::AtLeast),
            ("<", Relation::Below),
            (">", Relation::Above),
        ];
        let found =
            relations.into_iter().find_map(|(sign, relation)| Some((relation, rest.strip_prefix(sign)?)));
        let (relation, limit) = found.ok_or(WRONG)?;
        let metric = Metric::parse(name.trim()).ok_or(WRONG)?;
        let limit = metric.limit(limit.trim()).ok_or(WRONG)?;
        Ok(Self { text: text.to_owned(), metric, relation, limit })
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::example;

    fn check(threshold: &str) -> (f64, bool) {
        let checked = threshold.parse::<Threshold>().unwrap().check(&example());
        (checked.value, checked.kept)
    }

    #[test]
    fn every_metric_is_held_against_its_limit() {
        // The example has p99 310 us, max 12.34 ms, 312,455/s, two refusals, receipts at 2 ms.
        for (threshold, value, kept) in [
            ("p99<50ms", 310.0, true),
            ("p99 < 310us", 310.0, false),
            ("p99<=310us", 310.0, true),
            ("max<0.01s", 12_340.0, false),
            ("p99.9<2ms", 1_250.0, true),
            ("uncorrected.p50<1ms", 198.0, true),
            ("rate>10000", 312_455.0, true),
            ("rate>=400000", 312_455.0, false),
            ("rate_ratio>=0.99", 1.0, true),
            ("receipt.p50<5s", 2_000.0, true),
            ("receipt.missing<1", 0.0, true),
            ("shed<=0", 0.0, true),
        ] {
            assert_eq!(check(threshold), (value, kept), "{threshold}");
        }
        assert!(check("errors<0.1%").1 && check("errors<0.001").1 && !check("errors<0.00001%").1);
    }

    #[test]
    fn what_was_not_measured_is_not_kept() {
        let mut report = example();
        report.receipt_latency_microseconds = None;
        report.uncorrected_microseconds = LatencySummary::default();
        for threshold in ["receipt.p99<5s", "p99<1s", "p99>1s"] {
            assert!(!threshold.parse::<Threshold>().unwrap().check(&report).kept, "{threshold}");
        }
    }

    #[test]
    fn what_is_no_threshold_is_refused() {
        for text in [
            "",
            "p99",
            "p99<",
            "p99<5",
            "p98<5ms",
            "rate>5ms",
            "errors<x%",
            "errors<-1%",
            "p99=5ms",
            "a.p99<1ms",
        ] {
            assert!(text.parse::<Threshold>().is_err(), "{text}");
        }
    }
}

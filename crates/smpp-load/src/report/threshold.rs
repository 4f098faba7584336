//! `--threshold 'p99<50ms'`: what a run must keep, so that a script can fail by it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    Report,
    metric::{Measured, Metric},
};
use crate::watch::Snapshot;

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
        let value = self.metric.of(&Measured::from(report));
        let kept = value.is_some_and(|value| self.holds(value));
        Checked { threshold: self.text.clone(), value: value.unwrap_or_default(), kept }
    }

    /// True when the last second does not keep it. A figure that it has not, such as a latency without an answer, breaks nothing.
    pub(crate) fn is_broken_by(&self, now: &Snapshot) -> bool {
        self.metric.of(&Measured::from(now)).is_some_and(|value| !self.holds(value))
    }

    /// True when it speaks of the same figure.
    pub(crate) fn is_about(&self, name: &str) -> bool {
        Metric::parse(name) == Some(self.metric)
    }

    fn holds(&self, value: f64) -> bool {
        match self.relation {
            Relation::Below => value < self.limit,
            Relation::AtMost => value <= self.limit,
            Relation::Above => value > self.limit,
            Relation::AtLeast => value >= self.limit,
        }
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
    use crate::{Counts, LatencySummary, report::tests::example};

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
    fn a_second_breaks_a_rule_by_what_it_has_and_not_by_what_it_has_not() {
        let mut now = Snapshot::default();
        now.interval.to = 2.0;
        now.interval.counts =
            Counts { offered: 100, sent: 100, answered: 90, accepted: 90, shed: 10, ..Counts::default() };
        let breaks = |rule: &str| rule.parse::<Threshold>().unwrap().is_broken_by(&now);
        assert!(breaks("errors<5%") && breaks("rate>50") && !breaks("rate>40"));
        assert!(!breaks("p99<1us") && !breaks("receipt.p99<1us") && !breaks("receipt.missing<1"));
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

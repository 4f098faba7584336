//! `smpp-load compare A.json B.json`: two runs side by side, and whether they differ by more than their own noise.

use std::{fmt, io, str::FromStr};

use super::Report;
use crate::{
    Interval,
    figures::{micros, rate},
};

/// `p99=10%`: how much worse the second run may be in one figure.
#[derive(Clone, Debug, PartialEq)]
pub struct MaxRegress {
    figure: Figure,
    /// As a share of the first run's figure.
    share: f64,
}

/// A figure that two runs are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Figure {
    Rate,
    P50,
    P99,
    P99_9,
    Max,
}

/// Two runs, side by side.
#[derive(Debug)]
pub struct Comparison<'r> {
    first: &'r Report,
    second: &'r Report,
    limits: &'r [MaxRegress],
}

/// One figure of both runs.
#[derive(Clone, Copy, Debug)]
struct Difference {
    figure: Figure,
    first: f64,
    second: f64,
    /// Whether the seconds of the runs differ by more than they scatter.
    proven: bool,
}

impl<'r> Comparison<'r> {
    /// Compares the second run with the first.
    #[must_use]
    pub const fn new(first: &'r Report, second: &'r Report, limits: &'r [MaxRegress]) -> Self {
        Self { first, second, limits }
    }

    /// True when no figure is worse than its limit by more than noise.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.limits.iter().all(|limit| {
            let difference = self.difference(limit.figure);
            !difference.proven || difference.regress() <= limit.share
        })
    }

    /// Writes it for people.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn print(&self, out: &mut impl io::Write) -> io::Result<()> {
        writeln!(out, "  {:<10}{:>14}{:>14}{:>10}", "", "first", "second", "change")?;
        for figure in Figure::ALL {
            let difference = self.difference(figure);
            let limit = self.limits.iter().find(|limit| limit.figure == figure);
            let verdict = match limit {
                Some(limit) if difference.proven && difference.regress() > limit.share => {
                    format!("  FAIL: more than {} % worse", limit.share * 100.0)
                }
                Some(_) => "  PASS".to_owned(),
                None => String::new(),
            };
            writeln!(out, "  {difference}{verdict}")?;
        }
        for (what, first, second) in self.unlike() {
            writeln!(out, "  note: {what} differs, {first} and {second}")?;
        }
        Ok(())
    }

    fn difference(&self, figure: Figure) -> Difference {
        let samples = |report: &Report| {
            report.series.iter().filter_map(|interval| figure.of_interval(interval)).collect::<Vec<_>>()
        };
        let proven = differ(&samples(self.first), &samples(self.second));
        Difference { figure, first: figure.of(self.first), second: figure.of(self.second), proven }
    }

    /// What makes the two runs less comparable.
    fn unlike(&self) -> Vec<(&'static str, String, String)> {
        let of = |report: &Report| {
            let load = &report.load;
            [
                ("the target", report.target.clone()),
                ("the load", format!("{} {}", load.mode, load.rate.as_deref().unwrap_or("-"))),
                ("the number of connections", load.connections.to_string()),
                ("the window", load.window.to_string()),
                ("the text", load.content.clone()),
                ("TLS", report.tls.to_string()),
                ("the machine", format!("{:?}", report.machine)),
            ]
        };
        let pairs = of(self.first).into_iter().zip(of(self.second));
        pairs
            .filter(|(first, second)| first != second)
            .map(|((what, first), (_, second))| (what, first, second))
            .collect()
    }
}

impl Figure {
    const ALL: [Self; 5] = [Self::Rate, Self::P50, Self::P99, Self::P99_9, Self::Max];

    const fn name(self) -> &'static str {
        match self {
            Self::Rate => "rate",
            Self::P50 => "p50",
            Self::P99 => "p99",
            Self::P99_9 => "p99.9",
            Self::Max => "max",
        }
    }

    fn of(self, report: &Report) -> f64 {
        match self {
            Self::Rate => report.rates.answered,
            figure => figure.of_latency(report.latency()),
        }
    }

    const fn of_latency(self, latency: &crate::LatencySummary) -> f64 {
        match self {
            Self::P50 => latency.p50,
            Self::P99 => latency.p99,
            Self::P99_9 => latency.p99_9,
            Self::Max | Self::Rate => latency.max,
        }
    }

    /// `None` for a last interval too short to say anything, and where nothing was answered.
    #[expect(clippy::cast_precision_loss, reason = "a rate is compared with far fewer than 52 bits")]
    fn of_interval(self, interval: &Interval) -> Option<f64> {
        let seconds = interval.to - interval.from;
        if seconds < 0.5 {
            return None;
        }
        let latency = if interval.latency.count > 0 { &interval.latency } else { &interval.uncorrected };
        match self {
            Self::Rate => Some(interval.counts.answered as f64 / seconds),
            figure => (latency.count > 0).then(|| figure.of_latency(latency)),
        }
    }
}

impl Difference {
    /// How much worse the second is, as a share of the first; below 0 when it is better.
    fn regress(&self) -> f64 {
        let change = if self.first > 0.0 { self.second / self.first - 1.0 } else { 0.0 };
        if self.figure == Figure::Rate { -change } else { change }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |value| if self.figure == Figure::Rate { rate(value) } else { micros(value) };
        let change = if self.first > 0.0 { (self.second / self.first - 1.0) * 100.0 } else { 0.0 };
        let noise = if self.proven { "" } else { "  within noise" };
        let (name, first, second) = (self.figure.name(), text(self.first), text(self.second));
        write!(f, "{name:<10}{first:>14}{second:>14}{change:>+9.1} %{noise}")
    }
}

/// Welch's test at about 95 %: whether two sets of seconds differ by more than twice their standard error.
fn differ(first: &[f64], second: &[f64]) -> bool {
    let (Some((mean_a, error_a)), Some((mean_b, error_b))) = (mean_and_error(first), mean_and_error(second))
    else {
        return false;
    };
    (mean_a - mean_b).abs() > 2.0 * (error_a + error_b).sqrt()
}

/// The mean and its squared standard error; `None` for fewer than three values.
#[expect(clippy::cast_precision_loss, reason = "a run has far fewer than 2^52 seconds")]
fn mean_and_error(values: &[f64]) -> Option<(f64, f64)> {
    if values.len() < 3 {
        return None;
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    Some((mean, variance / count))
}

impl FromStr for MaxRegress {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "not a limit";
        let (name, limit) = text.split_once('=').ok_or(WRONG)?;
        let figure = Figure::ALL.into_iter().find(|figure| figure.name() == name.trim()).ok_or(WRONG)?;
        let percent: f64 =
            limit.trim().strip_suffix('%').and_then(|number| number.parse().ok()).ok_or(WRONG)?;
        if (0.0..=1e6).contains(&percent) { Ok(Self { figure, share: percent / 100.0 }) } else { Err(WRONG) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Counts, LatencySummary, report::tests::example};

    /// A run of ten seconds whose p99 scatters by 5 % around a value.
    fn run(p99: f64, rate: u64) -> Report {
        let mut report = example();
        let second = |index: u32| {
            let from = f64::from(index);
            let scatter = if index.is_multiple_of(2) { 0.95 } else { 1.05 };
            let uncorrected = LatencySummary { count: 1, p99: p99 * scatter, ..LatencySummary::default() };
            let counts = Counts { answered: rate, ..Counts::default() };
            Interval { from, to: from + 1.0, counts, uncorrected, ..Interval::default() }
        };
        report.series = (0..10).map(second).collect();
        report.uncorrected_microseconds.p99 = p99;
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let answered = rate as f64;
        report.rates.answered = answered;
        report
    }

    fn is_kept(first: &Report, second: &Report, limit: &str) -> bool {
        Comparison::new(first, second, &[limit.parse().unwrap()]).is_kept()
    }

    #[test]
    fn a_regress_beyond_its_limit_and_beyond_noise_fails() {
        let before = run(1_000.0, 50_000);
        assert!(!is_kept(&before, &run(1_200.0, 50_000), "p99=10%"));
        assert!(is_kept(&before, &run(1_200.0, 50_000), "p99=25%"));
        assert!(is_kept(&before, &run(500.0, 50_000), "p99=10%"), "better is never a regress");
        assert!(!is_kept(&before, &run(1_000.0, 40_000), "rate=10%"));
    }

    #[test]
    fn a_difference_within_the_scatter_of_the_seconds_is_noise() {
        let (before, after) = (run(1_000.0, 50_000), run(1_020.0, 50_000));
        assert!(is_kept(&before, &after, "p99=1%"));
        let mut text = Vec::new();
        Comparison::new(&before, &after, &[]).print(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains("p99              1.00 ms       1.02 ms     +2.0 %  within noise"), "{text}");
    }

    #[test]
    fn runs_that_are_not_alike_are_told_so() {
        let (before, mut after) = (run(1_000.0, 1), run(1_000.0, 1));
        after.load.window = 7;
        let mut text = Vec::new();
        Comparison::new(&before, &after, &[]).print(&mut text).unwrap();
        assert!(String::from_utf8(text).unwrap().contains("note: the window differs, 64 and 7"));
    }

    #[test]
    fn what_is_no_limit_is_refused() {
        for text in ["p99", "p99=", "p99=10", "p98=10%", "rate=-1%"] {
            assert!(text.parse::<MaxRegress>().is_err(), "{text}");
        }
    }
}

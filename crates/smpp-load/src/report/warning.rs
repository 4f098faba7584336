//! What a reader should know before trusting the figures: the measurement's judgement of itself.

use std::{fmt, time::Duration};

use super::Report;
use crate::{
    LatencySummary,
    figures::{micros, thousands},
};

/// Something that makes the figures say less than they seem to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Warning {
    /// One of the generator's threads worked all the time.
    CpuBound { busiest: f64 },
    /// Less was sent than the rate asked for.
    RateNotHeld { ratio: f64 },
    /// The clock does not tell short times apart.
    ClockTooCoarse { step: Duration },
    /// The last percentile is of fewer answers than it takes.
    TooFewAnswers { what: &'static str, count: u64 },
    /// The server asked for less.
    Throttled { answers: u64 },
}

/// All that holds for this report; `step` is the shortest time that the clock tells apart.
pub(super) fn all(report: &Report, step: Duration) -> Vec<Warning> {
    let mut found = Vec::new();
    if let Some(busiest) = report.cpu.busiest_thread.filter(|busiest| *busiest >= BUSY) {
        found.push(Warning::CpuBound { busiest });
    }
    let ratio = report.rates.rate_ratio;
    if ratio < RATE_HELD {
        found.push(Warning::RateNotHeld { ratio });
    }
    let latency = report.latency();
    if latency.count > 0 && step.as_secs_f64() * 1e6 * STEPS_IN_MEDIAN > latency.p50 {
        found.push(Warning::ClockTooCoarse { step });
    }
    let receipts = report.receipt_latency_microseconds.as_ref();
    for (what, latency) in [("answers", Some(latency)), ("receipts", receipts)] {
        if let Some(&LatencySummary { count, .. }) = latency
            && (1..FOR_LAST_PERCENTILE).contains(&count)
        {
            found.push(Warning::TooFewAnswers { what, count });
        }
    }
    let count = |status: &str| report.statuses.get(status).copied().unwrap_or_default();
    let answers = count("ESME_RTHROTTLED") + count("ESME_RMSGQFUL");
    if answers > 0 {
        found.push(Warning::Throttled { answers });
    }
    found
}

/// The shortest step of the clock in a handful of tries.
pub(super) fn clock_step() -> Duration {
    let step = || {
        let start = std::time::Instant::now();
        loop {
            let step = start.elapsed();
            if !step.is_zero() {
                return step;
            }
        }
    };
    (0..CLOCK_TRIES).map(|_| step()).min().unwrap_or_default()
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CpuBound { busiest } => write!(
                f,
                "the generator is CPU-bound: a thread of it worked {:.0} % of the time, the server may be faster than this",
                busiest * 100.0
            ),
            Self::RateNotHeld { ratio } => {
                write!(f, "the rate was not held: {:.1} % of what was offered was sent", ratio * 100.0)
            }
            Self::ClockTooCoarse { step } => write!(
                f,
                "the clock is too coarse: its step is {}, more than a tenth of the median",
                micros(step.as_secs_f64() * 1e6)
            ),
            Self::TooFewAnswers { what, count } => write!(
                f,
                "{} {what} are too few for p99.99, which takes {} of them",
                thousands(*count),
                thousands(FOR_LAST_PERCENTILE)
            ),
            Self::Throttled { answers } => {
                write!(f, "the server throttled: {} answers ask for a lower rate", thousands(*answers))
            }
        }
    }
}

/// A thread that works for this share of the time has none left.
const BUSY: f64 = 0.95;
/// Less is not the rate that was asked for.
const RATE_HELD: f64 = 0.99;
/// How much longer than the clock's step a median has to be.
const STEPS_IN_MEDIAN: f64 = 10.0;
/// Ten are beyond p99.99 then.
const FOR_LAST_PERCENTILE: u64 = 100_000;
const CLOCK_TRIES: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::example;

    const FINE: Duration = Duration::from_nanos(40);

    #[test]
    fn a_sound_measurement_has_none() {
        let mut report = example();
        report.statuses.remove("ESME_RTHROTTLED");
        assert_eq!(all(&report, FINE), []);
    }

    #[test]
    fn each_weakness_is_told() {
        let mut report = example();
        report.cpu.busiest_thread = Some(0.99);
        report.rates.rate_ratio = 0.9;
        report.uncorrected_microseconds.count = 99_999;
        let said: Vec<_> = all(&report, Duration::from_micros(20)).iter().map(ToString::to_string).collect();
        let words =
            ["CPU-bound: a thread of it worked 99 %", "90.0 %", "20.0 µs", "99,999 answers", "2 answers ask"];
        assert_eq!(said.len(), words.len(), "{said:?}");
        for (said, word) in said.iter().zip(words) {
            assert!(said.contains(word), "no {word} in {said}");
        }
    }

    #[test]
    fn the_clock_of_this_machine_has_a_step() {
        assert!(clock_step() > Duration::ZERO);
    }
}

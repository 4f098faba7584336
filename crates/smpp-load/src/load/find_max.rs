//! `--find-max`: the highest rate that keeps every threshold, by doubling until one is broken and by bisection from there.

use super::{engine::run_once, server::Server};
use crate::{Options, Report, Step, Threshold, watch::Watch};

/// The report of the highest rate that was kept, or of the lowest that was tried when none was; with all that was tried.
pub(super) async fn search(server: &Server, options: &Options, watch: &mut Watch) -> Result<Report, String> {
    let mut bounds = Bounds::new(options.load.rate.unwrap_or(FIRST_RATE));
    let (mut best, mut steps): (Option<Report>, _) = (None, Vec::new());
    let mut interrupted = None;
    while let (Some(rate), None) = (bounds.next_rate(), &interrupted) {
        let mut report = run_once(server, &at_rate(options, rate), watch).await?;
        interrupted = report.interrupted.take();
        // What a signal cut short says nothing of the rate.
        let kept = report.exit_code() == 0 && interrupted.is_none();
        steps.push(step(&report, rate, kept));
        bounds.tried(rate, kept);
        let is_best = |best: &Report| kept || best.exit_code() != 0;
        if best.as_ref().is_none_or(is_best) {
            best = Some(report);
        }
    }
    let best = best.map(|best| Report { search: steps, interrupted, ..best });
    best.ok_or_else(|| "no rate was tried".to_owned())
}

/// A run at one rate; a rate that was not held is not kept.
fn at_rate(options: &Options, rate: f64) -> Options {
    let mut options = options.clone();
    options.load.find_max = false;
    options.load.rate = Some(rate);
    let thresholds = &mut options.report.thresholds;
    if !thresholds.iter().any(|threshold| threshold.is_about("rate_ratio")) {
        thresholds.extend(HELD.parse::<Threshold>());
    }
    options
}

fn step(report: &Report, rate: f64, kept: bool) -> Step {
    let broken = report.thresholds.iter().filter(|checked| !checked.kept);
    let mut broken: Vec<_> = broken.map(|checked| checked.threshold.clone()).collect();
    if !report.lost_nothing() {
        broken.push("nothing is lost".to_owned());
    }
    broken.extend(report.aborted.clone());
    Step { rate, kept, broken, answered: report.rates.answered, p99_microseconds: report.latency().p99 }
}

/// Between which rates the highest one is.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bounds {
    first: f64,
    /// The highest that was kept.
    kept: Option<f64>,
    /// The lowest that was not.
    broken: Option<f64>,
}

impl Bounds {
    const fn new(first: f64) -> Self {
        Self { first, kept: None, broken: None }
    }

    const fn tried(&mut self, rate: f64, kept: bool) {
        if kept {
            self.kept = Some(rate);
        } else {
            self.broken = Some(rate);
        }
    }

    /// The rate to try next; `None` when the answer is known well enough.
    fn next_rate(&self) -> Option<f64> {
        match (self.kept, self.broken) {
            (None, None) => Some(self.first),
            (Some(kept), None) => Some(kept * 2.0).filter(|rate| *rate <= HIGHEST),
            (None, Some(broken)) => Some(broken / 2.0).filter(|rate| *rate >= LOWEST).map(f64::round),
            (Some(kept), Some(broken)) => {
                Some(((kept + broken) / 2.0).round()).filter(|_| broken > kept * CLOSE && broken - kept > 1.0)
            }
        }
    }
}

/// Messages a second.
const FIRST_RATE: f64 = 1_000.0;
const HIGHEST: f64 = 100e6;
const LOWEST: f64 = 1.0;
/// The search ends when the bounds are nearer than this factor.
const CLOSE: f64 = 1.05;
/// What every step is held to.
const HELD: &str = "rate_ratio>=0.99";

#[cfg(test)]
mod tests {
    use super::*;

    /// The rates that are tried when everything up to `limit` is kept.
    fn search_for(limit: f64, first: f64) -> (Vec<f64>, Bounds) {
        let (mut bounds, mut tried) = (Bounds::new(first), Vec::new());
        while let Some(rate) = bounds.next_rate() {
            tried.push(rate);
            bounds.tried(rate, rate <= limit);
        }
        (tried, bounds)
    }

    #[test]
    fn the_highest_rate_is_found_to_a_twentieth_from_either_side() {
        for limit in [3.0, 999.0, 1_000.0, 7_300.0, 123_456.0, 3e6] {
            let (tried, bounds) = search_for(limit, 1_000.0);
            let kept = bounds.kept.unwrap();
            assert!(kept <= limit && limit < (kept * CLOSE).max(kept + 1.5), "{limit}: {tried:?}");
            assert!(tried.len() < 22, "{limit}: {tried:?}");
        }
    }

    #[test]
    fn it_doubles_and_then_halves_what_is_between() {
        assert_eq!(search_for(5_000.0, 1_000.0).0, [1e3, 2e3, 4e3, 8e3, 6e3, 5e3, 5.5e3, 5.25e3]);
    }

    #[test]
    fn a_server_that_keeps_nothing_ends_the_search() {
        let (tried, bounds) = search_for(0.0, 8.0);
        assert_eq!((tried, bounds.kept), (vec![8.0, 4.0, 2.0, 1.0], None));
    }
}

//! What is shown on stderr while it runs: a bar on a terminal, else a line a second.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::figures::{micros, rate, thousands};
use crate::goal::Goal;

/// The state of a run at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Since the first submit_sm.
    pub elapsed: Duration,
    /// Answers so far.
    pub answered: u64,
    /// Messages without an answer, over all connections.
    pub in_flight: u64,
    /// Answers other than ESME_ROK, messages lost or timed out.
    pub errors: u64,
    /// 99 % of the answers so far took no longer.
    pub p99: Duration,
}

/// Shows the snapshots of a run. A stderr that can't be written to doesn't stop the run.
#[derive(Debug)]
pub struct Progress {
    goal: Goal,
    last: Snapshot,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Starts with an empty bar when stderr is a terminal.
    #[must_use]
    pub fn new(goal: Goal) -> Self {
        let bar = io::stderr().is_terminal().then(bar);
        Self { goal, last: Snapshot::default(), bar }
    }

    /// Shows the state; to be called once a second.
    pub fn tick(&mut self, now: &Snapshot) {
        let line = line(&self.last, now);
        if let Some(bar) = &self.bar {
            bar.set_message(line);
            bar.set_position(self.goal.permille(now.elapsed, now.answered));
        } else {
            writeln!(io::stderr(), "  {line}").ok();
        }
        self.last = *now;
    }

    /// Takes the bar away, so that the report stands alone.
    pub fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(1000).with_style(style.progress_chars("━━ "))
}

fn line(last: &Snapshot, now: &Snapshot) -> String {
    let seconds = now.elapsed.saturating_sub(last.elapsed).as_secs_f64().max(0.001);
    let answered = u32::try_from(now.answered.saturating_sub(last.answered)).unwrap_or(u32::MAX);
    let mut line = format!(
        "{:.0} s  {} msg/s  in flight {}  p99 {}",
        now.elapsed.as_secs_f64(),
        rate(f64::from(answered) / seconds),
        thousands(now.in_flight),
        micros(now.p99.as_secs_f64() * 1e6),
    );
    if now.errors > 0 {
        line += &format!("  errors {}", thousands(now.errors));
    }
    line
}

const TEMPLATE: &str = "  {bar:30} {msg}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_rate_of_the_last_second_and_errors_only_when_there_are_some() {
        let last = Snapshot { elapsed: Duration::from_secs(2), answered: 600_000, ..Snapshot::default() };
        let mut now = Snapshot {
            elapsed: Duration::from_secs(3),
            answered: 912_455,
            in_flight: 64,
            errors: 0,
            p99: Duration::from_micros(310),
        };
        assert_eq!(line(&last, &now), "3 s  312,455 msg/s  in flight 64  p99 310 µs");
        now.errors = 1200;
        assert_eq!(line(&last, &now), "3 s  312,455 msg/s  in flight 64  p99 310 µs  errors 1,200");
    }

    #[test]
    fn two_snapshots_of_one_instant_do_not_divide_by_zero() {
        assert_eq!(
            line(&Snapshot::default(), &Snapshot::default()),
            "0 s  0 msg/s  in flight 0  p99 0.00 µs"
        );
    }

    #[test]
    fn the_bar_fits_its_template() {
        assert!(ProgressStyle::with_template(TEMPLATE).is_ok());
        bar().set_position(500);
    }
}

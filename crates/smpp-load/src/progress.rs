//! What is shown on stderr while it runs: a bar on a terminal, else a line a second.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use smpp_wire::CommandStatus;

use crate::figures::{micros, rate, thousands};
use crate::goal::Goal;
use crate::record::{Counts, Interval, ReceiptCounts};

/// The state of a run at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Since the start of the run.
    pub elapsed: Duration,
    /// Counts since the start.
    pub totals: Counts,
    /// The last second or so.
    pub interval: Interval,
    /// Answers since the start, by their status.
    pub statuses: BTreeMap<CommandStatus, u64>,
    /// Receipts since the start.
    pub receipts: ReceiptCounts,
    /// Connections that are bound.
    pub connections: u64,
}

/// Shows the snapshots of a run. A stderr that can't be written to doesn't stop the run.
#[derive(Debug)]
pub struct Progress {
    goal: Goal,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Starts with an empty bar when stderr is a terminal.
    #[must_use]
    pub fn new(goal: Goal) -> Self {
        let bar = io::stderr().is_terminal().then(bar);
        Self { goal, bar }
    }

    /// Shows the state; to be called once a second.
    pub fn tick(&self, now: &Snapshot) {
        let line = line(now);
        if let Some(bar) = &self.bar {
            bar.set_message(line);
            bar.set_position(self.goal.permille(now.elapsed, now.totals.sent));
        } else {
            writeln!(io::stderr(), "  {line}").ok();
        }
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

fn line(now: &Snapshot) -> String {
    let interval = &now.interval;
    let seconds = (interval.to - interval.from).max(0.001);
    let answered = u32::try_from(interval.counts.answered).unwrap_or(u32::MAX);
    let p99 = if interval.latency.count > 0 { interval.latency.p99 } else { interval.uncorrected.p99 };
    let mut line = format!(
        "{:.0} s  {} msg/s  in flight {}  p99 {}",
        interval.to,
        rate(f64::from(answered) / seconds),
        thousands(interval.in_flight),
        micros(p99),
    );
    if now.totals.errors() > 0 {
        line += &format!("  errors {}", thousands(now.totals.errors()));
    }
    line
}

const TEMPLATE: &str = "  {bar:30} {msg}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_rate_of_the_last_second_and_errors_only_when_there_are_some() {
        let mut now = Snapshot::default();
        now.interval.from = 2.0;
        now.interval.to = 3.0;
        now.interval.counts.answered = 312_455;
        now.interval.in_flight = 64;
        now.interval.uncorrected.p99 = 310.0;
        assert_eq!(line(&now), "3 s  312,455 msg/s  in flight 64  p99 310 µs");
        now.totals.shed = 1200;
        assert_eq!(line(&now), "3 s  312,455 msg/s  in flight 64  p99 310 µs  errors 1,200");
    }

    #[test]
    fn an_interval_without_a_length_does_not_divide_by_zero() {
        assert_eq!(line(&Snapshot::default()), "0 s  0 msg/s  in flight 0  p99 0.00 µs");
    }

    #[test]
    fn the_bar_fits_its_template() {
        assert!(ProgressStyle::with_template(TEMPLATE).is_ok());
        bar().set_position(500);
    }
}

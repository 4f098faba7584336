//! A line a second on stderr.

use std::io::Write;

use super::Snapshot;
use crate::figures::{micros, rate, thousands};

/// Prints the line. A stderr that can't be written to doesn't stop the run.
pub(super) fn print(out: &mut impl Write, now: &Snapshot) {
    let _closed_pipe = writeln!(out, "  {}", line(now));
}

fn line(now: &Snapshot) -> String {
    let interval = &now.interval;
    let latency = interval.either_latency();
    let mut line = format!(
        "{:.0} s  {} msg/s  in flight {}  p99 {}",
        interval.to,
        rate(interval.per_second(interval.counts.answered)),
        thousands(interval.in_flight),
        micros(latency.p99),
    );
    if interval.receipts_pending > 0 {
        line += &format!("  receipts pending {}", thousands(interval.receipts_pending));
    }
    if now.totals.errors() > 0 {
        line += &format!("  errors {}", thousands(now.totals.errors()));
    }
    line
}

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
        now.interval.receipts_pending = 7;
        assert_eq!(
            line(&now),
            "3 s  312,455 msg/s  in flight 64  p99 310 µs  receipts pending 7  errors 1,200"
        );
    }

    #[test]
    fn an_interval_without_a_length_does_not_divide_by_zero() {
        assert_eq!(line(&Snapshot::default()), "0 s  0 msg/s  in flight 0  p99 0.00 µs");
    }
}

//! `--csv`: the time series, one line an interval, for a spreadsheet.

use std::fmt::Write;

use super::Report;

/// A head line and a line for each interval; numbers have a point, times are in microseconds.
pub(super) fn series(report: &Report) -> String {
    let mut out = String::from(HEAD);
    for interval in &report.series {
        let counts = &interval.counts;
        // Writing to a string can't fail.
        let _ = write!(
            out,
            "{:.3},{:.3},{},{},{},{},{},{},{},{},{},{}",
            interval.from,
            interval.to,
            counts.offered,
            counts.sent,
            counts.answered,
            counts.accepted,
            counts.shed,
            counts.timed_out,
            counts.lost,
            interval.in_flight,
            interval.receipts,
            interval.receipts_pending
        );
        for latency in [&interval.latency, &interval.uncorrected, &interval.receipt_latency] {
            let _ = write!(out, ",{:.1},{:.1},{:.1}", latency.p50, latency.p99, latency.max);
        }
        let _ = writeln!(out, ",{:.1},{:.3}", interval.max_lag_microseconds, interval.window_full_seconds);
    }
    out
}

const HEAD: &str = "from_s,to_s,offered,sent,answered,accepted,shed,timed_out,lost,in_flight,receipts,receipts_pending,\
latency_p50_us,latency_p99_us,latency_max_us,uncorrected_p50_us,uncorrected_p99_us,uncorrected_max_us,\
receipt_p50_us,receipt_p99_us,receipt_max_us,max_lag_us,window_full_s\n";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Interval, report::tests::example};

    #[test]
    fn every_line_has_as_many_values_as_the_head_has_names() {
        let report = Report { series: vec![Interval::default(); 3], ..example() };
        let csv = series(&report);
        let counts: Vec<_> = csv.lines().map(|line| line.split(',').count()).collect();
        assert_eq!(counts, [23; 4]);
    }
}

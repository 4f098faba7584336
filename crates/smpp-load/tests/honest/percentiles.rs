//! Percentiles of a report, computed once more from its ledger by sorting every latency.

use std::path::Path;

use crate::against::run;
use smpp_load::{Behaviour, Entry, Fate, LatencySummary, LedgerReader};

/// Whether a summary is that of these times, in nanoseconds, to the three digits of a histogram.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "some thousand times of less than an hour"
)]
fn assert_is_of(summary: &LatencySummary, mut times: Vec<u64>, what: &str) {
    times.sort_unstable();
    assert_eq!(summary.count, times.len() as u64, "{what}");
    let at = |share: f64| {
        let rank = (share * times.len() as f64).ceil() as usize;
        times[rank.saturating_sub(1)] as f64 / 1e3
    };
    let mean = times.iter().sum::<u64>() as f64 / times.len() as f64 / 1e3;
    for (name, figure, expected) in [
        ("min", summary.min, at(0.0)),
        ("mean", summary.mean, mean),
        ("p50", summary.p50, at(0.5)),
        ("p90", summary.p90, at(0.9)),
        ("p95", summary.p95, at(0.95)),
        ("p99", summary.p99, at(0.99)),
        ("p99.9", summary.p99_9, at(0.999)),
        ("p99.99", summary.p99_99, at(0.9999)),
        ("max", summary.max, at(1.0)),
    ] {
        assert!(
            (figure - expected).abs() <= expected * 0.002 + 0.001,
            "{what} {name}: {figure} and {expected}"
        );
        assert!(figure >= 0.0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn percentiles_are_those_of_the_ledger() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("percentiles.ledger");
    let behaviour = Behaviour { delay: "exp:5ms".parse().unwrap(), seed: 3, ..Behaviour::default() };
    let flags = format!("-R 3000 -d 3s -w 20 -c 2 --arrival poisson --ledger {}", path.display());
    let (report, _) = run(behaviour, &flags).await;
    let (mut corrected, mut uncorrected) = (Vec::new(), Vec::new());
    let mut ledger = LedgerReader::open(&path).unwrap();
    while let Some(block) = ledger.next_block().unwrap() {
        for entry in block {
            if let Entry::Message { fate: Fate::Answered(_), intended, sent, ended, .. } = entry {
                assert!(intended <= sent && sent <= ended, "not in order: {intended} {sent} {ended}");
                corrected.push(ended - intended);
                uncorrected.push(ended - sent);
            }
        }
    }
    assert_is_of(&report.latency_microseconds.unwrap(), corrected, "corrected");
    assert_is_of(&report.uncorrected_microseconds, uncorrected, "uncorrected");
}

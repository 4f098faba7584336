//! What a sink does and counts is what the report says of it.

use crate::against::{quantile, run};
use smpp_load::{Behaviour, Report, SinkCounts};
use smpp_wire::CommandStatus;

fn near(figure: f64, expected: f64, tolerance: f64) -> bool {
    (figure - expected).abs() <= expected * tolerance
}

/// offered = sent + shed; sent = answered + timed out + lost; answers = accepted + refused.
fn assert_conserved(report: &Report, sink: &SinkCounts) {
    let messages = &report.messages;
    assert_eq!(messages.offered, messages.sent + messages.shed, "{messages:?}");
    assert_eq!(messages.sent, messages.answered + messages.timed_out + messages.lost, "{messages:?}");
    assert_eq!(messages.answered, report.statuses.values().sum::<u64>());
    assert_eq!(messages.sent, sink.submits, "the sink saw {sink:?}");
    assert_eq!(report.statuses, sink.answers);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stall_of_the_server_is_in_the_corrected_latency_and_not_in_the_other() {
    let (seconds, stalled) = (10.0, 5.0);
    let behaviour = Behaviour { stall: Some("2s:5s".parse().unwrap()), ..Behaviour::default() };
    let (report, sink) = run(behaviour, "-R 500 -d 10s -w 20 --deadline 60s").await;
    assert_conserved(&report, &sink);
    let corrected = report.latency_microseconds.unwrap();
    // A message that arrives in the stall waits for its end: quantile q is S - (1 - q) D.
    let at = |quantile: f64| (stalled - (1.0 - quantile) * seconds) * 1e6;
    let p75 = quantile(report.histograms.latency.as_deref(), 0.75);
    assert!(near(p75, 2.5e6, 0.05) && near(at(0.75), 2.5e6, 0.001), "p75 {p75}");
    for (figure, quantile) in [(corrected.p90, 0.9), (corrected.p95, 0.95), (corrected.p99, 0.99)] {
        assert!(near(figure, at(quantile), 0.05), "{quantile}: {figure} instead of {}", at(quantile));
    }
    assert!(near(corrected.max, stalled * 1e6, 0.05), "max {}", corrected.max);
    let mean = stalled * stalled / (2.0 * seconds) * 1e6;
    assert!(near(corrected.mean, mean, 0.05), "mean {} instead of {mean}", corrected.mean);
    // Only what was in the window when it began has waited for an answer: 20 of 5,000.
    assert!(report.uncorrected_microseconds.p99 < p75 / 4.0, "{:?}", report.uncorrected_microseconds);
    assert!(report.window_full_seconds > 4.5 && report.messages.shed == 0);
    let mut printed = Vec::new();
    report.print(&mut printed).unwrap();
    assert!(
        String::from_utf8(printed)
            .unwrap()
            .contains("messages waited for the generator or for room in the window")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_finds_no_room_is_shed_and_counted() {
    let behaviour = Behaviour { silent: "100%".parse().unwrap(), ..Behaviour::default() };
    let (report, sink) = run(behaviour, "-R 1000 -n 10 -w 5 --timeout 1s --deadline 200ms").await;
    let messages = &report.messages;
    assert_eq!((messages.offered, messages.sent, messages.shed, messages.timed_out), (10, 5, 5, 5));
    assert_eq!((sink.submits, sink.silent), (5, 5));
    assert_eq!(report.exit_code(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn generator_and_sink_agree_to_the_message() {
    let behaviour = Behaviour {
        silent: "0.1%".parse().unwrap(),
        refusals: "ESME_RTHROTTLED:1%".parse().unwrap(),
        receipt_twice: "1%".parse().unwrap(),
        receipt_missing: "0.5%".parse().unwrap(),
        delay: "exp:2ms".parse().unwrap(),
        seed: 5,
        ..Behaviour::default()
    };
    let (report, sink) =
        run(behaviour, "-R 5000 -d 3s -c 3 -w 500 --receipts --receipt-wait 1s --timeout 1s").await;
    let messages = &report.messages;
    assert_eq!((messages.offered, messages.shed), (15_000, 0));
    assert_eq!(messages.timed_out, sink.silent);
    assert!(sink.silent > 0 && sink.answers[&CommandStatus::ESME_RTHROTTLED.to_string()] > 50);
    assert_conserved(&report, &sink);
    let receipts = report.receipts.unwrap();
    assert_eq!(receipts.expected, messages.accepted);
    assert_eq!(receipts.received, sink.receipts);
    assert_eq!(receipts.received, receipts.matched + receipts.duplicate);
    assert!(receipts.duplicate > 50 && receipts.missing > 20 && receipts.unknown == 0, "{receipts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_is_held_as_the_sink_counts_it() {
    // Without optimisation the highest is out of reach.
    let rates = if cfg!(debug_assertions) { &[1_000, 10_000][..] } else { &[1_000, 10_000, 100_000] };
    for &rate in rates {
        let (report, sink) = run(Behaviour::default(), &format!("-R {rate} -d 20s -w 1000 -c 2")).await;
        let due = rate * 20;
        assert!(sink.submits.abs_diff(due) <= due / 1_000, "{rate}/s: {} of {due}", sink.submits);
        assert_eq!(report.messages.offered, due);
        assert_conserved(&report, &sink);
    }
}

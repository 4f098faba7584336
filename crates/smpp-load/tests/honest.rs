//! Figures that are known beforehand: what a chosen server does must be what the report says of it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test says where by panicking")]

use smpp_load::{Behaviour, Options, Parsed, Report, Server, Sink, SinkCounts, Target};
use smpp_wire::CommandStatus;

/// A run against a sink of this behaviour.
async fn run(behaviour: Behaviour, flags: &str) -> (Report, SinkCounts) {
    let sink = Sink::start("127.0.0.1:0".parse().unwrap(), None, behaviour).await.unwrap();
    let line = format!("smpp-load smpp://load:secret@{} {flags}", sink.local_addr());
    let Ok(Parsed::Run(options)) = Parsed::from_args(line.split_whitespace()) else {
        panic!("{line} is a run");
    };
    let options: Options = options;
    let target: Target = options.target.urls.first().unwrap().parse().unwrap();
    let server = Server::of(&[(target, "secret".to_owned())], &options).unwrap();
    let report = smpp_load::run(server, &options).await.unwrap();
    (report, sink.stop().await)
}

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
    let (seconds, stalled) = (4.0, 2.0);
    let behaviour = Behaviour { stall: Some("1s:2s".parse().unwrap()), ..Behaviour::default() };
    let (report, sink) = run(behaviour, "-R 500 -d 4s -w 20 --deadline 60s").await;
    assert_conserved(&report, &sink);
    let corrected = report.latency_microseconds.unwrap();
    // A message that arrives in the stall waits for its end: quantile q is S - (1 - q) D.
    let p75 = (stalled - 0.25 * seconds) * 1e6;
    assert!(corrected.p50 < 0.05 * seconds * 1e6, "half of them never waited: {corrected:?}");
    let p90 = (stalled - 0.1 * seconds) * 1e6;
    assert!(near(corrected.p90, p90, 0.05), "p90 {} instead of {p90}", corrected.p90);
    assert!(near(corrected.max, stalled * 1e6, 0.05), "max {}", corrected.max);
    let mean = stalled * stalled / (2.0 * seconds) * 1e6;
    assert!(near(corrected.mean, mean, 0.05), "mean {} instead of {mean}", corrected.mean);
    // Only what was in the window when it began has waited for an answer: 20 of 2,000.
    assert!(report.uncorrected_microseconds.p95 < p75 / 4.0, "{:?}", report.uncorrected_microseconds);
    assert!(report.window_full_seconds > 1.5 && report.messages.shed == 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn known_service_times_at_window_one_come_out_as_computed() {
    let behaviour = Behaviour { delay: "1ms:90%,150ms:10%".parse().unwrap(), ..Behaviour::default() };
    let (report, _) = run(behaviour, "-R 10 -d 20s -w 1").await;
    let uncorrected = &report.uncorrected_microseconds;
    assert!(near(uncorrected.p99, 150e3, 0.05), "{uncorrected:?}");
    // The message behind a slow one left 50 ms late: its latency is the rest of the slow one's and its own.
    let corrected = report.latency_microseconds.unwrap();
    assert!(near(corrected.max, 150e3, 0.05) || near(corrected.max, 200e3, 0.05), "{corrected:?}");
    assert!(uncorrected.p50 < 10e3 && corrected.p50 < 10e3);
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
    let (report, sink) = run(Behaviour::default(), "-R 10000 -d 3s -w 1000 -c 2").await;
    assert_eq!((sink.submits, report.messages.offered), (30_000, 30_000));
    assert_conserved(&report, &sink);
}

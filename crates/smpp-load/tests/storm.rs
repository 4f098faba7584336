//! A session storm against a sink: every session is bound, idles, and is unbound.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test says where by panicking")]

use smpp_load::{Behaviour, Options, Parsed, Sink, StormReport, Target, allow_sessions};

async fn storm(sink: &Sink, flags: &str) -> StormReport {
    let line = format!("smpp-load smpp://load:secret@{} --storm {flags}", sink.local_addr());
    let Ok(Parsed::Run(options)) = Parsed::from_args(line.split_whitespace()) else {
        panic!("{line} is a run")
    };
    let options: Options = options;
    let target: Target = options.target.urls.first().unwrap().parse().unwrap();
    let server = smpp_load::Server::of(&[(target, "secret".to_owned())], &options).unwrap();
    smpp_load::storm(&server, &options).await
}

async fn sink() -> Sink {
    Sink::start("127.0.0.1:0".parse().unwrap(), None, Behaviour::default()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_sessions_are_bound_idle_and_unbound() {
    allow_sessions(1_000).unwrap();
    let sink = sink().await;
    let report = storm(&sink, "-c 500 -d 100ms").await;
    assert_eq!((report.exit_code(), report.bound, report.lost, report.unbound), (0, 500, 0, 500));
    assert_eq!(report.bind_microseconds.count, 500);
    assert!(report.failures.is_empty() && report.binds_per_second > 1.0, "{report:?}");
    assert_eq!(sink.stop().await.binds, 500);
}

#[tokio::test(flavor = "multi_thread")]
async fn binds_keep_their_rate() {
    let sink = sink().await;
    let report = storm(&sink, "-c 30 --bind-rate 100 -d 10ms").await;
    assert_eq!(report.bound, 30);
    // The last of 30 begins 290 ms behind the first; how late the machine is, is not asserted.
    assert!(report.bind_seconds >= 0.29, "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_on_nobody_counts_what_failed_and_why() {
    let sink = sink().await;
    let address = sink.local_addr();
    sink.stop().await;
    let line = format!("smpp-load smpp://load:secret@{address} --storm -c 3 -d 10ms");
    let Ok(Parsed::Run(options)) = Parsed::from_args(line.split_whitespace()) else {
        panic!("{line} is a run")
    };
    let target: Target = options.target.urls.first().unwrap().parse().unwrap();
    let server = smpp_load::Server::of(&[(target, "secret".to_owned())], &options).unwrap();
    let report = smpp_load::storm(&server, &options).await;
    assert_eq!((report.exit_code(), report.bound, report.failures.values().sum::<u64>()), (1, 0, 3));
}

//! What a sink does beside answering: receipts of chosen states for those who can receive, and incoming messages at a rate.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test says where by panicking")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Command, Stdio},
};

use smpp_load::{Behaviour, Parsed, Report, Sink, Target};

async fn run(sink: &Sink, flags: &str) -> Report {
    let line = format!("smpp-load smpp://load:secret@{} {flags}", sink.local_addr());
    let Ok(Parsed::Run(options)) = Parsed::from_args(line.split_whitespace()) else {
        panic!("{line} is a run")
    };
    let target: Target = options.target.urls.first().unwrap().parse().unwrap();
    let server = smpp_load::Server::of(&[(target, "secret".to_owned())], &options).unwrap();
    smpp_load::run(server, &options).await.unwrap()
}

async fn sink(behaviour: Behaviour) -> Sink {
    Sink::start("127.0.0.1:0".parse().unwrap(), None, behaviour).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_of_a_transmitter_go_to_a_receiver_of_its_account() {
    let sink = sink(Behaviour { receipt_delay: "20ms".parse().unwrap(), ..Behaviour::default() }).await;
    let mut mix = tempfile::NamedTempFile::new().unwrap();
    mix.write_all(b"[[account]]\nbind = \"tx\"\n[[account.message]]\nreceipts = \"final\"\n[[account]]\nbind = \"rx\"\n")
        .unwrap();
    let report = run(&sink, &format!("-n 2000 --mix {}", mix.path().display())).await;
    let receipts = report.receipts.unwrap();
    assert_eq!((receipts.expected, receipts.matched, receipts.duplicate), (2_000, 2_000, 0));
    let counts = sink.stop().await;
    assert_eq!((counts.receipts, counts.receipts_answered, counts.binds), (2_000, 2_000, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_on_failure_come_of_what_failed_and_are_not_missed_of_the_rest() {
    let states = "UNDELIV:20%,EXPIRED:10%".parse().unwrap();
    let sink = sink(Behaviour { receipt_states: states, seed: 3, ..Behaviour::default() }).await;
    let report = run(&sink, "-n 2000 --receipts=failure --receipt-wait 500ms").await;
    let receipts = report.receipts.unwrap();
    let counts = sink.stop().await;
    assert_eq!((receipts.expected, receipts.missing, receipts.unknown), (0, 0, 0));
    assert_eq!(receipts.matched, counts.receipts);
    assert!((500..700).contains(&receipts.matched), "about 30 %: {receipts:?}");
    assert_eq!(report.exit_code(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_of_the_warm_up_count_as_little_as_its_messages() {
    let sink = sink(Behaviour { receipt_delay: "50ms".parse().unwrap(), ..Behaviour::default() }).await;
    let ledger = tempfile::NamedTempFile::new().unwrap();
    let flags = format!("-R 1000 -d 1s --warmup 500ms --receipts --ledger {}", ledger.path().display());
    let report = run(&sink, &flags).await;
    let (receipts, accepted) = (report.receipts.unwrap(), report.messages.accepted);
    let counts = sink.stop().await;
    assert!(accepted < counts.receipts, "the sink saw the warm-up: {accepted} of {counts:?}");
    assert_eq!((receipts.expected, receipts.matched, receipts.received), (accepted, accepted, accepted));
    assert_eq!((receipts.unknown, receipts.duplicate, report.exit_code()), (0, 0, 0));
    let verdict = smpp_load::verify(&[ledger.path().into()], 1 << 20).unwrap();
    assert_eq!(
        (verdict.accepted, verdict.receipts, verdict.unmatched),
        (accepted, accepted, 0),
        "{verdict:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn incoming_messages_are_counted_on_both_sides() {
    let sink = sink(Behaviour { incoming: Some(500.0), ..Behaviour::default() }).await;
    let report = run(&sink, "-R 100 -d 1s -c 2").await;
    let counts = sink.stop().await;
    assert_eq!(report.messages.accepted, 100);
    assert!(counts.incoming_answered > 200 && counts.incoming >= counts.incoming_answered, "{counts:?}");
    assert!(
        report.network.incoming >= counts.incoming_answered && report.network.incoming <= counts.incoming
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_come_twice_are_counted_once() {
    let behaviour = Behaviour {
        answer_twice: "10%".parse().unwrap(),
        receipt_twice: "5%".parse().unwrap(),
        silent: "0.1%".parse().unwrap(),
        refusals: "ESME_RTHROTTLED:1%".parse().unwrap(),
        seed: 7,
        ..Behaviour::default()
    };
    let sink = sink(behaviour).await;
    let report = run(&sink, "-R 4000 -d 2s -c 2 -w 500 --receipts --timeout 1s --receipt-wait 1s").await;
    let counts = sink.stop().await;
    let messages = &report.messages;
    assert_eq!((messages.offered, messages.sent + messages.shed), (8_000, 8_000));
    assert_eq!(messages.sent, messages.answered + messages.timed_out + messages.lost);
    assert_eq!((messages.sent, messages.timed_out, messages.lost), (counts.submits, counts.silent, 0));
    assert_eq!((&report.statuses, counts.silent > 0), (&counts.answers, true));
    assert!((600..1_000).contains(&counts.repeated), "a tenth of them: {counts:?}");
    let receipts = report.receipts.unwrap();
    assert_eq!((receipts.received, receipts.missing, receipts.unknown), (counts.receipts, 0, 0));
    assert_eq!(receipts.duplicate, counts.receipts - receipts.matched);
}

#[cfg(unix)]
#[test]
fn a_sink_that_is_terminated_prints_what_it_saw() {
    let mut serve = Command::new(env!("CARGO_BIN_EXE_smpp-load"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(serve.stderr.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on ").unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_smpp-load"))
        .args([&format!("smpp://load:secret@{address}"), "-n", "500"])
        .output()
        .unwrap();
    assert!(run.status.success());
    assert!(Command::new("kill").arg(serve.id().to_string()).status().unwrap().success());
    let mut printed = String::new();
    serve.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
    assert!(serve.wait().unwrap().success());
    let counts: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(
        (&counts["binds"], &counts["submits"], &counts["answers"]["ESME_ROK"]),
        (&1.into(), &500.into(), &500.into())
    );
}

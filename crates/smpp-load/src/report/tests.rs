//! The report as programs read it; how it is printed is tested in `print`.

use std::time::{Duration, UNIX_EPOCH};

use super::*;

pub(crate) fn example() -> Report {
    let count = 3_124_550;
    Report {
        schema: SCHEMA.to_owned(),
        generator: "smpp-load 0.1.0".to_owned(),
        command_line: Vec::new(),
        target: EMBEDDED.to_owned(),
        store: Some("memory".to_owned()),
        tls: true,
        load: Load {
            mode: CLOSED_LOOP.to_owned(),
            rate: None,
            connections: 2,
            bound: 2,
            window: 64,
            content: "120 characters of text".to_owned(),
            seed: 0,
            timeout_seconds: 10.0,
            deadline_seconds: 10.0,
        },
        bind_microseconds: LatencySummary::default(),
        bind_seconds: 0.1,
        started_at: "2026-03-04T05:06:07Z".to_owned(),
        duration_seconds: 10.0,
        interrupted: None,
        aborted: None,
        rates: Rates { offered: 312_455.0, sent: 312_455.0, answered: 312_455.0, rate_ratio: 1.0 },
        messages: Counts {
            offered: count,
            sent: count,
            on_time: count,
            answered: count,
            accepted: count - 2,
            ..Counts::default()
        },
        max_lag_microseconds: 0.0,
        window_full_seconds: 0.0,
        latency_microseconds: None,
        uncorrected_microseconds: LatencySummary {
            count,
            min: 41.2,
            mean: 201.7,
            p50: 198.0,
            p90: 264.0,
            p95: 288.0,
            p99: 310.0,
            p99_9: 1250.0,
            p99_99: 3_100.0,
            max: 12_340.0,
        },
        receipts: Some(ReceiptCounts {
            expected: count - 2,
            received: count - 2,
            matched: count - 2,
            ..ReceiptCounts::default()
        }),
        receipt_latency_microseconds: Some(LatencySummary {
            count,
            p50: 2_000.0,
            ..LatencySummary::default()
        }),
        statuses: [("ESME_ROK".to_owned(), count - 2), ("ESME_RTHROTTLED".to_owned(), 2)].into(),
        through: None,
        ledger_error: None,
        network: Network { octets_sent: 612_411_800, octets_received: 156_227_500, ..Network::default() },
        thresholds: Vec::new(),
        warnings: Vec::new(),
        machine: Machine {
            cpus: 8,
            os: "linux".to_owned(),
            arch: "x86_64".to_owned(),
            model: Some("Some CPU".to_owned()),
        },
        search: Vec::new(),
        cpu: Cpu::default(),
        histograms: Histograms::default(),
        series: vec![Interval::default()],
    }
}

#[test]
fn the_exit_code_says_whether_something_was_lost_or_a_threshold_not_kept() {
    let mut report = example();
    assert_eq!(report.exit_code(), 0);
    report.receipts = Some(ReceiptCounts { missing: 1, ..ReceiptCounts::default() });
    assert_eq!(report.exit_code(), 1);
    report.receipts = None;
    assert_eq!(report.exit_code(), 0);
    report.thresholds = vec![Checked { threshold: "p99<1us".to_owned(), value: 310.0, kept: false }];
    assert_eq!(report.exit_code(), 3);
    report.messages.answered -= 1;
    assert_eq!(report.exit_code(), 1);
    report.messages = Counts::default();
    assert_eq!(report.exit_code(), 1);
    report.interrupted = Some("SIGINT".to_owned());
    assert_eq!(report.exit_code(), 130);
    report.interrupted = Some("SIGTERM".to_owned());
    assert_eq!(report.exit_code(), 143);
    let aborted = Report { aborted: Some("p99<1us was broken at 2 s".to_owned()), ..example() };
    assert_eq!(aborted.exit_code(), 3);
}

#[test]
fn the_json_is_read_back_as_it_was() {
    let written = example().to_json().unwrap();
    assert_eq!(serde_json::from_str::<Report>(&written).unwrap(), example());
}

#[test]
fn the_json_has_the_names_that_scripts_read() {
    let json: serde_json::Value = serde_json::from_str(&example().to_json().unwrap()).unwrap();
    assert_eq!((&json["schema"], &json["target"]), (&"smpp-load/1".into(), &"embedded gateway".into()));
    assert_eq!(json["load"]["mode"], "closed loop");
    assert_eq!(json["messages"]["timed_out"], 0);
    assert_eq!(json["uncorrected_microseconds"]["p99_9"], 1250.0);
    assert_eq!(json["statuses"]["ESME_RTHROTTLED"], 2);
    assert_eq!(json["receipts"]["matched"], 3_124_548);
    assert_eq!(json["lost_nothing"], true);
}

#[test]
fn a_file_that_can_not_be_written_is_named_with_its_flag() {
    for flag in ["--json", "--csv", "--html"] {
        let path = "no/such/directory/report";
        let Ok(crate::Parsed::Run(options)) = crate::Parsed::from_args(["smpp-load", flag, path]) else {
            panic!("{flag} is a flag");
        };
        let error = example().write_files(&options).unwrap_err();
        assert!(error.starts_with(&format!("{flag} is {path} (")), "{error}");
    }
}

#[test]
fn a_timestamp_is_rfc_3339_to_the_second() {
    assert_eq!(timestamp(UNIX_EPOCH + Duration::from_millis(1_772_600_767_400)), "2026-03-04T05:06:07Z");
}

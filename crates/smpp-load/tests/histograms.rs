//! The HdrHistograms of a run, opened by an implementation that nobody here wrote: npm's `hdr-histogram-js`.

use std::{path::Path, process::Command};

use serde_json::Value;

#[path = "../../../tests/interop/peers.rs"]
#[expect(dead_code, reason = "shared with the facade's tests, which use all of it")]
mod peers;

#[test]
fn another_implementation_reads_the_same_percentiles_from_the_report_and_from_the_log() {
    let Some(peer) = peers::node() else { return };
    let file = |name: &str| Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let (json, log) = (file("histograms.json"), file("histograms.hlog"));
    let run = Command::new(env!("CARGO_BIN_EXE_smpp-load"))
        .args(["-R", "2000", "-d", "2500ms", "-w", "1000", "--receipts", "--arrival", "poisson", "--json"])
        .arg(&json)
        .arg("--hdr")
        .arg(&log)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let report: Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();

    let read = peer.script("histograms.js").args([&json, &log]).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let found: Vec<Value> = String::from_utf8(read.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();

    assert_eq!(found.len(), 6, "three histograms, in the report and in the log: {found:?}");
    for theirs in &found {
        let name = theirs["name"].as_str().unwrap();
        let ours = match name {
            "uncorrected" => &report["uncorrected_microseconds"],
            name => &report[format!("{name}_microseconds")],
        };
        assert_eq!(theirs["count"], ours["count"], "{theirs}");
        for figure in ["min", "p50", "p90", "p99", "p99_9", "p99_99", "max"] {
            let (ours, theirs) = (ours[figure].as_f64().unwrap() * 1e3, theirs[figure].as_f64().unwrap());
            // The lowest and the highest value of a bucket are both its name: they differ in the fourth digit.
            assert!((ours - theirs).abs() <= ours * 0.001, "{name} {figure}: {ours} and {theirs}");
        }
        if theirs["event"] == "log" {
            assert!(
                theirs["intervals"].as_u64().unwrap() >= 3 && theirs["started"].as_f64().unwrap() > 1.7e9,
                "{theirs}"
            );
        }
    }
}

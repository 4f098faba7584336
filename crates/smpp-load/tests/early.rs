//! Runs that end before their goal: by a signal or by a rule. The report is written, and the exit code says why.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test says where by panicking")]

use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, ChildStderr, Command, Stdio},
};

use serde_json::Value;

/// A run of a minute against the embedded gateway.
struct Running {
    child: Child,
    stderr: BufReader<ChildStderr>,
    report: PathBuf,
}

impl Running {
    fn start(name: &str, arguments: &[&str]) -> Self {
        let report = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        // A report of an earlier test run would prove nothing.
        let _missing = std::fs::remove_file(&report);
        let mut child = Command::new(env!("CARGO_BIN_EXE_smpp-load"))
            .args(["-R", "500", "-d", "60s", "--json"])
            .arg(&report)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Self { child, stderr, report }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stderr.read_line(&mut line).unwrap();
        line
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// The exit code and the report.
    fn end(mut self) -> (Option<i32>, Value) {
        let mut rest = String::new();
        self.stderr.read_to_string(&mut rest).unwrap();
        let code = self.child.wait().unwrap().code();
        let report = std::fs::read(&self.report).unwrap_or_else(|error| panic!("{error}; it said {rest}"));
        (code, serde_json::from_slice(&report).unwrap())
    }
}

#[test]
fn a_signal_ends_the_run_with_its_report_and_its_exit_code() {
    for (name, code, file) in [("INT", 130, "interrupted.json"), ("TERM", 143, "terminated.json")] {
        let mut running = Running::start(file, &[]);
        assert!(running.line().contains("msg/s"), "a line a second where there is no terminal");
        running.signal(name);
        let (exit, report) = running.end();
        assert_eq!((exit, report["interrupted"].as_str()), (Some(code), Some(&*format!("SIG{name}"))));
        let count = |key: &str| report["messages"][key].as_u64().unwrap();
        assert!(count("sent") > 0 && count("sent") < 30_000, "{report}");
        assert_eq!((count("answered"), count("offered")), (count("sent"), count("sent") + count("shed")));
    }
}

#[test]
fn a_rule_that_a_second_breaks_ends_the_run_with_exit_code_3() {
    let running = Running::start("aborted.json", &["--abort-on", "rate>1000000", "--quiet"]);
    let (exit, report) = running.end();
    assert_eq!(exit, Some(3));
    let aborted = report["aborted"].as_str().unwrap();
    assert!(aborted.starts_with("rate>1000000 was broken at "), "{aborted}");
    assert!(report["messages"]["sent"].as_u64().unwrap() < 30_000, "{report}");
}

#[test]
fn a_quiet_run_says_nothing_while_it_goes_on() {
    let mut running = Running::start("quiet.json", &["--abort-on", "rate>1000000", "--quiet"]);
    assert_eq!(running.line(), "");
    assert_eq!(running.end().0, Some(3));
}

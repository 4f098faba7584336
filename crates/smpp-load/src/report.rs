//! What a run found, for people and for programs.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::time::SystemTime;

use jiff::{Timestamp, Unit};
use serde::Serialize;

use crate::latency::LatencySummary;
use crate::machine::Machine;
use crate::print;
use crate::receipts::ReceiptCounts;

/// The `target` of a report when the gateway ran in this process.
pub const EMBEDDED: &str = "embedded gateway";

/// The `mode` of a run that keeps every window full.
pub const CLOSED_LOOP: &str = "closed loop";

/// The result of one run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// [`EMBEDDED`], or the URL without its password.
    pub target: String,
    /// Where an embedded gateway kept its messages; `None` for another server.
    pub store: Option<String>,
    /// True when the connections were encrypted.
    pub tls: bool,
    /// How the load was made: [`CLOSED_LOOP`].
    pub mode: &'static str,
    /// Connections, each with its own bind.
    pub connections: u32,
    /// Messages in flight on each connection.
    pub window: u32,
    /// Octets of text in each message.
    pub text_octets: u8,
    /// When it started, as [`timestamp`] writes it.
    pub started_at: String,
    /// From the first submit_sm to the last answer.
    pub duration_seconds: f64,
    /// What became of the messages.
    pub messages: Messages,
    /// Answers a second.
    pub rate_per_second: f64,
    /// How long the answers took.
    pub latency_microseconds: LatencySummary,
    /// What became of the receipts.
    pub receipts: ReceiptCounts,
    /// Answers by the specification's name of their command_status.
    pub statuses: BTreeMap<String, u64>,
    /// What a reader should know before trusting the figures.
    pub warnings: Vec<String>,
    /// Where the load generator ran.
    pub machine: Machine,
}

/// What became of the messages of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Messages {
    /// Sent to the server.
    pub submitted: u64,
    /// Answered, with whatever status.
    pub answered: u64,
    /// Answered with ESME_ROK.
    pub accepted: u64,
    /// Unanswered when their connection ended.
    pub lost: u64,
    /// Unanswered within the time for an answer.
    pub timed_out: u64,
}

#[derive(Serialize)]
struct Written<'a> {
    #[serde(flatten)]
    report: &'a Report,
    lost_nothing: bool,
}

impl Report {
    /// True when every message was answered and every receipt asked for came.
    #[must_use]
    pub const fn lost_nothing(&self) -> bool {
        self.messages.answered == self.messages.submitted && self.receipts.matched == self.receipts.asked
    }

    /// The process's exit code: 0 when nothing was lost, else 1. A run that submitted nothing proved nothing: 1.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        if self.lost_nothing() && self.messages.submitted > 0 { 0 } else { 1 }
    }

    /// True when the gateway ran in this process.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        self.target == EMBEDDED
    }

    /// Writes the report as people read it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn print(&self, out: &mut impl Write) -> io::Result<()> {
        print::report(self, out)
    }

    /// The report as JSON, with `lost_nothing`.
    ///
    /// # Errors
    /// Those of serde_json.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(&Written { report: self, lost_nothing: self.lost_nothing() })
    }

    /// Writes [`to_json`](Self::to_json) to a file.
    ///
    /// # Errors
    /// One line: the flag, the path, the reason.
    pub fn write_json(&self, path: &Path) -> Result<(), String> {
        let json = self.to_json().map_err(|error| format!("the report can't be made JSON ({error})"))?;
        std::fs::write(path, json + "\n").map_err(|error| {
            format!("--json is {} ({error}), allowed is the path of a file to write", path.display())
        })
    }
}

/// A time as in RFC 3339, in UTC, to the second.
#[must_use]
pub fn timestamp(at: SystemTime) -> String {
    let at = Timestamp::try_from(at).and_then(|at| at.round(Unit::Second)).unwrap_or_default();
    at.to_string()
}

#[cfg(test)]
pub(crate) fn example() -> Report {
    Report {
        target: EMBEDDED.to_owned(),
        store: Some("memory".to_owned()),
        tls: true,
        mode: CLOSED_LOOP,
        connections: 2,
        window: 64,
        text_octets: 120,
        started_at: "2026-03-04T05:06:07Z".to_owned(),
        duration_seconds: 10.0,
        messages: Messages {
            submitted: 3_124_550,
            answered: 3_124_550,
            accepted: 3_124_548,
            lost: 0,
            timed_out: 0,
        },
        rate_per_second: 312_455.0,
        latency_microseconds: LatencySummary {
            count: 3_124_550,
            min: 41.2,
            mean: 201.7,
            p50: 198.0,
            p90: 264.0,
            p99: 310.0,
            p99_9: 1250.0,
            max: 12_340.0,
        },
        receipts: ReceiptCounts { asked: 3_124_548, received: 3_124_548, matched: 3_124_548, unmatched: 0 },
        statuses: [("ESME_ROK".to_owned(), 3_124_548), ("ESME_RTHROTTLED".to_owned(), 2)].into(),
        warnings: Vec::new(),
        machine: Machine {
            cpus: 8,
            os: "linux".to_owned(),
            arch: "x86_64".to_owned(),
            model: Some("Some CPU".to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn the_exit_code_is_zero_only_when_nothing_was_lost() {
        let mut report = example();
        assert_eq!(report.exit_code(), 0);
        report.receipts.matched -= 1;
        assert_eq!(report.exit_code(), 1);
        report.receipts = ReceiptCounts::default();
        assert_eq!(report.exit_code(), 0);
        report.messages.answered -= 1;
        assert_eq!(report.exit_code(), 1);
        report.messages = Messages::default();
        assert_eq!(report.exit_code(), 1);
    }

    #[test]
    fn the_json_has_the_names_that_scripts_read() {
        let json: serde_json::Value = serde_json::from_str(&example().to_json().unwrap()).unwrap();
        assert_eq!(json["target"], "embedded gateway");
        assert_eq!(json["mode"], "closed loop");
        assert_eq!(json["messages"]["timed_out"], 0);
        assert_eq!(json["latency_microseconds"]["p99_9"], 1250.0);
        assert_eq!(json["statuses"]["ESME_RTHROTTLED"], 2);
        assert_eq!(json["receipts"]["matched"], 3_124_548);
        assert_eq!(json["lost_nothing"], true);
    }

    #[test]
    fn a_report_that_can_not_be_written_names_the_flag_and_the_path() {
        let path = Path::new("no/such/directory/report.json");
        let error = example().write_json(path).unwrap_err();
        assert!(error.starts_with("--json is no/such/directory/report.json ("), "{error}");
    }

    #[test]
    fn a_timestamp_is_rfc_3339_to_the_second() {
        assert_eq!(timestamp(UNIX_EPOCH + Duration::from_millis(1_772_600_767_400)), "2026-03-04T05:06:07Z");
    }
}

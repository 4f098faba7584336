//! What a run found, for people and for programs.

mod compare;
mod cpu;
mod csv;
mod gather;
mod html;
mod machine;
mod metric;
mod print;
mod threshold;
mod warning;

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::Path,
    time::SystemTime,
};

use jiff::{Timestamp, Unit};
use serde::{Deserialize, Serialize};

pub use compare::{Comparison, MaxRegress};
pub use cpu::Cpu;
pub(crate) use cpu::CpuMeter;
#[cfg(feature = "embedded")]
pub(crate) use cpu::GATEWAY;
pub(crate) use gather::{Gathered, Setting};
pub use machine::Machine;
pub use threshold::{Checked, Threshold};

use crate::{
    Counts, Histograms, Interval, LatencySummary, Options, ReceiptCounts, Through,
    watch::{SIGINT, SIGTERM},
};

/// The `target` of a report when the gateway ran in this process.
pub const EMBEDDED: &str = "embedded gateway";
/// The `mode` of a run that keeps every window full.
pub const CLOSED_LOOP: &str = "closed loop";
/// The `mode` of a run that keeps a rate whatever the answers do.
pub const OPEN_LOOP: &str = "open loop";
/// The version of the JSON form: a name never changes its meaning within one.
pub const SCHEMA: &str = "smpp-load/1";

/// The result of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// The generator's version.
    pub generator: String,
    /// As it was given, without passwords; empty when the run was started by a program.
    #[serde(default)]
    pub command_line: Vec<String>,
    /// [`EMBEDDED`], or the URL without its password.
    pub target: String,
    /// Where an embedded gateway kept its messages; `None` for another server.
    pub store: Option<String>,
    /// True when the connections were encrypted.
    pub tls: bool,
    /// How the load was made.
    pub load: Load,
    /// From the start of a connection to the answer to its bind.
    #[serde(default)]
    pub bind_microseconds: LatencySummary,
    /// From the first bind to the last answer of one, all connections together.
    #[serde(default)]
    pub bind_seconds: f64,
    /// When it started, as [`timestamp`] writes it.
    pub started_at: String,
    /// From the start to the last answer.
    pub duration_seconds: f64,
    /// The signal that ended it early.
    #[serde(default)]
    pub interrupted: Option<String>,
    /// What ended it early: the rule of `--abort-on`, and when.
    #[serde(default)]
    pub aborted: Option<String>,
    /// Messages a second.
    pub rates: Rates,
    /// What became of the messages.
    pub messages: Counts,
    /// The latest that a message left after its time, in microseconds.
    pub max_lag_microseconds: f64,
    /// Seconds that messages waited because the window was full, summed over connections; in a closed loop it always is.
    pub window_full_seconds: f64,
    /// From the intended start to the answer; `None` in a closed loop, where nothing is intended.
    pub latency_microseconds: Option<LatencySummary>,
    /// From the sending to the answer.
    pub uncorrected_microseconds: LatencySummary,
    /// What became of the receipts; `None` when none was asked for.
    pub receipts: Option<ReceiptCounts>,
    /// From the sending to the receipt; `None` when none was asked for.
    pub receipt_latency_microseconds: Option<LatencySummary>,
    /// Answers by the specification's name of their command_status.
    pub statuses: BTreeMap<String, u64>,
    /// What came through a relay; `None` when it was no relay.
    #[serde(default)]
    pub through: Option<Through>,
    /// What went over the connections.
    #[serde(default)]
    pub network: Network,
    /// Why the ledger does not hold all of the run.
    #[serde(default)]
    pub ledger_error: Option<String>,
    /// What the run had to keep, and whether it did.
    pub thresholds: Vec<Checked>,
    /// What a reader should know before trusting the figures.
    pub warnings: Vec<String>,
    /// How `--find-max` came to this rate; empty without it.
    #[serde(default)]
    pub search: Vec<Step>,
    /// What the run cost this process.
    #[serde(default)]
    pub cpu: Cpu,
    /// Where the load generator ran.
    pub machine: Machine,
    /// All latencies, for other programs.
    #[serde(default)]
    pub histograms: Histograms,
    /// Second by second.
    pub series: Vec<Interval>,
}

/// How the load was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// [`CLOSED_LOOP`] or [`OPEN_LOOP`].
    pub mode: String,
    /// The rates of an open loop, as the command line has them.
    pub rate: Option<String>,
    /// Connections asked for, each with its own bind.
    pub connections: u32,
    /// Connections that were bound.
    pub bound: usize,
    /// Messages in flight on each connection.
    pub window: u32,
    /// What was sent.
    pub content: String,
    /// The seed of times and messages.
    pub seed: u64,
    /// How long an answer was waited for, in seconds.
    pub timeout_seconds: f64,
    /// How long after its time a message could leave, in seconds.
    pub deadline_seconds: f64,
}

/// Messages a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rates {
    /// That were to be sent.
    pub offered: f64,
    /// That were sent.
    pub sent: f64,
    /// That were answered.
    pub answered: f64,
    /// Sent over offered; 1 when the rate was held.
    pub rate_ratio: f64,
}

/// A run that `--find-max` tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Messages a second that were offered.
    pub rate: f64,
    /// Whether every threshold was kept and nothing was lost.
    pub kept: bool,
    /// The thresholds that were not.
    pub broken: Vec<String>,
    /// Messages a second that were answered.
    pub answered: f64,
    /// 99 % of the answers took no longer, in microseconds.
    pub p99_microseconds: f64,
}

/// What went over the connections of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Network {
    /// Connections that ended before the run did.
    pub errors: u64,
    /// Binds beyond the first of each connection.
    pub rebinds: u64,
    /// Octets of PDUs sent; under TLS without those of the records.
    pub octets_sent: u64,
    /// Octets of PDUs received.
    pub octets_received: u64,
    /// deliver_sm that came and were no receipts.
    #[serde(default)]
    pub incoming: u64,
}

#[derive(Serialize)]
struct Written<'a> {
    #[serde(flatten)]
    report: &'a Report,
    lost_nothing: bool,
}

impl Report {
    /// True when every message that was sent was answered and every receipt asked for came.
    #[must_use]
    pub fn lost_nothing(&self) -> bool {
        self.messages.answered == self.messages.sent
            && self.receipts.is_none_or(|receipts| receipts.missing == 0)
            && self.through.is_none_or(|through| through.missing == 0)
    }

    /// The process's exit code: 130 and 143 after a signal, 1 when a message or a receipt was lost or nothing was sent, 3 when a rule was not kept, else 0.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self.interrupted.as_deref() {
            Some(SIGINT) => return INTERRUPTED,
            Some(SIGTERM) => return TERMINATED,
            _ => {}
        }
        if !self.lost_nothing() || self.messages.sent == 0 || self.ledger_error.is_some() {
            return LOST;
        }
        if self.aborted.is_some() {
            return NOT_KEPT;
        }
        if self.thresholds.iter().all(|threshold| threshold.kept) { 0 } else { NOT_KEPT }
    }

    /// The latency to look at first: corrected where there is such, in microseconds.
    #[must_use]
    pub fn latency(&self) -> &LatencySummary {
        self.latency_microseconds.as_ref().unwrap_or(&self.uncorrected_microseconds)
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

    /// Reads a report that `--json` wrote.
    ///
    /// # Errors
    /// One line: the path, the reason.
    pub fn read(path: &Path) -> Result<Self, String> {
        let wrong = |error: &dyn std::fmt::Display| {
            format!(
                "the report {} can't be read: {error}; allowed is a file that --json wrote",
                path.display()
            )
        };
        let text = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
        let report: Self = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
        if report.schema == SCHEMA {
            Ok(report)
        } else {
            Err(wrong(&format!("its schema is {}, not {SCHEMA}", report.schema)))
        }
    }

    /// The report as one HTML page with plots; it needs no network.
    #[must_use]
    pub fn to_html(&self) -> String {
        html::page(self)
    }

    /// The time series as comma-separated values, with a head line.
    #[must_use]
    pub fn to_csv(&self) -> String {
        csv::series(self)
    }

    /// Writes the files that the options name.
    ///
    /// # Errors
    /// One line: the flag, the path, the reason.
    pub fn write_files(&self, options: &Options) -> Result<(), String> {
        if let Some(path) = &options.report.json {
            let json = self.to_json().map_err(|error| format!("the report can't be made JSON ({error})"))?;
            write_file("--json", path, &(json + "\n"))?;
        }
        if let Some(path) = &options.report.csv {
            write_file("--csv", path, &self.to_csv())?;
        }
        options.report.html.as_ref().map_or(Ok(()), |path| write_file("--html", path, &self.to_html()))
    }
}

pub(crate) fn write_file(flag: &str, path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| {
        format!("{flag} is {} ({error}), allowed is the path of a file to write", path.display())
    })
}

/// A time as in RFC 3339, in UTC, to the second.
#[must_use]
pub fn timestamp(at: SystemTime) -> String {
    let at = Timestamp::try_from(at).and_then(|at| at.round(Unit::Second)).unwrap_or_default();
    at.to_string()
}

/// Exit code: something was lost, or nothing was sent.
const LOST: u8 = 1;
/// Exit code: a threshold was not kept.
const NOT_KEPT: u8 = 3;
/// Exit codes of programs that end by SIGINT and by SIGTERM.
const INTERRUPTED: u8 = 130;
const TERMINATED: u8 = 143;

#[cfg(test)]
mod tests;

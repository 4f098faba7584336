//! What a storm found.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::Path,
};

use serde::{Deserialize, Serialize};

use crate::{
    LatencySummary, Machine,
    figures::{micros, rate, thousands},
    report::write_file,
};

/// The version of the JSON form.
pub const STORM_SCHEMA: &str = "smpp-load-storm/1";

/// What a storm found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StormReport {
    /// [`STORM_SCHEMA`].
    pub schema: String,
    /// The URLs without their passwords.
    pub target: String,
    /// True when the connections were encrypted.
    pub tls: bool,
    /// When it started, in RFC 3339.
    pub started_at: String,
    /// Sessions asked for.
    pub asked: u32,
    /// Sessions that were bound.
    pub bound: usize,
    /// Binds that failed, by what they failed of.
    pub failures: BTreeMap<String, u64>,
    /// From the first connection to the last bind.
    pub bind_seconds: f64,
    /// Sessions bound a second, on average.
    pub binds_per_second: f64,
    /// From the start of a connection to the answer to its bind.
    pub bind_microseconds: LatencySummary,
    /// The same as base64 of an HdrHistogram in its V2 deflate form; values are nanoseconds.
    pub bind_histogram: String,
    /// How long the sessions were to idle.
    pub idle_seconds: f64,
    /// Sessions that ended while they idled.
    pub lost: usize,
    /// Sessions that ended in order.
    pub unbound: usize,
    /// From the first unbind to the last answer.
    pub unbind_seconds: f64,
    /// True when Ctrl-C cut the idling short.
    pub interrupted: bool,
    /// What a reader should know before trusting the figures.
    pub warnings: Vec<String>,
    /// Where the load generator ran.
    pub machine: Machine,
}

impl StormReport {
    /// The process's exit code: 1 when a session was not bound or was lost, 130 when it was interrupted, else 0.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        if self.interrupted {
            130
        } else if self.bound < self.asked as usize || self.lost > 0 {
            1
        } else {
            0
        }
    }

    /// Writes it as JSON, where a file is named.
    ///
    /// # Errors
    /// One line: the flag, the path, the reason.
    pub fn write(&self, json: Option<&Path>) -> Result<(), String> {
        let Some(path) = json else { return Ok(()) };
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        write_file("--json", path, &(text + "\n"))
    }

    /// Writes it as people read it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let encrypted = if self.tls { "TLS" } else { "plain TCP" };
        writeln!(out, "smpp-load {}\n", env!("CARGO_PKG_VERSION"))?;
        writeln!(out, "  storm       {}, {encrypted}", self.target)?;
        writeln!(out, "  started     {}", self.started_at)?;
        let (bound, asked) = (thousands(self.bound as u64), thousands(self.asked.into()));
        let speed = rate(self.binds_per_second);
        writeln!(out, "  binds       {bound} of {asked} in {:.2} s, {speed} a second", self.bind_seconds)?;
        let took = &self.bind_microseconds;
        for (name, time) in [
            ("min", took.min),
            ("p50", took.p50),
            ("p90", took.p90),
            ("p99", took.p99),
            ("p99.9", took.p99_9),
            ("max", took.max),
        ] {
            writeln!(out, "              {name:<8}{:>16}", micros(time))?;
        }
        writeln!(
            out,
            "  idle        {:.1} s, {} sessions lost",
            self.idle_seconds,
            thousands(self.lost as u64)
        )?;
        let unbound = thousands(self.unbound as u64);
        writeln!(out, "  unbinds     {unbound} in {:.2} s", self.unbind_seconds)?;
        for (why, count) in &self.failures {
            writeln!(out, "  failed      {} times: {why}", thousands(*count))?;
        }
        self.warnings.iter().try_for_each(|warning| writeln!(out, "  warning: {warning}"))
    }
}

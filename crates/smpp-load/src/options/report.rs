//! What is demanded of a run, and what is written of it.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;

use crate::Threshold;

/// Demands and files.
#[derive(Args, Clone, Debug, PartialEq)]
#[command(next_help_heading = "What to write")]
pub struct ReportOptions {
    /// Fail with exit code 3 unless this holds: 'p99<50ms', 'errors<0.1%', 'rate>10000', 'receipt.p99<5s'; repeatable
    #[arg(long = "threshold", value_name = "RULE", help_heading = "What to demand")]
    pub thresholds: Vec<Threshold>,

    /// End the run, with exit code 3, as soon as a second does not keep this rule; repeatable
    #[arg(long, value_name = "RULE", help_heading = "What to demand")]
    pub abort_on: Vec<Threshold>,

    /// Show a line a second in place of the full screen
    #[arg(long, help_heading = "What to show")]
    pub no_tui: bool,

    /// Show nothing until the report
    #[arg(short, long, conflicts_with = "no_tui", help_heading = "What to show")]
    pub quiet: bool,

    /// Serve the figures of a long run to Prometheus, at http://ADDRESS:PORT/metrics
    #[arg(long, value_name = "ADDRESS:PORT", help_heading = "What to show")]
    pub prometheus: Option<SocketAddr>,

    /// Write the report as JSON too
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,

    /// Write the report as a page with plots
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,

    /// Write the time series for a spreadsheet
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,

    /// Write the HdrHistograms of each second, for HistogramLogAnalyzer and the like
    #[arg(long, value_name = "FILE")]
    pub hdr: Option<PathBuf>,

    /// Write each message's fate; `smpp-load verify` adds such files up
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
}

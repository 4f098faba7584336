//! A report, made of what a run recorded.

use super::{CLOSED_LOOP, Cpu, Load, Machine, Network, OPEN_LOOP, Rates, Report, SCHEMA, warning};
use crate::{
    Counts, Histograms, LatencySummary, Options, ReceiptCounts, Server, account::Account, record::Recorded,
};

/// How the load was made, over all accounts.
#[derive(Debug)]
pub(crate) struct Setting {
    open: bool,
    rate: Option<String>,
    connections: u32,
    window: u32,
    content: String,
    receipts: bool,
}

impl Setting {
    pub(crate) fn of<'a>(accounts: impl Iterator<Item = &'a Account> + Clone, options: &Options) -> Self {
        let says: Vec<&str> = accounts.clone().map(|account| &*account.says).collect();
        let stages = options.load.stages.as_ref().map(ToString::to_string);
        let mixed = accounts.clone().any(|account| account.schedule.is_some()).then(|| "mix".to_owned());
        let wants_receipts = accounts.clone().any(|account| account.wants_receipts);
        Self {
            open: accounts.clone().any(|account| account.schedule.is_some()),
            rate: stages.or_else(|| options.load.rate.map(|rate| rate.to_string())).or(mixed),
            connections: accounts.clone().map(|account| account.connections).sum(),
            window: accounts.map(|account| account.window).max().unwrap_or_default(),
            content: says.join(", "),
            receipts: wants_receipts,
        }
    }
}

/// What a run leaves behind.
#[derive(Debug)]
pub(crate) struct Gathered {
    pub(crate) setting: Setting,
    pub(crate) started_at: String,
    /// Connections that were bound.
    pub(crate) bound: usize,
    /// How long the binds took.
    pub(crate) binds: LatencySummary,
    /// From the first bind to the last answer of one.
    pub(crate) bind_seconds: f64,
    pub(crate) recorded: Recorded,
    pub(crate) receipts: ReceiptCounts,
    pub(crate) network: Network,
    pub(crate) cpu: Cpu,
    /// The signal that ended it.
    pub(crate) interrupted: Option<String>,
    /// The rule that ended it.
    pub(crate) aborted: Option<String>,
    pub(crate) ledger_error: Option<String>,
    pub(crate) warnings: Vec<String>,
}

impl Report {
    pub(crate) fn new(server: &Server, options: &Options, gathered: Gathered) -> Self {
        let Gathered {
            setting,
            started_at,
            bound,
            binds,
            bind_seconds,
            recorded,
            receipts,
            network,
            cpu,
            interrupted,
            aborted,
            ledger_error,
            warnings,
        } = gathered;
        let (open, asked) = (setting.open, setting.receipts);
        let duration_seconds = recorded.last_answer.as_secs_f64();
        let full = options.load.goal().duration.filter(|_| interrupted.is_none() && aborted.is_none());
        let offered_for = full.map_or(duration_seconds, |lasts| lasts.as_secs_f64());
        let mut report = Self {
            schema: SCHEMA.to_owned(),
            generator: concat!("smpp-load ", env!("CARGO_PKG_VERSION")).to_owned(),
            command_line: options.command_line.clone(),
            target: server.name.clone(),
            store: server.store.clone(),
            tls: server.tls,
            load: Load::new(options, setting, bound),
            bind_microseconds: binds,
            bind_seconds,
            started_at,
            duration_seconds,
            interrupted,
            aborted,
            rates: Rates::new(
                &recorded.counts,
                duration_seconds,
                if open { offered_for } else { duration_seconds },
            ),
            messages: recorded.counts,
            max_lag_microseconds: recorded.max_lag.as_secs_f64() * 1e6,
            window_full_seconds: recorded.window_full.as_secs_f64(),
            latency_microseconds: open.then(|| recorded.corrected.summary()),
            uncorrected_microseconds: recorded.uncorrected.summary(),
            receipts: asked.then_some(receipts),
            receipt_latency_microseconds: asked.then(|| recorded.receipt_latency.summary()),
            statuses: recorded.statuses.iter().map(|(status, count)| (status.to_string(), *count)).collect(),
            through: None,
            network,
            ledger_error,
            thresholds: Vec::new(),
            warnings,
            search: Vec::new(),
            cpu,
            machine: Machine::here(),
            histograms: Histograms {
                latency: open.then(|| recorded.corrected.to_base64()),
                uncorrected: recorded.uncorrected.to_base64(),
                receipt_latency: asked.then(|| recorded.receipt_latency.to_base64()),
            },
            series: recorded.series,
        };
        report
            .warnings
            .extend(recorded.log_error.map(|error| format!("the --hdr log is not whole: {error}")));
        let weak = warning::all(&report, warning::clock_step());
        report.warnings.extend(weak.iter().map(ToString::to_string));
        report.thresholds =
            options.report.thresholds.iter().map(|threshold| threshold.check(&report)).collect();
        report
    }
}

impl Load {
    fn new(options: &Options, setting: Setting, bound: usize) -> Self {
        Self {
            mode: if setting.open { OPEN_LOOP } else { CLOSED_LOOP }.to_owned(),
            rate: setting.rate,
            connections: setting.connections,
            bound,
            window: setting.window,
            content: setting.content,
            seed: options.load.seed(),
            timeout_seconds: options.session.timeout.as_secs_f64(),
            deadline_seconds: options.deadline().as_secs_f64(),
        }
    }
}

impl Rates {
    #[expect(clippy::cast_precision_loss, reason = "a rate is shown with far fewer than 52 bits")]
    pub(super) fn new(counts: &Counts, seconds: f64, offered_for: f64) -> Self {
        let rate = |count: u64, seconds: f64| if seconds > 0.0 { count as f64 / seconds } else { 0.0 };
        Self {
            offered: rate(counts.offered, offered_for),
            sent: rate(counts.sent, offered_for),
            answered: rate(counts.answered, seconds),
            rate_ratio: if counts.offered > 0 { counts.sent as f64 / counts.offered as f64 } else { 1.0 },
        }
    }
}

//! Who looks at a run while it goes on: people, programs, the rules that end it early, and the signals that do.

mod line;
mod live;
mod prometheus;
mod signal;
mod snapshot;

use std::{io, sync::Arc, time::Duration};

use live::Live;
use prometheus::Exporter;

pub(crate) use signal::{SIGINT, SIGTERM};
pub(crate) use snapshot::Snapshot;

use crate::{Goal, Options, Server, Threshold, account::Account};
use signal::{Signal, Signals};

/// What looks at the runs of one command.
#[derive(Debug)]
pub(crate) struct Watch {
    /// From the first run on; before, a signal ends the process as ever.
    signals: Option<Signals>,
    view: View,
    exporter: Option<Exporter>,
    abort_on: Vec<Threshold>,
    warmup: Duration,
}

/// What ends a run before its goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Early {
    /// A signal.
    Signal(Signal),
    /// A rule of `--abort-on`, and when.
    Rule(String),
}

/// What the view says of a run beside its figures.
#[derive(Clone, Debug, Default)]
pub(crate) struct Setting {
    /// The server, and how it is loaded.
    pub(crate) title: String,
    pub(crate) goal: Goal,
    pub(crate) connections: u32,
    /// Messages that may be in flight on all connections.
    pub(crate) window: u64,
}

/// How it is shown on stderr.
#[derive(Debug)]
enum View {
    /// `--quiet`.
    None,
    /// A line a second: `--no-tui`, or no terminal.
    Line,
    /// The whole screen.
    Live(Live),
}

impl Watch {
    /// Starts to look. The view opens with the first run.
    ///
    /// # Errors
    /// When `--prometheus` can't be listened on; one line.
    pub(crate) async fn start(options: &Options) -> Result<Self, String> {
        let exporter = match options.report.prometheus {
            Some(address) => Some(Exporter::start(address).await?),
            None => None,
        };
        let report = &options.report;
        let view = if report.quiet { View::None } else { View::Line };
        let abort_on = report.abort_on.clone();
        Ok(Self { signals: None, view, exporter, abort_on, warmup: options.load.warmup })
    }

    /// A run begins: all its connections are bound.
    ///
    /// # Errors
    /// When the system has no room for a signal's handler; one line.
    pub(crate) fn begin(
        &mut self,
        server: &Server,
        options: &Options,
        accounts: &[Arc<Account>],
    ) -> Result<(), String> {
        if self.signals.is_none() {
            let failed = |error| format!("signals can't be listened to: {error}");
            self.signals = Some(Signals::listen().map_err(failed)?);
            if matches!(self.view, View::Line) && !options.report.no_tui && live::is_possible() {
                self.view = Live::start().map_or(View::Line, View::Live);
            }
        }
        if let View::Live(live) = &self.view {
            live.begin(Setting::of(server, options, accounts));
        }
        Ok(())
    }

    /// Shows the state of about each second; gives the rule that it breaks.
    pub(crate) fn tick(&self, now: Snapshot) -> Option<Early> {
        if let Some(exporter) = &self.exporter {
            exporter.show(&now);
        }
        let is_counted = now.interval.from >= self.warmup.as_secs_f64();
        let broken = self.abort_on.iter().find(|rule| is_counted && rule.is_broken_by(&now));
        let broken = broken.map(|rule| Early::Rule(format!("{rule} was broken at {:.0} s", now.interval.to)));
        match &self.view {
            View::None => {}
            View::Line => line::print(&mut io::stderr(), &now),
            View::Live(live) => live.show(now),
        }
        broken
    }

    /// Waits for a signal. Cancellation: none is missed.
    pub(crate) async fn signal(&mut self) -> Early {
        match &mut self.signals {
            Some(signals) => Early::Signal(signals.next().await),
            None => std::future::pending().await,
        }
    }

    /// CPU time that the view has taken so far.
    pub(crate) fn live_cpu(&self) -> Option<Duration> {
        match &self.view {
            View::Live(live) => live.cpu(),
            View::None | View::Line => None,
        }
    }

    /// Takes the view away, so that the report stands alone.
    pub(crate) fn finish(self) {
        if let View::Live(live) = self.view {
            live.finish();
        }
    }
}

impl Setting {
    fn of(server: &Server, options: &Options, accounts: &[Arc<Account>]) -> Self {
        let load = &options.load;
        let how = match (&load.stages, load.rate) {
            (Some(stages), _) => format!("open loop at {stages}/s"),
            (None, Some(rate)) => format!("open loop at {rate}/s"),
            (None, None) if options.content.mix.is_some() => "a mix".to_owned(),
            (None, None) => "closed loop".to_owned(),
        };
        Self {
            title: format!("{}, {how}", server.name),
            goal: load.goal(),
            connections: accounts.iter().map(|account| account.connections).sum(),
            window: accounts
                .iter()
                .map(|account| u64::from(account.connections) * u64::from(account.window))
                .sum(),
        }
    }
}

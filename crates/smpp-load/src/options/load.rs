//! How much is sent, and when.

use std::time::Duration;

use clap::{Args, value_parser};

use super::{duration, duration_or_none};
use crate::{Curve, Goal, Schedule, Spacing, Stages};

/// The way to load, and its end.
#[derive(Args, Clone, Debug, PartialEq)]
#[command(next_help_heading = "How to load")]
pub struct LoadOptions {
    /// Messages a second, kept whatever the answers do (open loop); without it every window is kept full
    #[arg(short = 'R', long, value_name = "N", allow_negative_numbers = true, value_parser = rate)]
    pub rate: Option<f64>,

    /// Look for the highest rate that keeps every --threshold, from --rate upwards [default: 1000], each tried for --duration
    #[arg(long, requires = "thresholds", conflicts_with_all = ["stages", "messages", "ledger", "hdr"])]
    pub find_max: bool,

    /// Rates one after the other, like 30s:1000,2m:1000..5000: hold, then ramp
    #[arg(long, value_name = "LIST", conflicts_with_all = ["rate", "duration"])]
    pub stages: Option<Stages>,

    /// How messages follow each other at a rate: uniform, or poisson as independent customers send
    #[arg(long, value_name = "KIND", default_value = "uniform")]
    pub arrival: Spacing,

    /// So many messages at once, at the same rate
    #[arg(long, value_name = "N", allow_negative_numbers = true, conflicts_with = "arrival",
        value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub burst: Option<u32>,

    /// How long to submit, like 10s, 500ms or 2m [default: 10s, or until --messages]
    #[arg(short, long, value_name = "TIME", allow_negative_numbers = true, value_parser = duration)]
    pub duration: Option<Duration>,

    /// How many messages to submit over all connections
    #[arg(short = 'n', long, value_name = "N", allow_negative_numbers = true,
        value_parser = value_parser!(u64).range(1..))]
    pub messages: Option<u64>,

    /// Send for this long before anything is counted
    #[arg(long, value_name = "TIME", allow_negative_numbers = true, default_value = "0s",
        value_parser = duration_or_none)]
    pub warmup: Duration,

    /// How long after its time a message may leave; later it is shed, and counted [default: the timeout]
    #[arg(long, value_name = "TIME", allow_negative_numbers = true, value_parser = duration)]
    pub deadline: Option<Duration>,

    /// Makes a run repeatable: the same seed, the same messages at the same times [default: 0]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

impl LoadOptions {
    /// When the run ends: `--messages` alone has no time limit, neither flag means ten seconds.
    #[must_use]
    pub fn goal(&self) -> Goal {
        let staged = self.stages.as_ref().and_then(|stages| Curve::new(stages).lasts());
        let given = staged.or(self.duration);
        let duration = given.or_else(|| self.messages.is_none().then_some(DEFAULT_DURATION));
        Goal { duration, messages: self.messages }
    }

    /// When each message is to leave; `None` in a closed loop.
    #[must_use]
    pub fn schedule(&self) -> Option<Schedule> {
        let curve = match (&self.stages, self.rate) {
            (Some(stages), _) => Curve::new(stages),
            (None, Some(rate)) => Curve::constant(rate, self.goal().duration),
            (None, None) => return None,
        };
        let spacing = self.burst.map_or(self.arrival, Spacing::Burst);
        Some(Schedule::new(curve, spacing, self.seed()))
    }

    /// True when the clock decides when a message leaves.
    #[must_use]
    pub const fn is_open_loop(&self) -> bool {
        self.rate.is_some() || self.stages.is_some()
    }

    /// The seed of the run.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed.unwrap_or_default()
    }
}

pub(crate) fn rate(text: &str) -> Result<f64, &'static str> {
    let rate: f64 = text.parse().map_err(|_| "not a rate")?;
    let fits = (0.001..=HIGHEST_RATE).contains(&rate);
    if fits { Ok(rate) } else { Err("not a rate") }
}

/// Messages a second; more than any machine sends.
const HIGHEST_RATE: f64 = 100e6;

pub(super) const DEFAULT_DURATION: Duration = Duration::from_secs(10);

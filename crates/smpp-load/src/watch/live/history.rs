//! The last minutes of a run, as lines to plot.

use std::collections::VecDeque;

use super::{Setting, Snapshot};
use crate::record::Interval;

/// What the screen shows.
#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) setting: Setting,
    pub(super) now: Snapshot,
    past: VecDeque<Interval>,
}

/// Points of a plot: seconds, and a value.
pub(super) type Points = Vec<(f64, f64)>;

impl History {
    /// Nothing has happened yet.
    pub(super) fn of(setting: Setting) -> Self {
        Self { setting, ..Self::default() }
    }

    pub(super) fn push(&mut self, now: Snapshot) {
        if self.past.len() == SECONDS_SHOWN {
            self.past.pop_front();
        }
        self.past.push_back(now.interval);
        self.now = now;
    }

    /// A value of each second; seconds without it are left out.
    pub(super) fn points(&self, value: impl Fn(&Interval) -> Option<f64>) -> Points {
        // A last interval of a few milliseconds says nothing of a rate.
        let whole = self.past.iter().filter(|interval| interval.seconds() >= SHORTEST);
        whole.filter_map(|interval| Some((interval.to, value(interval)?))).collect()
    }

    /// The first and the last second that are shown.
    pub(super) fn span(&self) -> [f64; 2] {
        let first = self.past.front().map_or(0.0, |interval| interval.from);
        [first, self.now.interval.to.max(first + 1.0)]
    }
}

const SECONDS_SHOWN: usize = 240;
/// Seconds.
const SHORTEST: f64 = 0.25;

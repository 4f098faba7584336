//! The far side of a relay: which messages came through, and how long they took.

use std::{sync::OnceLock, time::Instant};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::{Latency, LatencySummary, content::read_mark};

/// What came through a relay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Through {
    /// Messages that the relay accepted.
    pub expected: u64,
    /// Of these, those that arrived on its other side.
    pub arrived: u64,
    /// Of these, those that did not.
    pub missing: u64,
    /// Arrivals of a message that had arrived.
    pub duplicate: u64,
    /// Messages that arrived and were not accepted: their answers were refusals, late, or lost.
    pub unaccepted: u64,
    /// Arrivals that are none of this run's messages.
    pub foreign: u64,
    /// From the intended start to the arrival, in microseconds.
    pub latency_microseconds: LatencySummary,
}

/// Notes what arrives; two bits a message.
#[derive(Debug, Default)]
pub(crate) struct Far {
    started: OnceLock<Instant>,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    accepted: Bits,
    arrived: Bits,
    counts: Through,
    latency: Latency,
}

impl Far {
    /// The clock of the run; what arrives before is not of it.
    pub(crate) fn begin(&self, started: Instant) {
        // There is one run.
        let _known = self.started.set(started);
    }

    /// The relay accepted a message.
    pub(crate) fn accepted(&self, number: u64) {
        let mut seen = self.seen.lock();
        if seen.accepted.insert(number) {
            seen.counts.expected += 1;
            seen.counts.arrived += u64::from(seen.arrived.contains(number));
        }
    }

    /// A message with this text arrived.
    pub(crate) fn arrived(&self, text: &[u8], now: Instant) {
        let mut seen = self.seen.lock();
        let (Some((number, intended)), Some(started)) = (read_mark(text), self.started.get()) else {
            seen.counts.foreign += 1;
            return;
        };
        if !seen.arrived.insert(number) {
            seen.counts.duplicate += 1;
            return;
        }
        seen.counts.arrived += u64::from(seen.accepted.contains(number));
        seen.counts.unaccepted += 1;
        let intended = std::time::Duration::from_nanos(intended);
        seen.latency.record(now.saturating_duration_since(*started).saturating_sub(intended));
    }

    /// What came so far.
    pub(crate) fn through(&self) -> Through {
        let seen = self.seen.lock();
        let counts = seen.counts;
        Through {
            missing: counts.expected - counts.arrived,
            unaccepted: counts.unaccepted - counts.arrived,
            latency_microseconds: seen.latency.summary(),
            ..counts
        }
    }
}

/// A set of numbers from 0 on.
#[derive(Debug, Default)]
struct Bits(Vec<u64>);

impl Bits {
    /// False when it was there.
    fn insert(&mut self, number: u64) -> bool {
        let Ok(index) = usize::try_from(number / 64) else { return false };
        if index >= MOST / 64 {
            return false;
        }
        if index >= self.0.len() {
            self.0.resize(index + 1, 0);
        }
        let Some(word) = self.0.get_mut(index) else { return false };
        let bit = 1 << (number % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    fn contains(&self, number: u64) -> bool {
        let word = usize::try_from(number / 64).ok().and_then(|index| self.0.get(index));
        word.is_some_and(|word| word & 1 << (number % 64) != 0)
    }
}

/// Messages that are told apart, so that a foreign number takes no memory: a billion, 128 MiB for each set.
const MOST: usize = 1 << 30;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::mark;

    #[test]
    fn every_message_is_told_apart_by_what_became_of_it() {
        let far = Far::default();
        let start = Instant::now();
        far.begin(start);
        let arrives = |number| far.arrived(&mark(number, 0), start + std::time::Duration::from_millis(5));
        far.accepted(0);
        arrives(0);
        arrives(0);
        arrives(1);
        far.accepted(1);
        far.accepted(100);
        arrives(7);
        far.arrived(b"hello", start);
        let through = far.through();
        assert_eq!((through.expected, through.arrived, through.missing), (3, 2, 1));
        assert_eq!((through.duplicate, through.unaccepted, through.foreign), (1, 1, 1));
        assert!((through.latency_microseconds.p50 - 5e3).abs() < 50.0);
    }
}

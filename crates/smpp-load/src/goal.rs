//! When a run ends.

use std::time::Duration;

/// The end of a run: whichever of the two comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Goal {
    /// Submit for this long; `None` for as long as it takes.
    pub duration: Option<Duration>,
    /// Submit this many messages over all connections; `None` for as many as fit.
    pub messages: Option<u64>,
}

impl Goal {
    /// True once no further message is to be submitted.
    #[must_use]
    pub fn is_reached(&self, elapsed: Duration, submitted: u64) -> bool {
        self.duration.is_some_and(|limit| elapsed >= limit)
            || self.messages.is_some_and(|limit| submitted >= limit)
    }

    /// How much of the run is done, 0 to 1000.
    #[must_use]
    pub fn permille(&self, elapsed: Duration, done: u64) -> u64 {
        let by_time = self.duration.map_or(0, |limit| share(elapsed.as_millis(), limit.as_millis()));
        let by_count = self.messages.map_or(0, |limit| share(done.into(), limit.into()));
        by_time.max(by_count)
    }
}

fn share(part: u128, whole: u128) -> u64 {
    let permille = part.saturating_mul(1000) / whole.max(1);
    u64::try_from(permille).map_or(1000, |permille| permille.min(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Goal = Goal { duration: Some(Duration::from_secs(10)), messages: Some(100) };

    #[test]
    fn the_first_limit_ends_the_run() {
        assert!(!BOTH.is_reached(Duration::from_secs(9), 99));
        assert!(BOTH.is_reached(Duration::from_secs(10), 0));
        assert!(BOTH.is_reached(Duration::ZERO, 100));
    }

    #[test]
    fn the_nearer_limit_is_the_progress_and_it_never_passes_the_end() {
        assert_eq!(BOTH.permille(Duration::from_secs(1), 20), 200);
        assert_eq!(BOTH.permille(Duration::from_secs(3), 20), 300);
        assert_eq!(BOTH.permille(Duration::from_secs(30), u64::MAX), 1000);
    }
}

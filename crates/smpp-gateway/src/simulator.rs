//! What a simulated network does to a message: pure sampling, no clock.

use std::time::Duration;

use crate::{Delay, Outcome, SimulatorConfig};

/// Draws how each message ends and how long that takes.
///
/// The same seed gives the same draws; without a seed every simulator differs.
#[derive(Debug)]
pub struct Simulator {
    random: fastrand::Rng,
    /// Each outcome with the sum of the shares up to and including its own.
    outcomes: Vec<(f64, Outcome)>,
    total: f64,
    delay: Delay,
}

impl Simulator {
    /// A simulator with these outcomes and delays.
    #[must_use]
    pub fn new(config: &SimulatorConfig) -> Self {
        let mut total = 0.0;
        let outcomes = config
            .outcomes
            .iter()
            .map(|entry| {
                total += entry.share;
                (total, entry.outcome)
            })
            .collect();
        let random = config.seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
        Self { random, outcomes, total, delay: config.delay }
    }

    /// How the next message ends, and after how long.
    pub fn sample(&mut self) -> (Outcome, Duration) {
        (self.outcome(), self.delay())
    }

    fn outcome(&mut self) -> Outcome {
        if let [(_, only)] = self.outcomes.as_slice() {
            return *only;
        }
        let drawn = self.random.f64() * self.total;
        let found = self.outcomes.iter().find(|(up_to, _)| drawn < *up_to);
        found.or_else(|| self.outcomes.last()).map_or(Outcome::DELIVERED, |(_, outcome)| *outcome)
    }

    fn delay(&mut self) -> Duration {
        match self.delay {
            Delay::Fixed(delay) => delay,
            Delay::Uniform { min, max } => min + max.saturating_sub(min).mul_f64(self.random.f64()),
            // 1 - f64() is never 0, so the logarithm is at most about 37 means.
            Delay::Exponential { mean } => mean.mul_f64(-(1.0 - self.random.f64()).ln()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OutcomeShare, Stat};

    const SAMPLES: u32 = 100_000;

    fn config(delay: Delay) -> SimulatorConfig {
        SimulatorConfig { delay, seed: Some(7), ..SimulatorConfig::default() }
    }

    fn mean_delay(delay: Delay) -> Duration {
        let mut simulator = Simulator::new(&config(delay));
        (0..SAMPLES).map(|_| simulator.sample().1).sum::<Duration>() / SAMPLES
    }

    fn is_about(value: Duration, expected: Duration) -> bool {
        value.abs_diff(expected) < expected / 50
    }

    #[test]
    fn by_default_everything_is_delivered_at_once() {
        let mut simulator = Simulator::new(&SimulatorConfig::default());
        assert_eq!(simulator.sample(), (Outcome::DELIVERED, Duration::ZERO));
    }

    #[test]
    fn the_same_seed_gives_the_same_draws() {
        let config = config(Delay::Exponential { mean: Duration::from_secs(1) });
        let (mut one, mut other) = (Simulator::new(&config), Simulator::new(&config));
        assert!((0..1_000).all(|_| one.sample() == other.sample()));
    }

    #[test]
    fn outcomes_come_in_their_shares() {
        let failed = Outcome { stat: Stat::UNDELIV, code: -5 };
        let outcomes = vec![
            OutcomeShare { outcome: Outcome::DELIVERED, share: 3.0 },
            OutcomeShare { outcome: failed, share: 1.0 },
        ];
        let mut simulator =
            Simulator::new(&SimulatorConfig { outcomes, ..config(Delay::Fixed(Duration::ZERO)) });
        let failures = (0..SAMPLES).filter(|_| simulator.sample().0 == failed).count();
        assert!((24_000..26_000).contains(&failures), "{failures} of {SAMPLES} failed");
    }

    #[test]
    fn an_outcome_without_share_never_comes() {
        let never = Outcome { stat: Stat::REJECTD, code: -1 };
        let outcomes = vec![
            OutcomeShare { outcome: never, share: 0.0 },
            OutcomeShare { outcome: Outcome::DELIVERED, share: 1.0 },
        ];
        let mut simulator =
            Simulator::new(&SimulatorConfig { outcomes, ..config(Delay::Fixed(Duration::ZERO)) });
        assert!((0..SAMPLES).all(|_| simulator.sample().0 == Outcome::DELIVERED));
    }

    #[test]
    fn a_uniform_delay_stays_within_its_bounds() {
        let (min, max) = (Duration::from_millis(10), Duration::from_millis(30));
        let mut simulator = Simulator::new(&config(Delay::Uniform { min, max }));
        assert!((0..SAMPLES).all(|_| (min..=max).contains(&simulator.sample().1)));
        assert!(is_about(mean_delay(Delay::Uniform { min, max }), Duration::from_millis(20)));
    }

    #[test]
    fn an_exponential_delay_has_its_mean() {
        let mean = Duration::from_millis(250);
        assert!(is_about(mean_delay(Delay::Exponential { mean }), mean));
    }
}

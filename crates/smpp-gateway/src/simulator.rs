//! What a simulated network does to a message: pure sampling, no clock.

use std::time::Duration;

use crate::{
    Behaviour, Delay, Outcome, OutcomeShare, SimulatorConfig, SimulatorRule, account::numbers::NumberTable,
};

/// Draws how each message ends and how long that takes.
///
/// The same seed gives the same draws; without a seed every simulator differs.
#[derive(Debug)]
pub struct Simulator {
    random: fastrand::Rng,
    dice: Dice,
    /// For certain numbers; empty for most.
    rules: Option<NumberTable<Dice>>,
    expired: Outcome,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    /// How it ends.
    pub outcome: Outcome,
    /// After how long.
    pub delay: Duration,
    /// After how long an attempt fails, though not for good.
    pub attempt: Option<Duration>,
}

impl Simulator {
    /// A simulator that behaves so.
    #[must_use]
    pub fn new(config: &SimulatorConfig) -> Self {
        let random = config.seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
        let rule = |rule: &SimulatorRule| (rule.destination.clone(), Dice::new(&rule.behaviour));
        let rules = (!config.rules.is_empty()).then(|| NumberTable::new(config.rules.iter().map(rule)));
        Self { random, dice: Dice::new(&config.behaviour()), rules, expired: config.expired }
    }

    /// What becomes of the next message, which is to this number and is worth delivering for as long as `left`.
    pub fn sample(&mut self, destination: &[u8], left: Duration) -> Fate {
        let rule = self.rules.as_ref().and_then(|rules| rules.of(destination));
        let dice = rule.unwrap_or(&self.dice);
        let (outcome, delay) = (dice.outcome(&mut self.random), dice.delay(&mut self.random));
        let (outcome, delay) = if delay > left { (self.expired, left) } else { (outcome, delay) };
        Fate { outcome, delay, attempt: dice.attempt.filter(|attempt| *attempt < delay) }
    }
}

/// How messages go, ready to be drawn.
#[derive(Debug)]
struct Dice {
    /// Each outcome with the sum of the shares up to and including its own.
    outcomes: Vec<(f64, Outcome)>,
    total: f64,
    delay: Delay,
    attempt: Option<Duration>,
}

impl Dice {
    fn new(behaviour: &Behaviour) -> Self {
        let mut total = 0.0;
        let summed = |OutcomeShare { outcome, share }: &OutcomeShare| {
            total += share;
            (total, *outcome)
        };
        let outcomes = behaviour.outcomes.iter().map(summed).collect();
        Self { outcomes, total, delay: behaviour.delay, attempt: behaviour.attempt }
    }

    fn outcome(&self, random: &mut fastrand::Rng) -> Outcome {
        if let [(_, only)] = self.outcomes.as_slice() {
            return *only;
        }
        let drawn = random.f64() * self.total;
        let found = self.outcomes.iter().find(|(up_to, _)| drawn < *up_to);
        found.or_else(|| self.outcomes.last()).map_or(Outcome::DELIVERED, |(_, outcome)| *outcome)
    }

    fn delay(&self, random: &mut fastrand::Rng) -> Duration {
        match self.delay {
            Delay::Fixed(delay) => delay,
            Delay::Uniform { min, max } => min + max.saturating_sub(min).mul_f64(random.f64()),
            // 1 - f64() is never 0, so the logarithm is at most about 37 means.
            Delay::Exponential { mean } => mean.mul_f64(-(1.0 - random.f64()).ln()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Stat, account::numbers::NumberPattern};

    const SAMPLES: u32 = 100_000;

    fn config(delay: Delay) -> SimulatorConfig {
        SimulatorConfig { delay, seed: Some(7), ..SimulatorConfig::default() }
    }

    fn drawn(simulator: &mut Simulator) -> (Outcome, Duration) {
        let fate = simulator.sample(b"4512345678", Duration::MAX);
        (fate.outcome, fate.delay)
    }

    fn mean_delay(delay: Delay) -> Duration {
        let mut simulator = Simulator::new(&config(delay));
        (0..SAMPLES).map(|_| drawn(&mut simulator).1).sum::<Duration>() / SAMPLES
    }

    fn is_about(value: Duration, expected: Duration) -> bool {
        value.abs_diff(expected) < expected / 50
    }

    #[test]
    fn by_default_everything_is_delivered_at_once() {
        let mut simulator = Simulator::new(&SimulatorConfig::default());
        assert_eq!(drawn(&mut simulator), (Outcome::DELIVERED, Duration::ZERO));
    }

    #[test]
    fn the_same_seed_gives_the_same_draws() {
        let config = config(Delay::Exponential { mean: Duration::from_secs(1) });
        let (mut one, mut other) = (Simulator::new(&config), Simulator::new(&config));
        assert!((0..1_000).all(|_| drawn(&mut one) == drawn(&mut other)));
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
        let failures = (0..SAMPLES).filter(|_| drawn(&mut simulator).0 == failed).count();
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
        assert!((0..SAMPLES).all(|_| drawn(&mut simulator).0 == Outcome::DELIVERED));
    }

    #[test]
    fn a_uniform_delay_stays_within_its_bounds() {
        let (min, max) = (Duration::from_millis(10), Duration::from_millis(30));
        let mut simulator = Simulator::new(&config(Delay::Uniform { min, max }));
        assert!((0..SAMPLES).all(|_| (min..=max).contains(&drawn(&mut simulator).1)));
        assert!(is_about(mean_delay(Delay::Uniform { min, max }), Duration::from_millis(20)));
    }

    #[test]
    fn an_exponential_delay_has_its_mean() {
        let mean = Duration::from_millis(250);
        assert!(is_about(mean_delay(Delay::Exponential { mean }), mean));
    }

    #[test]
    fn a_rule_is_for_its_numbers_and_the_longest_wins() {
        let rule = |number: &str, code| SimulatorRule {
            destination: NumberPattern::parse(number).unwrap(),
            behaviour: Behaviour {
                outcomes: vec![OutcomeShare { outcome: Outcome { stat: Stat::UNDELIV, code }, share: 1.0 }],
                delay: Delay::Fixed(Duration::from_secs(10)),
                attempt: Some(Duration::from_secs(2)),
            },
        };
        let rules = vec![rule("49*", -1), rule("491*", -2), rule("4917", -3)];
        let mut simulator =
            Simulator::new(&SimulatorConfig { rules, ..config(Delay::Fixed(Duration::ZERO)) });
        let mut code = |number: &[u8]| simulator.sample(number, Duration::MAX).outcome.code;
        assert_eq!([&b"4930"[..], b"4918", b"4917", b"45", b""].map(&mut code), [-1, -2, -3, 0, 0]);
        let fate = simulator.sample(b"49", Duration::MAX);
        assert_eq!((fate.delay.as_secs(), fate.attempt), (10, Some(Duration::from_secs(2))));
    }

    #[test]
    fn a_message_that_would_take_longer_than_it_is_worth_expires_as_the_status_table_says() {
        let expired = Outcome { stat: Stat::DELETED, code: -5 };
        let (second, attempt) = (Duration::from_secs(1), Some(Duration::from_secs(2)));
        let config = SimulatorConfig { expired, attempt, ..config(Delay::Fixed(second * 5)) };
        let mut simulator = Simulator::new(&config);
        assert_eq!(simulator.sample(b"1", second * 4), Fate { outcome: expired, delay: second * 4, attempt });
        assert_eq!(simulator.sample(b"1", second), Fate { outcome: expired, delay: second, attempt: None });
        assert_eq!(simulator.sample(b"1", second * 5).outcome, Outcome::DELIVERED);
    }
}

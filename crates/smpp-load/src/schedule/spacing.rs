//! How messages are spread along a curve.

use std::str::FromStr;

use fastrand::Rng;

/// How messages follow each other at a given rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spacing {
    /// Evenly spaced.
    #[default]
    Uniform,
    /// As independent customers send: exponential gaps.
    Poisson,
    /// So many at once, evenly spaced from burst to burst.
    Burst(u32),
}

impl FromStr for Spacing {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "uniform" => Ok(Self::Uniform),
            "poisson" => Ok(Self::Poisson),
            _ => Err("not a spacing"),
        }
    }
}

/// Where on the curve each message is: message k of a uniform arrival stands at k.
#[derive(Clone, Debug)]
pub(super) struct Positions {
    arrival: Spacing,
    number: u64,
    at: f64,
    random: Rng,
}

impl Positions {
    pub(super) fn new(arrival: Spacing, seed: u64) -> Self {
        Self { arrival, number: 0, at: 0.0, random: Rng::with_seed(seed) }
    }

    pub(super) fn next(&mut self) -> f64 {
        let number = self.number;
        self.number += 1;
        match self.arrival {
            Spacing::Uniform => position(number),
            Spacing::Burst(size) => position(number - number % u64::from(size.max(1))),
            Spacing::Poisson => {
                // `f64()` is below 1, so the logarithm is finite.
                self.at -= (1.0 - self.random.f64()).ln();
                self.at
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a run of 2^53 messages takes a century")]
const fn position(number: u64) -> f64 {
    number as f64
}

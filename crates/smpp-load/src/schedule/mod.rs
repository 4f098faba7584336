//! When each message is to leave, whatever the answers do: an open loop's arrivals.
//!
//! A [`Curve`] says how many messages are due by a time; [`Spacing`] says how they are spread. Together they give message k its
//! intended time, which depends on nothing but k and the seed: no clock is read, so a stall of the sender can't move it.

mod curve;
mod spacing;
mod stages;

use std::time::Duration;

pub use curve::Curve;
use spacing::Positions;
pub use spacing::Spacing;
pub use stages::{Stage, Stages};

/// The intended times of a run, in order; ends when the curve does.
#[derive(Clone, Debug)]
pub struct Schedule {
    curve: Curve,
    positions: Positions,
}

impl Schedule {
    /// Spreads the messages of the curve; the same seed gives the same times.
    #[must_use]
    pub fn new(curve: Curve, arrival: Spacing, seed: u64) -> Self {
        Self { curve, positions: Positions::new(arrival, seed) }
    }
}

/// Times since the start of the run, never decreasing.
impl Iterator for Schedule {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.curve.time_of(self.positions.next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stages(text: &str) -> Curve {
        Curve::new(&text.parse::<Stages>().unwrap())
    }

    #[test]
    fn a_constant_rate_is_spaced_to_the_nanosecond() {
        let times = Schedule::new(Curve::constant(8_000.0, None), Spacing::Uniform, 1);
        for (k, time) in (0_u64..).zip(times.take(1_000_000)) {
            assert_eq!(time, Duration::from_nanos(k * 125_000), "message {k}");
        }
    }

    #[test]
    fn connections_that_take_turns_are_a_spacing_apart() {
        let times: Vec<_> =
            Schedule::new(Curve::constant(1_000.0, None), Spacing::Uniform, 1).take(12).collect();
        let second_of_four: Vec<_> = times.iter().skip(1).step_by(4).map(Duration::as_millis).collect();
        assert_eq!(second_of_four, [1, 5, 9]);
    }

    #[test]
    fn every_stage_sends_as_many_as_its_area() {
        let times: Vec<_> = Schedule::new(stages("2s:100,4s:100..300,1s:300"), Spacing::Uniform, 1).collect();
        let between = |from, to| times.iter().filter(|time| (from..to).contains(&time.as_secs_f64())).count();
        assert_eq!([between(0.0, 2.0), between(2.0, 6.0), between(6.0, 7.0)], [200, 800, 300]);
        assert_eq!(times.len(), 1_300);
    }

    #[test]
    fn poisson_arrivals_keep_the_rate_and_vary_as_poisson_arrivals_do() {
        let times: Vec<_> =
            Schedule::new(Curve::constant(1_000.0, None), Spacing::Poisson, 7).take(200_000).collect();
        let gaps: Vec<_> = times.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64()).collect();
        let count = gaps.len() as f64;
        let mean = gaps.iter().sum::<f64>() / count;
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / count;
        // Five standard errors; an exponential distribution's deviation equals its mean.
        assert!((mean * 1_000.0 - 1.0).abs() < 0.012, "mean {mean}");
        assert!((variance.sqrt() / mean - 1.0).abs() < 0.02, "deviation {}", variance.sqrt());
    }

    #[test]
    fn the_same_seed_gives_the_same_times_and_another_does_not() {
        let times = |seed| {
            let schedule = Schedule::new(stages("1s:50..500"), Spacing::Poisson, seed);
            schedule.collect::<Vec<_>>()
        };
        assert_eq!(times(3), times(3));
        assert_ne!(times(3), times(4));
    }

    #[test]
    fn a_burst_leaves_at_once_and_the_rate_is_kept() {
        let times: Vec<_> =
            Schedule::new(Curve::constant(100.0, None), Spacing::Burst(5), 1).take(11).collect();
        let millis: Vec<_> = times.iter().map(Duration::as_millis).collect();
        assert_eq!(millis, [0, 0, 0, 0, 0, 50, 50, 50, 50, 50, 100]);
    }
}

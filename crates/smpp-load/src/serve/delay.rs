//! How long something takes: `5ms`, `1ms:90%,150ms:10%`, or `exp:10ms`.

use std::{str::FromStr, time::Duration};

use fastrand::Rng;

use super::Share;
use crate::duration::parse_duration;

/// A distribution of times.
#[derive(Clone, Debug, PartialEq)]
pub enum Delay {
    /// Times with their shares, which add up to 1.
    Steps(Vec<(f64, Duration)>),
    /// Exponential, with this mean.
    Exponential(Duration),
}

impl Delay {
    /// None at all.
    pub const NONE: Self = Self::Steps(Vec::new());

    /// A time of this distribution.
    pub(super) fn draw(&self, random: &mut Rng) -> Duration {
        match self {
            Self::Steps(steps) => {
                let mut throw = random.f64();
                for (share, time) in steps {
                    if throw < *share {
                        return *time;
                    }
                    throw -= share;
                }
                steps.last().map_or(Duration::ZERO, |(_, time)| *time)
            }
            // `f64()` is below 1, so the logarithm is finite.
            Self::Exponential(mean) => mean.mul_f64(-(1.0 - random.f64()).ln()),
        }
    }
}

impl FromStr for Delay {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "not a delay";
        if text == "0" {
            return Ok(Self::NONE);
        }
        if let Some(mean) = text.strip_prefix("exp:") {
            return parse_duration(mean).map(Self::Exponential).ok_or(WRONG);
        }
        if !text.contains(':') {
            return parse_duration(text).map(|time| Self::Steps(vec![(1.0, time)])).ok_or(WRONG);
        }
        let step = |word: &str| {
            let (time, share) = word.trim().split_once(':')?;
            Some((share.parse::<Share>().ok()?.0, parse_duration(time)?))
        };
        let steps: Vec<_> = text.split(',').map(step).collect::<Option<_>>().ok_or(WRONG)?;
        let total: f64 = steps.iter().map(|(share, _)| share).sum();
        if (total - 1.0).abs() < 1e-6 { Ok(Self::Steps(steps)) } else { Err("not all messages") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(text: &str) -> f64 {
        let (delay, mut random) = (text.parse::<Delay>().unwrap(), Rng::with_seed(1));
        (0..100_000).map(|_| delay.draw(&mut random).as_secs_f64()).sum::<f64>() / 100_000.0
    }

    #[test]
    fn every_form_has_its_mean() {
        for (text, expected) in
            [("0", 0.0), ("5ms", 0.005), ("exp:10ms", 0.010), ("1ms:90%,150ms:10%", 0.0159)]
        {
            assert!((mean(text) - expected).abs() <= expected * 0.03, "{text}: {}", mean(text));
        }
    }

    #[test]
    fn what_is_no_delay_is_refused() {
        for text in ["", "soon", "1ms:50%", "1ms:50%,2ms:60%", "exp:", "1ms:x"] {
            assert!(text.parse::<Delay>().is_err(), "{text}");
        }
    }
}

//! `--stages 30s:1000,2m:1000..5000`: hold a rate, or ramp from one to another.

use std::{fmt, str::FromStr, time::Duration};

use crate::duration::parse_duration;

/// One stage; it holds when both rates are the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stage {
    /// How long.
    pub lasts: Duration,
    /// Messages a second at its start.
    pub from: f64,
    /// Messages a second at its end.
    pub to: f64,
}

/// The stages of a run, one after the other; at least one, and at least one of them sends.
#[derive(Clone, Debug, PartialEq)]
pub struct Stages(Vec<Stage>);

impl Stages {
    /// In order.
    pub fn iter(&self) -> impl Iterator<Item = &Stage> {
        self.0.iter()
    }
}

impl FromStr for Stages {
    type Err = String;

    /// Which stage is wrong, and what is allowed.
    fn from_str(text: &str) -> Result<Self, String> {
        let stages: Result<Vec<_>, _> = text
            .split(',')
            .map(|word| stage(word.trim()).ok_or_else(|| format!("{word} is no stage, allowed is {ALLOWED}")))
            .collect();
        let stages = stages?;
        if stages.iter().all(|stage| stage.from == 0.0 && stage.to == 0.0) {
            return Err(format!("{text} sends nothing, allowed is a rate above 0 in one stage at least"));
        }
        Ok(Self(stages))
    }
}

impl fmt::Display for Stages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Stage { lasts, from, to }) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{}s:{from}", lasts.as_secs_f64())?;
            if from != to {
                write!(f, "..{to}")?;
            }
        }
        Ok(())
    }
}

fn stage(word: &str) -> Option<Stage> {
    let (lasts, rates) = word.split_once(':')?;
    let (from, to) = rates.split_once("..").unwrap_or((rates, rates));
    Some(Stage { lasts: parse_duration(lasts)?, from: rate(from)?, to: rate(to)? })
}

fn rate(text: &str) -> Option<f64> {
    let digits = text.bytes().all(|octet| octet.is_ascii_digit() || octet == b'.');
    text.parse().ok().filter(|rate| digits && (0.0..=HIGHEST_RATE).contains(rate))
}

const ALLOWED: &str = "TIME:RATE or TIME:RATE..RATE, like 30s:1000 or 2m:1000..5000";
/// Messages a second; more than any machine sends.
const HIGHEST_RATE: f64 = 100e6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_read_and_written_alike() {
        let stages: Stages = "30s:1000,2m:1000..5000, 500ms:0".parse().unwrap();
        assert_eq!(stages.to_string(), "30s:1000,120s:1000..5000,0.5s:0");
        assert_eq!(stages.to_string().parse(), Ok(stages));
    }

    #[test]
    fn a_bad_stage_is_named_with_what_is_allowed() {
        for (text, bad) in
            [("10s", "10s"), ("10s:5,x:3", "x:3"), ("1s:-1", "1s:-1"), ("1s:1e9", "1s:1e9"), ("", "")]
        {
            let error = text.parse::<Stages>().unwrap_err();
            assert!(error.starts_with(&format!("{bad} is no stage, allowed is TIME:RATE")), "{error}");
        }
        assert!("5s:0".parse::<Stages>().unwrap_err().contains("sends nothing"));
    }
}

//! `[simulator]` against what is allowed.

use std::time::Duration;

use super::{Checked, number, quoted};
use crate::{
    Delay, Outcome, OutcomeShare, SimulatorConfig, Stat,
    config::{ConfigProblem, raw},
};

pub(super) fn simulator(raw: raw::Simulator) -> Checked<SimulatorConfig> {
    let default = SimulatorConfig::default();
    Ok(SimulatorConfig {
        outcomes: raw.outcomes.map_or(Ok(default.outcomes), |raw| outcomes(&raw))?,
        delay: raw.delay.map_or(Ok(default.delay), |raw| delay(&raw))?,
        seed: raw.seed.map(|_| number("simulator.seed", raw.seed, 0, 0..=u64::MAX / 2)).transpose()?,
    })
}

fn outcomes(raw: &[raw::Outcome]) -> Checked<Vec<OutcomeShare>> {
    let outcomes = raw.iter().map(outcome).collect::<Checked<Vec<_>>>()?;
    let total = outcomes.iter().fold(0.0, |sum, entry| sum + entry.share);
    if total > 0.0 {
        return Ok(outcomes);
    }
    let value = format!("a list whose shares sum up to {total}");
    Err(ConfigProblem::value("simulator.outcomes", value, "a list with at least one share above 0"))
}

fn outcome(raw: &raw::Outcome) -> Checked<OutcomeShare> {
    let share = raw.share.unwrap_or(1.0);
    if !(0.0..=MAX_SHARE).contains(&share) {
        return Err(ConfigProblem::value("simulator.outcomes.share", share, format!("0 to {MAX_SHARE}")));
    }
    let stat = Stat::from_name(&raw.stat).ok_or_else(|| {
        let allowed = Stat::ALL.map(|stat| stat.to_string()).join(", ");
        ConfigProblem::value("simulator.outcomes.stat", quoted(&raw.stat), allowed)
    })?;
    let code = number("simulator.outcomes.code", raw.code, 0, -999..=0)?;
    Ok(OutcomeShare { outcome: Outcome { stat, code }, share })
}

fn delay(raw: &raw::Delay) -> Checked<Delay> {
    let (fixed, mean) = (raw.milliseconds, raw.mean_milliseconds);
    let (least, most) = (raw.min_milliseconds, raw.max_milliseconds);
    match raw.kind.as_str() {
        "fixed" if least.or(most).or(mean).is_none() => milliseconds("milliseconds", fixed).map(Delay::Fixed),
        "uniform" if fixed.or(mean).is_none() => uniform(least, most),
        "exponential" if fixed.or(least).or(most).is_none() => {
            milliseconds("mean_milliseconds", mean).map(|mean| Delay::Exponential { mean })
        }
        kind => Err(ConfigProblem::value(
            "simulator.delay.kind",
            quoted(kind),
            "\"fixed\" with milliseconds, \"uniform\" with min_milliseconds and max_milliseconds, \
             or \"exponential\" with mean_milliseconds, and no other key",
        )),
    }
}

fn uniform(least: Option<i64>, most: Option<i64>) -> Checked<Delay> {
    let min = milliseconds("min_milliseconds", least)?;
    let max = milliseconds("max_milliseconds", most)?;
    if min > max {
        let allowed = format!("0 to max_milliseconds ({})", max.as_millis());
        return Err(ConfigProblem::value("simulator.delay.min_milliseconds", min.as_millis(), allowed));
    }
    Ok(Delay::Uniform { min, max })
}

fn milliseconds(name: &str, given: Option<i64>) -> Checked<Duration> {
    let key = format!("simulator.delay.{name}");
    if given.is_none() {
        return Err(ConfigProblem::value(key, "missing", format!("0 to {DAY_MILLISECONDS}")));
    }
    number(&key, given, 0, 0..=DAY_MILLISECONDS).map(Duration::from_millis)
}

/// A day: a longer delay would rather be a mistake of unit.
const DAY_MILLISECONDS: u64 = 86_400_000;
/// Far more than any list of shares needs, and their sum stays exact.
const MAX_SHARE: f64 = 1e9;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::check::testing::{error, parse};

    #[test]
    fn outcomes_are_checked() {
        let with = |outcome: &str| format!("[simulator]\noutcomes = [{outcome}]");
        let config = parse(&with("{ stat = \"UNDELIV\", code = -999, share = 2 }"));
        let expected = OutcomeShare { outcome: Outcome { stat: Stat::UNDELIV, code: -999 }, share: 2.0 };
        assert_eq!(config.simulator.outcomes, [expected]);
        assert_eq!(
            error(&with("{ stat = \"LOST\" }")),
            "simulator.outcomes.stat is \"LOST\", allowed is DELIVRD, EXPIRED, DELETED, UNDELIV, ACCEPTD, UNKNOWN, REJECTD"
        );
        for code in ["5", "-1000"] {
            let text = with(&format!("{{ stat = \"UNDELIV\", code = {code} }}"));
            assert_eq!(error(&text), format!("simulator.outcomes.code is {code}, allowed is -999 to 0"));
        }
        for share in ["-1", "NaN", "inf"] {
            let text = with(&format!("{{ stat = \"UNDELIV\", share = {} }}", share.to_lowercase()));
            assert_eq!(
                error(&text),
                format!("simulator.outcomes.share is {share}, allowed is 0 to 1000000000")
            );
        }
        let allowed = "allowed is a list with at least one share above 0";
        assert_eq!(
            error(&with("")),
            format!("simulator.outcomes is a list whose shares sum up to 0, {allowed}")
        );
    }

    #[test]
    fn delays_are_checked() {
        let with = |delay: &str| format!("[simulator]\ndelay = {{ kind = {delay} }}");
        let delay = |text: &str| parse(&with(text)).simulator.delay;
        let milliseconds = Duration::from_millis;
        assert_eq!(delay("\"fixed\", milliseconds = 5"), Delay::Fixed(milliseconds(5)));
        assert_eq!(
            delay("\"uniform\", min_milliseconds = 1, max_milliseconds = 2"),
            Delay::Uniform { min: milliseconds(1), max: milliseconds(2) }
        );
        assert_eq!(
            delay("\"exponential\", mean_milliseconds = 9"),
            Delay::Exponential { mean: milliseconds(9) }
        );
        assert_eq!(
            error(&with("\"fixed\"")),
            "simulator.delay.milliseconds is missing, allowed is 0 to 86400000"
        );
        assert_eq!(
            error(&with("\"uniform\", min_milliseconds = 3, max_milliseconds = 2")),
            "simulator.delay.min_milliseconds is 3, allowed is 0 to max_milliseconds (2)"
        );
        for wrong in ["\"slow\"", "\"fixed\", milliseconds = 1, mean_milliseconds = 1"] {
            let error = error(&with(wrong));
            assert!(
                error.starts_with("simulator.delay.kind is ") && error.contains("allowed is \"fixed\" with")
            );
        }
    }
}

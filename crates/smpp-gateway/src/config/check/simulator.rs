//! `[simulator]` against what is allowed.

use std::time::Duration;

use crate::{
    Delay, Outcome, OutcomeShare, SimulatorConfig, Stat,
    config::reader::{Entry, Section},
};

pub(super) fn simulator(section: &Section<'_>) -> SimulatorConfig {
    let default = SimulatorConfig::default();
    SimulatorConfig {
        outcomes: section.get("outcomes").map_or(default.outcomes, |entry| outcomes(&entry)),
        delay: section.get("delay").and_then(|entry| delay(&entry)).unwrap_or(default.delay),
        seed: section.optional("seed", 0..=u64::MAX / 2),
    }
}

fn outcomes(entry: &Entry<'_>) -> Vec<OutcomeShare> {
    let sections = entry.sections();
    let outcomes: Vec<_> = sections.iter().filter_map(outcome).collect();
    let total = outcomes.iter().fold(0.0, |sum, outcome| sum + outcome.share);
    if outcomes.len() == sections.len() && total <= 0.0 {
        entry.refuse(
            format_args!("a list whose shares sum up to {total}"),
            "a list with at least one share above 0",
        );
    }
    outcomes
}

fn outcome(section: &Section<'_>) -> Option<OutcomeShare> {
    let states = Stat::ALL.map(|stat| stat.to_string()).join(", ");
    let stat = section.required("stat", &states).and_then(|entry| entry.parsed(&states, Stat::from_name));
    let code = section.number("code", 0, -999..=0);
    let share = section.get("share").map_or(Some(1.0), |entry| entry.fraction(0.0..=MAX_SHARE));
    Some(OutcomeShare { outcome: Outcome { stat: stat?, code }, share: share? })
}

fn delay(entry: &Entry<'_>) -> Option<Delay> {
    let section = entry.section()?;
    let kind = section.required("kind", KINDS)?;
    match kind.text(KINDS)? {
        "fixed" => milliseconds(&section, "milliseconds").map(Delay::Fixed),
        "uniform" => uniform(&section),
        "exponential" => milliseconds(&section, "mean_milliseconds").map(|mean| Delay::Exponential { mean }),
        _ => {
            kind.refuse(kind.shown(), KINDS);
            None
        }
    }
}

fn uniform(section: &Section<'_>) -> Option<Delay> {
    let min = milliseconds(section, "min_milliseconds");
    let max = milliseconds(section, "max_milliseconds");
    let (min, max) = (min?, max?);
    if min > max {
        let allowed = format!("0 to max_milliseconds ({})", max.as_millis());
        section.refuse("min_milliseconds", &min.as_millis().to_string(), &allowed);
    }
    Some(Delay::Uniform { min, max })
}

fn milliseconds(section: &Section<'_>, key: &'static str) -> Option<Duration> {
    let entry = section.required(key, &format!("0 to {DAY_MILLISECONDS}"))?;
    entry.number(0..=DAY_MILLISECONDS).map(Duration::from_millis)
}

const KINDS: &str = "\"fixed\" with milliseconds, \"uniform\" with min_milliseconds and max_milliseconds, \
                     or \"exponential\" with mean_milliseconds";
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
        for share in ["-1", "nan", "inf"] {
            let text = with(&format!("{{ stat = \"UNDELIV\", share = {share} }}"));
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
        assert_eq!(error(&with("\"slow\"")), format!("simulator.delay.kind is \"slow\", allowed is {KINDS}"));
        assert_eq!(
            error(&with("\"fixed\", milliseconds = 1, mean_milliseconds = 1")),
            "simulator.delay.mean_milliseconds is unknown, allowed is kind, milliseconds"
        );
    }
}

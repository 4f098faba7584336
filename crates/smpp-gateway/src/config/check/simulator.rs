//! `[simulator]` against what is allowed.

use std::time::Duration;

use super::stats;
use crate::{
    Behaviour, Delay, IncomingConfig, Outcome, OutcomeShare, SimulatorConfig, SimulatorRule, Stat,
    StatusTable,
    account::numbers::NumberPattern,
    config::reader::{Entry, Section},
};

pub(super) fn simulator(section: &Section<'_>, statuses: &StatusTable) -> SimulatorConfig {
    let behaviour = behaviour(section, &SimulatorConfig::default().behaviour(), statuses);
    let rules = section.sections("rules");
    SimulatorConfig {
        rules: rules.iter().filter_map(|section| rule(section, &behaviour, statuses)).collect(),
        outcomes: behaviour.outcomes,
        delay: behaviour.delay,
        attempt: behaviour.attempt,
        expired: statuses.outcome(Outcome::EXPIRED.code),
        incoming: section
            .get("incoming")
            .and_then(|entry| entry.section())
            .and_then(|section| incoming(&section)),
        seed: section.optional("seed", 0..=u64::MAX / 2),
    }
}

fn behaviour(section: &Section<'_>, default: &Behaviour, statuses: &StatusTable) -> Behaviour {
    let outcomes = section.get("outcomes").map(|entry| outcomes(&entry, statuses));
    let attempt = section.optional("attempt_milliseconds", 0..=DAY_MILLISECONDS).map(Duration::from_millis);
    Behaviour {
        outcomes: outcomes.unwrap_or_else(|| default.outcomes.clone()),
        delay: section.get("delay").and_then(|entry| delay(&entry)).unwrap_or(default.delay),
        attempt: attempt.or(default.attempt),
    }
}

/// What a rule does not say is as for all other messages.
fn rule(section: &Section<'_>, default: &Behaviour, statuses: &StatusTable) -> Option<SimulatorRule> {
    let destination = section.required("destination", NUMBER);
    let behaviour = behaviour(section, default, statuses);
    let destination = destination?.parsed(NUMBER, NumberPattern::parse)?;
    Some(SimulatorRule { destination, behaviour })
}

fn incoming(section: &Section<'_>) -> Option<IncomingConfig> {
    let texts = |key, allowed, fits: fn(&str) -> bool| {
        section.list(key, allowed, |text| fits(text).then(|| text.to_owned()))
    };
    let is_number =
        |text: &str| (1..=20).contains(&text.len()) && text.bytes().all(|octet| octet.is_ascii_graphic());
    let destinations = texts("destinations", DESTINATIONS, is_number);
    let (sources, said) =
        (texts("sources", DESTINATIONS, is_number), texts("texts", TEXTS, |text| text.len() <= 1_000));
    let default = IncomingConfig::to(destinations);
    let per_second = section.get("per_second").and_then(|entry| entry.fraction(0.0..=MAX_PER_SECOND));
    let long_percent = section.get("long_percent").and_then(|entry| entry.fraction(0.0..=100.0));
    if default.destinations.is_empty() {
        section.required("destinations", DESTINATIONS)?;
    }
    Some(IncomingConfig {
        per_second: per_second.unwrap_or(default.per_second),
        sources: if sources.is_empty() { default.sources } else { sources },
        texts: if said.is_empty() { default.texts } else { said },
        long_percent: long_percent.unwrap_or(default.long_percent),
        destinations: default.destinations,
    })
}

fn outcomes(entry: &Entry<'_>, statuses: &StatusTable) -> Vec<OutcomeShare> {
    let sections = entry.sections();
    let outcomes: Vec<_> = sections.iter().filter_map(|section| outcome(section, statuses)).collect();
    let total = outcomes.iter().fold(0.0, |sum, outcome| sum + outcome.share);
    if outcomes.len() == sections.len() && total <= 0.0 {
        entry.refuse(
            format_args!("a list whose shares sum up to {total}"),
            "a list with at least one share above 0",
        );
    }
    outcomes
}

/// Without a `stat`, the one that the table has for its code.
fn outcome(section: &Section<'_>, statuses: &StatusTable) -> Option<OutcomeShare> {
    let stat = section.get("stat").map(|entry| entry.parsed(&stats(), Stat::from_name));
    let code = section.number("code", 0, -999..=0);
    let share = section.get("share").map_or(Some(1.0), |entry| entry.fraction(0.0..=MAX_SHARE));
    let stat = stat.unwrap_or_else(|| Some(statuses.stat(code)));
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

const NUMBER: &str = "a number of 1 to 20 characters, or its beginning with a * behind it";
const DESTINATIONS: &str = "numbers of 1 to 20 printable ASCII characters";
const TEXTS: &str = "texts of at most 1000 octets";
/// More than the gateway takes in.
const MAX_PER_SECOND: f64 = 1e6;
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

    #[test]
    fn an_outcome_without_a_state_has_that_of_its_code() {
        let text =
            "[simulator]\noutcomes = [{ code = -5 }, { code = -778 }]\n[receipt_status]\n005 = \"DELETED\"";
        let simulator = parse(text).simulator;
        let outcomes: Vec<_> = simulator.outcomes.iter().map(|share| share.outcome).collect();
        let expected =
            [(Stat::DELETED, -5), (Stat::UNDELIV, -778)].map(|(stat, code)| Outcome { stat, code });
        assert_eq!(outcomes, expected);
        assert_eq!(simulator.expired, Outcome { stat: Stat::DELETED, code: -5 });
    }

    #[test]
    fn rules_say_what_differs_for_their_numbers() {
        let text = "[simulator]\ndelay = { kind = \"fixed\", milliseconds = 7 }\nrules = [\n\
                    { destination = \"49*\", outcomes = [{ code = -1 }], attempt_milliseconds = 3 },\n\
                    { destination = \"4\", delay = { kind = \"fixed\", milliseconds = 9 } }]";
        let simulator = parse(text).simulator;
        let [one, other] = simulator.rules.as_slice() else { panic!("two rules") };
        assert_eq!(Some(&one.destination), NumberPattern::parse("49*").as_ref());
        let milliseconds = |count| Duration::from_millis(count);
        assert_eq!(one.behaviour.outcomes[0].outcome, Outcome { stat: Stat::UNDELIV, code: -1 });
        assert_eq!(
            (one.behaviour.delay, one.behaviour.attempt),
            (Delay::Fixed(milliseconds(7)), Some(milliseconds(3)))
        );
        assert_eq!(other.behaviour.outcomes, simulator.outcomes);
        assert_eq!((other.behaviour.delay, other.behaviour.attempt), (Delay::Fixed(milliseconds(9)), None));
        let error = error("[simulator]\nrules = [{ destination = \"4 9\" }]");
        assert_eq!(error, format!("simulator.rules.destination is \"4 9\", allowed is {NUMBER}"));
    }

    #[test]
    fn what_comes_in_is_checked() {
        let text = "[simulator.incoming]\nper_second = 0.5\ndestinations = \"1\"\nsources = [\"2\", \"3\"]\n\
                    texts = [\"a\"]\nlong_percent = 4";
        let expected = IncomingConfig {
            per_second: 0.5,
            sources: vec!["2".to_owned(), "3".to_owned()],
            texts: vec!["a".to_owned()],
            long_percent: 4.0,
            ..IncomingConfig::to(vec!["1".to_owned()])
        };
        assert_eq!(parse(text).simulator.incoming, Some(expected));
        let missing = format!("simulator.incoming.destinations is missing, allowed is {DESTINATIONS}");
        assert_eq!(error("[simulator.incoming]"), missing);
        assert_eq!(
            error("[simulator.incoming]\ndestinations = [\"1\"]\nper_second = -1"),
            "simulator.incoming.per_second is -1, allowed is 0 to 1000000"
        );
    }
}

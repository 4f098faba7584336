//! What is asked of a figure: in words for the table, and as a judgement of this run.

use std::collections::BTreeMap;

use crate::race::Score;
use crate::table::{Better, Row};

/// The contestant that is this engine.
pub const OURS: &str = "ours";
/// The contestant that is a hand-written minimum.
pub const FLOOR: &str = "floor";

/// One figure of everybody in a row.
#[derive(Clone, Debug)]
pub struct Figures {
    ours: f64,
    rivals: BTreeMap<String, f64>,
    floor: Option<f64>,
}

/// What is asked: at least or at most, as the row's figures get better.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// So many times the floor.
    Floor(f64),
    /// So many times a rival's figure.
    Rival(&'static str, f64),
    /// This figure.
    Value(f64),
}

impl Figures {
    /// Ours alone.
    #[must_use]
    pub const fn ours(ours: f64) -> Self {
        Self { ours, rivals: BTreeMap::new(), floor: None }
    }

    /// With somebody else's beside.
    #[must_use]
    pub fn beside(mut self, name: &str, figure: f64) -> Self {
        self.rivals.insert(name.to_owned(), figure);
        self
    }

    /// One figure of each score.
    #[must_use]
    pub fn of(scores: &[Score], figure: impl Fn(&Score) -> f64) -> Self {
        let mut figures = Self::ours(f64::NAN);
        for score in scores {
            match score.name {
                OURS => figures.ours = figure(score),
                FLOOR => figures.floor = Some(figure(score)),
                rival => drop(figures.rivals.insert(rival.to_owned(), figure(score))),
            }
        }
        figures
    }

    /// The row with these figures.
    #[must_use]
    pub fn row(self, row: &str, unit: &str, better: Better, goals: &[Goal]) -> Row {
        let wanted = goals.iter().map(|goal| goal.words(better)).collect::<Vec<_>>().join(", ");
        Row {
            row: row.to_owned(),
            unit: unit.to_owned(),
            better,
            goal: if goals.is_empty() { "measured".to_owned() } else { wanted },
            met: goals.iter().all(|goal| goal.is_met(better, &self)),
            ours: self.ours,
            rivals: self.rivals,
            floor: self.floor,
        }
    }
}

impl Goal {
    fn words(self, better: Better) -> String {
        let sign = match better {
            Better::Higher => ">=",
            Better::Lower => "<=",
        };
        match self {
            Self::Floor(factor) => format!("{sign} {factor} x floor"),
            Self::Rival(name, factor) => format!("{sign} {factor} x {name}"),
            Self::Value(value) => format!("{sign} {value}"),
        }
    }

    fn is_met(self, better: Better, figures: &Figures) -> bool {
        let wanted = match self {
            Self::Floor(factor) => figures.floor.map(|floor| factor * floor),
            Self::Rival(name, factor) => figures.rivals.get(name).map(|rival| factor * rival),
            Self::Value(value) => Some(value),
        };
        wanted.is_some_and(|wanted| match better {
            Better::Higher => figures.ours >= wanted,
            Better::Lower => figures.ours <= wanted,
        })
    }
}

/// The rows of a race: messages a second, then CPU time a message.
#[must_use]
pub fn rows(scores: &[Score], name: &str, rate: &[Goal], cpu: &[Goal]) -> [Row; 2] {
    let cpu_name = format!("CPU, {name}");
    [
        Figures::of(scores, |score| score.rate).row(name, "msg/s", Better::Higher, rate),
        Figures::of(scores, |score| score.cpu).row(&cpu_name, "CPU ns/msg", Better::Lower, cpu),
    ]
}

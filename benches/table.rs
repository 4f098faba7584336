//! The table that a bench ends with: printed, and written to `bench-tables/NAME.json` in the target folder.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::{env, fs, io};

use serde::Serialize;

/// Which way a figure improves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// Times, instructions, octets held.
    Lower,
    /// Rates.
    Higher,
}

/// One question and its answer; figures are medians.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What was measured.
    pub row: String,
    /// The unit of every figure in the row.
    pub unit: String,
    /// Which way they improve.
    pub better: Better,
    /// This engine's figure.
    pub ours: f64,
    /// Other implementations' figures, by name.
    pub rivals: BTreeMap<String, f64>,
    /// A hand-written minimum that does the same checks.
    pub floor: Option<f64>,
    /// What is asked of `ours`, in the row's own words.
    pub goal: String,
    /// Whether this run reached it.
    pub met: bool,
}

impl Row {
    /// A cost per operation of each contestant: `ours`, `floor`, and rivals by their names. Nothing is asked yet.
    #[must_use]
    pub fn cost<'n>(row: &str, unit: &str, figures: impl IntoIterator<Item = (&'n str, f64)>) -> Self {
        let mut cost = Self::measured(row, unit, Better::Lower, f64::NAN);
        for (name, figure) in figures {
            match name {
                "ours" => cost.ours = figure,
                "floor" => cost.floor = Some(figure),
                rival => drop(cost.rivals.insert(rival.to_owned(), figure)),
            }
        }
        cost
    }

    /// The same of a rate.
    #[must_use]
    pub fn rate<'n>(row: &str, unit: &str, figures: impl IntoIterator<Item = (&'n str, f64)>) -> Self {
        Self { better: Better::Higher, ..Self::cost(row, unit, figures) }
    }

    /// Asks for a rate.
    #[must_use]
    pub fn at_least(mut self, rate: f64) -> Self {
        self.goal = format!(">= {rate} {}", self.unit);
        self.met = self.ours >= rate;
        self
    }

    /// Asks for a cost, or that no rival comes nearer than this factor.
    #[must_use]
    pub fn at_most_or_times_faster(self, cost: f64, factor: f64) -> Self {
        let mut row = self.times_faster_than_rivals(factor);
        row.goal = format!("<= {cost} {}, or {factor} x the best rival", row.unit);
        row.met = row.ours <= cost || (!row.rivals.is_empty() && row.met);
        row
    }

    /// Asks that no rival comes nearer than this factor.
    #[must_use]
    pub fn times_faster_than_rivals(mut self, factor: f64) -> Self {
        if let Some(best) = self.rivals.values().copied().min_by(f64::total_cmp) {
            self.goal = format!(">= {factor} x the best rival");
            self.met = best >= factor * self.ours;
        }
        self
    }

    /// Asks for at most what another takes.
    #[must_use]
    pub fn no_more_than(mut self, other: &str) -> Self {
        if let Some(limit) = self.rivals.get(other) {
            self.goal = format!("<= {other}");
            self.met = self.ours <= *limit;
        }
        self
    }

    /// Asks for at most this factor of the floor.
    #[must_use]
    pub fn within_floor(mut self, factor: f64) -> Self {
        if let Some(floor) = self.floor {
            self.goal = format!("<= {factor} x floor");
            self.met = self.ours <= factor * floor;
        }
        self
    }

    /// A figure without a floor, of which nothing is asked yet.
    #[must_use]
    pub fn measured(row: &str, unit: &str, better: Better, ours: f64) -> Self {
        Self {
            row: row.to_owned(),
            unit: unit.to_owned(),
            better,
            ours,
            rivals: BTreeMap::new(),
            floor: None,
            goal: "measured".to_owned(),
            met: true,
        }
    }
}

/// The rows of one bench.
#[derive(Clone, Debug)]
pub struct Table {
    name: String,
    rows: Vec<Row>,
}

impl Table {
    /// An empty table of the bench `name`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), rows: Vec::new() }
    }

    /// Adds a row at the end.
    pub fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Prints it for people.
    ///
    /// # Errors
    /// When standard output is closed.
    pub fn print(&self) -> io::Result<()> {
        let width = self.rows.iter().map(|row| row.row.len()).max().unwrap_or_default();
        let mut out = io::stdout().lock();
        writeln!(out, "\n{:width$}  {:>10}  {:>10}  {:>6}  unit  goal", self.name, "ours", "floor", "ratio")?;
        for row in &self.rows {
            let floor = row.floor.map_or_else(|| "-".to_owned(), |floor| format!("{floor:.1}"));
            let ratio = row.floor.map_or_else(|| "-".to_owned(), |floor| format!("{:.2}", row.ours / floor));
            let times = |figure: f64| match row.better {
                Better::Lower => figure / row.ours,
                Better::Higher => row.ours / figure,
            };
            let beside = |(name, figure): (&String, &f64)| {
                format!("  {name} {figure:.*} ({:.1} x)", places(*figure), times(*figure))
            };
            let rivals: String = row.rivals.iter().map(beside).collect();
            let met = if row.met { "met" } else { "NOT MET" };
            writeln!(
                out,
                "{:width$}  {:>10.*}  {floor:>10}  {ratio:>6}  {}  {} {met}{rivals}",
                row.row,
                places(row.ours),
                row.ours,
                row.unit,
                row.goal
            )?;
        }
        Ok(())
    }

    /// Writes it for programs and says where.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn write(&self) -> io::Result<PathBuf> {
        let folder = target_dir().join("bench-tables");
        fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{}.json", self.name));
        fs::write(&path, serde_json::to_string_pretty(&self.rows)? + "\n")?;
        Ok(path)
    }
}

/// Decimal places: two for what is below ten.
const fn places(figure: f64) -> usize {
    if figure < 10.0 { 2 } else { 1 }
}

/// Cargo runs a bench in its package's folder, one below the workspace.
fn target_dir() -> PathBuf {
    if let Some(target) = env::var_os("CARGO_TARGET_DIR") {
        return target.into();
    }
    let package = env::var_os("CARGO_MANIFEST_DIR").map_or_else(PathBuf::new, PathBuf::from);
    package.join("../target")
}

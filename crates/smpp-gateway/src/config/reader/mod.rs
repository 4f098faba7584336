//! The file, key by key: whoever reads a key says what is allowed, and every mistake is noted with its line.
//!
//! A [`Section`] notes which keys were asked for; when it is dropped, every other key in it is a mistake. So no key can be read that
//! is refused as unknown, and none is documented as allowed that nothing reads.

mod entry;
mod section;

use std::cell::RefCell;

use toml::{Spanned, de::DeTable};

pub(super) use self::{entry::Entry, section::Section};
use super::ConfigProblem;

/// The text of a file, and the mistakes found in it so far.
pub(super) struct Document<'t> {
    text: &'t str,
    /// It is no TOML: what is missing may stand in a line that could not be read.
    is_broken: bool,
    problems: RefCell<Vec<ConfigProblem>>,
}

impl<'t> Document<'t> {
    /// Reads what is TOML; the rest is noted.
    pub(super) fn parse(text: &'t str) -> (Self, Spanned<DeTable<'t>>) {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut document = Self { text, is_broken: !errors.is_empty(), problems: RefCell::default() };
        for error in errors {
            let line = document.line(error.span().map_or(0, |span| span.start));
            let shown = text.lines().nth(line - 1).unwrap_or_default().trim();
            let what = error.message().lines().map(str::trim).collect::<Vec<_>>().join(", ");
            let problem = ConfigProblem { line: Some(line), key: format!("`{shown}`:"), what };
            document.problems.get_mut().push(problem);
        }
        (document, table)
    }

    /// Every mistake, the first line first.
    pub(super) fn into_problems(self) -> Vec<ConfigProblem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.line);
        problems
    }

    fn note(&self, line: usize, key: &str, what: String) {
        let mut problems = self.problems.borrow_mut();
        // What could not be read was said already.
        if self.is_broken && problems.iter().any(|problem| problem.line == Some(line)) {
            return;
        }
        problems.push(ConfigProblem { line: Some(line), key: key.to_owned(), what });
    }

    /// The line of an octet, from 1.
    fn line(&self, octet: usize) -> usize {
        self.text.get(..octet).unwrap_or(self.text).matches('\n').count() + 1
    }
}

/// How a refused value is told.
fn refusal(shown: impl std::fmt::Display, allowed: impl std::fmt::Display) -> String {
    format!("is {shown}, allowed is {allowed}")
}

//! What is wrong with a config, one line a mistake.

use std::fmt;

/// Why a config was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file, or what else the text came from.
    pub origin: String,
    /// Everything that is wrong with it, the first line first; at least one.
    pub problems: Vec<ConfigProblem>,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The line, from 1; `None` when it is about the file as a whole.
    pub line: Option<usize>,
    /// The key, such as `limits.window`; the line itself, where that is no TOML.
    pub key: String,
    /// What is wrong with it, and what is allowed.
    pub what: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}{}", self.origin)?;
            match problem.line {
                Some(line) => write!(f, ":{line}: {problem}")?,
                None => write!(f, ": {problem}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.key, self.what)
    }
}

impl std::error::Error for ConfigError {}

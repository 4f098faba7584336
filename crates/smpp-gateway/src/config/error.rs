//! What is wrong with a config, in one line.

use std::fmt;

/// Why a config was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file, or what else the text came from.
    pub origin: String,
    /// What is wrong with it.
    pub problem: ConfigProblem,
}

/// What is wrong with a config.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigProblem {
    /// The file can't be read.
    Unreadable(String),
    /// The text is not TOML, has a key that is unknown, or a value of the wrong type.
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The line itself.
        text: String,
        /// What is wrong with it.
        what: String,
    },
    /// A value is not allowed.
    Value {
        /// The key, such as `limits.window`.
        key: String,
        /// Its value, as far as it may be shown.
        value: String,
        /// What is allowed instead.
        allowed: String,
    },
}

impl ConfigProblem {
    pub(super) fn value(
        key: impl Into<String>,
        value: impl fmt::Display,
        allowed: impl Into<String>,
    ) -> Self {
        Self::Value { key: key.into(), value: value.to_string(), allowed: allowed.into() }
    }

    /// TOML's own errors have several lines and a drawing; this keeps the line number, the line and the reason.
    pub(super) fn from_toml(error: &toml::de::Error, source: &str) -> Self {
        let start = error.span().map_or(0, |span| span.start);
        let line = source.get(..start).unwrap_or_default().matches('\n').count();
        let text = source.lines().nth(line).unwrap_or_default().trim().to_owned();
        let what = error.message().lines().map(str::trim).collect::<Vec<_>>().join(", ");
        // An operator knows no Rust types.
        let what = what
            .replace("expected i64", "expected a whole number")
            .replace("expected f64", "expected a number");
        Self::Syntax { line: line + 1, text, what }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin, self.problem)
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(what) => write!(f, "can't be read: {what}"),
            Self::Syntax { line, text, what } => write!(f, "line {line}: `{text}`: {what}"),
            Self::Value { key, value, allowed } => write!(f, "{key} is {value}, allowed is {allowed}"),
        }
    }
}

impl std::error::Error for ConfigError {}

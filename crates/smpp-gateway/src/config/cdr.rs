//! What the operator's file says of call detail records.

use std::{path::PathBuf, time::Duration};

/// Where records of messages that ended are written, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CdrConfig {
    /// The directory of the files, from `state_dir` on.
    pub directory: PathBuf,
    /// How a line is written.
    pub format: CdrFormat,
    /// A file that has so many octets is finished.
    pub rotate_octets: u64,
    /// A file that is so old is finished.
    pub rotate_after: Duration,
    /// How long finished files are kept; `None`: for ever.
    pub keep: Option<Duration>,
}

/// How a record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CdrFormat {
    /// Comma-separated values (RFC 4180) under a line of names.
    Csv,
    /// One JSON object a line.
    Json,
}

impl Default for CdrConfig {
    fn default() -> Self {
        Self {
            directory: PathBuf::from("cdr"),
            format: CdrFormat::Csv,
            rotate_octets: 100 << 20,
            rotate_after: Duration::from_secs(86_400),
            keep: None,
        }
    }
}

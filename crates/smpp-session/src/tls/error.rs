//! Why TLS could not be set up.

use std::{fmt, path::Path};

/// TLS could not be set up; says what and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsError(pub(super) String);

impl TlsError {
    #[expect(clippy::needless_pass_by_value, reason = "used as a function for map_err")]
    pub(super) fn from_rustls(error: rustls::Error) -> Self {
        Self(error.to_string())
    }

    pub(super) fn about(path: &Path, what: impl fmt::Display) -> Self {
        Self(format!("{}: {what}", path.display()))
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TlsError {}

//! What is kept of an account's password.

use crate::{PasswordHash, Verifier};

/// What is kept of a password, by where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// The gateway made it: as random as eight characters can be, so that a keyed hash is enough, and costs a microsecond.
    Generated(Verifier),
    /// It was imported, and may be easy to guess.
    Imported(PasswordHash),
}

impl From<Verifier> for Credential {
    fn from(verifier: Verifier) -> Self {
        Self::Generated(verifier)
    }
}

impl From<PasswordHash> for Credential {
    fn from(hash: PasswordHash) -> Self {
        Self::Imported(hash)
    }
}

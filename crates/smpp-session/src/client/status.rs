//! Where a supervised client stands.

use super::error::ClientEnd;
use crate::SessionHandle;

/// Where a supervised client stands.
#[derive(Clone, Debug)]
pub(super) enum Status {
    /// It looks for a session.
    Unbound,
    /// It has its nth session.
    Bound(u64, SessionHandle),
    /// It looks no more.
    Ended(ClientEnd),
}

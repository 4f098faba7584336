//! Where accepted messages go: the trait that every carrier is.

use bytes::Bytes;

use crate::Outcome;

/// Carries messages onward and tells how each ended.
///
/// A carrier is made with a callback, to which it gives a [`Final`] for every message it took: once, in any order, in
/// batches, never from within `submit`. A message that has no end when it expires ends as expired.
pub trait Carrier: Send + Sync {
    /// Takes messages; returns at once. A message is submitted only after its store has kept it.
    fn submit(&self, batch: Vec<Carried>);
}

/// A message on its way.
#[derive(Clone, Debug)]
pub struct Carried {
    /// The message inside the gateway.
    pub key: u64,
    /// When it is no longer worth delivering, in seconds since 1970.
    pub expires_at: u64,
    /// The submit_sm as it came; empty for a carrier that does not need it.
    pub pdu: Bytes,
}

/// A message at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Final {
    /// The message inside the gateway.
    pub key: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// When, in seconds since 1970.
    pub done: u64,
}

//! Where accepted messages go, and where messages come from: the trait that every carrier is, and what it tells.

use std::future::Future;

use bytes::Bytes;
use smpp_wire::Frame;

use crate::{Address, Outcome, store::StoreError};

/// Carries messages onward, tells how each ended, and hands over what comes in.
///
/// A carrier is made with [`CarrierEvents`], to which it tells a [`Final`] for every message it took: once, in any order, in
/// batches, never from within `submit`. A message that has no end when it expires ends as expired.
pub trait Carrier: Send + Sync {
    /// Takes messages; returns at once. A message is submitted only after its store has kept it.
    fn submit(&self, batch: Vec<Carried>);
}

/// The gateway, as a carrier sees it.
pub trait CarrierEvents: Send + Sync + 'static {
    /// Messages reached their end.
    fn ended(&self, finals: &[Final]);

    /// Attempts to deliver failed, and others follow.
    fn attempted(&self, attempts: &[Attempt]);

    /// deliver_sm came in, the parts of a long text together. They are kept once this is `Ok`, and may be acknowledged to where they came
    /// from; after an error nothing is kept, and they are offered again.
    fn incoming(&self, frames: Vec<Frame>) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// A message on its way.
#[derive(Clone, Debug)]
pub struct Carried {
    /// The message inside the gateway.
    pub key: u64,
    /// Where it goes.
    pub destination: Address,
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

/// An attempt that failed, though not for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The message inside the gateway.
    pub key: u64,
    /// Why it failed: an internal status code, 0 to -999.
    pub code: i16,
    /// When, in seconds since 1970.
    pub at: u64,
}

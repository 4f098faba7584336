//! Where accepted messages are kept: the trait that every store is.

use smpp_wire::values::{DataCoding, RegisteredDelivery};
use std::{fmt, task::Poll};

use bytes::Bytes;

use crate::Address;

/// Keeps messages from their acceptance to their end. Completion-based: no call waits for a disk or a network.
///
/// Shared by all sessions; every method may be called from any thread.
pub trait Store: Send + Sync + fmt::Debug {
    /// What the store is called in logs and reports.
    fn name(&self) -> &'static str;

    /// True when a message that was answered `Ok` survives a power loss.
    fn is_durable(&self) -> bool;

    /// Takes a batch, as a whole or not at all. `Ready` is its answer, and `token` is then never heard of again;
    /// `Pending` promises exactly one [`Durable`] with `token` later. A client is answered only after an `Ok`.
    fn submit(&self, batch: Batch, token: u64) -> Poll<Result<(), StoreError>>;

    /// Appends the answers that came since the last call, in any order, each once.
    fn poll_durable(&self, out: &mut Vec<Durable>);

    /// Takes messages that reached their end out of the store and appends them, in the order of `keys`. A key that the store
    /// does not hold is skipped, so a message that ends twice is handed out once.
    fn finish(&self, keys: &[u64], out: &mut Vec<NewMessage>);
}

/// Messages that are stored together, such as those of one read.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The messages; their keys come from one [`MessageIds`](crate::MessageIds) and each is submitted once.
    pub messages: Vec<NewMessage>,
}

/// An accepted message: what its receipt and its onward journey need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// The message inside the gateway.
    pub key: u64,
    /// The [`Account::id`](crate::Account) that submitted it.
    pub account: u32,
    /// The session it came from, the first choice for its receipt.
    pub session: u64,
    /// Where it comes from.
    pub source: Address,
    /// Where it goes.
    pub destination: Address,
    /// Whether a receipt is wanted (SMPP v3.4 §5.2.17).
    pub registered_delivery: RegisteredDelivery,
    /// How its text is written (SMPP v3.4 §5.2.19).
    pub data_coding: DataCoding,
    /// When it was accepted, in seconds since 1970.
    pub submitted_at: u64,
    /// The message outside: a lower-case hyphenated UUID.
    pub id: [u8; 36],
    /// The submit_sm as it came; empty when the carrier does not need it.
    pub pdu: Bytes,
}

/// The answer to a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Durable {
    /// The token the batch was submitted with.
    pub token: u64,
    /// Whether it is kept; after an error nothing of the batch is.
    pub result: Result<(), StoreError>,
}

/// Why a batch was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no room; the client may try again later.
    Full,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("the store is full"),
        }
    }
}

impl std::error::Error for StoreError {}

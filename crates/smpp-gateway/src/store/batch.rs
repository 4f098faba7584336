//! What a store takes, and what it gives back.

use std::fmt;

use bytes::Bytes;
use smpp_wire::values::{DataCoding, RegisteredDelivery};
use uuid::Uuid;

use crate::{Address, CallRecord, Final};

/// Changes that are kept together, such as those of one read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// New messages; each key is submitted once.
    pub accepted: Vec<NewMessage>,
    /// Messages that reached their end and whose receipts are to be delivered.
    pub ended: Vec<Final>,
    /// New messages for accounts: each `pdu` is a deliver_sm that is no receipt, `account` who is to get it.
    pub incoming: Vec<NewMessage>,
    /// Incoming messages that got another account: their keys, and whose they are now.
    pub assigned: Vec<(u64, u32)>,
    /// Which of the new messages for accounts are announcements: of these it is noted when they were kept, and acknowledged.
    pub announced: Vec<Announced>,
    /// Messages that nobody needs any more: no receipt is wanted, or it was acknowledged, as was what came in.
    pub gone: Vec<u64>,
    /// What is recorded of those that ended, where that is wanted; a store itself has no use for it.
    pub records: Vec<CallRecord>,
}

impl Batch {
    /// True when it changes nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.accepted.is_empty()
            && self.ended.is_empty()
            && self.incoming.is_empty()
            && self.assigned.is_empty()
            && self.gone.is_empty()
    }

    /// The keys of the messages that are new.
    pub(crate) fn new_keys(&self) -> impl Iterator<Item = u64> {
        self.accepted.iter().chain(&self.incoming).map(|message| message.key)
    }
}

/// An announcement for an account, as the deliver_sm that tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Announced {
    /// Which one.
    pub announcement: i64,
    /// Whom it is told.
    pub account: u32,
    /// The message that it is; the last of them, where it is long.
    pub key: u64,
}

/// A message that was accepted, or came in: what its receipt and its onward journey need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// The message inside the gateway.
    pub key: u64,
    /// The message outside.
    pub id: Uuid,
    /// The [`Account::id`](crate::Account) that submitted it, or that is to get it.
    pub account: u32,
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
    /// When it is no longer worth delivering, in seconds since 1970.
    pub expires_at: u64,
    /// The submit_sm as it came, empty when neither carrier nor store needs it; or the deliver_sm as it will leave.
    pub pdu: Bytes,
}

/// A message as a store holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// As it was accepted, or came in.
    pub message: NewMessage,
    /// What it waits for.
    pub stage: Stage,
}

/// What a message waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// For its end: it has been accepted.
    Accepted,
    /// That its receipt is acknowledged: it ended like this.
    Ended(Final),
    /// That it is acknowledged itself: it came in, for its account.
    Incoming,
}

/// What a store holds when it starts: keys only, since messages stay where they are until they have their turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// The first key that was never handed out.
    pub next_key: u64,
    /// How often the store was started, this time included; a part of the ids of its messages.
    pub epoch: u32,
    /// What hides keys in ids; see [`MessageIds`](crate::MessageIds).
    pub id_secret: [u8; 16],
    /// Messages that have no end yet, in order.
    pub waiting: Vec<u64>,
    /// How many of them each account has.
    pub queued: Vec<(u32, u64)>,
    /// Messages that came in, or whose receipts are not acknowledged, in order, by their accounts.
    pub deliveries: Vec<(u32, Vec<u64>)>,
}

/// The answer to a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The batch as it came.
    pub batch: Batch,
    /// Whether it is kept; after an error nothing of it is.
    pub result: Result<(), StoreError>,
}

/// An answer that took its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Completion {
    /// To a batch.
    Stored(u64, Stored),
    /// To a read.
    Read(u64, Result<Vec<Held>, StoreError>),
}

/// Why a store did not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no room; the client may try again later.
    Full,
    /// The disk failed, or what is on it can't be understood; the log says more.
    Failed,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "the store is full",
            Self::Failed => "the store has failed",
        })
    }
}

impl std::error::Error for StoreError {}

//! What a sink saw.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
};

use parking_lot::Mutex;
use serde::Serialize;
use smpp_wire::CommandStatus;

/// What a sink saw and did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SinkCounts {
    /// Binds that it accepted.
    pub binds: u64,
    /// submit_sm that came.
    pub submits: u64,
    /// Answers, by the specification's name of their status.
    pub answers: BTreeMap<String, u64>,
    /// Answers that were sent a second time.
    pub repeated: u64,
    /// submit_sm that it left unanswered.
    pub silent: u64,
    /// Receipts that it sent, repeated ones included.
    pub receipts: u64,
    /// Receipts that were answered ESME_ROK.
    pub receipts_answered: u64,
    /// Incoming messages that it sent.
    pub incoming: u64,
    /// Incoming messages that were answered ESME_ROK.
    pub incoming_answered: u64,
}

/// Shared by all sessions; each adds what a turn brought.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) binds: AtomicU64,
    pub(super) submits: AtomicU64,
    pub(super) silent: AtomicU64,
    pub(super) repeated: AtomicU64,
    pub(super) receipts: AtomicU64,
    pub(super) receipts_answered: AtomicU64,
    pub(super) incoming: AtomicU64,
    pub(super) incoming_answered: AtomicU64,
    pub(super) answers: Mutex<BTreeMap<CommandStatus, u64>>,
}

impl Counters {
    pub(super) fn read(&self) -> SinkCounts {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let answers = self.answers.lock();
        SinkCounts {
            binds: get(&self.binds),
            submits: get(&self.submits),
            answers: answers.iter().map(|(status, count)| (status.to_string(), *count)).collect(),
            silent: get(&self.silent),
            repeated: get(&self.repeated),
            receipts: get(&self.receipts),
            receipts_answered: get(&self.receipts_answered),
            incoming: get(&self.incoming),
            incoming_answered: get(&self.incoming_answered),
        }
    }
}

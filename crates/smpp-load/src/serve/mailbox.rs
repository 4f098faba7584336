//! What waits for the receivers of one account: receipts of sessions that only send, or that are gone.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Instant,
};

use parking_lot::Mutex;
use smpp_session::SessionHandle;

use super::owed::Owed;

/// What waits for the receivers of one account.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    receipts: Mutex<VecDeque<(Instant, Owed)>>,
    /// How many wait, to be read without the lock.
    waiting: AtomicUsize,
    receivers: Mutex<Vec<Receiver>>,
}

/// A session that can receive.
#[derive(Clone, Debug)]
pub(super) struct Receiver {
    pub(super) number: u64,
    pub(super) handle: SessionHandle,
    /// Incoming messages that it is to send.
    pub(super) incoming: Arc<AtomicU64>,
}

impl Mailbox {
    /// A session of the account can receive from now on; gives when what waits is due.
    pub(super) fn open(&self, receiver: Receiver) -> Vec<Instant> {
        self.receivers.lock().push(receiver);
        self.receipts.lock().iter().map(|(due, _)| *due).collect()
    }

    /// It can no more.
    pub(super) fn close(&self, number: u64) {
        self.receivers.lock().retain(|receiver| receiver.number != number);
    }

    /// Leaves a receipt, and gives who is to be woken for it.
    pub(super) fn leave(&self, due: Instant, owed: Owed) -> Option<SessionHandle> {
        let mut receipts = self.receipts.lock();
        receipts.push_back((due, owed));
        self.waiting.store(receipts.len(), Ordering::Relaxed);
        self.receivers.lock().first().map(|receiver| receiver.handle.clone())
    }

    /// Takes what is due.
    pub(super) fn take(&self, now: Instant, out: &mut VecDeque<(Instant, Owed)>) {
        if self.waiting.load(Ordering::Relaxed) == 0 {
            return;
        }
        let mut receipts = self.receipts.lock();
        for _ in 0..receipts.len() {
            match receipts.pop_front() {
                Some(due) if due.0 <= now => out.push_back(due),
                Some(later) => receipts.push_back(later),
                None => break,
            }
        }
        self.waiting.store(receipts.len(), Ordering::Relaxed);
    }

    /// Those that can receive.
    pub(super) fn receivers(&self) -> Vec<Receiver> {
        self.receivers.lock().clone()
    }
}

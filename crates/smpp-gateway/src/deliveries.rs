//! Receipts on their way to the account that asked for them: kept until a session of the account answers ESME_ROK.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use parking_lot::Mutex;
use smpp_session::SessionHandle;

use crate::{NewMessage, Outcome};

/// A receipt that no client has acknowledged yet.
#[derive(Clone, Debug)]
pub(crate) struct PendingReceipt {
    pub(crate) message: NewMessage,
    pub(crate) outcome: Outcome,
    /// When the message reached its end, in seconds since 1970.
    pub(crate) done: u64,
    /// How often a client refused it.
    pub(crate) refusals: u32,
}

/// The receipts of one account, and the sessions that may take them.
///
/// Sessions pull: each takes as many as its window has room for, so a slow client holds nobody up.
#[derive(Debug, Default)]
pub(crate) struct Deliveries {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    pending: VecDeque<PendingReceipt>,
    receivers: HashMap<u64, SessionHandle>,
}

impl Deliveries {
    /// Adds receipts and wakes the sessions that may take them.
    pub(crate) fn push(&self, receipts: impl IntoIterator<Item = PendingReceipt>) {
        let receivers: Vec<_> = {
            let mut state = self.state.lock();
            state.pending.extend(receipts);
            state.receivers.values().cloned().collect()
        };
        receivers.iter().for_each(SessionHandle::wake);
    }

    /// Takes up to `room` receipts.
    pub(crate) fn pull(&self, room: usize, out: &mut Vec<PendingReceipt>) {
        let mut state = self.state.lock();
        let count = room.min(state.pending.len());
        out.extend(state.pending.drain(..count));
    }

    /// Gives back what a session could not send, in front and without waking anybody: it sends them itself once it has room again.
    pub(crate) fn put_back(&self, receipts: Vec<PendingReceipt>) {
        let mut state = self.state.lock();
        for receipt in receipts.into_iter().rev() {
            state.pending.push_front(receipt);
        }
    }

    /// A client refused this one: it comes back after a pause that doubles with each refusal.
    pub(crate) fn retry(self: &Arc<Self>, mut receipt: PendingReceipt) {
        let pause = FIRST_PAUSE * 2u32.pow(receipt.refusals.min(MAX_DOUBLINGS));
        receipt.refusals += 1;
        let deliveries = Arc::clone(self);
        tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            deliveries.push([receipt]);
        });
    }

    /// A session that may receive has come.
    pub(crate) fn join(&self, session: u64, handle: SessionHandle) {
        self.state.lock().receivers.insert(session, handle);
    }

    /// It has gone.
    pub(crate) fn leave(&self, session: u64) {
        self.state.lock().receivers.remove(&session);
    }

    /// Receipts that wait for a session with room.
    pub(crate) fn pending(&self) -> usize {
        self.state.lock().pending.len()
    }
}

/// The pause before a refused receipt is offered again.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause is a bit over four minutes.
const MAX_DOUBLINGS: u32 = 8;

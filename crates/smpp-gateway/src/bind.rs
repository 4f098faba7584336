//! A bind on its way: from the door to its answer, which may come in a later turn.

use std::sync::Arc;

use parking_lot::Mutex;
use smpp_session::{BindMode, SessionHandle};

use crate::account::{Bid, Judged, Judgement};

/// A bind that is not answered yet.
#[derive(Debug)]
pub(crate) struct Binding {
    pub(crate) bid: Bid,
    /// All seats were taken, and its account's dead sessions were looked for.
    pub(crate) made_room: bool,
    verdict: Arc<Mutex<Option<Judged>>>,
}

impl Binding {
    pub(crate) fn new(bid: Bid) -> Self {
        Self { bid, made_room: false, verdict: Arc::default() }
    }

    pub(crate) const fn mode(&self) -> BindMode {
        self.bid.mode
    }

    /// Gives the verdict where it is known, and sees to it that the session has another turn when it will be.
    pub(crate) fn await_verdict(&self, judgement: Judgement, session: &SessionHandle) -> Option<Judged> {
        match judgement {
            Judgement::Now(verdict) => Some(verdict),
            Judgement::Later(verdict) => {
                let (cell, session) = (Arc::clone(&self.verdict), session.clone());
                tokio::spawn(async move {
                    let verdict = verdict.await;
                    *cell.lock() = Some(verdict);
                    session.wake();
                });
                None
            }
        }
    }

    /// The verdict that has come since.
    pub(crate) fn verdict(&self) -> Option<Judged> {
        self.verdict.lock().take()
    }
}

//! The gateway is about to end: what is new is refused, and whoever has something open is waited for.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
};

use tokio::sync::Notify;

/// How far the end of the gateway has come, and which sessions it still waits for.
#[derive(Debug, Default)]
pub(crate) struct Departure {
    begun: AtomicBool,
    /// The store is closed.
    store_closed: AtomicBool,
    /// Sessions that are bound.
    bound: AtomicUsize,
    /// Those of them that may still have something for the store.
    open: AtomicUsize,
    fewer: Notify,
}

/// A bound session, for as long as this lives.
#[derive(Debug)]
pub(crate) struct Presence {
    departure: Arc<Departure>,
    settled: bool,
}

impl Departure {
    /// From here on messages and binds are refused.
    pub(crate) fn begin(&self) {
        self.begun.store(true, SeqCst);
    }

    pub(crate) fn has_begun(&self) -> bool {
        self.begun.load(SeqCst)
    }

    /// From here on nothing is kept any more.
    pub(crate) fn close_store(&self) {
        self.store_closed.store(true, SeqCst);
    }

    pub(crate) fn is_store_closed(&self) -> bool {
        self.store_closed.load(SeqCst)
    }

    /// A session is bound.
    pub(crate) fn enter(self: &Arc<Self>) -> Presence {
        self.bound.fetch_add(1, SeqCst);
        self.open.fetch_add(1, SeqCst);
        Presence { departure: Arc::clone(self), settled: false }
    }

    /// Waits until no session has anything for the store any more.
    pub(crate) async fn settled(&self) {
        self.none(&self.open).await;
    }

    /// Waits until no session is bound any more.
    pub(crate) async fn gone(&self) {
        self.none(&self.bound).await;
    }

    async fn none(&self, count: &AtomicUsize) {
        loop {
            let fewer = self.fewer.notified();
            if count.load(SeqCst) == 0 {
                return;
            }
            fewer.await;
        }
    }
}

impl Presence {
    /// The session has noticed the end, handed everything over, and no receipt of it is open.
    pub(crate) fn settle(&mut self) {
        if !std::mem::replace(&mut self.settled, true) {
            self.departure.open.fetch_sub(1, SeqCst);
            self.departure.fewer.notify_waiters();
        }
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.settle();
        self.departure.bound.fetch_sub(1, SeqCst);
        self.departure.fewer.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_waits_for_every_session_first_to_settle_and_then_to_go() {
        let departure = Arc::new(Departure::default());
        let (mut one, other) = (departure.enter(), departure.enter());
        one.settle();
        one.settle();
        assert!(timeout(Duration::from_secs(1), departure.settled()).await.is_err());
        drop(other);
        departure.settled().await;
        assert!(timeout(Duration::from_secs(1), departure.gone()).await.is_err());
        let waits = {
            let departure = Arc::clone(&departure);
            tokio::spawn(async move { departure.gone().await })
        };
        tokio::task::yield_now().await;
        drop(one);
        waits.await.unwrap();
    }
}

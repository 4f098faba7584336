//! What nobody took in its time: it is forgotten, whether a client is there or not.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::{sync::Notify, time::timeout};

use super::{Asked, Core};
use crate::{
    delivery::{Delivery, Fate},
    now::seconds,
};

/// Runs as long as the gateway does: looks for what is over now and then, and for owners when it is told to.
pub(super) async fn keep_up(core: Weak<Core>, bell: Arc<Notify>, lifetime: Duration) {
    let look_every = LOOK_EVERY.min(lifetime);
    loop {
        // Whichever comes first.
        let _rung = timeout(look_every, bell.notified()).await;
        let Some(core) = core.upgrade() else { return };
        core.find_owners().await;
        core.look_for_expired();
    }
}

impl Core {
    /// Forgets those of `deliveries` whose time is over; true when there was one.
    pub(crate) fn drop_expired(self: &Arc<Self>, deliveries: &mut Vec<Delivery>) -> bool {
        let now = seconds();
        let is_over = |delivery: &Delivery| delivery.is_over(now, self.delivery_lifetime);
        if !deliveries.iter().any(is_over) {
            return false;
        }
        let over = deliveries.extract_if(.., |delivery| is_over(delivery)).collect();
        self.expired(over);
        true
    }

    fn expired(self: &Arc<Self>, over: Vec<Delivery>) {
        for delivery in &over {
            self.counts.deliveries(delivery.kind(), Fate::Expired, 1);
        }
        self.forget(over.into_iter().map(|delivery| delivery.message.key).collect());
    }

    /// What sessions pull is judged then; this is for accounts that nobody pulls for.
    fn look_for_expired(self: &Arc<Self>) {
        let all: HashMap<_, _> = self.deliveries.lock().clone();
        let now = seconds();
        for (account, deliveries) in all {
            let over = deliveries.take_over(|delivery| delivery.is_over(now, self.delivery_lifetime));
            if !over.is_empty() {
                self.expired(over);
            }
            if let Some(keys) = deliveries.oldest_to_read() {
                self.read(keys.clone(), Asked::ForAccount(account, keys));
            }
        }
    }
}

/// Nobody minds that something is forgotten some seconds late.
const LOOK_EVERY: Duration = Duration::from_secs(10);

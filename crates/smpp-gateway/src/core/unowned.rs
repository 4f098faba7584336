//! What came in for numbers that nobody owns: it waits on the disk for an owner, and is known by its keys.

use std::{
    mem,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::Core;
use crate::{
    delivery::{Delivery, Fate, Kind},
    now::seconds,
    store::{Batch, Held, NewMessage, Stage},
};

/// The account of what nobody owns. No account of a config has this id.
pub(crate) const NOBODY: u32 = 0;

/// Their keys, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Unowned {
    keys: Mutex<Vec<u64>>,
    /// Numbers may have got owners.
    is_changed: AtomicBool,
    bell: Arc<Notify>,
}

impl Unowned {
    /// Adds some that are kept.
    pub(super) fn push(&self, keys: impl IntoIterator<Item = u64>) {
        self.keys.lock().extend(keys);
    }

    /// Says that numbers may have got owners.
    pub(super) fn look_again(&self) {
        self.is_changed.store(true, Ordering::Relaxed);
        self.bell.notify_one();
    }

    pub(super) fn bell(&self) -> Arc<Notify> {
        Arc::clone(&self.bell)
    }

    /// How many there are.
    #[cfg(feature = "admin")]
    pub(super) fn len(&self) -> usize {
        self.keys.lock().len()
    }
}

impl Core {
    /// Gives what waits to those who own its number now, and forgets what nobody wanted in its time: of all that waits where numbers have
    /// got owners, else of the oldest.
    pub(super) async fn find_owners(self: &Arc<Self>) {
        let all = self.unowned.is_changed.swap(false, Ordering::Relaxed);
        let mut keys = mem::take(&mut *self.unowned.keys.lock());
        let mut still = Vec::new();
        while !keys.is_empty() {
            let rest = keys.split_off(READ_AT_ONCE.min(keys.len()));
            let asked = keys.len();
            let mut left = self.find_owners_of(mem::replace(&mut keys, rest)).await;
            let none_left_us = left.len() == asked;
            still.append(&mut left);
            if none_left_us && !all {
                break;
            }
        }
        still.append(&mut keys);
        let mut unowned = self.unowned.keys.lock();
        still.append(&mut unowned);
        *unowned = still;
    }

    /// Gives back the keys of those that still wait.
    async fn find_owners_of(self: &Arc<Self>, keys: Vec<u64>) -> Vec<u64> {
        let Ok(held) = self.held(keys.clone()).await else { return keys };
        let (now, mut still) = (seconds(), Vec::new());
        let (mut assigned, mut gone, mut owned) = (Vec::new(), Vec::new(), Vec::new());
        for Held { message, stage } in held {
            let owner = self.door.accounts.owner_of(message.destination.octets());
            if stage != Stage::Incoming || now >= message.expires_at {
                gone.push(message.key);
            } else if let Some(account) = owner {
                assigned.push((message.key, account));
                owned.push(Delivery::incoming(NewMessage { account, ..message }));
            } else {
                still.push(message.key);
            }
        }
        let expired = gone.len();
        if expired + owned.len() == 0 {
            return still;
        }
        match self.keep(Batch { assigned, gone, ..Batch::default() }, owned).await {
            Ok(()) => {
                self.counts.deliveries(Kind::Incoming, Fate::Expired, expired);
                still
            }
            Err(_) => keys,
        }
    }
}

/// Rows lie side by side: many together cost little more than one.
const READ_AT_ONCE: usize = 1_000;

//! What the gateway counts, beside what the server counts of its sessions.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
};

use parking_lot::Mutex;
use smpp_session::CommandStatus;

/// Counts since the start.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Binds by how they were answered.
    binds: Mutex<BTreeMap<CommandStatus, u64>>,
    /// submit_sm by how they were answered.
    submits: Mutex<BTreeMap<CommandStatus, u64>>,
    /// submit_sm answered ESME_ROK, which are too many to take a lock for each.
    accepted: AtomicU64,
}

impl Counts {
    pub(crate) fn bind(&self, status: CommandStatus) {
        *self.binds.lock().entry(status).or_default() += 1;
    }

    /// Notes answers to so many submit_sm.
    pub(crate) fn submits(&self, status: CommandStatus, count: usize) {
        if status.is_ok() {
            self.accepted.fetch_add(count as u64, Ordering::Relaxed);
        } else {
            *self.submits.lock().entry(status).or_default() += count as u64;
        }
    }

    /// Binds by how they were answered.
    pub(crate) fn all_binds(&self) -> BTreeMap<CommandStatus, u64> {
        self.binds.lock().clone()
    }

    /// submit_sm by how they were answered.
    pub(crate) fn all_submits(&self) -> BTreeMap<CommandStatus, u64> {
        let mut all = self.submits.lock().clone();
        all.insert(CommandStatus::ESME_ROK, self.accepted.load(Ordering::Relaxed));
        all
    }
}

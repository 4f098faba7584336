//! The connections that live now, and what went over those that have ended.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use parking_lot::Mutex;

use super::{counters::Door, unbound::Unbound};
use crate::{Counters, SessionHandle};

/// What the server and all its connections share.
#[derive(Debug)]
pub(super) struct Connections {
    pub(super) unbound: Unbound,
    pub(super) door: Door,
    next: AtomicU64,
    sessions: Mutex<Sessions>,
}

#[derive(Debug, Default)]
struct Sessions {
    live: HashMap<u64, SessionHandle>,
    ended: Counters,
}

/// One connection's entry: gone when it is dropped, however the connection ends.
#[derive(Debug)]
pub(super) struct Entry {
    connections: Arc<Connections>,
    number: u64,
}

impl Connections {
    pub(super) fn new(max_unbound: usize) -> Self {
        let (next, sessions) = (AtomicU64::new(0), Mutex::default());
        Self { unbound: Unbound::new(max_unbound), door: Door::default(), next, sessions }
    }

    /// Enters a new connection, among the unbound.
    pub(super) fn enter(self: &Arc<Self>, peer: SocketAddr) -> Entry {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.unbound.enter(number, peer.ip());
        Entry { connections: Arc::clone(self), number }
    }

    /// The sessions that live now.
    pub(super) fn handles(&self) -> Vec<SessionHandle> {
        self.sessions.lock().live.values().cloned().collect()
    }

    pub(super) fn count(&self) -> usize {
        self.sessions.lock().live.len()
    }

    /// What went over all sessions.
    pub(super) fn counters(&self) -> Counters {
        // Under one lock, so that a session which ends meanwhile is counted once.
        let sessions = self.sessions.lock();
        let mut sum = sessions.ended;
        sessions.live.values().for_each(|session| sum += session.counters());
        sum
    }
}

impl Entry {
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// The connection has a session now.
    pub(super) fn session(&self, handle: SessionHandle) {
        self.connections.sessions.lock().live.insert(self.number, handle);
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.connections.unbound.leave(self.number);
        let sessions = &mut *self.connections.sessions.lock();
        if let Some(session) = sessions.live.remove(&self.number) {
            sessions.ended += session.counters();
        }
    }
}

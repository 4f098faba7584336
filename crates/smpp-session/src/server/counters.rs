//! What happened at a server's door, and on all its sessions.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::Counters;

/// What a server has seen since it began to listen; see [`Server::counters`](super::Server::counters).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerCounters {
    /// Connections accepted.
    pub accepted: u64,
    /// Connections closed at once, because as many live as may.
    pub full: u64,
    /// Connections closed before their bind, to make room for others.
    pub crowded_out: u64,
    /// Connections that were not ready for a bind in time.
    pub too_slow: u64,
    /// Connections without the PROXY header that their address must send, or with a wrong one.
    pub bad_proxy_header: u64,
    /// Connections that sent something else than TLS.
    pub not_tls: u64,
    /// Connections whose TLS handshake failed, or that broke before it.
    pub handshake_failed: u64,
    /// Binds that were accepted.
    pub bound: u64,
    /// What went over the sessions, those that have ended included.
    pub sessions: Counters,
}

/// The same while it is counted: once a connection, so atomics cost nothing.
#[derive(Debug, Default)]
pub(super) struct Door {
    pub(super) accepted: AtomicU64,
    pub(super) full: AtomicU64,
    pub(super) crowded_out: AtomicU64,
    pub(super) too_slow: AtomicU64,
    pub(super) bad_proxy_header: AtomicU64,
    pub(super) not_tls: AtomicU64,
    pub(super) handshake_failed: AtomicU64,
    pub(super) bound: AtomicU64,
}

impl Door {
    pub(super) fn counters(&self, sessions: Counters) -> ServerCounters {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        ServerCounters {
            accepted: read(&self.accepted),
            full: read(&self.full),
            crowded_out: read(&self.crowded_out),
            too_slow: read(&self.too_slow),
            bad_proxy_header: read(&self.bad_proxy_header),
            not_tls: read(&self.not_tls),
            handshake_failed: read(&self.handshake_failed),
            bound: read(&self.bound),
            sessions,
        }
    }
}

pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

//! How long each step on the way to a session may take, and the way out of it.

use std::time::Duration;

/// One deadline a step, so that no step can hang; [`Deadlines::default`] suits a server on another continent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// To find the addresses of a host. Default 5 s.
    pub resolve: Duration,
    /// To connect to one address; the addresses of a host are tried in turn. Default 5 s.
    pub connect: Duration,
    /// For the TLS handshake. Default 10 s.
    pub handshake: Duration,
    /// From the bind to its answer. Default 10 s.
    pub bind: Duration,
    /// To leave in order: for what is in flight to be answered, and unbind to be exchanged. Default 10 s.
    pub unbind: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            resolve: Duration::from_secs(5),
            connect: Duration::from_secs(5),
            handshake: Duration::from_secs(10),
            bind: Duration::from_secs(10),
            unbind: Duration::from_secs(10),
        }
    }
}

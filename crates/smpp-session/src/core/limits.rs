//! All numbers that bound one session.

use std::time::Duration;

/// What one session may hold and how long it may wait; [`Limits::default`] suits an SMSC and its customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests sent and not answered yet (in-flight limit), 1 to 65,535. Default 64.
    pub window: u16,
    /// Requests received and not answered yet; one more is answered ESME_RTHROTTLED. Default 1,000.
    pub inbound_window: u16,
    /// Largest `command_length` once bound, in octets. Default 65,536.
    pub max_pdu: u32,
    /// Largest `command_length` before a bind, in octets. Default 1,024.
    pub max_pdu_before_bind: u32,
    /// Octets of requests that may wait to be written; more are refused with `BufferFull`. Default 256 KiB.
    pub request_buffer: usize,
    /// When to close a connection that does not bind. Default 10 s.
    pub session_init: Duration,
    /// When to send enquire_link to a silent peer. Default 30 s.
    pub enquire_link: Duration,
    /// When a request counts as unanswered; a peer that leaves an enquire_link so long is gone. Default 30 s.
    pub response: Duration,
    /// When to close a session on which nothing but enquire_link moves. `None` (default): never.
    pub inactivity: Option<Duration>,
    /// When to give up on a peer that stalls inside a PDU, or does not read what we write. Default 10 s.
    pub stall: Duration,
    /// When to answer ESME_RSYSERR for an application that does not answer a request. Default 60 s.
    pub handler: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            window: 64,
            inbound_window: 1_000,
            max_pdu: 65_536,
            max_pdu_before_bind: 1_024,
            request_buffer: 256 * 1_024,
            session_init: Duration::from_secs(10),
            enquire_link: Duration::from_secs(30),
            response: Duration::from_secs(30),
            inactivity: None,
            stall: Duration::from_secs(10),
            handler: Duration::from_secs(60),
        }
    }
}

/// Octets of the largest answer that a session writes: a header, a message_id of 65 octets and its NUL.
const LARGEST_ANSWER: usize = 16 + 66;
/// Room for the control PDUs that may wait at once: enquire_link and unbind, each way.
const CONTROL_RESERVE: usize = 1_024;

impl Limits {
    /// Octets that answers and control PDUs may take in the outgoing buffer, beside `request_buffer`.
    #[must_use]
    pub const fn answer_reserve(&self) -> usize {
        self.inbound_window as usize * LARGEST_ANSWER + CONTROL_RESERVE
    }

    /// Octets that may wait to be written before the session stops reading until its peer reads.
    #[must_use]
    pub const fn outgoing_ceiling(&self) -> usize {
        self.request_buffer + self.answer_reserve()
    }
}

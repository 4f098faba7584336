//! All numbers that bound one session.

use std::{task::Waker, time::Duration};

use super::{
    error::SessionError,
    event::Verdict,
    inbound::{Inbound, ReplyTo},
    window::{CONTROL_SLOTS, Window},
};

/// What one session may hold and how long it may wait; [`Limits::default`] suits an SMSC and its customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests sent and not answered yet (in-flight limit), 1 to 65,535. Default 64.
    pub window: u16,
    /// Requests received and not answered yet; one more is answered ESME_RTHROTTLED. At least the peer's window. Default 1,000.
    pub inbound_window: u16,
    /// Largest `command_length` once bound, in octets, either way. Default 65,536.
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

impl Limits {
    /// Octets that answers and control PDUs may take in the outgoing buffer, beside `request_buffer`.
    #[must_use]
    pub const fn answer_reserve(&self) -> usize {
        self.inbound_window as usize * LARGEST_ANSWER + CONTROL_RESERVE
    }

    /// Octets that may wait to be written before the session stops reading until its peer reads.
    ///
    /// A peer whose window is no larger than our `inbound_window` never fills the reserve, so that two ends which fill each other's
    /// buffers with requests still read each other's answers.
    #[must_use]
    pub const fn outgoing_ceiling(&self) -> usize {
        self.request_buffer + self.answer_reserve()
    }

    /// Octets that one session holds at most, whatever its peer and its application do; kilobytes, while both keep up.
    ///
    /// Not counted: what belongs to the connection (sockets, TLS), to the handler, and to the futures and completion queues of the
    /// application.
    #[must_use]
    pub const fn max_session_octets(&self) -> usize {
        let window = self.window as usize + CONTROL_SLOTS as usize;
        let inbound = self.inbound_window as usize;
        // One request and one answer may begin below the ceiling, and all later answers may come at once.
        let outgoing = self.outgoing_ceiling() + self.max_pdu as usize + self.answer_reserve();
        // Driver and handles swap two buffers; one that grew may be twice as long as what it held.
        2 * 2 * outgoing
            + READ_CHUNK
            + self.max_pdu as usize
            + Window::<Option<u64>>::octets(self.window)
            + 2 * window * (size_of::<Waker>() + size_of::<(u64, SessionError)>())
            + Inbound::octets(self.inbound_window)
            + 2 * inbound * size_of::<(ReplyTo, Verdict)>()
            + FIXED
    }
}

/// Octets that one read may bring. Larger reads make larger batches; beyond this they no longer pay.
pub(crate) const READ_CHUNK: usize = 64 * 1024;
/// Octets of the largest answer that a session writes by itself: a header, a message_id of 65 octets and its NUL.
const LARGEST_ANSWER: usize = 16 + 66;
/// Room for the control PDUs that may wait at once: enquire_link and unbind, each way.
const CONTROL_RESERVE: usize = 1_024;
/// The structs themselves, the timer, the first allocation of each list.
const FIXED: usize = 4 * 1_024;

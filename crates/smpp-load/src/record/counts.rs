//! What became of messages: `offered = sent + shed`, and in the end `sent = answered + timed_out + lost`.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// Messages by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Were to be sent; in a closed loop, what was sent.
    pub offered: u64,
    /// Sent to the server.
    pub sent: u64,
    /// Sent within a millisecond of their time.
    pub on_time: u64,
    /// Answered, with whatever status.
    pub answered: u64,
    /// Answered with ESME_ROK.
    pub accepted: u64,
    /// Sent, and unanswered within the time for an answer.
    pub timed_out: u64,
    /// Sent, and unanswered when their connection ended: their fate is unknown.
    pub lost: u64,
    /// Never sent: no room until their deadline.
    pub shed: u64,
}

impl Counts {
    /// Sent, and without an end yet.
    #[must_use]
    pub const fn in_flight(&self) -> u64 {
        self.sent.saturating_sub(self.answered + self.timed_out + self.lost)
    }

    /// What did not end with ESME_ROK, shed ones included.
    #[must_use]
    pub const fn errors(&self) -> u64 {
        self.answered.saturating_sub(self.accepted) + self.timed_out + self.lost + self.shed
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.offered += other.offered;
        self.sent += other.sent;
        self.on_time += other.on_time;
        self.answered += other.answered;
        self.accepted += other.accepted;
        self.timed_out += other.timed_out;
        self.lost += other.lost;
        self.shed += other.shed;
    }
}

//! What went over sessions, in numbers.

use std::ops::AddAssign;

use smpp_wire::{CommandId, CommandStatus};

/// What went over one session, or over several when they are added up.
///
/// The driver owns them as plain integers and publishes them once a turn, so counting costs no lock and no atomic a PDU; what is
/// read may be one turn old.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// PDUs received.
    pub pdus_in: u64,
    /// Octets of PDUs received; under TLS without those of the records.
    pub octets_in: u64,
    /// PDUs written, or about to be.
    pub pdus_out: u64,
    /// Octets of PDUs that the connection took.
    pub octets_out: u64,
    /// Requests received, control PDUs such as enquire_link included.
    pub requests_in: u64,
    /// Requests sent, control PDUs included.
    pub requests_out: u64,
    /// The peer's answers to our requests.
    pub answers_in: Answers,
    /// Our answers to the peer's requests.
    pub answers_out: Answers,
    /// Requests sent that were not answered in time.
    pub expired: u64,
}

/// Answers by the class of their status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answers {
    /// ESME_ROK.
    pub ok: u64,
    /// Try again later: ESME_RTHROTTLED, ESME_RMSGQFUL.
    pub throttled: u64,
    /// Any other status.
    pub refused: u64,
}

impl Counters {
    #[inline]
    pub(super) const fn count_in(&mut self, command_id: CommandId, status: CommandStatus) {
        self.pdus_in += 1;
        if command_id.is_response() {
            self.answers_in.count(status);
        } else {
            self.requests_in += 1;
        }
    }

    #[inline]
    pub(super) const fn count_out(&mut self, command_id: CommandId, status: CommandStatus) {
        self.pdus_out += 1;
        if command_id.is_response() {
            self.answers_out.count(status);
        } else {
            self.requests_out += 1;
        }
    }
}

impl Answers {
    /// All of them.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.ok + self.throttled + self.refused
    }

    #[inline]
    const fn count(&mut self, status: CommandStatus) {
        match status {
            CommandStatus::ESME_ROK => self.ok += 1,
            CommandStatus::ESME_RTHROTTLED | CommandStatus::ESME_RMSGQFUL => self.throttled += 1,
            _ => self.refused += 1,
        }
    }
}

impl AddAssign for Counters {
    fn add_assign(&mut self, other: Self) {
        self.pdus_in += other.pdus_in;
        self.octets_in += other.octets_in;
        self.pdus_out += other.pdus_out;
        self.octets_out += other.octets_out;
        self.requests_in += other.requests_in;
        self.requests_out += other.requests_out;
        self.answers_in += other.answers_in;
        self.answers_out += other.answers_out;
        self.expired += other.expired;
    }
}

impl AddAssign for Answers {
    fn add_assign(&mut self, other: Self) {
        self.ok += other.ok;
        self.throttled += other.throttled;
        self.refused += other.refused;
    }
}

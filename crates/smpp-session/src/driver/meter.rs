//! Counts, and logs where that is wanted, what a driver reads and writes. Outgoing PDUs are counted where they leave, from their own headers: whoever encoded them
//! (core, handles, handler) needs not know.

use smpp_wire::{RawPdu, split_frame};

use super::Counters;
#[cfg(feature = "pdu-log")]
use super::pdu_log::{Direction, log};

/// The counters of one driver.
#[derive(Debug, Default)]
pub(super) struct Meter {
    counters: Counters,
    /// How much of the outgoing buffer is counted: to the end of a PDU.
    seen: usize,
}

impl Meter {
    /// A PDU came in.
    #[inline]
    pub(super) fn received(&mut self, pdu: &RawPdu<'_>) {
        #[cfg(feature = "pdu-log")]
        log(Direction::In, pdu);
        let header = pdu.header();
        self.counters.count_in(header.command_id, header.command_status);
        self.counters.octets_in += pdu.octets().len() as u64;
    }

    /// The outgoing buffer is about to be written: counts the PDUs that joined it since the last time.
    #[inline]
    pub(super) fn outgoing(&mut self, out: &[u8]) {
        while let Ok(Some(pdu)) = split_frame(out.get(self.seen..).unwrap_or_default(), u32::MAX) {
            #[cfg(feature = "pdu-log")]
            log(Direction::Out, &pdu);
            let header = pdu.header();
            self.counters.count_out(header.command_id, header.command_status);
            self.seen += pdu.octets().len();
        }
    }

    /// The connection took so many octets off the front of the outgoing buffer.
    pub(super) const fn written(&mut self, octets: usize) {
        self.counters.octets_out += octets as u64;
        self.seen = self.seen.saturating_sub(octets);
    }

    /// The outgoing buffer was emptied, and not by writing.
    pub(super) const fn emptied(&mut self) {
        self.seen = 0;
    }

    /// A request was not answered in time.
    pub(super) const fn expired(&mut self) {
        self.counters.expired += 1;
    }

    pub(super) const fn counters(&self) -> Counters {
        self.counters
    }
}

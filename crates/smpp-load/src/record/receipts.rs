//! Which receipt belongs to which message: the ids that still miss their receipt, or their answer.

use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    hash::{BuildHasherDefault, Hasher},
};

use serde::{Deserialize, Serialize};

use crate::IdDigest;

/// The message ids of a run that asked for receipts; times are nanoseconds since its start.
///
/// Only an id that misses its other half takes memory, and for a while one that was matched, so that its receipt is known when it
/// comes again.
#[derive(Debug, Default)]
pub(crate) struct Receipts {
    waiting: HashMap<IdDigest, Half, DigestHash>,
    matched: Lately,
    counts: ReceiptCounts,
    /// Matched messages whose receipt was due.
    due_matched: u64,
}

/// What the arrival of a receipt meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// Its message was accepted before, and sent at this time.
    Matched(u64),
    /// Its message was not answered yet: it is kept until then.
    Early,
    /// Its message has a receipt already.
    Duplicate,
    /// Its message is one of the warm-up: neither is counted.
    WarmUp,
}

/// How the receipts of a run add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptCounts {
    /// Accepted messages whose receipt is due: they asked for one whatever becomes of them.
    pub expected: u64,
    /// Receipts that arrived.
    pub received: u64,
    /// Messages whose receipt arrived.
    pub matched: u64,
    /// Receipts of a message that had one.
    pub duplicate: u64,
    /// Messages whose receipt did not arrive.
    pub missing: u64,
    /// Receipts that belong to no message that was accepted.
    pub unknown: u64,
    /// Intermediate notifications; they are no receipts.
    #[serde(default)]
    pub intermediate: u64,
}

#[derive(Clone, Copy, Debug)]
enum Half {
    /// Accepted.
    Message { sent: u64, due: bool },
    /// Accepted during the warm-up.
    WarmUp,
    /// A receipt that came at this time.
    Receipt(u64),
}

impl Receipts {
    /// A message that was sent at `sent` was accepted under this id; gives when its receipt came, if it is here already. One that is not
    /// `due` may come or not.
    pub(crate) fn accepted(&mut self, id: IdDigest, sent: u64, due: bool) -> Option<u64> {
        self.counts.expected += u64::from(due);
        match self.waiting.entry(id) {
            Entry::Occupied(entry) => match *entry.get() {
                Half::Receipt(arrived) => {
                    entry.remove();
                    self.counts.matched += 1;
                    self.due_matched += u64::from(due);
                    self.matched.insert(id);
                    Some(arrived)
                }
                // The server gave one id to two messages: one receipt can't be both of theirs, so the second one stays missing.
                Half::Message { .. } | Half::WarmUp => None,
            },
            Entry::Vacant(entry) => {
                entry.insert(Half::Message { sent, due });
                None
            }
        }
    }

    /// A message of the warm-up was accepted under this id: its receipt is not counted, nor missed.
    pub(crate) fn warmed_up(&mut self, id: IdDigest) {
        if let Some(Half::Receipt(_)) = self.waiting.insert(id, Half::WarmUp) {
            self.waiting.remove(&id);
            self.counts.received -= 1;
        }
    }

    /// A receipt with this id arrived at `at`.
    pub(crate) fn arrived(&mut self, id: IdDigest, at: u64) -> Arrival {
        self.counts.received += 1;
        match self.waiting.entry(id) {
            Entry::Occupied(entry) => {
                let (sent, due) = match *entry.get() {
                    Half::Message { sent, due } => (sent, due),
                    Half::WarmUp => {
                        entry.remove();
                        self.counts.received -= 1;
                        return Arrival::WarmUp;
                    }
                    Half::Receipt(_) => {
                        self.counts.duplicate += 1;
                        return Arrival::Duplicate;
                    }
                };
                entry.remove();
                self.counts.matched += 1;
                self.due_matched += u64::from(due);
                self.matched.insert(id);
                Arrival::Matched(sent)
            }
            Entry::Vacant(_) if self.matched.contains(id) => {
                self.counts.duplicate += 1;
                Arrival::Duplicate
            }
            Entry::Vacant(entry) => {
                entry.insert(Half::Receipt(at));
                Arrival::Early
            }
        }
    }

    /// A receipt arrived that names no message.
    pub(crate) const fn arrived_without_id(&mut self) {
        self.counts.received += 1;
    }

    /// So many intermediate notifications arrived.
    pub(crate) const fn notified(&mut self, count: u64) {
        self.counts.intermediate += count;
    }

    /// Receipts still to come.
    pub(crate) const fn outstanding(&self) -> u64 {
        self.counts.expected - self.due_matched
    }

    /// The counts so far; what is early now is unknown until its answer comes.
    pub(crate) const fn counts(&self) -> ReceiptCounts {
        let ReceiptCounts { received, matched, duplicate, .. } = self.counts;
        ReceiptCounts { missing: self.outstanding(), unknown: received - matched - duplicate, ..self.counts }
    }
}

/// The ids of the last matches: two sets, and the older one goes when the newer one is full.
#[derive(Debug, Default)]
struct Lately {
    newer: HashSet<IdDigest, DigestHash>,
    older: HashSet<IdDigest, DigestHash>,
}

impl Lately {
    fn insert(&mut self, id: IdDigest) {
        if self.newer.len() == LATELY {
            std::mem::swap(&mut self.newer, &mut self.older);
            self.newer.clear();
        }
        self.newer.insert(id);
    }

    fn contains(&self, id: IdDigest) -> bool {
        self.newer.contains(&id) || self.older.contains(&id)
    }
}

/// Digests are even already: their low half is their hash.
type DigestHash = BuildHasherDefault<LowHalf>;

#[derive(Debug, Default)]
struct LowHalf(u64);

impl Hasher for LowHalf {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, octets: &[u8]) {
        self.0 = octets.first_chunk().copied().map_or(0, u64::from_le_bytes);
    }

    fn write_u128(&mut self, digest: u128) {
        let [low @ .., _, _, _, _, _, _, _, _] = digest.to_le_bytes();
        self.0 = u64::from_le_bytes(low);
    }
}

/// Matches that are remembered, once or twice as many; 16 octets each, and about as much for the table.
const LATELY: usize = 400_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u64) -> IdDigest {
        IdDigest::of(&number.to_le_bytes())
    }

    #[test]
    fn a_receipt_after_its_answer_matches_and_takes_no_place_among_the_waiting() {
        let mut receipts = Receipts::default();
        assert_eq!(receipts.accepted(id(1), 5, true), None);
        assert_eq!((receipts.outstanding(), receipts.arrived(id(1), 9)), (1, Arrival::Matched(5)));
        assert!(receipts.waiting.is_empty());
        let expected = ReceiptCounts { expected: 1, received: 1, matched: 1, ..ReceiptCounts::default() };
        assert_eq!(receipts.counts(), expected);
    }

    #[test]
    fn a_receipt_before_its_answer_is_kept_and_matches_once() {
        let mut receipts = Receipts::default();
        assert_eq!(receipts.arrived(id(7), 3), Arrival::Early);
        assert_eq!(receipts.counts().unknown, 1);
        assert_eq!(receipts.arrived(id(7), 4), Arrival::Duplicate);
        assert_eq!(receipts.accepted(id(7), 1, true), Some(3));
        let counts = receipts.counts();
        assert_eq!((counts.matched, counts.duplicate, counts.missing, counts.unknown), (1, 1, 0, 0));
    }

    #[test]
    fn a_receipt_that_comes_again_is_a_duplicate_and_a_foreign_one_is_unknown() {
        let mut receipts = Receipts::default();
        receipts.accepted(id(1), 0, true);
        assert_eq!(receipts.arrived(id(1), 1), Arrival::Matched(0));
        assert_eq!(receipts.arrived(id(1), 2), Arrival::Duplicate);
        assert_eq!(receipts.arrived(id(2), 3), Arrival::Early);
        receipts.arrived_without_id();
        let counts = receipts.counts();
        assert_eq!((counts.received, counts.duplicate, counts.unknown), (4, 1, 2));
    }

    #[test]
    fn a_receipt_that_is_not_due_may_come_or_not() {
        let mut receipts = Receipts::default();
        receipts.accepted(id(1), 0, false);
        receipts.accepted(id(2), 0, false);
        receipts.accepted(id(3), 0, true);
        assert_eq!(receipts.arrived(id(1), 1), Arrival::Matched(0));
        let counts = receipts.counts();
        assert_eq!((counts.expected, counts.matched, counts.missing), (1, 1, 1));
    }

    #[test]
    fn receipts_of_the_warm_up_are_neither_counted_nor_missed_whenever_they_come() {
        let mut receipts = Receipts::default();
        receipts.warmed_up(id(1));
        assert_eq!(receipts.arrived(id(1), 1), Arrival::WarmUp);
        assert_eq!(receipts.arrived(id(2), 1), Arrival::Early);
        receipts.warmed_up(id(2));
        assert!(receipts.waiting.is_empty());
        receipts.warmed_up(id(3));
        assert_eq!(receipts.counts(), ReceiptCounts::default());
    }

    #[test]
    fn one_id_for_two_messages_leaves_one_receipt_missing() {
        let mut receipts = Receipts::default();
        receipts.accepted(id(7), 0, true);
        receipts.accepted(id(7), 1, true);
        assert_eq!(receipts.arrived(id(7), 2), Arrival::Matched(0));
        assert_eq!(receipts.counts().missing, 1);
    }

    #[test]
    fn what_is_remembered_of_matches_is_bounded() {
        let mut lately = Lately::default();
        for number in 0..3 * LATELY as u64 {
            lately.insert(id(number));
        }
        assert!(lately.newer.len() + lately.older.len() <= 2 * LATELY);
        assert!(lately.contains(id(3 * LATELY as u64 - 1)) && !lately.contains(id(0)));
    }
}

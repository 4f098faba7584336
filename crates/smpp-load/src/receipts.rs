//! Which receipt belongs to which message: the ids that still miss their receipt, or their answer.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::Serialize;
use smpp_wire::{Tag, Tlvs};

/// The message ids of a run that asked for receipts. Only an id that misses its other half takes memory, so a receipt
/// that comes again after its match looks like an early one, and ends as unmatched.
#[derive(Debug, Default)]
pub struct Receipts {
    waiting: HashMap<Key, Missing>,
    counts: ReceiptCounts,
}

/// What the arrival of a receipt meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It belongs to a message that was answered before.
    Matched,
    /// Its message was not answered yet: it is kept until then.
    Early,
    /// The same receipt is kept already.
    Duplicate,
}

/// How the receipts of a run add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReceiptCounts {
    /// Accepted messages that asked for a receipt.
    pub asked: u64,
    /// Receipts that arrived.
    pub received: u64,
    /// Messages whose receipt arrived.
    pub matched: u64,
    /// Receipts that belong to no message of this run, or came again.
    pub unmatched: u64,
}

impl Receipts {
    /// A message that asked for a receipt was accepted under this id; true when its receipt is here already.
    pub fn expect(&mut self, id: &[u8]) -> bool {
        self.counts.asked += 1;
        match self.waiting.entry(Key::of(id)) {
            Entry::Occupied(entry) if *entry.get() == Missing::Answer => {
                entry.remove();
                self.counts.matched += 1;
                true
            }
            // The server gave one id to two messages: one receipt can't be both of theirs, so the second one stays missing.
            Entry::Occupied(_) => false,
            Entry::Vacant(entry) => {
                entry.insert(Missing::Receipt);
                false
            }
        }
    }

    /// A receipt with this id arrived.
    pub fn arrived(&mut self, id: &[u8]) -> Arrival {
        self.counts.received += 1;
        match self.waiting.entry(Key::of(id)) {
            Entry::Occupied(entry) if *entry.get() == Missing::Receipt => {
                entry.remove();
                self.counts.matched += 1;
                Arrival::Matched
            }
            Entry::Occupied(_) => Arrival::Duplicate,
            Entry::Vacant(entry) => {
                entry.insert(Missing::Answer);
                Arrival::Early
            }
        }
    }

    /// A receipt arrived that names no message.
    pub const fn arrived_without_id(&mut self) {
        self.counts.received += 1;
    }

    /// Receipts still to come.
    #[must_use]
    pub const fn outstanding(&self) -> u64 {
        self.counts.asked - self.counts.matched
    }

    /// The counts so far; what is early now is unmatched until its answer comes.
    #[must_use]
    pub const fn counts(&self) -> ReceiptCounts {
        ReceiptCounts { unmatched: self.counts.received - self.counts.matched, ..self.counts }
    }
}

/// The message id that a receipt names: the TLV receipted_message_id, else the word `id:` of its text (SMPP v3.4 appendix B).
#[must_use]
pub fn receipt_id<'a>(text: &'a [u8], tlvs: Tlvs<'a>) -> Option<&'a [u8]> {
    let by_tlv = tlvs.get(Tag::RECEIPTED_MESSAGE_ID).map(|value| value.strip_suffix(&[0]).unwrap_or(value));
    by_tlv.filter(|id| !id.is_empty()).or_else(|| id_word(text))
}

fn id_word(text: &[u8]) -> Option<&[u8]> {
    let mut words = text.split(|octet| octet.is_ascii_whitespace() || *octet == 0);
    words.find_map(|word| {
        let (label, id) = word.split_at_checked(ID_LABEL.len())?;
        (label.eq_ignore_ascii_case(ID_LABEL) && !id.is_empty()).then_some(id)
    })
}

const ID_LABEL: &[u8] = b"id:";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing {
    Answer,
    Receipt,
}

#[derive(Debug, PartialEq, Eq, Hash)]
enum Key {
    Uuid(u128),
    Other(Box<[u8]>),
}

impl Key {
    fn of(id: &[u8]) -> Self {
        packed_uuid(id).map_or_else(|| Self::Other(id.into()), Self::Uuid)
    }
}

/// A UUID in its canonical form as a number. Capital digits are not packed: two ids must never become one key.
fn packed_uuid(id: &[u8]) -> Option<u128> {
    let id: &[u8; 36] = id.try_into().ok()?;
    let mut packed = 0;
    for (at, octet) in id.iter().enumerate() {
        match (at, octet) {
            (8 | 13 | 18 | 23, b'-') => {}
            (8 | 13 | 18 | 23, _) => return None,
            (_, b'0'..=b'9') => packed = packed << 4 | u128::from(octet - b'0'),
            (_, b'a'..=b'f') => packed = packed << 4 | u128::from(octet - b'a' + 10),
            _ => return None,
        }
    }
    Some(packed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &[u8] = b"01890a5d-ac96-774b-bcce-b302099a8057";

    #[test]
    fn a_receipt_after_its_answer_matches_and_takes_no_more_memory() {
        let mut receipts = Receipts::default();
        assert!(!receipts.expect(UUID));
        assert_eq!((receipts.outstanding(), receipts.arrived(UUID)), (1, Arrival::Matched));
        assert!(receipts.waiting.is_empty());
        assert_eq!(receipts.counts(), ReceiptCounts { asked: 1, received: 1, matched: 1, unmatched: 0 });
    }

    #[test]
    fn a_receipt_before_its_answer_is_kept_and_matches_once() {
        let mut receipts = Receipts::default();
        assert_eq!(receipts.arrived(b"7"), Arrival::Early);
        assert_eq!(receipts.arrived(b"7"), Arrival::Duplicate);
        assert!(receipts.expect(b"7"));
        assert!(receipts.waiting.is_empty());
        assert_eq!(receipts.counts(), ReceiptCounts { asked: 1, received: 2, matched: 1, unmatched: 1 });
    }

    #[test]
    fn one_id_for_two_messages_leaves_one_receipt_missing() {
        let mut receipts = Receipts::default();
        receipts.expect(b"7");
        receipts.expect(b"7");
        assert_eq!(receipts.arrived(b"7"), Arrival::Matched);
        assert_eq!(receipts.outstanding(), 1);
    }

    #[test]
    fn receipts_of_other_runs_are_unmatched() {
        let mut receipts = Receipts::default();
        receipts.arrived(b"foreign");
        receipts.arrived_without_id();
        assert_eq!(
            receipts.counts(),
            ReceiptCounts { received: 2, unmatched: 2, ..ReceiptCounts::default() }
        );
    }

    #[test]
    fn only_a_canonical_uuid_is_packed() {
        assert_eq!(packed_uuid(UUID), Some(0x0189_0a5d_ac96_774b_bcce_b302_099a_8057));
        assert_eq!(packed_uuid(&UUID.to_ascii_uppercase()), None);
        assert_eq!(packed_uuid(b"01890a5dac96774bbcceb302099a8057"), None);
        assert_eq!(packed_uuid(b"01890a5d-ac96-774b-bcceb-302099a8057"), None);
        assert_eq!(packed_uuid(b"01890a5d-ac96-774b-bcce-b302099a80g7"), None);
    }

    #[test]
    fn the_tlv_names_the_message_before_the_text_does() {
        let tlvs = Tlvs::parse(&[0x00, 0x1E, 0, 3, b'4', b'2', 0]).unwrap();
        assert_eq!(receipt_id(b"id:7 sub:001", tlvs), Some(&b"42"[..]));
        let empty = Tlvs::parse(&[0x00, 0x1E, 0, 1, 0]).unwrap();
        assert_eq!(receipt_id(b"id:7 sub:001", empty), Some(&b"7"[..]));
    }

    #[test]
    fn the_word_id_is_found_in_any_case_and_only_as_a_word() {
        let cases: [(&[u8], Option<&[u8]>); 6] = [
            (b"id:7 sub:001", Some(b"7")),
            (b"sub:001 ID:a-b", Some(b"a-b")),
            (b"msgid:7 Id:8\0", Some(b"8")),
            (b"msgid:7", None),
            (b"id: sub:001", None),
            (b"", None),
        ];
        for (text, id) in cases {
            assert_eq!(receipt_id(text, Tlvs::default()), id);
        }
    }
}

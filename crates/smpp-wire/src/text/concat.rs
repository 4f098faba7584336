//! Which part of which long message: what a user data header or the SAR TLVs say of a segment.

use crate::{Buffer, EncodeError, Tag, TlvBuf};

/// What the parts of one long message have in common, and how it is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reference {
    /// User data header element 0x00.
    Udh8(u8),
    /// User data header element 0x08.
    Udh16(u16),
    /// The TLV `sar_msg_ref_num`.
    Sar(u16),
}

/// One part of a long message. Its number is in `1..=total`, always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Concat {
    reference: Reference,
    total: u8,
    number: u8,
}

impl Concat {
    /// Part `number` of `total`, both counted from 1. Anything else is no part: such a message stands alone
    /// (3GPP TS 23.040 §9.2.3.24.1).
    #[must_use]
    pub const fn new(reference: Reference, total: u8, number: u8) -> Option<Self> {
        if number == 0 || number > total {
            return None;
        }
        Some(Self { reference, total, number })
    }

    /// The values of `sar_msg_ref_num`, `sar_total_segments` and `sar_segment_seqnum`; they mean something only
    /// when all three are there (SMPP v3.4 §5.3.2.22 to §5.3.2.24).
    #[must_use]
    pub const fn from_sar(reference: Option<u16>, total: Option<u8>, number: Option<u8>) -> Option<Self> {
        match (reference, total, number) {
            (Some(reference), Some(total), Some(number)) => {
                Self::new(Reference::Sar(reference), total, number)
            }
            _ => None,
        }
    }

    /// What the parts have in common.
    #[must_use]
    pub const fn reference(self) -> Reference {
        self.reference
    }

    /// How many parts there are, at least 1.
    #[must_use]
    pub const fn total(self) -> u8 {
        self.total
    }

    /// Which part this is, from 1.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.number
    }

    /// Is it said in a user data header?
    #[must_use]
    pub const fn is_udh(self) -> bool {
        matches!(self.reference, Reference::Udh8(_) | Reference::Udh16(_))
    }
}

impl<B: Buffer + AsRef<[u8]>> TlvBuf<B> {
    /// Adds the three SAR TLVs of a part; of a reference from a header too, which they carry as well.
    ///
    /// # Errors
    /// When the buffer is full: those before it were added.
    pub fn push_sar(&mut self, part: Concat) -> Result<&mut Self, EncodeError> {
        let reference = match part.reference {
            Reference::Udh8(reference) => reference.into(),
            Reference::Udh16(reference) | Reference::Sar(reference) => reference,
        };
        self.push_int2(Tag::SAR_MSG_REF_NUM, reference)?
            .push_int1(Tag::SAR_TOTAL_SEGMENTS, part.total)?
            .push_int1(Tag::SAR_SEGMENT_SEQNUM, part.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_without_a_place_in_its_message_is_none() {
        for (total, number) in [(0, 0), (0, 1), (2, 0), (2, 3)] {
            assert_eq!(Concat::new(Reference::Udh8(1), total, number), None, "{number} of {total}");
        }
    }

    #[test]
    fn two_of_the_three_sar_tlvs_mean_nothing() {
        assert_eq!(Concat::from_sar(Some(1), Some(2), None), None);
        assert_eq!(Concat::from_sar(Some(1), Some(2), Some(1)), Concat::new(Reference::Sar(1), 2, 1));
    }
}

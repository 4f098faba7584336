//! TLVs (SMPP v3.4 §3.2.4): checked for shape once, iterated lazily, in PDU order, unknown ones kept.

use crate::{Field, PduError, PduErrorKind, Tag, leaf};

/// One TLV; the value is not interpreted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// Which parameter it is.
    pub tag: Tag,
    /// Its octets, 0 to 65,535.
    pub value: &'a [u8],
}

/// The TLVs of a PDU: octets whose shape is known to be right.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Tlvs<'a> {
    octets: &'a [u8],
}

impl<'a> Tlvs<'a> {
    /// None.
    pub const EMPTY: Self = Self { octets: &[] };

    /// Checks that the octets are whole TLVs.
    ///
    /// # Errors
    /// When a header is cut or a value runs past the end; the offset is counted from the start of `octets`.
    pub fn parse(octets: &'a [u8]) -> Result<Self, PduError> {
        let mut rest = octets;
        while !rest.is_empty() {
            match one(rest) {
                Ok((after, _)) => rest = after,
                Err(kind) => {
                    return Err(PduError::new(kind, Field::Tlvs, octets.len() - rest.len()));
                }
            }
        }
        Ok(Self { octets })
    }

    /// Of octets that were made by us.
    #[inline]
    pub(crate) const fn of_right_shape(octets: &'a [u8]) -> Self {
        Self { octets }
    }

    /// The TLVs in PDU order.
    #[must_use]
    pub const fn iter(&self) -> TlvIter<'a> {
        TlvIter { rest: self.octets }
    }

    /// The value of the first TLV with this tag.
    #[must_use]
    pub fn get(&self, tag: Tag) -> Option<&'a [u8]> {
        self.iter().find(|tlv| tlv.tag == tag).map(|tlv| tlv.value)
    }

    /// The TLVs as they stand in the PDU.
    #[must_use]
    pub const fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// True when there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.octets.is_empty()
    }
}

impl<'a> IntoIterator for Tlvs<'a> {
    type Item = Tlv<'a>;
    type IntoIter = TlvIter<'a>;

    fn into_iter(self) -> TlvIter<'a> {
        self.iter()
    }
}

/// Iterates over [`Tlvs`].
#[derive(Clone, Debug)]
pub struct TlvIter<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for TlvIter<'a> {
    type Item = Tlv<'a>;

    fn next(&mut self) -> Option<Tlv<'a>> {
        let (rest, tlv) = one(self.rest).ok()?;
        self.rest = rest;
        Some(tlv)
    }
}

#[inline]
fn one(input: &[u8]) -> Result<(&[u8], Tlv<'_>), PduErrorKind> {
    let cut = |_| PduErrorKind::TlvHeaderCut;
    let (rest, tag) = leaf::int2(input).map_err(cut)?;
    let (rest, length) = leaf::int2(rest).map_err(cut)?;
    let (rest, value) =
        leaf::octet_string(rest, usize::from(length)).map_err(|_| PduErrorKind::TlvPastEnd)?;
    Ok((rest, Tlv { tag: Tag(tag), value }))
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn tlvs_come_in_order_and_unknown_ones_are_kept() {
        let tlvs = Tlvs::parse(&[0x14, 0, 0, 1, 7, 0x04, 0x24, 0, 0]).unwrap();
        let tags: Vec<_> = tlvs.iter().map(|tlv| (tlv.tag.0, tlv.value.len())).collect();
        assert_eq!(tags, [(0x1400, 1), (0x0424, 0)]);
        assert_eq!(tlvs.get(Tag(0x1400)), Some(&[7][..]));
    }

    #[test]
    fn a_bad_tlv_is_named_by_its_offset() {
        let error = Tlvs::parse(&[0x14, 0, 0, 1, 7, 0x04]).unwrap_err();
        assert_eq!((error.kind, error.offset), (PduErrorKind::TlvHeaderCut, 5));
        let error = Tlvs::parse(&[0x14, 0, 0, 2, 7]).unwrap_err();
        assert_eq!((error.kind, error.offset), (PduErrorKind::TlvPastEnd, 0));
    }
}

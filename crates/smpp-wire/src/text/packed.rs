//! GSM 03.38 packed: eight septets in seven octets, as the radio side and a few SMSCs have it (3GPP TS 23.038 §6.1.2).
//!
//! Septet `i` occupies the bits `7i..7i+6` of a little-endian bit stream. Behind a user data header, fill bits
//! bring the first septet to a multiple of seven bits.

use super::room::append;
use super::{TextError, TextErrorKind};
use crate::Buffer;

/// What the last seven spare bits hold, when there are as many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Padding {
    /// Zeros, as in a short message: the number of septets must be known to read it back.
    #[default]
    Zero,
    /// A carriage return, as in USSD, which a reader drops. A text that itself ends there with one gets a second.
    CarriageReturn,
}

/// The fill bits behind a user data header of `udh_octets` (its length octet included), 0 to 6.
#[must_use]
pub const fn fill_bits(udh_octets: usize) -> u8 {
    match udh_octets % 7 {
        0 => 0,
        1 => 6,
        2 => 5,
        3 => 4,
        4 => 3,
        5 => 2,
        _ => 1,
    }
}

/// The octets that `septets` take behind `fill_bits`.
#[must_use]
pub const fn packed_len(septets: usize, fill_bits: u8) -> usize {
    (septets * 7 + fill_bits as usize).div_ceil(8)
}

/// The most septets that `octets` can hold behind `fill_bits`.
#[must_use]
pub const fn septets_in(octets: usize, fill_bits: u8) -> usize {
    (octets * 8).saturating_sub(fill_bits as usize) / 7
}

/// Appends unpacked septets packed, and returns the number of octets. More than 6 `fill_bits` count as 6.
///
/// # Errors
/// An octet above 0x7F is no septet; no room. Nothing was written then.
pub fn pack(
    septets: &[u8],
    fill_bits: u8,
    padding: Padding,
    out: &mut impl Buffer,
) -> Result<usize, TextError> {
    if let Some(offset) = septets.iter().position(|octet| *octet > 0x7F) {
        return Err(TextError::new(TextErrorKind::InvalidOctet, offset));
    }
    let fill = fill_bits.min(6);
    let pad = padding == Padding::CarriageReturn && needs_return(septets, fill);
    let pad: &[u8] = if pad { &[CARRIAGE_RETURN] } else { &[] };
    let len = packed_len(septets.len() + pad.len(), fill);
    append(out, len, |room| {
        let (mut bits, mut count) = (0u16, u32::from(fill));
        for septet in septets.iter().chain(pad) {
            bits |= u16::from(*septet) << count;
            count += 7;
            if count >= 8 {
                let [octet, rest] = bits.to_le_bytes();
                room.put(&[octet]);
                bits = u16::from(rest);
                count -= 8;
            }
        }
        let [last, _] = bits.to_le_bytes();
        room.put(if count > 0 { core::slice::from_ref(&last) } else { &[] });
    })
}

/// Seven bits would be left over, or the text ends on an octet with what a reader takes for padding.
fn needs_return(septets: &[u8], fill: u8) -> bool {
    let bits = septets.len() * 7 + usize::from(fill);
    bits % 8 == 1 || (bits.is_multiple_of(8) && septets.last() == Some(&CARRIAGE_RETURN))
}

/// The first `count` septets of packed octets, or as many as there are.
#[must_use]
pub fn unpack(packed: &[u8], fill_bits: u8, count: usize) -> Unpack<'_> {
    let fill = fill_bits.min(6);
    let left = count.min(septets_in(packed.len(), fill));
    let mut unpack = Unpack { rest: packed, bits: 0, count: 0, left };
    unpack.fetch();
    unpack.bits >>= fill;
    unpack.count = unpack.count.saturating_sub(u32::from(fill));
    unpack
}

/// All septets of packed octets whose number is not known, without a carriage return that pads them.
#[must_use]
pub fn unpack_padded(packed: &[u8], fill_bits: u8) -> Unpack<'_> {
    let fill = fill_bits.min(6);
    let all = septets_in(packed.len(), fill);
    let whole = all * 7 + usize::from(fill) == packed.len() * 8;
    let padded = whole && packed.last().is_some_and(|octet| octet >> 1 == CARRIAGE_RETURN);
    unpack(packed, fill, all - usize::from(padded))
}

/// The septets of packed octets.
#[derive(Clone, Debug)]
pub struct Unpack<'a> {
    rest: &'a [u8],
    bits: u16,
    count: u32,
    left: usize,
}

impl Unpack<'_> {
    fn fetch(&mut self) {
        if let Some((octet, rest)) = self.rest.split_first() {
            self.bits |= u16::from(*octet) << self.count;
            self.count += 8;
            self.rest = rest;
        }
    }
}

impl Iterator for Unpack<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        self.left = self.left.checked_sub(1)?;
        if self.count < 7 {
            self.fetch();
        }
        let [octet, _] = self.bits.to_le_bytes();
        self.bits >>= 7;
        self.count = self.count.saturating_sub(7);
        Some(octet & 0x7F)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Unpack<'_> {}

const CARRIAGE_RETURN: u8 = 0x0D;

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;

    fn packed(septets: &[u8], padding: Padding) -> Vec<u8> {
        let mut out = Vec::new();
        pack(septets, 0, padding, &mut out).unwrap();
        out
    }

    #[test]
    fn seven_spare_bits_are_a_carriage_return_that_the_reader_drops() {
        let octets = packed(b"1234567", Padding::CarriageReturn);
        assert_eq!(octets.last().unwrap() >> 1, CARRIAGE_RETURN);
        assert!(unpack_padded(&octets, 0).eq(*b"1234567"));
        assert!(unpack(&packed(b"1234567", Padding::Zero), 0, 7).eq(*b"1234567"));
    }

    #[test]
    fn a_text_that_ends_on_an_octet_with_a_carriage_return_keeps_it() {
        let octets = packed(b"1234567\r", Padding::CarriageReturn);
        assert!(unpack_padded(&octets, 0).eq(*b"1234567\r\r"));
    }

    #[test]
    fn an_octet_above_0x7f_is_not_packed() {
        let error = pack(b"ab\x80", 0, Padding::Zero, &mut Vec::new()).unwrap_err();
        assert_eq!(error, TextError::new(TextErrorKind::InvalidOctet, 2));
    }

    #[test]
    fn fill_bits_bring_the_text_to_a_septet() {
        for udh_octets in 0..140 {
            assert_eq!((udh_octets * 8 + usize::from(fill_bits(udh_octets))) % 7, 0, "{udh_octets}");
        }
    }
}

//! The nom 8 leaf parsers that every PDU is composed of.
//!
//! Plain `fn(&[u8]) -> IResult` on `split_first_chunk`: nom's own `take` is not inlined without LTO.

use nom::{Err, IResult};

use crate::PduErrorKind;

/// A leaf's result: the octets that are left and the value, or what is wrong.
pub(crate) type Parsed<'a, T> = IResult<&'a [u8], T, PduErrorKind>;

/// `N` octets, as an array.
#[inline]
pub(crate) fn octets<const N: usize>(input: &[u8]) -> Parsed<'_, [u8; N]> {
    match input.split_first_chunk::<N>() {
        Some((head, rest)) => Ok((rest, *head)),
        None => Err(Err::Error(PduErrorKind::Truncated)),
    }
}

/// Two octets, big endian.
#[inline]
pub(crate) fn int2(input: &[u8]) -> Parsed<'_, u16> {
    octets::<2>(input).map(|(rest, value)| (rest, u16::from_be_bytes(value)))
}

/// A string and its NUL; the NUL is consumed and not returned (SMPP v3.4 §3.1).
#[inline]
pub(crate) fn c_octet_string(input: &[u8]) -> Parsed<'_, &[u8]> {
    // Most strings of a submit_sm are empty: one comparison for them.
    if let [0, rest @ ..] = input {
        return Ok((rest, &[]));
    }
    let Some(len) = position_of_nul(input) else {
        let kind = if input.is_empty() { PduErrorKind::Truncated } else { PduErrorKind::Unterminated };
        return Err(Err::Error(kind));
    };
    match input.split_at_checked(len) {
        Some((value, [_, rest @ ..])) => Ok((rest, value)),
        _ => Err(Err::Error(PduErrorKind::Unterminated)),
    }
}

/// `len` octets.
#[inline]
pub(crate) fn octet_string(input: &[u8], len: usize) -> Parsed<'_, &[u8]> {
    match input.split_at_checked(len) {
        Some((value, rest)) => Ok((rest, value)),
        None => Err(Err::Error(PduErrorKind::LengthPastEnd)),
    }
}

const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// Where the first NUL is, eight octets at a time: addresses have about ten.
#[inline]
pub(crate) fn position_of_nul(input: &[u8]) -> Option<usize> {
    let (words, tail) = input.as_chunks::<8>();
    let mut at = 0;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let zeros = word.wrapping_sub(LOW_BITS) & !word & HIGH_BITS;
        if zeros != 0 {
            return Some(at + (zeros.trailing_zeros() >> 3) as usize);
        }
        at += 8;
    }
    tail.iter().position(|&octet| octet == 0).map(|found| at + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_nul_is_found_wherever_it_stands() {
        for len in 0..40 {
            for nul in 0..len {
                let mut text = vec![b'x'; len];
                text[nul] = 0;
                if nul + 3 < len {
                    text[nul + 3] = 0;
                }
                assert_eq!(position_of_nul(&text), Some(nul), "len {len}, nul {nul}");
            }
            assert_eq!(position_of_nul(&vec![0x80; len]), None);
            assert_eq!(position_of_nul(&vec![0x01; len]), None);
        }
    }
}

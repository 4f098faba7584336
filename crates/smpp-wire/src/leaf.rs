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
    let (words, _) = input.as_chunks();
    let mut at = 0;
    for word in words {
        if let Some(found) = first_zero(*word) {
            return Some(at + found);
        }
        at += 8;
    }
    // What is left, together with octets before it that were none.
    if let Some(last) = input.last_chunk() {
        return first_zero(*last).map(|found| input.len() - last.len() + found);
    }
    input.iter().position(|&octet| octet == 0)
}

#[inline]
const fn first_zero(word: [u8; 8]) -> Option<usize> {
    match zeros(u64::from_le_bytes(word)) {
        0 => None,
        zeros => Some((zeros.trailing_zeros() >> 3) as usize),
    }
}

/// Whether there is a NUL. A call, so that what measures five strings stays small enough to be inlined itself.
#[inline(never)]
pub(crate) fn has_nul(input: &[u8]) -> bool {
    has_nul_in_place(input)
}

/// The same without a call: in chunks that overlap at the end, so that few octets are looked at alone.
#[inline(always)]
pub(crate) fn has_nul_in_place(input: &[u8]) -> bool {
    if let Some(last) = input.last_chunk::<16>() {
        let (chunks, _) = input.as_chunks();
        return nul_among(last) || chunks.iter().any(nul_among);
    }
    if let (Some(first), Some(last)) = (input.first_chunk(), input.last_chunk()) {
        return (zeros(u64::from_le_bytes(*first)) | zeros(u64::from_le_bytes(*last))) != 0;
    }
    if let (Some(first), Some(last)) = (input.first_chunk(), input.last_chunk()) {
        let [first, last] = [first, last].map(|word| u64::from(u32::from_le_bytes(*word)));
        return zeros(first << 32 | last) != 0;
    }
    input.contains(&0)
}

/// Sixteen comparisons that the compiler makes one of.
#[inline]
fn nul_among(octets: &[u8; 16]) -> bool {
    octets.iter().fold(false, |found, octet| found | (*octet == 0))
}

/// The highest bit of each octet that is zero, or that is one and stands behind a zero.
#[inline]
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(LOW_BITS) & !word & HIGH_BITS
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
                assert!(has_nul(&text), "len {len}, nul {nul}");
            }
            assert!(!has_nul(&vec![0x80; len]) && !has_nul(&vec![0x01; len]));
            assert_eq!(position_of_nul(&vec![0x80; len]), None);
            assert_eq!(position_of_nul(&vec![0x01; len]), None);
        }
    }
}

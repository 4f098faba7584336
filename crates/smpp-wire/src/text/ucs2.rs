//! UTF-16 big endian, which SMPP calls UCS2. A byte order mark is a character like any other.

use core::fmt;

use super::room::{append, write_chars};
use super::{TextError, TextErrorKind, Unfit};
use crate::Buffer;

/// How many 16-bit units a text takes (characters above U+FFFF count two).
#[must_use]
pub fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Appends a text and returns its length in octets. Every character can be said.
///
/// # Errors
/// No room; nothing was written then.
pub fn encode(text: &str, out: &mut impl Buffer) -> Result<usize, TextError> {
    append(out, 2 * units(text), |room| {
        for unit in text.encode_utf16() {
            room.put(&unit.to_be_bytes());
        }
    })
}

/// Writes the characters of UTF-16BE octets.
///
/// # Errors
/// Half of a surrogate pair, unless it is replaced by U+FFFD; an odd octet at the end, unless it is dropped
/// ([`Unfit::Replace`]); no room.
pub fn decode(octets: &[u8], unfit: Unfit, out: &mut impl fmt::Write) -> Result<(), TextError> {
    write_chars(chars(octets), unfit, out)?;
    match (octets.len() % 2, unfit) {
        (1, Unfit::Fail) => Err(TextError::new(TextErrorKind::OddLength, octets.len().saturating_sub(1))),
        _ => Ok(()),
    }
}

/// The characters of UTF-16BE octets, one by one; half of a surrogate pair is an error, and the next character follows it.
/// An odd octet at the end is left out.
pub fn chars(octets: &[u8]) -> impl Iterator<Item = Result<char, TextError>> + Clone {
    let (pairs, _) = octets.as_chunks();
    let mut offset = 0;
    char::decode_utf16(pairs.iter().map(|pair| u16::from_be_bytes(*pair))).map(move |char| {
        let at = offset;
        offset += char.as_ref().map_or(2, |char| 2 * char.len_utf16());
        char.map_err(|_| TextError::new(TextErrorKind::LoneSurrogate, at))
    })
}

#[cfg(test)]
mod tests {
    use std::string::String;
    use std::vec::Vec;

    use super::*;

    fn decoded(octets: &[u8], unfit: Unfit) -> Result<String, TextError> {
        let mut text = String::new();
        decode(octets, unfit, &mut text).map(|()| text)
    }

    #[test]
    fn a_character_above_ffff_is_a_surrogate_pair_big_endian() {
        let mut out = Vec::new();
        assert_eq!(encode("ж😀", &mut out), Ok(6));
        assert_eq!(out, [0x04, 0x36, 0xD8, 0x3D, 0xDE, 0x00]);
        assert_eq!(decoded(&out, Unfit::Fail).unwrap(), "ж😀");
    }

    #[test]
    fn a_lone_surrogate_is_an_error_that_says_where_or_a_replacement() {
        let octets = [0, b'a', 0xD8, 0x3D, 0, b'b'];
        assert_eq!(decoded(&octets, Unfit::Fail), Err(TextError::new(TextErrorKind::LoneSurrogate, 2)));
        assert_eq!(decoded(&octets, Unfit::Replace).unwrap(), "a\u{FFFD}b");
    }

    #[test]
    fn an_odd_octet_is_an_error_that_says_where_or_dropped() {
        assert_eq!(decoded(&[0, b'a', 0], Unfit::Fail), Err(TextError::new(TextErrorKind::OddLength, 2)));
        assert_eq!(decoded(&[0, b'a', 0], Unfit::Replace).unwrap(), "a");
    }
}

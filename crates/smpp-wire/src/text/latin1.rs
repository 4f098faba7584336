//! Latin-1 (ISO 8859-1): every octet is the character of the same number.

use core::fmt;

use super::room::append;
use super::{TextError, TextErrorKind, Unfit};
use crate::Buffer;

/// Appends a text and returns its length in octets.
///
/// # Errors
/// A character above U+00FF, unless it is replaced by `?`; no room. Nothing was written then.
pub fn encode(text: &str, unfit: Unfit, out: &mut impl Buffer) -> Result<usize, TextError> {
    encode_up_to(u8::MAX, text, unfit, out)
}

/// Writes the characters of Latin-1 octets; each octet is one.
///
/// # Errors
/// No room.
pub fn decode(octets: &[u8], out: &mut impl fmt::Write) -> Result<(), TextError> {
    octets.iter().try_for_each(|octet| out.write_char(char::from(*octet))).map_err(|_| TextError::FULL)
}

/// One octet a character, none above `max`.
pub(super) fn encode_up_to(
    max: u8,
    text: &str,
    unfit: Unfit,
    out: &mut impl Buffer,
) -> Result<usize, TextError> {
    let octet_of = |char: char| u8::try_from(char).ok().filter(|octet| *octet <= max);
    let bad = text.char_indices().find(|(_, char)| octet_of(*char).is_none());
    if let (Some((offset, _)), Unfit::Fail) = (bad, unfit) {
        return Err(TextError::new(TextErrorKind::NotInAlphabet, offset));
    }
    append(out, text.chars().count(), |room| {
        text.chars().for_each(|char| room.put(&[octet_of(char).unwrap_or(b'?')]));
    })
}

#[cfg(test)]
mod tests {
    use std::string::String;
    use std::vec::Vec;

    use super::*;

    #[test]
    fn every_octet_goes_there_and_back() {
        let octets: Vec<u8> = (0..=u8::MAX).collect();
        let (mut text, mut out) = (String::new(), Vec::new());
        decode(&octets, &mut text).unwrap();
        assert_eq!(encode(&text, Unfit::Fail, &mut out), Ok(256));
        assert_eq!(out, octets);
    }

    #[test]
    fn the_euro_sign_is_an_error_that_says_where_or_a_question_mark() {
        let mut out = Vec::new();
        let error = TextError::new(TextErrorKind::NotInAlphabet, 2);
        assert_eq!(encode("é€", Unfit::Fail, &mut out), Err(error));
        assert_eq!(encode("é€", Unfit::Replace, &mut out), Ok(2));
        assert_eq!(out, b"\xE9?");
    }
}

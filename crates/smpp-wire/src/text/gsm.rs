//! GSM 03.38 as SMPP carries it: one septet an octet. Plain ASCII is copied in runs.
//!
//! An octet above 0x7F means that the peer has another default alphabet in mind. Relaying and [segmentation](super::Segmentation)
//! carry it as it is; [`decode`] reports or replaces it.

use core::fmt;

use super::gsm_block::{BLOCK, is_simple, plain_len};
use super::gsm_table::{
    ESCAPE, EXTENSION, NONE, ascii_char, ascii_place, default_char, extension_char, place_of,
};
use super::room::{Room, append_or_nothing, write_char};
use super::{TextError, TextErrorKind, Unfit};
use crate::Buffer;

/// How many septets a text takes (characters of the extension table count two).
///
/// # Errors
/// At the first character that GSM 03.38 does not have.
#[inline]
pub fn septets(text: &str) -> Result<usize, TextError> {
    let mut len = 0;
    each_piece(text, Unfit::Fail, |septets| len += septets.len())?;
    Ok(len)
}

/// Appends a text, one septet an octet, and returns its length in septets.
///
/// # Errors
/// A character that GSM 03.38 does not have, unless it is replaced by `?`; no room. Nothing was written then.
#[inline]
pub fn encode(text: &str, unfit: Unfit, out: &mut impl Buffer) -> Result<usize, TextError> {
    append_or_nothing(out, |out| {
        let mut len = 0;
        each_piece(text, unfit, |septets| {
            out.put(septets);
            len += septets.len();
        })?;
        Ok(len)
    })
}

/// Writes the characters of unpacked septets. A lone escape and an escaped escape are spaces; an unknown
/// extension is the default character of its septet (3GPP TS 23.038 §6.2.1.1).
///
/// # Errors
/// An octet above 0x7F, unless it is replaced by U+FFFD; no room.
#[inline]
pub fn decode(octets: &[u8], unfit: Unfit, out: &mut impl fmt::Write) -> Result<(), TextError> {
    let mut chars = chars(octets);
    loop {
        out.write_str(chars.plain_run()).map_err(|_| TextError::FULL)?;
        if let Some(simple) = chars.simple_block() {
            out.write_str(str::from_utf8(&simple).unwrap_or_default()).map_err(|_| TextError::FULL)?;
            continue;
        }
        for _ in 0..BLOCK {
            let Some(char) = chars.next() else { return Ok(()) };
            write_char(char, unfit, out)?;
        }
    }
}

/// The characters of unpacked septets, one by one.
#[inline]
#[must_use]
pub const fn chars(octets: &[u8]) -> Chars<'_> {
    Chars { rest: octets, offset: 0 }
}

/// The characters of unpacked septets; an octet above 0x7F is an error, and the next character follows it.
#[derive(Clone, Debug)]
pub struct Chars<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Chars<'a> {
    /// Takes the octets at the front that are the same in ASCII.
    #[inline]
    fn plain_run(&mut self) -> &'a str {
        let run = self.take(plain_len(self.rest));
        str::from_utf8(run).unwrap_or_default()
    }

    /// Takes a whole block of characters that ASCII has, at other places.
    #[inline]
    fn simple_block(&mut self) -> Option<[u8; BLOCK]> {
        let block = self.rest.first_chunk::<BLOCK>()?.map(ascii_char);
        if !block.is_ascii() {
            return None;
        }
        self.take(BLOCK);
        Some(block)
    }

    #[inline]
    fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, &[]));
        self.rest = rest;
        self.offset += taken.len();
        taken
    }

    /// What the octet behind an escape stands for; one that is no septet is left for the next turn.
    fn escaped(&mut self) -> char {
        let shown =
            self.rest.first().and_then(|septet| extension_char(*septet).or_else(|| default_char(*septet)));
        if shown.is_some() {
            self.take(1);
        }
        shown.unwrap_or(' ')
    }
}

impl Iterator for Chars<'_> {
    type Item = Result<char, TextError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let offset = self.offset;
        let octet = self.take(1).first().copied()?;
        if octet == ESCAPE {
            return Some(Ok(self.escaped()));
        }
        Some(default_char(octet).ok_or_else(|| TextError::new(TextErrorKind::InvalidOctet, offset)))
    }
}

/// Gives the septets of a text piece by piece.
fn each_piece(text: &str, unfit: Unfit, mut each: impl FnMut(&[u8])) -> Result<(), TextError> {
    let mut rest = text;
    while !rest.is_empty() {
        let Piece { plain, block, behind } = next_piece(rest);
        each(plain.as_bytes());
        if block.is_empty() {
            break;
        }
        let mut septets = [0; 2 * BLOCK];
        let mut room = Room::new(&mut septets);
        if is_simple(block.as_bytes()) {
            block.bytes().for_each(|octet| room.push(ascii_place(octet)));
        } else {
            for (at, char) in block.char_indices() {
                match (place_of(char), unfit) {
                    (NONE, Unfit::Replace) => room.push(REPLACEMENT),
                    (NONE, Unfit::Fail) => {
                        let offset = text.len() - behind.len() - block.len() + at;
                        return Err(TextError::new(TextErrorKind::NotInAlphabet, offset));
                    }
                    (septet @ ..EXTENSION, _) => room.push(septet),
                    (place, _) => room.put(&[ESCAPE, place & !EXTENSION]),
                }
            }
        }
        let len = 2 * BLOCK - room.left();
        each(septets.get(..len).unwrap_or_default());
        rest = behind;
    }
    Ok(())
}

/// Octets that are the same in ASCII, then up to a block of others, and what follows.
struct Piece<'t> {
    plain: &'t str,
    block: &'t str,
    behind: &'t str,
}

#[inline]
fn next_piece(text: &str) -> Piece<'_> {
    let (plain, rest) = text.split_at_checked(plain_len(text.as_bytes())).unwrap_or((text, ""));
    let (block, behind) = rest.split_at_checked(rest.floor_char_boundary(BLOCK)).unwrap_or((rest, ""));
    Piece { plain, block, behind }
}

/// Stands for what can't be said.
const REPLACEMENT: u8 = b'?';

#[cfg(test)]
mod tests {
    use std::string::String;
    use std::vec::Vec;

    use super::*;
    use crate::SliceBuffer;

    fn decoded(octets: &[u8], unfit: Unfit) -> Result<String, TextError> {
        let mut text = String::new();
        decode(octets, unfit, &mut text).map(|()| text)
    }

    #[test]
    fn extension_characters_take_two_septets() {
        let mut out = Vec::new();
        assert_eq!(encode("@€5", Unfit::Fail, &mut out), Ok(4));
        assert_eq!(out, [0x00, 0x1B, 0x65, 0x35]);
        assert_eq!(decoded(&out, Unfit::Fail).unwrap(), "@€5");
    }

    #[test]
    fn a_character_outside_the_alphabet_is_an_error_that_says_where_or_a_question_mark() {
        let mut out = Vec::new();
        let error = TextError::new(TextErrorKind::NotInAlphabet, 4);
        assert_eq!(encode("øl ж", Unfit::Fail, &mut out), Err(error));
        assert!(out.is_empty());
        assert_eq!(encode("øl ж", Unfit::Replace, &mut out), Ok(4));
        assert_eq!(out, b"\x0Cl ?");
    }

    #[test]
    fn an_octet_above_0x7f_is_an_error_that_says_where_or_a_replacement() {
        let error = TextError::new(TextErrorKind::InvalidOctet, 2);
        assert_eq!(decoded(b"ab\xE9c", Unfit::Fail), Err(error));
        assert_eq!(decoded(b"ab\xE9c", Unfit::Replace).unwrap(), "ab\u{FFFD}c");
        assert_eq!(decoded(b"\x1B\xE9", Unfit::Replace).unwrap(), " \u{FFFD}");
    }

    #[test]
    fn a_text_that_does_not_fit_leaves_a_slice_as_it_was() {
        let text = "x".repeat(20) + "€y";
        let mut room = [0; 23];
        for len in 0..room.len() {
            let mut out = SliceBuffer::new(&mut room[..len]);
            assert_eq!(encode(&text, Unfit::Fail, &mut out), Err(TextError::FULL));
            assert_eq!(out.written(), b"");
        }
        assert_eq!(encode(&text, Unfit::Fail, &mut SliceBuffer::new(&mut room)), Ok(23));
    }

    #[test]
    fn escapes_that_lead_nowhere_are_shown_as_the_standard_says() {
        assert_eq!(decoded(b"a\x1B", Unfit::Fail).unwrap(), "a ");
        assert_eq!(decoded(b"a\x1B\x1Bb", Unfit::Fail).unwrap(), "a b");
        assert_eq!(decoded(b"\x1Ba", Unfit::Fail).unwrap(), "a");
    }

    #[test]
    fn runs_of_every_length_around_a_block_are_whole() {
        for len in 0..50 {
            let text = "x".repeat(len) + "$" + &"y".repeat(len);
            let mut out = Vec::new();
            assert_eq!(encode(&text, Unfit::Fail, &mut out), Ok(2 * len + 1));
            assert_eq!(out[len], 0x02);
            assert_eq!(decoded(&out, Unfit::Fail).unwrap(), text);
        }
    }
}

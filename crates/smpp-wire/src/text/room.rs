//! The two outputs of this module: octets into a [`Buffer`], characters into a [`fmt::Write`].

use core::fmt;

use super::TextError;
use crate::Buffer;

/// A place of known size, which shrinks as it is filled.
pub(super) struct Room<'b> {
    rest: &'b mut [u8],
}

impl<'b> Room<'b> {
    #[inline]
    pub(super) const fn new(rest: &'b mut [u8]) -> Self {
        Self { rest }
    }

    /// How many octets it has left.
    #[inline]
    pub(super) const fn left(&self) -> usize {
        self.rest.len()
    }

    #[inline]
    pub(super) fn put(&mut self, octets: &[u8]) {
        let room = core::mem::take(&mut self.rest);
        if let Some((place, rest)) = room.split_at_mut_checked(octets.len()) {
            place.copy_from_slice(octets);
            self.rest = rest;
        }
    }

    #[inline]
    pub(super) fn push(&mut self, octet: u8) {
        if let Some((place, rest)) = core::mem::take(&mut self.rest).split_first_mut() {
            *place = octet;
            self.rest = rest;
        }
    }
}

/// Appends `len` octets that `fill` writes: all of them, or none. `len` was measured before.
#[inline]
pub(super) fn append(
    out: &mut impl Buffer,
    len: usize,
    fill: impl FnOnce(&mut Room<'_>),
) -> Result<usize, TextError> {
    out.append_filled(len, |rest| fill(&mut Room::new(rest))).map_err(|_| TextError::FULL)?;
    Ok(len)
}

/// Appends what `put` puts, if it puts as many octets as it says; or nothing.
#[inline]
pub(super) fn append_or_nothing<B: Buffer>(
    out: &mut B,
    put: impl FnOnce(&mut B) -> Result<usize, TextError>,
) -> Result<usize, TextError> {
    let start = out.written().len();
    let put = put(out);
    if put.is_ok_and(|len| out.written().len() == start + len) {
        return put;
    }
    out.truncate(start);
    put.and(Err(TextError::FULL))
}

/// Lets decoders write UTF-8 into any [`Buffer`], for those without a `String`.
#[derive(Debug)]
pub struct Utf8<'b, B>(pub &'b mut B);

impl<B: Buffer> fmt::Write for Utf8<'_, B> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.append(text.len(), |out| out.put(text.as_bytes())).map_err(|_| fmt::Error)
    }
}

/// Writes decoded characters, each of them or its replacement.
pub(super) fn write_chars(
    chars: impl Iterator<Item = Result<char, TextError>>,
    unfit: super::Unfit,
    out: &mut impl fmt::Write,
) -> Result<(), TextError> {
    for char in chars {
        write_char(char, unfit, out)?;
    }
    Ok(())
}

/// Writes one decoded character, or its replacement.
#[inline]
pub(super) fn write_char(
    char: Result<char, TextError>,
    unfit: super::Unfit,
    out: &mut impl fmt::Write,
) -> Result<(), TextError> {
    let char = match (char, unfit) {
        (Ok(char), _) => char,
        (Err(_), super::Unfit::Replace) => char::REPLACEMENT_CHARACTER,
        (Err(error), super::Unfit::Fail) => return Err(error),
    };
    out.write_char(char).map_err(|_| TextError::FULL)
}

#[cfg(test)]
mod tests {
    use core::fmt::Write as _;

    use super::*;
    use crate::SliceBuffer;

    #[test]
    fn utf8_in_a_fixed_slice_says_when_it_is_full_and_keeps_what_it_had() {
        let mut room = [0; 3];
        let mut out = SliceBuffer::new(&mut room);
        assert_eq!(Utf8(&mut out).write_str("é"), Ok(()));
        assert_eq!(Utf8(&mut out).write_str("é"), Err(fmt::Error));
        assert_eq!(out.written(), "é".as_bytes());
    }
}

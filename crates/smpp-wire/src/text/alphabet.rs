//! Reading and writing a text in any [`Alphabet`], as one call.

use core::fmt;

use super::{Alphabet, Meaning, TextError, TextErrorKind, Unfit, ascii, gsm, latin1, ucs2};
use crate::Buffer;

impl Alphabet {
    /// Appends a text in this alphabet (GSM one septet an octet) and returns its length in octets.
    ///
    /// # Errors
    /// A character that the alphabet does not have, unless it is replaced by `?`; an alphabet known by name only; no
    /// room. Nothing was written then.
    pub fn encode(self, text: &str, unfit: Unfit, out: &mut impl Buffer) -> Result<usize, TextError> {
        match self {
            Self::Gsm => gsm::encode(text, unfit, out),
            Self::Ascii => ascii::encode(text, unfit, out),
            Self::Latin1 => latin1::encode(text, unfit, out),
            Self::Ucs2 => ucs2::encode(text, out),
            _ => Err(UNSUPPORTED),
        }
    }

    /// Writes the characters of octets in this alphabet.
    ///
    /// # Errors
    /// What the alphabet can't say, unless it is replaced; an alphabet known by name only; no room.
    pub fn decode(self, octets: &[u8], unfit: Unfit, out: &mut impl fmt::Write) -> Result<(), TextError> {
        match self {
            Self::Gsm => gsm::decode(octets, unfit, out),
            Self::Ascii => ascii::decode(octets, unfit, out),
            Self::Latin1 => latin1::decode(octets, out),
            Self::Ucs2 => ucs2::decode(octets, unfit, out),
            _ => Err(UNSUPPORTED),
        }
    }

    /// A text in this alphabet.
    ///
    /// # Errors
    /// A character that it does not have; an alphabet known by name only.
    #[cfg(any(feature = "alloc", test))]
    pub fn to_vec(self, text: &str) -> Result<alloc::vec::Vec<u8>, TextError> {
        let mut octets = alloc::vec::Vec::new();
        self.encode(text, Unfit::Fail, &mut octets)?;
        Ok(octets)
    }
}

impl Meaning {
    /// Writes the characters of user data behind any header.
    ///
    /// # Errors
    /// As for [`Alphabet::decode`]; compressed text can't be read.
    pub fn decode(self, octets: &[u8], unfit: Unfit, out: &mut impl fmt::Write) -> Result<(), TextError> {
        if self.compressed {
            return Err(UNSUPPORTED);
        }
        self.alphabet.decode(octets, unfit, out)
    }

    /// The text of user data behind any header; what can't be read in its alphabet is U+FFFD.
    ///
    /// # Errors
    /// An alphabet known by name only; compressed text.
    #[cfg(any(feature = "alloc", test))]
    pub fn to_text(self, octets: &[u8]) -> Result<alloc::string::String, TextError> {
        let mut text = alloc::string::String::with_capacity(octets.len());
        self.decode(octets, Unfit::Replace, &mut text)?;
        Ok(text)
    }
}

const UNSUPPORTED: TextError = TextError::new(TextErrorKind::Unsupported, 0);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::DataCoding;

    #[test]
    fn data_coding_decides_how_octets_are_read() {
        assert_eq!(Meaning::of(DataCoding(0x00)).to_text(b"\x00 \x0C").unwrap(), "@ ø");
        assert_eq!(Meaning::of(DataCoding(0x03)).to_text(b"\xE9").unwrap(), "é");
        assert_eq!(Meaning::of(DataCoding(0x18)).to_text(b"\x04\x36").unwrap(), "ж");
    }

    #[test]
    fn what_can_not_be_read_is_said_and_not_guessed() {
        for data_coding in [0x02, 0x05, 0x20, 0x80] {
            assert_eq!(
                Meaning::of(DataCoding(data_coding)).to_text(b"x"),
                Err(UNSUPPORTED),
                "{data_coding:#04x}"
            );
        }
    }
}

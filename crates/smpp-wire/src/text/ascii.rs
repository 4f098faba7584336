//! ASCII (IA5): the octets up to 0x7F.

use core::fmt;

use super::room::write_chars;
use super::{TextError, TextErrorKind, Unfit, latin1};
use crate::Buffer;

/// Appends a text and returns its length in octets.
///
/// # Errors
/// A character above U+007F, unless it is replaced by `?`; no room. Nothing was written then.
pub fn encode(text: &str, unfit: Unfit, out: &mut impl Buffer) -> Result<usize, TextError> {
    latin1::encode_up_to(0x7F, text, unfit, out)
}

/// Writes the characters of ASCII octets.
///
/// # Errors
/// An octet above 0x7F, unless it is replaced by U+FFFD; no room.
pub fn decode(octets: &[u8], unfit: Unfit, out: &mut impl fmt::Write) -> Result<(), TextError> {
    if let Ok(text) = str::from_utf8(octets)
        && text.is_ascii()
    {
        return out.write_str(text).map_err(|_| TextError::FULL);
    }
    let chars = octets.iter().enumerate().map(|(offset, octet)| match octet {
        0..=0x7F => Ok(char::from(*octet)),
        _ => Err(TextError::new(TextErrorKind::InvalidOctet, offset)),
    });
    write_chars(chars, unfit, out)
}

#[cfg(test)]
mod tests {
    use std::string::String;

    use super::*;

    #[test]
    fn an_octet_above_0x7f_is_an_error_that_says_where_or_a_replacement() {
        let mut text = String::new();
        let error = TextError::new(TextErrorKind::InvalidOctet, 1);
        assert_eq!(decode(b"a\xC3\xA9", Unfit::Fail, &mut text), Err(error));
        text.clear();
        decode(b"a\xC3\xA9", Unfit::Replace, &mut text).unwrap();
        assert_eq!(text, "a\u{FFFD}\u{FFFD}");
    }
}

//! How a message began: the `text` of a receipt.

use crate::text::{Alphabet, character_len};

/// The first 20 characters of a message, each of them whole, for the `text` of a receipt (SMPP v3.4 appendix B).
#[must_use]
pub fn excerpt(message: &[u8], alphabet: Alphabet) -> &[u8] {
    let mut len = 0;
    for _ in 0..CHARACTERS {
        len += character_len(message.get(len..).unwrap_or_default(), alphabet);
    }
    message.get(..len).unwrap_or(message)
}

const CHARACTERS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_characters_are_whole() {
        let gsm = [&[b'a'; 19][..], b"\x1B\x65bcd"].concat();
        assert_eq!(excerpt(&gsm, Alphabet::Gsm), &gsm[..21]);
        let units = [0xD8, 0x3D, 0xDE, 0x00].repeat(25);
        assert_eq!(excerpt(&units, Alphabet::Ucs2), &units[..80]);
        assert_eq!(excerpt(&[0xD8; 41], Alphabet::Ucs2).len(), 40);
        assert_eq!(excerpt(b"short\x1B", Alphabet::Gsm), b"short\x1B");
        assert_eq!(excerpt(&[0; 3], Alphabet::Ucs2).len(), 3);
    }
}

//! Receipts whose whole text is UTF-16BE: narrowed to octets, in room that the caller lends.

/// Room for the words of one receipt that came as UTF-16BE: 256 characters, which the words before `text:` never fill.
#[derive(Clone, Debug)]
pub struct Scratch {
    octets: [u8; LEN],
}

impl Scratch {
    /// Empty.
    #[must_use]
    pub const fn new() -> Self {
        Self { octets: [0; LEN] }
    }

    /// The same octets, unless they are UTF-16BE: then one octet a character, `?` beyond Latin-1, cut where the room ends.
    ///
    /// data_coding does not tell: ASCII receipts arrive with 8. Octets 0 and 2 do, which are 0 in UTF-16BE and never in ASCII.
    #[inline]
    pub(super) fn narrow<'a>(&'a mut self, text: &'a [u8]) -> &'a [u8] {
        match text {
            [0, _, 0, _, ..] => self.narrowed(text),
            _ => text,
        }
    }

    fn narrowed(&mut self, text: &[u8]) -> &[u8] {
        let (pairs, _) = text.as_chunks::<2>();
        for (octet, &[high, low]) in self.octets.iter_mut().zip(pairs) {
            *octet = if high == 0 { low } else { b'?' };
        }
        self.octets.get(..pairs.len()).unwrap_or(&self.octets)
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

const LEN: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_and_an_odd_octet_dropped() {
        let mut scratch = Scratch::new();
        assert_eq!(scratch.narrow(b"\0i\0d\0"), b"id");
        assert_eq!(scratch.narrow(b"\0i\0d\x04\x36"), b"id?");
        assert_eq!(scratch.narrow(b"\0i\0"), b"\0i\0");
        assert_eq!(scratch.narrow(&[0; 2 * LEN + 2]).len(), LEN);
    }
}

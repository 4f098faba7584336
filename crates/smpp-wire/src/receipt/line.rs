//! The text of a receipt, eight octets at a time; behind its end it goes on with NULs, which are blanks like any other.

/// Octets with a place in them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    octets: &'a [u8],
}

impl<'a> Line<'a> {
    #[inline]
    pub(super) const fn new(octets: &'a [u8]) -> Self {
        Self { octets }
    }

    #[inline]
    pub(super) const fn len(self) -> usize {
        self.octets.len()
    }

    #[inline]
    pub(super) fn slice(self, from: usize, to: usize) -> &'a [u8] {
        self.octets.get(from..to).unwrap_or_default()
    }

    /// Eight octets from a place on, the first one lowest.
    #[inline]
    pub(super) fn eight(self, at: usize) -> u64 {
        match self.octets.get(at..).and_then(<[u8]>::first_chunk) {
            Some(octets) => u64::from_le_bytes(*octets),
            None => self.last_ones(at),
        }
    }

    /// Less than eight octets are left.
    #[inline]
    fn last_ones(self, at: usize) -> u64 {
        match (self.octets.last_chunk(), self.len().saturating_sub(at)) {
            (_, 0) => 0,
            // The last eight octets, without those before the place.
            (Some(last), left) => u64::from_le_bytes(*last) >> (8 * (8 - left)),
            (None, _) => {
                let left = self.octets.get(at..).unwrap_or_default();
                left.iter().rev().fold(0, |word, octet| word << 8 | u64::from(*octet))
            }
        }
    }

    /// Is there a blank? Behind the end there is.
    #[inline]
    pub(super) fn is_blank(self, at: usize) -> bool {
        self.octets.get(at).is_none_or(|octet| *octet <= BLANK)
    }

    /// The place of the first octet that is no blank, or the end.
    #[inline]
    pub(super) fn skip_blanks(self, mut at: usize) -> usize {
        while at < self.len() && self.is_blank(at) {
            at += 1;
        }
        at
    }

    /// The place of the first blank from a place on, or the end.
    #[inline]
    pub(super) fn word_end(self, mut at: usize) -> usize {
        let (eights, _) = self.octets.get(at..).unwrap_or_default().as_chunks();
        for eight in eights {
            let blanks = blanks(u64::from_le_bytes(*eight));
            if blanks != 0 {
                return at + first_of(blanks);
            }
            at += 8;
        }
        at + first_of(blanks(self.last_ones(at)))
    }
}

/// The top bit of the lowest octet that is a blank, and of none below it; what is above it means nothing.
#[inline]
pub(super) const fn blanks(octets: u64) -> u64 {
    octets.wrapping_sub(ABOVE_BLANK) & !octets & TOP_BITS
}

/// Which octet has the lowest bit that is set.
#[inline]
pub(super) const fn first_of(bits: u64) -> usize {
    (bits.trailing_zeros() >> 3) as usize
}

/// A space, and everything below: tabs, line ends and NULs stand between words as well.
const BLANK: u8 = b' ';
const ABOVE_BLANK: u64 = 0x2121_2121_2121_2121;
const TOP_BITS: u64 = 0x8080_8080_8080_8080;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_ends_at_any_blank_wherever_it_stands_or_at_the_end() {
        for len in 0..40 {
            for blank in [0, b'\t', b'\r', b'\n', b' '] {
                let mut text = vec![b'!'; len];
                text.push(blank);
                text.extend_from_slice(&[0xFF, b' ', 0x80]);
                assert_eq!(Line::new(&text).word_end(0), len);
            }
            for from in 0..=len {
                assert_eq!(Line::new(&vec![0xA0; len]).word_end(from), len);
            }
        }
    }

    #[test]
    fn behind_the_end_are_nuls() {
        for len in 0..20_usize {
            let text: std::vec::Vec<u8> = (1..).take(len).collect();
            for at in 0..25 {
                let eight = Line::new(&text).eight(at).to_le_bytes();
                let expected: [u8; 8] = core::array::from_fn(|i| text.get(at + i).copied().unwrap_or(0));
                assert_eq!(eight, expected, "{len} {at}");
            }
        }
    }
}

//! Which values of one octet are allowed, as 256 bits.

use core::fmt;

/// A set of octets; to ask it costs one load and one shift.
///
/// ```
/// use smpp_wire::OctetSet;
///
/// const FLAGS: OctetSet = OctetSet::of(&[0, 1]).with(0x80);
/// assert!(FLAGS.contains(0x80) && !FLAGS.contains(2));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct OctetSet([u64; 4]);

impl OctetSet {
    /// No octet.
    pub const NONE: Self = Self([0; 4]);
    /// Every octet.
    pub const ALL: Self = Self([u64::MAX; 4]);

    /// These octets.
    #[must_use]
    pub const fn of(octets: &[u8]) -> Self {
        let (mut set, mut rest) = (Self::NONE, octets);
        while let [octet, others @ ..] = rest {
            set = set.with(*octet);
            rest = others;
        }
        set
    }

    /// All octets from `first` to `last`.
    #[must_use]
    pub const fn range(first: u8, last: u8) -> Self {
        let (mut set, mut octet) = (Self::NONE, first);
        while octet < last {
            set = set.with(octet);
            octet += 1;
        }
        if octet == last { set.with(octet) } else { set }
    }

    /// The same and this octet.
    #[must_use]
    pub const fn with(self, octet: u8) -> Self {
        let bit = 1 << (octet & 63);
        let Self([a, b, c, d]) = self;
        Self(match octet >> 6 {
            0 => [a | bit, b, c, d],
            1 => [a, b | bit, c, d],
            2 => [a, b, c | bit, d],
            _ => [a, b, c, d | bit],
        })
    }

    /// The octets that are in this set and in the other.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        let (Self([a, b, c, d]), Self([e, f, g, h])) = (self, other);
        Self([a & e, b & f, c & g, d & h])
    }

    /// Whether the octet is in the set.
    #[must_use]
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "two bits index four words; `get` can't be const")]
    pub const fn contains(&self, octet: u8) -> bool {
        self.0[(octet >> 6) as usize] >> (octet & 63) & 1 != 0
    }

    /// The octets, lowest first.
    pub fn iter(&self) -> impl Iterator<Item = u8> {
        let set = *self;
        (0..=u8::MAX).filter(move |&octet| set.contains(octet))
    }
}

impl fmt::Debug for OctetSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ALL {
            return f.write_str("ALL");
        }
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn a_set_holds_what_it_was_given_and_nothing_else() {
        let edges = [0, 1, 63, 64, 127, 128, 191, 192, 255];
        assert_eq!(OctetSet::of(&edges).iter().collect::<Vec<_>>(), edges);
        assert_eq!(OctetSet::range(62, 66).iter().collect::<Vec<_>>(), [62, 63, 64, 65, 66]);
        assert_eq!((OctetSet::range(0, 255), OctetSet::range(9, 8)), (OctetSet::ALL, OctetSet::NONE));
        assert_eq!(OctetSet::range(0, 9).and(OctetSet::of(&[3, 99])), OctetSet::of(&[3]));
    }
}

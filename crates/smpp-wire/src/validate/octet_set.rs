//! Which values of one octet are allowed, as a table.

use core::fmt;

/// A set of octets; to ask it costs one look into a table, for a PDU has ten of them.
///
/// ```
/// use smpp_wire::OctetSet;
///
/// const FLAGS: OctetSet = OctetSet::of(&[0, 1]).with(0x80);
/// assert!(FLAGS.contains(0x80) && !FLAGS.contains(2));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct OctetSet([bool; 256]);

#[expect(clippy::indexing_slicing, reason = "every octet has its place")]
impl OctetSet {
    /// No octet.
    pub const NONE: Self = Self([false; 256]);
    /// Every octet.
    pub const ALL: Self = Self([true; 256]);

    /// These octets.
    #[must_use]
    pub const fn of(octets: &[u8]) -> Self {
        let (mut set, mut rest) = (Self::NONE, octets);
        while let [octet, others @ ..] = rest {
            set.0[*octet as usize] = true;
            rest = others;
        }
        set
    }

    /// All octets from `first` to `last`.
    #[must_use]
    pub const fn range(first: u8, last: u8) -> Self {
        let (mut set, mut octet) = (Self::NONE, first as usize);
        while octet <= last as usize {
            set.0[octet] = true;
            octet += 1;
        }
        set
    }

    /// The same and this octet.
    #[must_use]
    pub const fn with(mut self, octet: u8) -> Self {
        self.0[octet as usize] = true;
        self
    }

    /// The same without this octet.
    #[must_use]
    pub const fn without(mut self, octet: u8) -> Self {
        self.0[octet as usize] = false;
        self
    }

    /// Whether the octet is in the set.
    #[must_use]
    #[inline]
    pub const fn contains(&self, octet: u8) -> bool {
        self.0[octet as usize]
    }

    /// The octets, lowest first.
    pub fn iter(&self) -> impl Iterator<Item = u8> + '_ {
        (0..=u8::MAX).filter(|&octet| self.contains(octet))
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
        assert_eq!(OctetSet::of(&[3]).with(9).without(3), OctetSet::of(&[9]));
    }
}

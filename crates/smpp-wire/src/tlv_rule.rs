//! What the specification says of a TLV; the rows are in `tlv_table.rs`.

/// The version of the protocol that something belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Version {
    /// SMPP v3.4.
    V34,
    /// SMPP v5.0.
    V50,
}

/// How a TLV's octets are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TlvKind {
    /// A number of one octet.
    Int1,
    /// Nothing, or a number of one octet.
    EmptyOrInt1,
    /// A number of two octets.
    Int2,
    /// A number of four octets.
    Int4,
    /// A string and its NUL.
    CString,
    /// Octets.
    Octets,
}

/// What the specification says of a TLV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlvRule {
    /// Its name.
    pub name: &'static str,
    /// How its octets are read.
    pub kind: TlvKind,
    /// The fewest octets.
    pub min: u16,
    /// The most octets.
    pub max: u16,
    /// One length that only v5.0 allows.
    pub v50: Option<u16>,
    /// One length beyond all others that peers send.
    pub also: Option<u16>,
    /// Since when there is one.
    pub version: Version,
    /// True when a PDU may have several.
    pub repeatable: bool,
}

impl TlvRule {
    /// True when a value of this many octets can be read.
    #[must_use]
    pub fn fits(&self, len: usize) -> bool {
        self.fits_version(len, Version::V50) || self.also.is_some_and(|also| usize::from(also) == len)
    }

    /// True when a value may have this many octets in a version.
    #[must_use]
    #[inline]
    pub fn fits_version(&self, len: usize, version: Version) -> bool {
        match self.v50 {
            Some(v50) if usize::from(v50) == len => version >= Version::V50,
            _ => (usize::from(self.min)..=usize::from(self.max)).contains(&len),
        }
    }
}

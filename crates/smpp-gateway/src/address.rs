//! An address of a message, kept inline so that a message costs no allocation for it.

use std::fmt;

use smpp_wire::values::{Npi, Ton};

/// The longest address the field holds, without its NUL (SMPP v3.4 §5.2.8, §5.2.9).
pub const ADDRESS_MAX: usize = 20;

/// What is kept of a source address; the rest, however long, is discarded.
pub const SOURCE_ADDRESS_KEPT: usize = 15;

/// A source or destination address: TON, NPI and up to 20 octets.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Address {
    /// Type of number.
    pub ton: Ton,
    /// Numbering plan indicator.
    pub npi: Npi,
    len: u8,
    octets: [u8; ADDRESS_MAX],
}

impl Address {
    /// Keeps an address as it is; `None` above [`ADDRESS_MAX`] octets.
    #[must_use]
    pub fn new(ton: Ton, npi: Npi, octets: &[u8]) -> Option<Self> {
        let len = u8::try_from(octets.len()).ok()?;
        let mut kept = [0; ADDRESS_MAX];
        kept.get_mut(..octets.len())?.copy_from_slice(octets);
        Some(Self { ton, npi, len, octets: kept })
    }

    /// Keeps a source address, cut to its first [`SOURCE_ADDRESS_KEPT`] characters.
    #[must_use]
    pub fn source(ton: Ton, npi: Npi, octets: &[u8]) -> Self {
        let kept = octets.get(..SOURCE_ADDRESS_KEPT).unwrap_or(octets);
        Self::new(ton, npi, kept).unwrap_or_default()
    }

    /// The address itself, without TON, NPI and NUL.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        self.octets.get(..usize::from(self.len)).unwrap_or_default()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Printable(self.octets()).fmt(f)
    }
}

/// Octets of an address: printable ASCII as it is, everything else as `\xNN`, a backslash twice.
pub(crate) struct Printable<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| match octet {
            b'\\' => f.write_str("\\\\"),
            b' '..=b'~' => fmt::Write::write_char(f, char::from(*octet)),
            _ => write!(f, "\\x{octet:02x}"),
        })
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.ton.0, self.npi.0, self.octets().escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_given_back_as_it_came() {
        let address = Address::new(Ton::INTERNATIONAL, Npi::ISDN, b"4512345678").unwrap();
        assert_eq!(
            (address.ton, address.npi, address.octets()),
            (Ton::INTERNATIONAL, Npi::ISDN, &b"4512345678"[..])
        );
        assert_eq!(format!("{address:?}"), "1/1/4512345678");
    }

    #[test]
    fn an_address_is_shown_whatever_is_in_it() {
        let address = Address::new(Ton::ALPHANUMERIC, Npi::UNKNOWN, b"A\\b'\x00\xff").unwrap();
        assert_eq!(address.to_string(), "A\\\\b'\\x00\\xff");
    }

    #[test]
    fn an_address_has_at_most_twenty_octets() {
        assert!(Address::new(Ton::INTERNATIONAL, Npi::ISDN, &[b'4'; 20]).is_some());
        assert!(Address::new(Ton::INTERNATIONAL, Npi::ISDN, &[b'4'; 21]).is_none());
        assert!(Address::new(Ton::INTERNATIONAL, Npi::ISDN, &[b'4'; 300]).is_none());
    }

    #[test]
    fn a_source_keeps_its_first_fifteen_characters_however_long_it_is() {
        assert_eq!(Address::source(Ton::ALPHANUMERIC, Npi::UNKNOWN, b"TestCo").octets(), b"TestCo");
        assert_eq!(
            Address::source(Ton::ALPHANUMERIC, Npi::UNKNOWN, b"123456789012345").octets(),
            b"123456789012345"
        );
        assert_eq!(
            Address::source(Ton::ALPHANUMERIC, Npi::UNKNOWN, b"1234567890123456").octets(),
            b"123456789012345"
        );
        assert_eq!(Address::source(Ton::ALPHANUMERIC, Npi::UNKNOWN, &[b'A'; 5000]).octets(), [b'A'; 15]);
    }
}

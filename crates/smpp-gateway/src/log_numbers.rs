//! Telephone numbers in the log: whole where the operator wants them, else as what can't be led back to a person.

use std::fmt;

use smpp_wire::values::Ton;

use crate::Address;

/// How the log shows the numbers of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogNumbers {
    /// Their first three digits, and how many follow. Names (alphanumeric addresses) are shown.
    #[default]
    Redacted,
    /// As they are.
    Full,
}

impl LogNumbers {
    /// The address as the log shows it.
    pub(crate) const fn show(self, address: &Address) -> Shown<'_> {
        Shown { address, numbers: self }
    }
}

/// An address as the log shows it.
pub(crate) struct Shown<'a> {
    address: &'a Address,
    numbers: LogNumbers,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.numbers == LogNumbers::Full || self.address.ton == Ton::ALPHANUMERIC {
            return self.address.fmt(f);
        }
        // An address that is no longer than that would be whole.
        let octets = self.address.octets();
        let shown = if octets.len() > 2 * SHOWN { SHOWN } else { 0 };
        octets.get(..shown).unwrap_or_default().escape_ascii().fmt(f)?;
        (shown..octets.len()).try_for_each(|_| f.write_str("*"))
    }
}

/// A country, and no more.
const SHOWN: usize = 3;

#[cfg(test)]
mod tests {
    use smpp_wire::values::Npi;

    use super::*;

    #[test]
    fn a_number_is_redacted_unless_somebody_says_otherwise() {
        let shown = |ton, octets: &[u8], numbers: LogNumbers| {
            numbers.show(&Address::new(ton, Npi::ISDN, octets).unwrap()).to_string()
        };
        let redacted = LogNumbers::default();
        assert_eq!(shown(Ton::INTERNATIONAL, b"4512345678", redacted), "451*******");
        assert_eq!(shown(Ton::UNKNOWN, b"112233", redacted), "******");
        assert_eq!(shown(Ton::ALPHANUMERIC, b"TestCo", redacted), "TestCo");
        assert_eq!(shown(Ton::INTERNATIONAL, b"4512345678", LogNumbers::Full), "4512345678");
    }
}

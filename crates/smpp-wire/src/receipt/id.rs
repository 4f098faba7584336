//! Which receipt belongs to which response, when a peer writes one id in two ways.

use crate::MessageId;

/// How the message ids of one peer's responses and receipts are made comparable. This is a setting of the peer: to guess over all
/// peers would give one message another's receipt.
///
/// ```
/// use std::collections::HashMap;
/// use smpp_wire::receipt::IdMatching;
///
/// let matching = IdMatching::from_kannel(1).unwrap(); // responses hexadecimal, receipts decimal
/// let mut waiting = HashMap::new();
/// waiting.insert(matching.of_response(b"0A1B2C3D").unwrap(), "the message");
/// assert_eq!(waiting.get(&matching.of_receipt(b"0169552957").unwrap()), Some(&"the message"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IdMatching {
    /// Text, compared as it is unless it is told otherwise.
    Text {
        /// Letters in upper and lower case are the same.
        ignore_case: bool,
        /// Zeros in front do not count.
        ignore_leading_zeros: bool,
    },
    /// Numbers of up to 64 bits without sign; what is no such number is compared as it is.
    Number {
        /// How submit_sm_resp writes them.
        response: Radix,
        /// How receipts write them.
        receipt: Radix,
    },
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Radix {
    /// `0` to `9`.
    Decimal,
    /// `0` to `9` and `a` to `f`, in any case.
    Hexadecimal,
}

impl IdMatching {
    /// As they are.
    pub const EXACT: Self = Self::Text { ignore_case: false, ignore_leading_zeros: false };

    /// Kannel's `msg-id-type`: 0 decimal, 1 hexadecimal in responses, 2 hexadecimal in receipts, 3 in both; `None` above.
    #[must_use]
    pub const fn from_kannel(msg_id_type: u8) -> Option<Self> {
        let (response, receipt) = match msg_id_type {
            0 => (Radix::Decimal, Radix::Decimal),
            1 => (Radix::Hexadecimal, Radix::Decimal),
            2 => (Radix::Decimal, Radix::Hexadecimal),
            3 => (Radix::Hexadecimal, Radix::Hexadecimal),
            _ => return None,
        };
        Some(Self::Number { response, receipt })
    }

    /// An id of a response in the form that is compared and kept as a key; `None` when it is longer than 65 octets.
    #[must_use]
    pub fn of_response(self, id: &[u8]) -> Option<MessageId> {
        match self {
            Self::Number { response, .. } => response.normal(id),
            Self::Text { ignore_case, ignore_leading_zeros } => text(id, ignore_case, ignore_leading_zeros),
        }
    }

    /// The same of an id of a receipt.
    #[must_use]
    pub fn of_receipt(self, id: &[u8]) -> Option<MessageId> {
        match self {
            Self::Number { receipt, .. } => receipt.normal(id),
            Self::Text { .. } => self.of_response(id),
        }
    }
}

impl Default for IdMatching {
    fn default() -> Self {
        Self::EXACT
    }
}

impl Radix {
    /// The number in decimal digits, or what is no number as it is.
    fn normal(self, id: &[u8]) -> Option<MessageId> {
        let Some(number) = self.number(id) else { return MessageId::new(id) };
        let mut digits = [b'0'; 20];
        let (mut rest, mut start) = (number, digits.len());
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + u8::try_from(rest % 10).ok()?;
            rest /= 10;
            start -= 1;
            if rest == 0 {
                break;
            }
        }
        MessageId::new(digits.get(start..)?)
    }

    fn number(self, id: &[u8]) -> Option<u64> {
        if id.is_empty() {
            return None;
        }
        let (radix, base) = match self {
            Self::Decimal => (10, 10),
            Self::Hexadecimal => (16, 16),
        };
        id.iter().try_fold(0_u64, |number, octet| {
            let digit = char::from(*octet).to_digit(radix)?;
            number.checked_mul(base)?.checked_add(digit.into())
        })
    }
}

fn text(id: &[u8], ignore_case: bool, ignore_leading_zeros: bool) -> Option<MessageId> {
    let zeros = if ignore_leading_zeros { id.iter().take_while(|octet| **octet == b'0').count() } else { 0 };
    // The last zero is the number itself.
    let id = id.get(zeros.min(id.len().saturating_sub(1))..)?;
    let mut octets = [0; 65];
    let octets = octets.get_mut(..id.len())?;
    octets.copy_from_slice(id);
    if ignore_case {
        octets.make_ascii_lowercase();
    }
    MessageId::new(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(matching: IdMatching, response: &[u8], receipt: &[u8]) -> bool {
        let response = matching.of_response(response);
        response.is_some() && response == matching.of_receipt(receipt)
    }

    const CASE: IdMatching = IdMatching::Text { ignore_case: true, ignore_leading_zeros: false };
    const ZEROS: IdMatching = IdMatching::Text { ignore_case: false, ignore_leading_zeros: true };

    #[test]
    fn only_what_the_caller_chose_is_the_same() {
        let (lower, upper) = (b"1101c1-c9d03d-f000", b"1101C1-C9D03D-F000");
        assert!(
            same(IdMatching::EXACT, upper, upper)
                && same(CASE, lower, upper)
                && same(ZEROS, b"B8BE19", b"00B8BE19")
        );
        assert!(
            !same(IdMatching::EXACT, lower, upper) && !same(ZEROS, lower, upper) && !same(CASE, b"7", b"07")
        );
        assert!(same(ZEROS, b"0", b"000") && !same(ZEROS, b"0", b""));
    }

    #[test]
    fn kannel_s_four_types_compare_numbers_up_to_64_bits() {
        let same =
            |kannel, response, receipt| same(IdMatching::from_kannel(kannel).unwrap(), response, receipt);
        assert!(same(0, b"42", b"0042") && !same(0, b"2a", b"42"));
        assert!(same(1, b"0A1B2C3D", b"0169552957") && same(1, b"a1b2c3d", b"169552957"));
        assert!(same(2, b"0169552957", b"0A1B2C3D") && !same(2, b"0A1B2C3D", b"0169552957"));
        assert!(same(3, b"00ff", b"FF") && same(1, b"0", b"00"));
        assert!(same(1, b"FFFFFFFFFFFFFFFF", b"18446744073709551615"));
        assert_eq!(IdMatching::from_kannel(4), None);
    }

    #[test]
    fn what_is_no_number_is_compared_as_it_is() {
        let hex = IdMatching::from_kannel(1).unwrap();
        let uuid = b"b1e50673-f8b8-41e8-a143-07a43bb8c86b";
        assert!(same(hex, uuid, uuid) && same(hex, b"", b""));
        assert!(!same(hex, b"1FFFFFFFFFFFFFFFF", b"36893488147419103231"));
        assert_eq!(hex.of_response(&[b'x'; 66]), None);
        assert_eq!(CASE.of_receipt(&[b'x'; 66]), None);
    }
}

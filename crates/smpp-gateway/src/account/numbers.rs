//! Numbers and prefixes of numbers, the longest wins: whose incoming messages are whose, which rule is for which message.

use std::collections::HashMap;

use crate::address::ADDRESS_MAX;

/// One number, or all that begin alike (`43660*`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NumberPattern {
    octets: Box<[u8]>,
    is_prefix: bool,
}

impl NumberPattern {
    /// Reads 1 to 20 printable ASCII characters; a `*` at the end stands for any rest.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (octets, is_prefix) = text.strip_suffix('*').map_or((text, false), |octets| (octets, true));
        let fits = octets.len() <= ADDRESS_MAX && !text.is_empty();
        let printable = octets.bytes().all(|octet| matches!(octet, b'!'..=b'~') && octet != b'*');
        (fits && printable).then(|| Self { octets: octets.as_bytes().into(), is_prefix })
    }
}

/// What belongs to which numbers, such as their owner.
#[derive(Debug)]
pub(crate) struct NumberTable<T> {
    numbers: HashMap<Box<[u8]>, T>,
    prefixes: HashMap<Box<[u8]>, T>,
}

impl<T> NumberTable<T> {
    pub(crate) fn new(all: impl Iterator<Item = (NumberPattern, T)>) -> Self {
        let mut table = Self { numbers: HashMap::new(), prefixes: HashMap::new() };
        for (NumberPattern { octets, is_prefix }, value) in all {
            let known = if is_prefix { &mut table.prefixes } else { &mut table.numbers };
            known.insert(octets, value);
        }
        table
    }

    /// What belongs to this number.
    pub(crate) fn of(&self, number: &[u8]) -> Option<&T> {
        let prefixes = || (0..=number.len()).rev().filter_map(|len| self.prefixes.get(number.get(..len)?));
        self.numbers.get(number).or_else(|| prefixes().next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exact_number_wins_and_then_the_longest_prefix() {
        let owned = [("43660*", 1), ("4366012345", 2), ("436601*", 3), ("436601234567*", 4)];
        let owners = NumberTable::new(
            owned.into_iter().map(|(text, owner)| (NumberPattern::parse(text).unwrap(), owner)),
        );
        for (number, owner) in [
            ("4366012345", Some(2)),
            ("43660123456", Some(3)),
            ("43660123456789", Some(4)),
            ("43660", Some(1)),
            ("436609", Some(1)),
            ("4366", None),
            ("", None),
        ] {
            assert_eq!(owners.of(number.as_bytes()).copied(), owner, "{number}");
        }
        let all = NumberTable::new([(NumberPattern::parse("*").unwrap(), 7)].into_iter());
        assert_eq!((all.of(b""), all.of(b"1")), (Some(&7), Some(&7)));
    }

    #[test]
    fn what_no_number_could_be_is_refused() {
        for text in ["", "4*5", "**", "123456789012345678901", "é", "43 660"] {
            assert_eq!(NumberPattern::parse(text), None, "{text}");
        }
        assert!(NumberPattern::parse("12345678901234567890*").is_some());
    }
}

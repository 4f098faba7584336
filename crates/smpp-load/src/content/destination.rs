//! Who the messages go to: one number, or as many as a prefix leaves room for.

use std::str::FromStr;

/// Who the messages go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Always this address.
    One(String),
    /// Numbers of `len` digits that begin with `prefix`: each text goes to one that the seed and its place decide.
    Any {
        /// The first digits.
        prefix: String,
        /// Digits in all.
        len: usize,
    },
}

impl Destination {
    /// An address of this length; `write` puts the digits that vary into it.
    pub(super) fn model(&self) -> String {
        match self {
            Self::One(address) => address.clone(),
            Self::Any { prefix, len } => format!("{prefix:0<len$}"),
        }
    }

    /// How many digits at the end vary.
    pub(super) const fn varying(&self) -> usize {
        match self {
            Self::One(_) => 0,
            Self::Any { prefix, len } => *len - prefix.len(),
        }
    }
}

/// Decimal digits of a number that the seed and `text` decide, evenly spread.
pub(super) fn digits(seed: u64, text: u64, out: &mut [u8]) {
    let mut rest = mixed(seed ^ mixed(text));
    for digit in out {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
    }
}

/// The output function of SplitMix64 (Steele, Lea and Flood, 2014): every bit depends on every bit.
const fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

impl FromStr for Destination {
    type Err = &'static str;

    /// `4512345678`, or `PREFIX:LEN` like `45:10`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((prefix, len)) = text.split_once(':') else {
            return address(text).map(Self::One);
        };
        let len: usize = len.parse().map_err(|_| "not a length")?;
        let fits = prefix.bytes().all(|digit| digit.is_ascii_digit()) && (1..=ADDRESS_MAX).contains(&len);
        if !fits || prefix.len() >= len {
            return Err("not a prefix and a length");
        }
        Ok(Self::Any { prefix: prefix.to_owned(), len })
    }
}

/// An address of 1 to 20 printable ASCII characters.
pub(crate) fn address(text: &str) -> Result<String, &'static str> {
    let fits =
        (1..=ADDRESS_MAX).contains(&text.len()) && text.bytes().all(|octet| (b' '..=b'~').contains(&octet));
    if fits { Ok(text.to_owned()) } else { Err("not an address") }
}

/// Octets of the longest address without its NUL (SMPP v3.4 §5.2.8, §5.2.9).
pub(super) const ADDRESS_MAX: usize = 20;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_prefix_and_a_length_give_many_numbers_and_the_same_ones_again() {
        let any: Destination = "45:10".parse().unwrap();
        assert_eq!((any.model().as_str(), any.varying()), ("4500000000", 8));
        let number = |text| {
            let mut out = [0; 8];
            digits(7, text, &mut out);
            out
        };
        let numbers: HashSet<_> = (0..10_000).map(number).collect();
        assert!(numbers.len() > 9_990 && number(3) == number(3));
        assert!(numbers.iter().flatten().all(u8::is_ascii_digit));
    }

    #[test]
    fn what_is_neither_is_refused() {
        for text in ["", "45:", "45:2", "45:21", "x:10", "123456789012345678901", "Ærø"] {
            assert!(text.parse::<Destination>().is_err(), "{text}");
        }
        assert_eq!(":3".parse(), Ok(Destination::Any { prefix: String::new(), len: 3 }));
    }
}

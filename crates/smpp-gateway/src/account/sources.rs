//! Which source addresses an account may send from.

/// One address, or all that begin alike (`45*`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePattern {
    octets: Box<[u8]>,
    is_prefix: bool,
}

impl SourcePattern {
    /// Reads 1 to 15 printable ASCII characters; a `*` at the end stands for any rest.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (octets, is_prefix) = text.strip_suffix('*').map_or((text, false), |octets| (octets, true));
        let fits = text.len() <= crate::address::SOURCE_ADDRESS_KEPT && !text.is_empty();
        let printable = octets.bytes().all(|octet| matches!(octet, b' '..=b'~') && octet != b'*');
        (fits && printable).then(|| Self { octets: octets.as_bytes().into(), is_prefix })
    }

    /// True when this address is one of them.
    #[must_use]
    pub fn matches(&self, address: &[u8]) -> bool {
        if self.is_prefix { address.starts_with(&self.octets) } else { address == &*self.octets }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_one_address_or_a_prefix() {
        let matches =
            |pattern: &str, address: &str| SourcePattern::parse(pattern).unwrap().matches(address.as_bytes());
        assert!(matches("TestCo", "TestCo"));
        assert!(!matches("TestCo", "TestCo2") && !matches("TestCo", "testco"));
        assert!(matches("45*", "4512345678") && matches("45*", "45"));
        assert!(!matches("45*", "4612345678"));
        assert!(matches("*", "") && matches("*", "anything"));
    }

    #[test]
    fn what_no_source_address_could_be_is_refused() {
        for text in ["", "4*5", "**", "1234567890123456", "é"] {
            assert_eq!(SourcePattern::parse(text), None, "{text}");
        }
    }
}

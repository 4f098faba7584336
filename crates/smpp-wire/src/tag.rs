//! TLV tags (SMPP v3.4 §5.3.2, v5.0 §4.8).

use core::fmt;

use crate::tlv_rule;

/// The tag of a TLV; unknown and vendor tags are carried as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(pub u16);

impl Tag {
    /// The specification's name, `None` for an unknown or vendor tag.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match tlv_rule(self) {
            Some(rule) => Some(rule.name),
            None => None,
        }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "0x{:04X}", self.0),
        }
    }
}

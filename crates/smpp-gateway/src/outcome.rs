//! How a message ended.

use std::fmt;

/// The state of a message, as the seven letters of a receipt (SMPP v3.4 Appendix B).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stat([u8; 7]);

impl Stat {
    /// Delivered to its destination.
    pub const DELIVRD: Self = Self(*b"DELIVRD");
    /// Its validity period ran out.
    pub const EXPIRED: Self = Self(*b"EXPIRED");
    /// Deleted.
    pub const DELETED: Self = Self(*b"DELETED");
    /// It can't be delivered.
    pub const UNDELIV: Self = Self(*b"UNDELIV");
    /// Accepted by the next network.
    pub const ACCEPTD: Self = Self(*b"ACCEPTD");
    /// In an invalid state.
    pub const UNKNOWN: Self = Self(*b"UNKNOWN");
    /// Rejected.
    pub const REJECTD: Self = Self(*b"REJECTD");

    /// On its way: in an intermediate notification only.
    pub const ENROUTE: Self = Self(*b"ENROUTE");

    /// Every final state.
    pub const ALL: [Self; 7] = [
        Self::DELIVRD,
        Self::EXPIRED,
        Self::DELETED,
        Self::UNDELIV,
        Self::ACCEPTD,
        Self::UNKNOWN,
        Self::REJECTD,
    ];

    /// The final state with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stat| stat.0 == name.as_bytes())
    }

    /// The seven letters.
    #[must_use]
    pub const fn octets(&self) -> &[u8; 7] {
        &self.0
    }
}

impl fmt::Display for Stat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

impl fmt::Debug for Stat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How a message ended: its final state and the internal status code behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The final state.
    pub stat: Stat,
    /// The internal status code, 0 to -999; its absolute value is the `err` of the receipt.
    pub code: i16,
}

impl Outcome {
    /// Delivered without an error.
    pub const DELIVERED: Self = Self { stat: Stat::DELIVRD, code: 0 };
    /// Its time ran out before it was delivered.
    pub const EXPIRED: Self = Self { stat: Stat::EXPIRED, code: -5 };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_found_by_the_name_it_prints() {
        for stat in Stat::ALL {
            assert_eq!(Stat::from_name(&stat.to_string()), Some(stat));
        }
    }

    #[test]
    fn a_state_that_is_not_final_has_no_stat() {
        assert_eq!(Stat::from_name("ENROUTE"), None);
        assert_eq!(Stat::from_name("delivrd"), None);
    }
}

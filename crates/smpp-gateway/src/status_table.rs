//! Which final state each internal status code stands for: what an operator's table says, and what is sensible.

use std::collections::BTreeMap;

use crate::{Outcome, Stat};

/// Codes with their final states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusTable {
    known: BTreeMap<u16, Stat>,
    other: Stat,
}

impl StatusTable {
    /// The final state of a code, with or without its sign.
    #[must_use]
    pub fn stat(&self, code: i16) -> Stat {
        self.known.get(&code.unsigned_abs()).copied().unwrap_or(self.other)
    }

    /// How a message ends of which no more than this code is known.
    #[must_use]
    pub fn outcome(&self, code: i16) -> Outcome {
        Outcome { stat: self.stat(code), code }
    }

    /// The same with another state for this code, without its sign.
    #[must_use]
    pub fn with(mut self, code: u16, stat: Stat) -> Self {
        self.known.insert(code, stat);
        self
    }

    /// The same with another state for codes that are not in it.
    #[must_use]
    pub const fn with_other(mut self, stat: Stat) -> Self {
        self.other = stat;
        self
    }
}

impl Default for StatusTable {
    fn default() -> Self {
        Self { known: KNOWN.into_iter().collect(), other: Stat::UNDELIV }
    }
}

/// The internal status codes of an SMS provider.
const KNOWN: [(u16, Stat); 11] = [
    (0, Stat::DELIVRD),
    // Undeliverable.
    (1, Stat::UNDELIV),
    // Blacklisted by the operator.
    (2, Stat::REJECTD),
    // Not a valid mobile number.
    (3, Stat::UNDELIV),
    // Country not available.
    (4, Stat::REJECTD),
    // Delivery timeout.
    (5, Stat::EXPIRED),
    // Removed from the gateway.
    (6, Stat::DELETED),
    // Insufficient funds.
    (8, Stat::REJECTD),
    // Authorisation failed.
    (9, Stat::REJECTD),
    // Capture failed.
    (10, Stat::REJECTD),
    // Reserved.
    (11, Stat::UNKNOWN),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_means_what_the_table_says_and_an_unknown_one_is_kept() {
        let table = StatusTable::default();
        assert_eq!((table.stat(-5), table.stat(5)), (Stat::EXPIRED, Stat::EXPIRED));
        assert_eq!(table.outcome(0), Outcome::DELIVERED);
        assert_eq!(table.outcome(-5), Outcome::EXPIRED);
        assert_eq!(table.outcome(-777), Outcome { stat: Stat::UNDELIV, code: -777 });
        let table = table.with(777, Stat::ACCEPTD).with_other(Stat::UNKNOWN);
        assert_eq!(
            (table.stat(-777), table.stat(-778), table.stat(-1)),
            (Stat::ACCEPTD, Stat::UNKNOWN, Stat::UNDELIV)
        );
    }
}

//! Which binds an account may make.

use smpp_wire::CommandId;

/// A set of the three binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConnectionModes(u8);

impl ConnectionModes {
    /// No bind at all.
    pub const NONE: Self = Self(0);
    /// `bind_transmitter`: submits messages.
    pub const TRANSMITTER: Self = Self(1);
    /// `bind_receiver`: gets receipts and incoming messages.
    pub const RECEIVER: Self = Self(2);
    /// `bind_transceiver`: both.
    pub const TRANSCEIVER: Self = Self(4);
    /// Any bind.
    pub const ALL: Self = Self(7);

    /// The binds of both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The set of one bind, by the name that the config uses.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "transmitter" => Some(Self::TRANSMITTER),
            "receiver" => Some(Self::RECEIVER),
            "transceiver" => Some(Self::TRANSCEIVER),
            _ => None,
        }
    }

    /// True when this bind is in the set; false for a command that is no bind.
    #[must_use]
    pub const fn allows(self, command_id: CommandId) -> bool {
        let bind = match command_id {
            CommandId::BIND_TRANSMITTER => Self::TRANSMITTER,
            CommandId::BIND_RECEIVER => Self::RECEIVER,
            CommandId::BIND_TRANSCEIVER => Self::TRANSCEIVER,
            _ => Self::NONE,
        };
        self.0 & bind.0 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BINDS: [CommandId; 3] =
        [CommandId::BIND_TRANSMITTER, CommandId::BIND_RECEIVER, CommandId::BIND_TRANSCEIVER];

    #[test]
    fn each_mode_allows_its_own_bind_only() {
        for (index, name) in ["transmitter", "receiver", "transceiver"].into_iter().enumerate() {
            let modes = ConnectionModes::from_name(name).unwrap();
            for (other, bind) in BINDS.into_iter().enumerate() {
                assert_eq!(modes.allows(bind), index == other, "{name} and {bind}");
            }
        }
    }

    #[test]
    fn a_union_allows_the_binds_of_both() {
        let modes = ConnectionModes::TRANSMITTER.and(ConnectionModes::RECEIVER);
        assert_eq!(BINDS.map(|bind| modes.allows(bind)), [true, true, false]);
        assert!(BINDS.into_iter().all(|bind| ConnectionModes::ALL.allows(bind)));
    }

    #[test]
    fn nothing_but_a_bind_is_allowed() {
        assert!(!ConnectionModes::ALL.allows(CommandId::SUBMIT_SM));
        assert!(!ConnectionModes::NONE.allows(CommandId::BIND_RECEIVER));
    }
}

//! `command_id`: which PDU this is (SMPP v3.4 §5.1.2).

use core::fmt;

/// Which PDU this is; bit 31 marks a response (SMPP v3.4 §5.1.2). Unknown ids are carried as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommandId(pub u32);

const RESPONSE_BIT: u32 = 0x8000_0000;

impl CommandId {
    /// True when bit 31 is set; `generic_nack` counts as a response.
    #[must_use]
    pub const fn is_response(self) -> bool {
        self.0 & RESPONSE_BIT != 0
    }

    /// The response id that belongs to this request id.
    #[must_use]
    pub const fn response(self) -> Self {
        Self(self.0 | RESPONSE_BIT)
    }

    /// True for the three bind requests.
    #[must_use]
    pub const fn is_bind(self) -> bool {
        matches!(self, Self::BIND_RECEIVER | Self::BIND_TRANSMITTER | Self::BIND_TRANSCEIVER)
    }
}

impl fmt::Display for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "0x{:08X}", self.0),
        }
    }
}

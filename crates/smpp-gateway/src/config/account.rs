//! What the operator's file says of one client.

use std::net::IpAddr;

use aws_lc_rs::digest;
use smpp_session::Network;
use smpp_wire::values::RegisteredDelivery;

use crate::{
    ConnectionModes, Credential,
    account::{numbers::NumberPattern, sources::SourcePattern},
};

/// A client of the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountConfig {
    /// The name it binds with: 1 to 15 printable ASCII characters.
    pub system_id: String,
    /// What is kept of its password.
    pub credential: Credential,
    /// Which binds it may make.
    pub modes: ConnectionModes,
    /// How many sessions it may have at once.
    pub max_binds: u32,
    /// How many requests of one of its sessions may be unanswered; `None`: as many as of any session.
    pub window: Option<u16>,
    /// Messages a second of all its sessions together; `None`: any.
    pub messages_per_second: Option<u32>,
    /// Messages at once, after a pause; `None`: those of a second.
    pub burst: Option<u32>,
    /// Messages that may be on their way at once; `None`: any.
    pub queue_limit: Option<u64>,
    /// The source addresses it may send from; empty: any.
    pub sources: Vec<SourcePattern>,
    /// The numbers whose incoming messages it gets; each belongs to one account.
    pub incoming_numbers: Vec<NumberPattern>,
    /// Which receipts it gets.
    pub receipts: ReceiptPolicy,
    /// Whether announcements are told it as deliver_sm.
    #[cfg(feature = "sqlite")]
    pub announcements: bool,
    /// Where announcements are posted to; `None`: nowhere.
    #[cfg(feature = "sqlite")]
    pub webhook: Option<String>,
    /// Whether its receipts carry receipted_message_id and message_state beside their text.
    pub receipt_tlvs: bool,
    /// Where it may bind from; empty: anywhere.
    pub networks: Vec<Network>,
}

/// Which receipts an account gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptPolicy {
    /// As each message asks.
    AsAsked,
    /// One for each message, whatever it asks.
    Always,
    /// None.
    Never,
}

impl ReceiptPolicy {
    /// What a message asks for under this policy.
    #[must_use]
    pub const fn apply(self, asked: RegisteredDelivery) -> RegisteredDelivery {
        match self {
            Self::AsAsked => asked,
            Self::Always => RegisteredDelivery(asked.0 & !0x03 | RegisteredDelivery::ALWAYS.0),
            Self::Never => RegisteredDelivery::NONE,
        }
    }
}

impl AccountConfig {
    /// An account that may do anything, with eight sessions at once.
    #[must_use]
    pub fn new(system_id: &str, credential: impl Into<Credential>) -> Self {
        Self {
            system_id: system_id.to_owned(),
            credential: credential.into(),
            modes: ConnectionModes::ALL,
            max_binds: DEFAULT_MAX_BINDS,
            window: None,
            messages_per_second: None,
            burst: None,
            queue_limit: None,
            sources: Vec::new(),
            incoming_numbers: Vec::new(),
            receipts: ReceiptPolicy::AsAsked,
            #[cfg(feature = "sqlite")]
            announcements: false,
            #[cfg(feature = "sqlite")]
            webhook: None,
            receipt_tlvs: true,
            networks: Vec::new(),
        }
    }

    /// The account inside the gateway, made of its system_id: messages that were kept find their account again, however the file was
    /// changed meanwhile.
    #[must_use]
    pub fn id(&self) -> u32 {
        Self::id_of(&self.system_id)
    }

    /// The account inside the gateway that has this system_id, or had it.
    #[must_use]
    pub fn id_of(system_id: &str) -> u32 {
        let hash = digest::digest(&digest::SHA256, system_id.as_bytes());
        hash.as_ref().first_chunk().map_or(0, |octets| u32::from_be_bytes(*octets))
    }

    /// True when it may send from this source address.
    #[must_use]
    pub fn may_send_from(&self, source: &[u8]) -> bool {
        self.sources.is_empty() || self.sources.iter().any(|pattern| pattern.matches(source))
    }

    /// True when it may bind from there.
    #[must_use]
    pub fn may_come_from(&self, address: IpAddr) -> bool {
        self.networks.is_empty() || self.networks.iter().any(|network| network.contains(address))
    }
}

/// How many sessions an account has at once when its config does not say.
const DEFAULT_MAX_BINDS: u32 = 8;

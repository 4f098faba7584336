//! Session states and who may send what in which of them (SMPP v3.4 §2.2, §2.3).
//!
//! ```text
//!        bind_*_resp ESME_ROK          unbind, either way
//! Open ------------------------> Bound ------------------> Unbound --> Closed
//!   |                              |                                     ^
//!   +------- refused, timeout -----+--------- connection lost -----------+
//! ```

use smpp_wire::CommandId;

/// Which end of the session this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The application: binds.
    Esme,
    /// The message centre: is bound to.
    Smsc,
}

impl Role {
    /// The other end.
    #[must_use]
    pub const fn peer(self) -> Self {
        match self {
            Self::Esme => Self::Smsc,
            Self::Smsc => Self::Esme,
        }
    }
}

/// What the ESME bound as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BindMode {
    /// It sends messages.
    Transmitter,
    /// It receives messages.
    Receiver,
    /// Both.
    Transceiver,
}

impl BindMode {
    /// The mode that a bind request, or its response, asks for.
    #[must_use]
    pub fn of(command_id: CommandId) -> Option<Self> {
        match command_id {
            CommandId::BIND_TRANSMITTER | CommandId::BIND_TRANSMITTER_RESP => Some(Self::Transmitter),
            CommandId::BIND_RECEIVER | CommandId::BIND_RECEIVER_RESP => Some(Self::Receiver),
            CommandId::BIND_TRANSCEIVER | CommandId::BIND_TRANSCEIVER_RESP => Some(Self::Transceiver),
            _ => None,
        }
    }

    /// The bind request of this mode.
    #[must_use]
    pub const fn command_id(self) -> CommandId {
        match self {
            Self::Transmitter => CommandId::BIND_TRANSMITTER,
            Self::Receiver => CommandId::BIND_RECEIVER,
            Self::Transceiver => CommandId::BIND_TRANSCEIVER,
        }
    }

    /// True when the ESME may submit messages.
    #[must_use]
    pub const fn transmits(self) -> bool {
        matches!(self, Self::Transmitter | Self::Transceiver)
    }

    /// True when messages may be delivered to the ESME.
    #[must_use]
    pub const fn receives(self) -> bool {
        matches!(self, Self::Receiver | Self::Transceiver)
    }
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Connected, not bound.
    Open,
    /// Bound.
    Bound(BindMode),
    /// unbind was sent or received: what is open is still answered, nothing new begins.
    Unbound,
    /// The connection is to be closed once everything is written.
    Closed,
}

impl State {
    /// True when `sender` may send this request now (SMPP v3.4 §2.3; broadcasts, and replace_sm of a transceiver: SMPP v5.0 §2.4).
    ///
    /// enquire_link is answered in every state, and sent when bound.
    #[must_use]
    pub const fn allows(self, sender: Role, request: CommandId) -> bool {
        match (self, sender, request) {
            (Self::Open, Role::Esme, id) => id.is_bind(),
            (Self::Open, Role::Smsc, id) => matches!(id, CommandId::OUTBIND),
            (Self::Bound(mode), sender, id) => mode.allows(sender, id),
            (Self::Unbound | Self::Closed, ..) => false,
        }
    }
}

impl BindMode {
    const fn allows(self, sender: Role, request: CommandId) -> bool {
        match (request, sender) {
            (
                CommandId::SUBMIT_SM
                | CommandId::SUBMIT_MULTI
                | CommandId::QUERY_SM
                | CommandId::CANCEL_SM
                | CommandId::REPLACE_SM
                | CommandId::BROADCAST_SM
                | CommandId::QUERY_BROADCAST_SM
                | CommandId::CANCEL_BROADCAST_SM,
                Role::Esme,
            ) => self.transmits(),
            (CommandId::DELIVER_SM | CommandId::ALERT_NOTIFICATION, Role::Smsc) => self.receives(),
            (CommandId::DATA_SM | CommandId::ENQUIRE_LINK | CommandId::UNBIND, _) => true,
            // A vendor's own request is the application's to judge; every other command is the other end's to send.
            (id, _) => id.name().is_none() && !id.is_response(),
        }
    }
}

/// alert_notification and outbind are told, not asked (SMPP v3.4 §4.12, §4.1.7).
pub(super) const fn has_no_response(command_id: CommandId) -> bool {
    matches!(command_id, CommandId::OUTBIND | CommandId::ALERT_NOTIFICATION)
}

/// What begins a session, ends it, or asks whether the peer is still there.
pub(super) const fn is_control(command_id: CommandId) -> bool {
    matches!(command_id, CommandId::ENQUIRE_LINK | CommandId::UNBIND) || command_id.is_bind()
}

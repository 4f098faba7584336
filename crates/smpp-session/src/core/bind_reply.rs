//! What the application says to a bind.

use smpp_wire::{CommandStatus, Header};

/// What is to become of a bind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindReply {
    /// The peer is bound.
    Accept,
    /// The peer is bound, and may leave so many of its requests unanswered at most; never more than
    /// [`Limits::inbound_window`](crate::Limits::inbound_window).
    AcceptWithin(u16),
    /// It is refused with this status, and the connection closed behind it.
    Refuse(CommandStatus),
    /// It will be answered in a later turn. Until then, or until `session_init` is over, nothing more is read from the peer: what it
    /// sent behind its bind is judged as bound.
    Later,
}

impl From<Result<(), CommandStatus>> for BindReply {
    fn from(judged: Result<(), CommandStatus>) -> Self {
        judged.map_or_else(Self::Refuse, |()| Self::Accept)
    }
}

/// A bind that waits for its answer.
#[derive(Debug)]
pub(super) struct HeldBind {
    pub(super) request: Header,
    pub(super) system_id: Box<[u8]>,
}

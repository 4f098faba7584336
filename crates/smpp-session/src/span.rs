//! The `tracing` span of a session: fields `role`, `peer` and, from its bind on, `system_id`.

use std::fmt;

use tracing::{Span, field};

use crate::Role;

/// The span in which a session runs.
pub(crate) fn session_span(role: Role, peer: impl fmt::Display) -> Span {
    let role = match role {
        Role::Esme => "ESME",
        Role::Smsc => "SMSC",
    };
    tracing::info_span!("session", role, %peer, system_id = field::Empty)
}

/// Notes in a session's span who is bound, or wants to be.
pub(crate) fn record_system_id(span: &Span, system_id: &[u8]) {
    span.record("system_id", field::display(system_id.escape_ascii()));
}

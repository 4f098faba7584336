//! `[limits]` and `[lockout]` against what is allowed.

use std::time::Duration;

use crate::{
    LockoutConfig,
    config::{Limits, reader::Section},
};

pub(super) fn limits(section: &Section<'_>) -> Limits {
    let default = Limits::default();
    Limits {
        window: section.number("window", default.window, 1..=10_000),
        delivery_window: section.number("delivery_window", default.delivery_window, 1..=10_000),
        max_pdu_octets: section.number("max_pdu_octets", default.max_pdu_octets, 1024..=1_048_576),
        session_init: section.seconds("session_init_seconds", default.session_init),
        enquire_link: section.seconds("enquire_link_seconds", default.enquire_link),
        response: section.seconds("response_seconds", default.response),
        inactivity: section.seconds("inactivity_seconds", default.inactivity),
        stall: section.seconds("stall_seconds", default.stall),
        max_unbound: section.optional("max_unbound", 1..=1_000_000),
        max_connections: section.optional("max_connections", 1..=1_000_000),
    }
}

/// Whoever does not bind within `session_init` is closed, and would never see a later answer.
pub(super) fn lockout(section: &Section<'_>, session_init: Duration) -> LockoutConfig {
    let default = LockoutConfig::default();
    let most = u64::try_from(session_init.as_millis() / 2).unwrap_or(u64::MAX);
    let delay = section.optional("delay_milliseconds", 0..=most).map(Duration::from_millis);
    LockoutConfig {
        attempts: section.number("attempts", default.attempts, 1..=1_000_000),
        period: section.seconds("seconds", default.period),
        delay: delay.unwrap_or_else(|| default.delay.min(session_init / 2)),
    }
}

//! The server of `smpp-session` as the config wants it.

use smpp_session::{Limits, Server, ServerBuilder, ServerTls, TlsError};

use crate::{Config, Identity};

/// TLS with this identity, and the ticket keys of the config.
pub(crate) fn tls(identity: &Identity, config: &Config) -> Result<ServerTls, TlsError> {
    let tls = identity.server_tls()?;
    match &config.ticket_keys {
        Some(file) => tls.ticket_keys(file),
        None => Ok(tls),
    }
}

/// A server with the limits of the config.
pub(crate) fn builder(tls: ServerTls, config: &Config) -> ServerBuilder {
    let mut server = Server::builder(tls).limits(limits(config)).proxies(config.proxies.iter().copied());
    if let Some(count) = config.limits.max_connections {
        server = server.max_connections(count as usize);
    }
    if let Some(count) = config.limits.max_unbound {
        server = server.max_unbound(count as usize);
    }
    server
}

fn limits(config: &Config) -> Limits {
    let limits = &config.limits;
    Limits {
        window: limits.delivery_window,
        inbound_window: limits.window,
        max_pdu: limits.max_pdu_octets,
        session_init: limits.session_init,
        enquire_link: limits.enquire_link,
        response: limits.response,
        inactivity: Some(limits.inactivity),
        stall: limits.stall,
        ..Limits::default()
    }
}

//! TLS on both sides: rustls with aws-lc-rs, 1.2 and 1.3.

mod client;
mod error;
mod failure;
mod fingerprint;
mod identity;
mod key_holder;
mod server;
mod shown;
mod ticket_file;
mod tickets;

pub use self::{
    client::ClientTls, error::TlsError, failure::TlsFailure, fingerprint::Fingerprint, server::ServerTls,
    tickets::TicketKeys,
};

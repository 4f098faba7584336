//! TLS on both sides: rustls with aws-lc-rs, 1.2 and 1.3.

mod client;
mod error;
mod failure;
mod fingerprint;
mod pinned;
mod server;

pub use self::{
    client::ClientTls, error::TlsError, failure::TlsFailure, fingerprint::Fingerprint, server::ServerTls,
};

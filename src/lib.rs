//! SMPP v3.4 for bulk messaging: [`wire`] reads and writes PDUs, [`session`] runs windowed sessions over TLS.
//!
//! This package only re-exports the two crates, so that an application depends on one name.
#![forbid(unsafe_code)]

pub use smpp_session as session;
pub use smpp_wire as wire;

/// The Rust example of the connection guide is compiled with the documentation's tests.
#[cfg(doctest)]
#[doc = include_str!("../docs/connecting.md")]
struct ConnectionGuide;

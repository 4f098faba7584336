//! SMPP v3.4 for bulk messaging: [`wire`] reads and writes PDUs, [`session`] runs windowed sessions over TLS.
//!
//! This package only re-exports the two crates, so that an application depends on one name.
#![forbid(unsafe_code)]

pub use smpp_session as session;
pub use smpp_wire as wire;

//! Hand-written minima, kept as they are.

#[path = "../../codec/floor/decode.rs"]
pub(crate) mod decode;
#[path = "../../session/floor/pdus.rs"]
pub(crate) mod pdus;
#[path = "../../session/floor/raw.rs"]
pub(crate) mod raw;

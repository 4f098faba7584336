//! Hand-written minima, kept as they are.

pub(crate) mod decode;
pub(crate) mod encode;

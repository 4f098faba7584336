//! The gateway over real TLS, octet by octet: binds, messages, receipts, and clients that mean no good.

mod binds;
mod connection;
mod hostile;
mod messages;
mod start;

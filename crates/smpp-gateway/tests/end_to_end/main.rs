//! The gateway over real TLS, octet by octet: binds, messages, receipts, and clients that mean no good.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed test says where by panicking"
)]

mod accounts;
mod binds;
mod connection;
mod deliveries;
mod hostile;
mod incoming;
mod limits;
mod magic_numbers;
mod messages;
#[cfg(feature = "admin")]
mod observed;
mod receipts;
mod reload;
mod restart;
mod settings;
mod start;
mod tls;
mod validation;

//! What operators see of a gateway at work: read by Prometheus' own parser, and by a browser.
#![cfg(feature = "admin")]
#![expect(clippy::panic, clippy::unwrap_used, reason = "a failed test says where by panicking")]

mod http;
mod incoming;
#[cfg(feature = "sqlite")]
mod lookup;
#[cfg(feature = "sqlite")]
mod maintenance;
mod page;
mod views;

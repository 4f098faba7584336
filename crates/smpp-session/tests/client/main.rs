//! The client over real sockets, against servers that follow a script: connecting, supervision, and what becomes of requests.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed test says where by panicking"
)]

mod authority;
mod come_and_go;
mod connecting;
mod deadlines;
mod failover;
mod leaving;
mod refused;
mod requests;
mod resets;
mod smsc;
mod supervised;
mod tls;

//! Figures that are known beforehand: what a chosen server does must be what the report says of it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed test says where by panicking"
)]

mod against;
mod percentiles;
mod sink;
mod waits;

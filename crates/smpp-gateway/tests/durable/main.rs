//! What the real binary keeps: when it is killed, when the disk is full, and in which order it syncs and answers.
#![cfg(feature = "sqlite")]
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed test says where by panicking"
)]

mod announce;
mod away;
mod copy;
mod crash;
mod disk;
mod erase;
mod gateway;
mod image;
mod incoming;
mod lookup;
mod power_loss;
mod recorded;
#[cfg(feature = "admin")]
mod records;
#[cfg(feature = "admin")]
mod refusals;
mod restart;
mod restart_rounds;
mod retention;
mod trace;
mod untouched;

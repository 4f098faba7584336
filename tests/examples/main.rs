//! The examples, run as a reader would run them.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a failed test says where by panicking")]

mod binary;
mod load;
mod message_centre;
mod program;
mod relay;
mod send;

//! Ten thousand clients of each hostile kind against the real binary, a process of its own: the customers beside them lose nothing, new
//! ones come in, and its memory stays under a ceiling. And a reload under a thousand sessions at work.
#![cfg(all(feature = "admin", feature = "sqlite", target_os = "linux"))]
#![expect(clippy::panic, clippy::unwrap_used, reason = "a failed test says where by panicking")]

mod attack;
mod customers;
mod gateway;
mod kinds;
mod reload;

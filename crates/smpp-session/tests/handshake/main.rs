//! Every interleaving of handles and driver at their one lock, tried out by loom: no wake-up is lost, room that is promised is taken or
//! passed on, every request ends once.
//!
//! The sources are the crate's own, compiled once more with loom's mutex in the place of ours. A wake-up that is lost shows as a thread
//! that waits for ever, which loom calls a deadlock. That it finds them: with `Outbox::take` not keeping the waker, `Outbox::grant` doing
//! nothing, or `Place::drop` not passing on what it was promised, models below fail.
#![expect(
    dead_code,
    unused_imports,
    unreachable_pub,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the models use a part of the sources; a failed one says where by panicking"
)]

#[path = "../../src/core/mod.rs"]
mod core;
mod driver;
mod models;

pub(crate) use self::core::*;

//! The tokio driver: one task a session, over any connection.

mod cells;
mod counters;
mod handle;
mod handler;
mod meter;
mod outbox;
mod read_buffer;
mod run;
#[cfg(test)]
mod run_tests;

pub use counters::{Answers, Counters};
pub use handle::{Sending, SessionHandle};
pub use handler::{Completion, Handler, NoRequests, Reply, Turn};
pub(crate) use run::Driver;

//! The tokio driver: one task a session, over any connection.

mod cells;
mod completion_queue;
mod counters;
mod handle;
mod handler;
mod late;
mod lock;
mod meter;
mod outbox;
mod pace;
#[cfg(feature = "pdu-log")]
mod pdu_log;
mod place;
mod queues;
mod read_buffer;
mod run;
mod sending;
#[cfg(test)]
mod tests;

pub use completion_queue::{CompletionQueue, Submitted};
pub use counters::{Answers, Counters};
pub use handle::SessionHandle;
pub use handler::{Completion, Handler, NoRequests, Reply, Turn};
pub use queues::Completed;
pub(crate) use run::Driver;
pub use sending::Sending;

/// The clock of the runtime, so that tests can pause it.
#[inline]
fn now() -> std::time::Instant {
    tokio::time::Instant::now().into_std()
}

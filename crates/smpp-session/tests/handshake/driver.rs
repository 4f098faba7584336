//! What handles and driver share, with loom's lock.

#[path = "../../src/driver/cells.rs"]
mod cells;
#[path = "../../src/driver/completion_queue.rs"]
mod completion_queue;
#[path = "../../src/driver/counters.rs"]
mod counters;
#[path = "../../src/driver/handle.rs"]
mod handle;
#[path = "../../src/driver/late.rs"]
mod late;
mod lock;
#[path = "../../src/driver/outbox.rs"]
mod outbox;
#[path = "../../src/driver/pace.rs"]
mod pace;
mod peer;
#[path = "../../src/driver/place.rs"]
mod place;
#[path = "../../src/driver/queues.rs"]
mod queues;
#[path = "../../src/driver/sending.rs"]
mod sending;

pub(crate) use completion_queue::{CompletionQueue, Submitted};
pub(crate) use counters::Counters;
pub(crate) use handle::SessionHandle;
pub(crate) use peer::{Peer, nobody};
pub(crate) use queues::Completed;

fn now() -> std::time::Instant {
    tokio::time::Instant::now().into_std()
}

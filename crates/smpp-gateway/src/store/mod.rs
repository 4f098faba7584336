//! Where accepted messages are kept: the trait that every store is.
//!
//! | file | subject |
//! |---|---|
//! | `batch` | what a store takes, and what it gives back |
//! | `memory` | [`MemoryStore`], for load tests |
//! | `sqlite` | [`SqliteStore`](sqlite::SqliteStore), the gateway's default |
//! | `conformance` | each promise of [`Store`] as one test, over every store |

mod batch;
#[cfg(test)]
pub(crate) mod conformance;
#[cfg(test)]
mod delayed;
mod memory;
#[cfg(feature = "sqlite")]
pub mod sqlite;

use std::{fmt, sync::Arc, task::Poll};

pub use batch::{Announced, Batch, Completion, Held, NewMessage, Recovered, Stage, StoreError, Stored};
pub use memory::{DEFAULT_LIMIT, MemoryStore};

/// Keeps messages from their acceptance to the moment when nobody needs them any more.
///
/// Completion-based: what takes time is handed over with a token, and answered under that token. Shared by all sessions; every method may
/// be called from any thread, and none but [`recover`](Self::recover) and [`close`](Self::close) waits for a disk or a network.
///
/// # What a store promises
/// 1. Each call of [`submit`](Self::submit) and [`read`](Self::read) is answered once: at once (`Ready`), or by one [`Completion`] with its
///    token.
/// 2. A batch is kept as a whole or not at all; its answer gives the batch back as it came.
/// 3. After its `Ok`, a message reads as it was accepted or came in, with its end as soon as that was kept; it reads no more once it is
///    gone.
/// 4. A key that is not held is passed over: by `ended` and `gone` of a batch, and in what is read.
/// 5. What is refused leaves no trace, and the store goes on: the next batch may be kept.
/// 6. When a completion comes to lie ready, the store calls what [`wake_with`](Self::wake_with) gave it, after the completion can be seen.
/// 7. When [`is_durable`](Store::is_durable) says so, what was answered `Ok` survives a power loss: the next start recovers it.
/// 8. A durable store hands no key out twice, however it was stopped: [`Recovered::next_key`] lies behind every key that was answered `Ok`.
/// 9. Whatever is still held when it starts is recovered, in the order of its keys.
/// 10. Once [`close`](Self::close) has returned, everything it was given is answered, and another store may open its files. A durable
///     store refuses what comes later, at once.
///
/// Nothing is promised on the order of completions, nor on the order in which batches are worked off that were submitted before the
/// one's answer was seen.
pub trait Store: Send + Sync + fmt::Debug {
    /// What the store is called in logs and reports.
    fn name(&self) -> &'static str;

    /// True when a message that was answered `Ok` survives a power loss.
    fn is_durable(&self) -> bool;

    /// What it holds from before this start. Called once, before anything else; may wait for the disk.
    ///
    /// # Errors
    /// When it can't be read.
    fn recover(&self) -> Result<Recovered, StoreError>;

    /// Gives what is called whenever completions lie ready. It is called from any thread, and returns at once.
    fn wake_with(&self, wake: Wake);

    /// Takes a batch; `Pending` is a promise of one [`Completion::Stored`].
    fn submit(&self, batch: Batch, token: u64) -> Poll<Stored>;

    /// Asks for messages, which come in the order of `keys`; `Pending` is a promise of one [`Completion::Read`].
    fn read(&self, keys: Vec<u64>, token: u64) -> Poll<Result<Vec<Held>, StoreError>>;

    /// Appends the answers that came since the last call.
    fn poll(&self, out: &mut Vec<Completion>);

    /// Works off what it was given, and gives up what it holds. May wait for the disk.
    fn close(&self) {}
}

/// What a store calls when completions lie ready.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

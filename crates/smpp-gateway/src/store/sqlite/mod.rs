//! The store of an operator: one SQLite database, one thread that commits.
//!
//! Everything that arrives while a transaction is on its way to the disk is the next transaction: under load many messages share one
//! sync, and a lone message waits for nobody. There is no timer. Rows are appended in the order of their keys, and nothing but the key is
//! indexed; who waits for the carrier, and whose receipts are open, is known in memory as a list of keys.
//!
//! | file | subject |
//! |---|---|
//! | `schema` | the tables, and whether a file is a database of ours |
//! | `start` | what a start reads and notes down |
//! | `row` | a message as a row |
//! | `change` | a batch as statements |
//! | `thread` | the committing thread: transactions, checkpoints, failures |
//! | `book` | announcements, and who was told |
//! | `copy` | backup and restore |
//! | `lookup` | which messages there are and were, for people who ask |
//! | `erase`, `scrub` | a person's texts and numbers, overwritten; what was freed, overwritten |
//! | `found` | a message as it is shown to them |

pub(crate) mod book;
mod change;
mod copy;
mod erase;
mod found;
mod lookup;
mod row;
mod schema;
mod scrub;
mod start;
mod thread;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    task::Poll,
    thread::JoinHandle,
    time::Duration,
};

use parking_lot::Mutex;

pub use book::{Announcement, Told, Way, announce, announcements};
pub use copy::{backup, check, restore};
pub use erase::{Erased, Person};
pub use found::{Found, FoundMessage};
pub use lookup::Lookup;
pub use schema::OpenError;

use self::thread::{Desk, Job};
use super::{Batch, Completion, Held, Recovered, Store, StoreError, Stored, Wake};

/// How a [`SqliteStore`] works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SqliteOptions {
    /// How long messages are kept after nobody needs them any more, for those who ask later.
    pub retention: Duration,
    /// False: nothing waits for the disk, and a power loss takes accepted messages with it.
    pub synchronous: bool,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { retention: Duration::ZERO, synchronous: true }
    }
}

/// Keeps messages in a SQLite database: what it answered `Ok` survives a power loss.
///
/// Dropped, it works off what it was given and closes the database.
pub struct SqliteStore {
    path: PathBuf,
    options: SqliteOptions,
    desk: Arc<Desk>,
    /// Until it was asked for.
    recovered: Mutex<Option<Recovered>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl SqliteStore {
    /// Opens the database, or makes it. `accounts` are named in it for those who look into the file: their
    /// [`Account::id`](crate::Account)s and system_ids.
    ///
    /// # Errors
    /// When another process has it, when it is no database of this version, damaged, or can't be read.
    pub fn open(path: &Path, accounts: &[(u32, &str)], options: SqliteOptions) -> Result<Self, OpenError> {
        let (started, recovered) = start::start(path, accounts, options)?;
        let desk = Arc::new(Desk::default());
        let recovered = Mutex::new(Some(recovered));
        let committing = thread::Committing::new(started, Arc::clone(&desk));
        let thread = std::thread::Builder::new().name("store".to_owned()).spawn(move || committing.run());
        let thread = Mutex::new(Some(thread.map_err(|error| OpenError::unreadable(path, &error))?));
        Ok(Self { path: path.to_owned(), options, desk, recovered, thread })
    }
}

impl Store for SqliteStore {
    fn name(&self) -> &'static str {
        if self.options.synchronous { "sqlite" } else { "sqlite, not synchronous" }
    }

    fn is_durable(&self) -> bool {
        self.options.synchronous
    }

    fn recover(&self) -> Result<Recovered, StoreError> {
        self.recovered.lock().take().ok_or(StoreError::Failed)
    }

    fn wake_with(&self, wake: Wake) {
        self.desk.wake_with(wake);
    }

    fn submit(&self, batch: Batch, token: u64) -> Poll<Stored> {
        match self.desk.hand_over(Job::Submit(batch, token)) {
            Some(Job::Submit(batch, _)) => Poll::Ready(Stored { batch, result: Err(StoreError::Failed) }),
            _ => Poll::Pending,
        }
    }

    fn read(&self, keys: Vec<u64>, token: u64) -> Poll<Result<Vec<Held>, StoreError>> {
        match self.desk.hand_over(Job::Read(keys, token)) {
            Some(_) => Poll::Ready(Err(StoreError::Failed)),
            None => Poll::Pending,
        }
    }

    fn poll(&self, out: &mut Vec<Completion>) {
        self.desk.collect(out);
    }

    fn close(&self) {
        self.desk.close();
        let thread = self.thread.lock().take();
        if let Some(thread) = thread {
            let _panicked = thread.join();
        }
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SqliteStore({})", self.path.display())
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::store::conformance::{self, Place};

    struct Disk(TempDir);

    impl Default for Disk {
        fn default() -> Self {
            Self(tempfile::tempdir().unwrap())
        }
    }

    impl Place for Disk {
        fn open(&self) -> Box<dyn Store> {
            let path = self.0.path().join("messages.sqlite");
            Box::new(
                SqliteStore::open(&path, &[(0, "other"), (1, "customer")], SqliteOptions::default()).unwrap(),
            )
        }
    }

    conformance::tests!(Disk);
}

//! The committing thread: transactions, checkpoints, and what happens when the disk fails.

use std::{
    collections::HashSet,
    fs::File,
    mem,
    path::PathBuf,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use parking_lot::{Condvar, Mutex};
use rusqlite::{Connection, ErrorCode, OptionalExtension, hooks::Wal};

use super::{
    SqliteOptions,
    change::Change,
    row, schema,
    start::{Started, set},
};
use crate::{
    now::seconds,
    store::{Batch, Completion, Held, StoreError, Stored, Wake},
};

/// What is handed to the thread.
pub(super) enum Job {
    Submit(Batch, u64),
    Read(Vec<u64>, u64),
}

/// Where jobs are handed over and answers lie ready.
#[derive(Default)]
pub(super) struct Desk {
    jobs: Mutex<Jobs>,
    arrived: Condvar,
    done: Mutex<Vec<Completion>>,
    wake: OnceLock<Wake>,
}

#[derive(Default)]
struct Jobs {
    waiting: Vec<Job>,
    closed: bool,
}

impl Desk {
    pub(super) fn wake_with(&self, wake: Wake) {
        let _first = self.wake.set(wake);
    }

    /// Gives the job back once the desk is closed.
    pub(super) fn hand_over(&self, job: Job) -> Option<Job> {
        let mut jobs = self.jobs.lock();
        if jobs.closed {
            return Some(job);
        }
        jobs.waiting.push(job);
        if jobs.waiting.len() == 1 {
            self.arrived.notify_one();
        }
        None
    }

    pub(super) fn close(&self) {
        self.jobs.lock().closed = true;
        self.arrived.notify_one();
    }

    pub(super) fn collect(&self, out: &mut Vec<Completion>) {
        out.append(&mut self.done.lock());
    }

    /// Everything that has arrived; waits for the first. `None` once the desk is closed and empty.
    fn take(&self) -> Option<Vec<Job>> {
        let mut jobs = self.jobs.lock();
        while jobs.waiting.is_empty() {
            if jobs.closed {
                return None;
            }
            self.arrived.wait(&mut jobs);
        }
        Some(mem::take(&mut jobs.waiting))
    }

    fn answer(&self, answers: impl Iterator<Item = Completion>) {
        self.done.lock().extend(answers);
        if let Some(wake) = self.wake.get() {
            wake();
        }
    }
}

/// The state of the thread.
pub(super) struct Committing {
    desk: Arc<Desk>,
    path: PathBuf,
    options: SqliteOptions,
    /// `None` after a failure: what a failed sync left is not trusted, the database is opened anew.
    connection: Option<Connection>,
    /// Held as long as the database is.
    _lock: File,
    /// The first key that a restart would hand out.
    mark: u64,
    /// Keys that were refused, though the disk may have kept them before it failed.
    doubtful: Vec<u64>,
    refused: u64,
    log: Log,
    past_checked: i64,
    /// The keys of announcements that are not acknowledged.
    announced: HashSet<u64>,
}

/// How long the write-ahead log is, in pages, and at which length it is written back.
struct Log {
    pages: Arc<AtomicU32>,
    write_back_at: u32,
}

impl Committing {
    pub(super) fn new(started: Started, desk: Arc<Desk>) -> Self {
        let log = Log { pages: Arc::default(), write_back_at: CHECKPOINT_PAGES };
        let Started { path, options, connection, lock, mark, announced } = started;
        let connection = watched(connection, &log.pages);
        Self {
            desk,
            path,
            options,
            connection,
            _lock: lock,
            mark,
            doubtful: Vec::new(),
            refused: 0,
            log,
            past_checked: 0,
            announced,
        }
    }

    pub(super) fn run(mut self) {
        while let Some(jobs) = self.desk.take() {
            let mut batches = Vec::with_capacity(jobs.len());
            let mut reads = Vec::new();
            for job in jobs {
                match job {
                    Job::Submit(batch, token) => batches.push((batch, token)),
                    Job::Read(keys, token) => reads.push((keys, token)),
                }
            }
            if !batches.is_empty() {
                let result = self.commit(&batches);
                let stored = |(batch, token)| Completion::Stored(token, Stored { batch, result });
                self.desk.answer(batches.into_iter().map(stored));
                self.checkpoint();
            }
            for (keys, token) in reads {
                let held = self.read(&keys);
                self.desk.answer([Completion::Read(token, held)].into_iter());
            }
        }
    }

    fn commit(&mut self, batches: &[(Batch, u64)]) -> Result<(), StoreError> {
        let written = self.reconnect().and_then(|()| self.write(batches));
        match written {
            Ok(()) if self.refused > 0 => {
                tracing::info!(refused = mem::take(&mut self.refused), "the store keeps messages again");
                Ok(())
            }
            Ok(()) => Ok(()),
            Err(error) => Err(self.failed(&error, batches)),
        }
    }

    fn write(&mut self, batches: &[(Batch, u64)]) -> rusqlite::Result<()> {
        let Some(connection) = &mut self.connection else { return Err(rusqlite::Error::InvalidQuery) };
        let transaction = connection.transaction()?;
        let now = row::integer(seconds())?;
        let retention = i64::try_from(self.options.retention.as_secs()).unwrap_or(i64::MAX);
        let keep_past = (retention > 0).then_some(now);
        let change = Change { transaction: &transaction, keep_past, announced: &self.announced };
        change.forget(&self.doubtful)?;
        for (batch, _) in batches {
            change.apply(batch)?;
        }
        if now > self.past_checked {
            change.forget_past(now.saturating_sub(retention))?;
        }
        let mark = next_mark(self.mark, batches);
        if mark != self.mark {
            set(&transaction, "next_key", row::integer(mark)?)?;
        }
        transaction.commit()?;
        (self.mark, self.past_checked) = (mark, now);
        note_announced(&mut self.announced, batches);
        self.doubtful.clear();
        Ok(())
    }

    /// Says so once, and decides whether the connection may be used again.
    fn failed(&mut self, error: &rusqlite::Error, batches: &[(Batch, u64)]) -> StoreError {
        let keys: Vec<_> = batches.iter().flat_map(|(batch, _)| batch.new_keys()).collect();
        if self.refused == 0 {
            let path = self.path.display();
            tracing::error!(%error, %path, messages = keys.len(), "messages are refused: they can't be kept");
        }
        self.refused += (keys.len() as u64).max(1);
        if error.sqlite_error_code() == Some(ErrorCode::DiskFull) {
            return StoreError::Full;
        }
        // What is not a disk error was judged before a page was written, and leaves nothing in doubt.
        if is_of_the_disk(error) {
            self.doubtful.extend(keys);
            self.connection = None;
        }
        StoreError::Failed
    }

    /// After a failure the log is written back and emptied before anything is added: no page is believed because it was once written.
    fn reconnect(&mut self) -> rusqlite::Result<()> {
        if self.connection.is_some() {
            return Ok(());
        }
        let connection = schema::connect(&self.path, self.options)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))?;
        self.connection = watched(connection, &self.log.pages);
        Ok(())
    }

    /// Writes the log back when it is long, after the answers have left. On this thread, since from another connection it would never
    /// be done under constant writes.
    fn checkpoint(&mut self) {
        let pages = self.log.pages.load(Ordering::Relaxed);
        let (Some(connection), true) = (&self.connection, pages >= self.log.write_back_at) else { return };
        let done = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", (), |row| {
            Ok(row.get::<_, i64>(1)? == row.get::<_, i64>(2)?)
        });
        match done {
            Ok(true) => self.log.write_back_at = CHECKPOINT_PAGES,
            // Somebody reads, such as a backup: later.
            Ok(false) => self.log.write_back_at = pages.saturating_add(CHECKPOINT_PAGES),
            Err(error) => {
                tracing::error!(%error, "the log of the store can't be written back");
                self.connection = None;
            }
        }
    }

    fn read(&mut self, keys: &[u64]) -> Result<Vec<Held>, StoreError> {
        let read = self.reconnect().and_then(|()| self.find(keys));
        read.map_err(|error| {
            tracing::error!(%error, path = %self.path.display(), "messages can't be read");
            StoreError::Failed
        })
    }

    fn find(&self, keys: &[u64]) -> rusqlite::Result<Vec<Held>> {
        let Some(connection) = &self.connection else { return Err(rusqlite::Error::InvalidQuery) };
        let mut statement = connection.prepare_cached(row::SELECT)?;
        let mut held = Vec::with_capacity(keys.len());
        for key in keys {
            let key = [row::integer(*key)?];
            held.extend(statement.query_row(key, row::read).optional()?);
        }
        Ok(held)
    }
}

/// The connection, once it tells how long the log is after each commit.
fn watched(mut connection: Connection, pages: &Arc<AtomicU32>) -> Option<Connection> {
    let pages = Arc::clone(pages);
    let note = move |_: &mut Wal, count: i32| {
        pages.store(count.unsigned_abs(), Ordering::Relaxed);
        Ok(())
    };
    connection.wal_hook(Some(note)).ok()?;
    Some(connection)
}

/// Every key that is kept must lie before the mark; it moves in steps, so that few transactions write it.
fn next_mark(mark: u64, batches: &[(Batch, u64)]) -> u64 {
    match batches.iter().flat_map(|(batch, _)| batch.new_keys()).max() {
        Some(last) if last >= mark => last.saturating_add(MARK_STEP),
        _ => mark,
    }
}

/// Which announcements are open after these.
fn note_announced(open: &mut HashSet<u64>, batches: &[(Batch, u64)]) {
    open.extend(batches.iter().flat_map(|(batch, _)| &batch.announced).map(|announced| announced.key));
    if !open.is_empty() {
        for key in batches.iter().flat_map(|(batch, _)| &batch.gone) {
            open.remove(key);
        }
    }
}

fn is_of_the_disk(error: &rusqlite::Error) -> bool {
    let known = error.sqlite_error_code();
    !matches!(known, Some(ErrorCode::ConstraintViolation | ErrorCode::DatabaseBusy))
        && !matches!(error, rusqlite::Error::IntegralValueOutOfRange(..))
}

/// Pages in the log: more make reads slower, fewer make more syncs.
const CHECKPOINT_PAGES: u32 = 1_000;
/// Keys that a restart skips at most.
const MARK_STEP: u64 = 1 << 20;

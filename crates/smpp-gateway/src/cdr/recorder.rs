//! The thread that writes records: everything that arrived meanwhile with one write and one sync.

use std::{
    collections::HashMap,
    io, mem,
    sync::{Arc, OnceLock, atomic::Ordering},
    task::Poll,
    time::{Duration, SystemTime},
};

use parking_lot::{Condvar, Mutex};

use super::{RecordCounts, files::Files, line::LineWriter, recording::Names};
use crate::{
    config::CdrFormat,
    store::{Batch, Completion, Store, StoreError, Stored, Wake},
};

/// Where batches are handed over and answers lie ready.
#[derive(Default)]
pub(super) struct Desk {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    done: Mutex<Vec<Completion>>,
    wake: OnceLock<Wake>,
}

#[derive(Default)]
struct Waiting {
    batches: Vec<(Batch, u64)>,
    closed: bool,
}

impl Desk {
    pub(super) fn wake_with(&self, wake: Wake) {
        let _first = self.wake.set(wake);
    }

    pub(super) fn close(&self) {
        self.waiting.lock().closed = true;
        self.arrived.notify_one();
    }

    pub(super) fn collect(&self, out: &mut Vec<Completion>) {
        out.append(&mut self.done.lock());
    }

    /// Gives the batch back once it is closed.
    pub(super) fn hand_over(&self, batch: Batch, token: u64) -> Option<Batch> {
        let mut waiting = self.waiting.lock();
        if waiting.closed {
            return Some(batch);
        }
        waiting.batches.push((batch, token));
        self.arrived.notify_one();
        None
    }

    /// Everything that has arrived; nothing after a while in which nothing did. `None` once it is closed and empty.
    fn take(&self) -> Option<Vec<(Batch, u64)>> {
        let mut waiting = self.waiting.lock();
        if waiting.batches.is_empty() && !waiting.closed {
            self.arrived.wait_for(&mut waiting, TICK);
        }
        let is_over = waiting.batches.is_empty() && waiting.closed;
        (!is_over).then(|| mem::take(&mut waiting.batches))
    }

    fn answer(&self, answers: Vec<Completion>) {
        if answers.is_empty() {
            return;
        }
        self.done.lock().extend(answers);
        if let Some(wake) = self.wake.get() {
            wake();
        }
    }
}

/// The thread that writes.
pub(super) struct Recorder {
    store: Arc<dyn Store>,
    desk: Arc<Desk>,
    files: Files,
    lines: LineWriter,
    /// The lines of a batch; kept, so that it grows once.
    octets: Vec<u8>,
    names: Names,
    counts: Arc<RecordCounts>,
    is_failing: bool,
}

impl Recorder {
    pub(super) fn new(
        (store, desk): (Arc<dyn Store>, Arc<Desk>),
        files: Files,
        format: CdrFormat,
        names: Names,
        counts: Arc<RecordCounts>,
    ) -> Self {
        Self {
            store,
            desk,
            files,
            lines: LineWriter::new(format),
            octets: Vec::new(),
            names,
            counts,
            is_failing: false,
        }
    }

    pub(super) fn run(mut self) {
        while let Some(batches) = self.desk.take() {
            if batches.is_empty() {
                let ticked = self.files.tick(SystemTime::now());
                self.note(ticked.err().as_ref());
                continue;
            }
            let answers = match self.write(&batches) {
                Ok(()) => self.hand_on(batches),
                Err(error) => refused(batches, error),
            };
            self.desk.answer(answers);
        }
        let finished = self.files.finish(SystemTime::now());
        self.note(finished.err().as_ref());
    }

    /// One write and one sync for all of them.
    fn write(&mut self, batches: &[(Batch, u64)]) -> Result<(), StoreError> {
        let (mut known, mut count) = (HashMap::new(), 0);
        self.octets.clear();
        for record in batches.iter().flat_map(|(batch, _)| &batch.records) {
            let name = known.entry(record.account).or_insert_with(|| (self.names)(record.account));
            self.lines.write(record, name, &mut self.octets);
            count += 1;
        }
        let written = self.files.append(&self.octets, SystemTime::now());
        self.note(written.as_ref().err());
        written.map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full,
            _ => StoreError::Failed,
        })?;
        self.counts.written.fetch_add(count, Ordering::Relaxed);
        Ok(())
    }

    fn hand_on(&self, batches: Vec<(Batch, u64)>) -> Vec<Completion> {
        let hand_on = |(mut batch, token): (Batch, u64)| {
            batch.records.clear();
            match self.store.submit(batch, token) {
                Poll::Ready(stored) => Some(Completion::Stored(token, stored)),
                Poll::Pending => None,
            }
        };
        batches.into_iter().filter_map(hand_on).collect()
    }

    /// Says once that it fails, and once that it works again.
    fn note(&mut self, error: Option<&io::Error>) {
        let directory = self.files.directory().display();
        match error {
            Some(error) => {
                self.counts.failures.fetch_add(1, Ordering::Relaxed);
                if !self.is_failing {
                    tracing::error!(%error, %directory, "records can't be written: messages that end are kept until they can");
                }
            }
            None if self.is_failing => tracing::info!(%directory, "records are written again"),
            None => {}
        }
        self.is_failing = error.is_some();
    }
}

fn refused(batches: Vec<(Batch, u64)>, error: StoreError) -> Vec<Completion> {
    let refuse = |(batch, token)| Completion::Stored(token, Stored { batch, result: Err(error) });
    batches.into_iter().map(refuse).collect()
}

/// How often an idle gateway looks whether its file is old.
const TICK: Duration = Duration::from_secs(30);

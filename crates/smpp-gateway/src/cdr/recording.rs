//! A store whose ends are recorded first: it stands before another one.
//!
//! A batch with records waits until they are on the disk, and goes on to the store then; everything else goes straight through. So a
//! crash in between leaves a message that is recorded and not ended: it ends again, and has a second line. It can't leave one that is
//! forgotten and has none. What arrives while lines are synced shares the next write and the next sync.

use std::{
    fmt, io, mem,
    path::Path,
    sync::{Arc, OnceLock, atomic::Ordering},
    task::Poll,
    thread::{Builder, JoinHandle},
    time::{Duration, SystemTime},
};

use parking_lot::{Condvar, Mutex};

use super::{RecordCounts, files::Files};
use crate::{
    config::CdrConfig,
    store::{Batch, Completion, Held, Recovered, Store, StoreError, Stored, Wake},
};

/// Records the ends of messages before the store behind it forgets them.
///
/// Of its answers, batches come back without the records that were written: who submits again what the store refused makes no second
/// line. Dropped, it writes and hands on what it was given.
pub(crate) struct RecordingStore {
    store: Arc<dyn Store>,
    desk: Arc<Desk>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What an account is called in the records.
pub(crate) type Names = Box<dyn Fn(u32) -> String + Send>;

impl RecordingStore {
    pub(crate) fn start(
        store: Box<dyn Store>,
        config: &CdrConfig,
        state_dir: &Path,
        names: Names,
        counts: Arc<RecordCounts>,
    ) -> io::Result<Self> {
        let files = Files::new(config.clone(), state_dir)?;
        let (store, desk) = (Arc::from(store), Arc::new(Desk::default()));
        let recorder = Recorder {
            store: Arc::clone(&store),
            desk: Arc::clone(&desk),
            files,
            format: config.format,
            names,
            counts,
            is_failing: false,
        };
        let thread = Builder::new().name("records".to_owned()).spawn(move || recorder.run())?;
        Ok(Self { store, desk, thread: Mutex::new(Some(thread)) })
    }
}

impl Store for RecordingStore {
    fn name(&self) -> &'static str {
        self.store.name()
    }

    fn is_durable(&self) -> bool {
        self.store.is_durable()
    }

    fn recover(&self) -> Result<Recovered, StoreError> {
        self.store.recover()
    }

    fn wake_with(&self, wake: Wake) {
        let _first = self.desk.wake.set(Arc::clone(&wake));
        self.store.wake_with(wake);
    }

    fn submit(&self, batch: Batch, token: u64) -> Poll<Stored> {
        if batch.records.is_empty() {
            return self.store.submit(batch, token);
        }
        match self.desk.hand_over(batch, token) {
            None => Poll::Pending,
            Some(batch) => Poll::Ready(Stored { batch, result: Err(StoreError::Failed) }),
        }
    }

    fn read(&self, keys: Vec<u64>, token: u64) -> Poll<Result<Vec<Held>, StoreError>> {
        self.store.read(keys, token)
    }

    fn poll(&self, out: &mut Vec<Completion>) {
        out.append(&mut self.desk.done.lock());
        self.store.poll(out);
    }

    fn close(&self) {
        self.finish();
        self.store.close();
    }
}

impl RecordingStore {
    fn finish(&self) {
        self.desk.waiting.lock().closed = true;
        self.desk.arrived.notify_one();
        let thread = self.thread.lock().take();
        if let Some(thread) = thread {
            let _panicked = thread.join();
        }
    }
}

impl Drop for RecordingStore {
    fn drop(&mut self) {
        self.finish();
    }
}

impl fmt::Debug for RecordingStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordingStore({:?})", self.store)
    }
}

/// Where batches are handed over and answers lie ready.
#[derive(Default)]
struct Desk {
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
    /// Gives the batch back once it is closed.
    fn hand_over(&self, batch: Batch, token: u64) -> Option<Batch> {
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
struct Recorder {
    store: Arc<dyn Store>,
    desk: Arc<Desk>,
    files: Files,
    format: crate::config::CdrFormat,
    names: Names,
    counts: Arc<RecordCounts>,
    is_failing: bool,
}

impl Recorder {
    fn run(mut self) {
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
        let (mut lines, mut count, mut known) = (Vec::new(), 0, None);
        for record in batches.iter().flat_map(|(batch, _)| &batch.records) {
            // Records of one account stand side by side.
            if known.as_ref().is_none_or(|(account, _)| *account != record.account) {
                known = Some((record.account, (self.names)(record.account)));
            }
            let name = known.as_ref().map_or("", |(_, name)| name);
            self.format.write(record, name, &mut lines);
            count += 1;
        }
        let written = self.files.append(&lines, SystemTime::now());
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

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use tempfile::TempDir;

    use super::*;
    use crate::{
        cdr::line::tests::record,
        store::{
            MemoryStore,
            conformance::{self, Place, accepting, ended},
        },
    };

    fn recording(store: Box<dyn Store>, state_dir: &Path) -> RecordingStore {
        let names = Box::new(|id| format!("account {id}"));
        RecordingStore::start(store, &CdrConfig::default(), state_dir, names, Arc::default()).unwrap()
    }

    /// The lines of all files.
    fn lines(state_dir: &Path) -> Vec<String> {
        let files = fs::read_dir(state_dir.join("cdr")).unwrap().map(|entry| entry.unwrap().path());
        let texts = files.map(|path| fs::read_to_string(path).unwrap());
        texts.flat_map(|text| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    /// What goes on behind: each batch, and how many lines were on the disk when it came.
    #[derive(Debug)]
    struct Spy(PathBuf, Arc<Mutex<Vec<(Batch, usize)>>>);

    impl Store for Spy {
        fn name(&self) -> &'static str {
            "spy"
        }

        fn is_durable(&self) -> bool {
            false
        }

        fn recover(&self) -> Result<Recovered, StoreError> {
            Ok(Recovered::default())
        }

        fn wake_with(&self, _: Wake) {}

        fn submit(&self, batch: Batch, _: u64) -> Poll<Stored> {
            self.1.lock().push((batch.clone(), lines(&self.0).len()));
            Poll::Ready(Stored { batch, result: Ok(()) })
        }

        fn read(&self, _: Vec<u64>, _: u64) -> Poll<Result<Vec<Held>, StoreError>> {
            Poll::Ready(Ok(Vec::new()))
        }

        fn poll(&self, _: &mut Vec<Completion>) {}
    }

    fn ending(keys: &[u64]) -> Batch {
        let records = keys.iter().map(|key| record(*key)).collect();
        Batch { ended: keys.iter().map(|key| ended(*key)).collect(), records, ..Batch::default() }
    }

    fn answers(store: &RecordingStore, count: usize) -> Vec<Completion> {
        let mut out = Vec::new();
        while out.len() < count {
            store.poll(&mut out);
            std::thread::yield_now();
        }
        out
    }

    #[test]
    fn no_end_reaches_the_store_before_its_line_is_on_the_disk() {
        let state = tempfile::tempdir().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let spy = Spy(state.path().to_owned(), Arc::clone(&seen));
        let store = recording(Box::new(spy), state.path());
        assert!(store.submit(accepting([9]), 0).is_ready(), "what has no records waits for nothing");
        for token in 1..=20 {
            assert!(store.submit(ending(&[2 * token, 2 * token + 1]), token).is_pending());
        }
        for answer in answers(&store, 20) {
            assert!(
                matches!(answer, Completion::Stored(_, Stored { result: Ok(()), batch }) if batch.records.is_empty())
            );
        }
        drop(store);
        let mut ends = 0;
        for (batch, lines) in seen.lock().iter() {
            ends += batch.ended.len();
            assert!(*lines >= ends, "{ends} ends and {lines} lines");
        }
        assert_eq!((ends, lines(state.path()).len()), (40, 40));
        assert!(lines(state.path())[0].contains(",account 1,"));
    }

    #[test]
    fn what_can_not_be_recorded_comes_back_whole_and_is_recorded_once_when_it_can() {
        let state = tempfile::tempdir().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let store = recording(Box::new(Spy(state.path().to_owned(), Arc::clone(&seen))), state.path());
        fs::remove_dir(state.path().join("cdr")).unwrap();
        assert!(store.submit(ending(&[1]), 1).is_pending());
        let refused = Stored { batch: ending(&[1]), result: Err(StoreError::Failed) };
        assert_eq!(answers(&store, 1), [Completion::Stored(1, refused)]);
        assert!(seen.lock().is_empty(), "the message is not forgotten");
        fs::create_dir(state.path().join("cdr")).unwrap();
        assert!(store.submit(ending(&[1]), 2).is_pending());
        assert!(matches!(&answers(&store, 1)[..], [Completion::Stored(2, Stored { result: Ok(()), .. })]));
        assert_eq!(lines(state.path()).len(), 1);
    }

    #[test]
    fn dropped_it_hands_on_what_it_was_given() {
        let state = tempfile::tempdir().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let store = recording(Box::new(Spy(state.path().to_owned(), Arc::clone(&seen))), state.path());
        for token in 0..50 {
            assert!(store.submit(ending(&[token]), token).is_pending());
        }
        drop(store);
        assert_eq!((seen.lock().len(), lines(state.path()).len()), (50, 50));
        let names = fs::read_dir(state.path().join("cdr")).unwrap().map(|entry| entry.unwrap().path());
        assert!(names.into_iter().all(|path| path.extension().is_some_and(|end| end == "csv")), "finished");
    }

    struct Recorded(TempDir);

    impl Default for Recorded {
        fn default() -> Self {
            Self(tempfile::tempdir().unwrap())
        }
    }

    impl Place for Recorded {
        #[cfg(feature = "sqlite")]
        fn open(&self) -> Box<dyn Store> {
            use crate::store::sqlite::{SqliteOptions, SqliteStore};
            let path = self.0.path().join("messages.sqlite");
            let store = SqliteStore::open(&path, &[(1, "customer")], SqliteOptions::default()).unwrap();
            Box::new(recording(Box::new(store), self.0.path()))
        }

        #[cfg(not(feature = "sqlite"))]
        fn open(&self) -> Box<dyn Store> {
            Box::new(recording(Box::new(MemoryStore::new()), self.0.path()))
        }
    }

    conformance::tests!(Recorded);

    #[test]
    fn a_store_that_answers_at_once_answers_after_the_records() {
        let state = tempfile::tempdir().unwrap();
        let store = recording(Box::new(MemoryStore::new()), state.path());
        assert!(store.submit(accepting([1]), 0).is_ready());
        assert!(store.submit(ending(&[1]), 1).is_pending());
        assert_eq!(answers(&store, 1).len(), 1);
        assert_eq!(lines(state.path()).len(), 1);
    }
}

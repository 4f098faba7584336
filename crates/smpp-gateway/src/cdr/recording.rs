//! A store whose ends are recorded first: it stands before another one.
//!
//! A batch with records waits until they are on the disk, and goes on to the store then; everything else goes straight through. So a
//! crash in between leaves a message that is recorded and not ended: it ends again, and has a second line. It can't leave one that is
//! forgotten and has none. What arrives while lines are synced shares the next write and the next sync.

use std::{
    fmt, io,
    path::Path,
    sync::Arc,
    task::Poll,
    thread::{Builder, JoinHandle},
};

use parking_lot::Mutex;

use super::{
    RecordCounts,
    files::Files,
    recorder::{Desk, Recorder},
};
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
        let recorder =
            Recorder::new((Arc::clone(&store), Arc::clone(&desk)), files, config.format, names, counts);
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
        self.desk.wake_with(Arc::clone(&wake));
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
        self.desk.collect(out);
        self.store.poll(out);
    }

    fn close(&self) {
        self.finish();
        self.store.close();
    }
}

impl RecordingStore {
    fn finish(&self) {
        self.desk.close();
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

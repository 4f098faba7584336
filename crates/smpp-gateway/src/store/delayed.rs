//! A store that takes its time and answers in any order, as a replicated one may: for tests.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    task::Poll,
    thread,
    time::Duration,
};

use parking_lot::Mutex;

use super::{Batch, Completion, Held, MemoryStore, Recovered, Store, StoreError, Stored, Wake};

/// A [`MemoryStore`] behind a thread that lets calls pile up, works them off shuffled, and answers them shuffled again.
#[derive(Debug)]
pub(crate) struct DelayedStore {
    jobs: Mutex<Sender<Job>>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    done: Mutex<Vec<Completion>>,
    wake: Mutex<Option<Wake>>,
}

#[derive(Debug)]
enum Job {
    Submit(Batch, u64),
    Read(Vec<u64>, u64),
}

impl DelayedStore {
    pub(crate) fn new(seed: u64) -> Self {
        let (sender, receiver) = channel();
        let shared = Arc::new(Shared::default());
        let for_thread = Arc::clone(&shared);
        thread::spawn(move || work(&receiver, &for_thread, fastrand::Rng::with_seed(seed)));
        Self { jobs: Mutex::new(sender), shared }
    }

    fn hand_over(&self, job: Job) {
        self.jobs.lock().send(job).unwrap();
    }
}

impl Store for DelayedStore {
    fn name(&self) -> &'static str {
        "delayed"
    }

    fn is_durable(&self) -> bool {
        false
    }

    fn recover(&self) -> Result<Recovered, StoreError> {
        Ok(Recovered::default())
    }

    fn wake_with(&self, wake: Wake) {
        *self.shared.wake.lock() = Some(wake);
    }

    fn submit(&self, batch: Batch, token: u64) -> Poll<Stored> {
        self.hand_over(Job::Submit(batch, token));
        Poll::Pending
    }

    fn read(&self, keys: Vec<u64>, token: u64) -> Poll<Result<Vec<Held>, StoreError>> {
        self.hand_over(Job::Read(keys, token));
        Poll::Pending
    }

    fn poll(&self, out: &mut Vec<Completion>) {
        out.append(&mut self.shared.done.lock());
    }
}

fn work(jobs: &Receiver<Job>, shared: &Shared, mut random: fastrand::Rng) {
    let store = MemoryStore::new();
    while let Ok(first) = jobs.recv() {
        // Others follow on its heels.
        thread::sleep(PILE_UP);
        let mut some: Vec<_> = [first].into_iter().chain(jobs.try_iter()).collect();
        random.shuffle(&mut some);
        let mut answers: Vec<_> = some.into_iter().map(|job| done(&store, job)).collect();
        random.shuffle(&mut answers);
        shared.done.lock().extend(answers);
        if let Some(wake) = &*shared.wake.lock() {
            wake();
        }
    }
}

fn done(store: &MemoryStore, job: Job) -> Completion {
    match job {
        Job::Submit(batch, token) => match store.submit(batch, token) {
            Poll::Ready(stored) => Completion::Stored(token, stored),
            Poll::Pending => unreachable!("memory does not wait"),
        },
        Job::Read(keys, token) => match store.read(keys, token) {
            Poll::Ready(held) => Completion::Read(token, held),
            Poll::Pending => unreachable!("memory does not wait"),
        },
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// How long calls pile up: long enough that later ones overtake earlier ones.
const PILE_UP: Duration = Duration::from_micros(200);

mod tests {
    use super::*;
    use crate::store::conformance::{self, Place};

    #[derive(Default)]
    struct Behind;

    impl Place for Behind {
        fn open(&self) -> Box<dyn Store> {
            Box::new(DelayedStore::new(5))
        }
    }

    conformance::tests!(Behind);
}

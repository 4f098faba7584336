//! A store in memory, for load tests: fast, and empty after a restart.

use std::{collections::VecDeque, fmt, task::Poll};

use parking_lot::Mutex;

use super::{Batch, Completion, Held, NewMessage, Recovered, Stage, Store, StoreError, Stored, Wake};
use crate::Final;

/// Keeps messages in memory: a power loss or a restart loses all of them.
///
/// A ring of slots with the key as index, so that a message is put and taken without a search. The ring reaches
/// from the oldest message held to the newest, and its slots are reused: once it is as long as the traffic needs,
/// nothing is allocated.
pub struct MemoryStore {
    ring: Mutex<Ring>,
}

#[derive(Default)]
struct Ring {
    /// The key of the first slot.
    base: u64,
    /// Neither the first nor the last slot is empty.
    slots: VecDeque<Option<Held>>,
    held: usize,
    limit: usize,
}

impl MemoryStore {
    /// A store whose keys, from the oldest held to the newest, span at most [`DEFAULT_LIMIT`].
    #[must_use]
    pub fn new() -> Self {
        Self::with_limit(DEFAULT_LIMIT)
    }

    /// A store whose keys, from the oldest held to the newest, span at most `limit`; beyond it is full.
    #[must_use]
    pub fn with_limit(limit: usize) -> Self {
        Self { ring: Mutex::new(Ring { limit, ..Ring::default() }) }
    }

    /// How many messages are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ring.lock().held
    }

    /// True when no message is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Store for MemoryStore {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn is_durable(&self) -> bool {
        false
    }

    fn recover(&self) -> Result<Recovered, StoreError> {
        let mut id_secret = [0; 16];
        // Without the system's generator ids could be guessed, yet stay unique.
        if aws_lc_rs::rand::fill(&mut id_secret).is_err() {
            fastrand::fill(&mut id_secret);
        }
        Ok(Recovered { id_secret, ..Recovered::default() })
    }

    fn wake_with(&self, _wake: Wake) {}

    fn submit(&self, batch: Batch, _token: u64) -> Poll<Stored> {
        let result = self.ring.lock().apply(&batch);
        Poll::Ready(Stored { batch, result })
    }

    fn read(&self, keys: Vec<u64>, _token: u64) -> Poll<Result<Vec<Held>, StoreError>> {
        let mut ring = self.ring.lock();
        Poll::Ready(Ok(keys.iter().filter_map(|key| ring.slot(*key)?.clone()).collect()))
    }

    fn poll(&self, _out: &mut Vec<Completion>) {}
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("len", &self.len()).finish_non_exhaustive()
    }
}

impl Ring {
    /// Only new messages may be refused, so they come first.
    fn apply(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.make_room_for(batch)?;
        for message in &batch.accepted {
            self.put(message.clone(), Stage::Accepted);
        }
        for message in &batch.incoming {
            self.put(message.clone(), Stage::Incoming);
        }
        for ended in &batch.ended {
            self.end(*ended);
        }
        for (key, account) in &batch.assigned {
            if let Some(Some(held)) = self.slot(*key) {
                held.message.account = *account;
            }
        }
        for key in &batch.gone {
            self.take(*key);
        }
        self.trim();
        Ok(())
    }

    fn make_room_for(&mut self, batch: &Batch) -> Result<(), StoreError> {
        match (batch.new_keys().min(), batch.new_keys().max()) {
            (Some(first), Some(last)) => self.make_room(first, last),
            _ => Ok(()),
        }
    }

    fn end(&mut self, ended: Final) {
        if let Some(Some(held)) = self.slot(ended.key) {
            held.stage = Stage::Ended(ended);
        }
    }

    /// Stretches the ring over the keys `first..=last`. Sessions race from making a key to storing it, so keys arrive
    /// nearly in order, and sometimes just before the first slot.
    fn make_room(&mut self, first: u64, last: u64) -> Result<(), StoreError> {
        if self.slots.is_empty() {
            self.base = first;
        }
        let start = first.min(self.base);
        let end = (self.base + self.slots.len() as u64).max(last.saturating_add(1));
        let len = usize::try_from(end - start).map_err(|_| StoreError::Full)?;
        if len > self.limit {
            return Err(StoreError::Full);
        }
        while self.base > start {
            self.slots.push_front(None);
            self.base -= 1;
        }
        self.slots.resize_with(len, || None);
        Ok(())
    }

    fn put(&mut self, message: NewMessage, stage: Stage) {
        let Some(slot) = self.slot(message.key) else { return };
        if slot.replace(Held { message, stage }).is_none() {
            self.held += 1;
        }
    }

    fn take(&mut self, key: u64) {
        if self.slot(key).is_some_and(|slot| slot.take().is_some()) {
            self.held -= 1;
        }
    }

    fn slot(&mut self, key: u64) -> Option<&mut Option<Held>> {
        let index = usize::try_from(key.checked_sub(self.base)?).ok()?;
        self.slots.get_mut(index)
    }

    fn trim(&mut self) {
        while let Some(None) = self.slots.front() {
            self.slots.pop_front();
            self.base += 1;
        }
        while let Some(None) = self.slots.back() {
            self.slots.pop_back();
        }
    }
}

/// About 3 GB of messages: half a minute of 500,000 messages a second.
pub const DEFAULT_LIMIT: usize = 16 << 20;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::store::conformance::{self, Place, message};

    fn submit(store: &MemoryStore, keys: &[u64]) -> Result<(), StoreError> {
        let batch = Batch { accepted: keys.iter().copied().map(message).collect(), ..Batch::default() };
        let Poll::Ready(stored) = store.submit(batch, 0) else { panic!("memory does not wait") };
        stored.result
    }

    fn take(store: &MemoryStore, key: u64) {
        assert!(store.submit(Batch { gone: vec![key], ..Batch::default() }, 0).is_ready());
    }

    #[derive(Default)]
    struct InMemory;

    impl Place for InMemory {
        fn open(&self) -> Box<dyn Store> {
            Box::new(MemoryStore::new())
        }
    }

    conformance::tests!(InMemory);

    #[test]
    fn a_key_may_arrive_after_a_later_one_is_gone() {
        let store = MemoryStore::new();
        assert_eq!(submit(&store, &[7, 8]), Ok(()));
        take(&store, 7);
        assert_eq!(submit(&store, &[5]), Ok(()));
        assert_eq!(store.len(), 2);
        take(&store, 8);
        take(&store, 5);
        assert!(store.is_empty());
    }

    #[test]
    fn a_full_store_keeps_nothing_of_the_batch() {
        let store = MemoryStore::with_limit(3);
        assert_eq!(submit(&store, &[0, 1]), Ok(()));
        assert_eq!(submit(&store, &[2, 3]), Err(StoreError::Full));
        assert_eq!(store.len(), 2);
        take(&store, 0);
        assert_eq!(submit(&store, &[2, 3]), Ok(()));
        assert_eq!(submit(&store, &[u64::MAX]), Err(StoreError::Full));
    }

    #[test]
    fn it_holds_what_a_map_would() {
        let store = MemoryStore::with_limit(1_000);
        let mut random = fastrand::Rng::with_seed(3);
        let mut oracle = BTreeMap::new();
        for key in 0..20_000_u64 {
            if random.u8(..) > 20 && submit(&store, &[key]).is_ok() {
                oracle.insert(key, ());
            }
            let gone = random.u64(key.saturating_sub(50)..=key);
            take(&store, gone);
            oracle.remove(&gone);
            assert_eq!(store.len(), oracle.len());
            if let Some((oldest, ())) = (oracle.len() > 40).then(|| oracle.pop_first()).flatten() {
                take(&store, oldest);
            }
        }
    }
}

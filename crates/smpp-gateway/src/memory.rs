//! A store in memory, for load tests: fast, and empty after a restart.

use std::{collections::VecDeque, fmt, task::Poll};

use parking_lot::Mutex;

use crate::{Batch, Durable, NewMessage, Store, StoreError};

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
    slots: VecDeque<Option<NewMessage>>,
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

    fn submit(&self, batch: Batch, _token: u64) -> Poll<Result<(), StoreError>> {
        Poll::Ready(self.ring.lock().put_all(batch.messages))
    }

    fn poll_durable(&self, _out: &mut Vec<Durable>) {}

    fn finish(&self, keys: &[u64], out: &mut Vec<NewMessage>) {
        let mut ring = self.ring.lock();
        out.extend(keys.iter().filter_map(|key| ring.take(*key)));
        ring.trim();
    }
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
    fn put_all(&mut self, messages: Vec<NewMessage>) -> Result<(), StoreError> {
        let keys = || messages.iter().map(|message| message.key);
        let (Some(first), Some(last)) = (keys().min(), keys().max()) else { return Ok(()) };
        self.make_room(first, last)?;
        for message in messages {
            self.put(message);
        }
        Ok(())
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

    fn put(&mut self, message: NewMessage) {
        let Some(slot) = self.slot(message.key) else { return };
        if slot.replace(message).is_none() {
            self.held += 1;
        }
    }

    fn take(&mut self, key: u64) -> Option<NewMessage> {
        let message = self.slot(key)?.take()?;
        self.held -= 1;
        Some(message)
    }

    fn slot(&mut self, key: u64) -> Option<&mut Option<NewMessage>> {
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

    use bytes::Bytes;
    use smpp_wire::values::{DataCoding, Npi, RegisteredDelivery, Ton};

    use super::*;
    use crate::Address;

    fn message(key: u64) -> NewMessage {
        NewMessage {
            key,
            account: 0,
            session: 1,
            source: Address::source(Ton::ALPHANUMERIC, Npi::UNKNOWN, b"TestCo"),
            destination: Address::new(Ton::INTERNATIONAL, Npi::ISDN, b"4512345678").unwrap(),
            registered_delivery: RegisteredDelivery::ALWAYS,
            data_coding: DataCoding::DEFAULT,
            submitted_at: 1_700_000_000,
            id: [b'0'; 36],
            pdu: Bytes::new(),
        }
    }

    fn submit(store: &MemoryStore, keys: &[u64]) -> Poll<Result<(), StoreError>> {
        store.submit(Batch { messages: keys.iter().copied().map(message).collect() }, 0)
    }

    fn finish(store: &MemoryStore, keys: &[u64]) -> Vec<u64> {
        let mut out = Vec::new();
        store.finish(keys, &mut out);
        out.iter().map(|message| message.key).collect()
    }

    #[test]
    fn a_batch_is_answered_at_once_and_never_again() {
        let store = MemoryStore::new();
        assert_eq!(submit(&store, &[0, 1]), Poll::Ready(Ok(())));
        let mut out = Vec::new();
        store.poll_durable(&mut out);
        assert_eq!(out, []);
        assert!(!store.is_durable());
    }

    #[test]
    fn a_message_is_handed_out_once_as_it_was_put() {
        let store = MemoryStore::new();
        assert!(submit(&store, &[0]).is_ready());
        let mut out = Vec::new();
        store.finish(&[0, 0, 9], &mut out);
        store.finish(&[0], &mut out);
        assert_eq!(out, [message(0)]);
        assert!(store.is_empty());
    }

    #[test]
    fn a_key_may_arrive_after_a_later_one_has_ended() {
        let store = MemoryStore::new();
        assert!(submit(&store, &[7, 8]).is_ready());
        assert_eq!(finish(&store, &[7]), [7]);
        assert_eq!(submit(&store, &[5]), Poll::Ready(Ok(())));
        assert_eq!(finish(&store, &[8, 5]), [8, 5]);
    }

    #[test]
    fn a_full_store_keeps_nothing_of_the_batch() {
        let store = MemoryStore::with_limit(3);
        assert!(submit(&store, &[0, 1]).is_ready());
        assert_eq!(submit(&store, &[2, 3]), Poll::Ready(Err(StoreError::Full)));
        assert_eq!(store.len(), 2);
        assert_eq!(finish(&store, &[0]), [0]);
        assert_eq!(submit(&store, &[2, 3]), Poll::Ready(Ok(())));
        assert_eq!(submit(&store, &[u64::MAX]), Poll::Ready(Err(StoreError::Full)));
    }

    #[test]
    fn it_behaves_like_a_map() {
        let store = MemoryStore::with_limit(1_000);
        let mut random = fastrand::Rng::with_seed(3);
        let mut oracle = BTreeMap::new();
        for key in 0..20_000_u64 {
            if random.u8(..) > 20 && submit(&store, &[key]) == Poll::Ready(Ok(())) {
                oracle.insert(key, ());
            }
            let ended = random.u64(key.saturating_sub(50)..=key);
            assert_eq!(finish(&store, &[ended]).len(), usize::from(oracle.remove(&ended).is_some()));
            assert_eq!(store.len(), oracle.len());
            if let Some((oldest, ())) = (oracle.len() > 40).then(|| oracle.pop_first()).flatten() {
                assert_eq!(finish(&store, &[oldest]), [oldest]);
            }
        }
    }
}

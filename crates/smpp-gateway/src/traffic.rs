//! Messages between the store and the carrier: a bounded number in memory, the others as keys of what waits on the disk.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    mem,
};

use crate::{
    Carried,
    keys::Keys,
    store::{Held, NewMessage, Stage},
};

/// Who is with the carrier, and who waits for it.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    carried: HashMap<u64, NewMessage, BuildHasherDefault<KeyHasher>>,
    /// In the store only.
    waiting: Keys,
    /// Ends that the store was told and has not kept yet: they hold their places, or a disk that is full would fill the memory.
    settling: usize,
    /// One read at a time.
    reading: bool,
}

impl Traffic {
    /// With these waiting from before the start.
    pub(crate) fn of(waiting: Vec<u64>) -> Self {
        Self { waiting: waiting.into_iter().collect(), ..Self::default() }
    }

    /// Messages that were kept just now. Gives those that the carrier takes; the others wait in the store.
    pub(crate) fn admit(&mut self, messages: Vec<NewMessage>) -> Vec<Carried> {
        let room = if self.waiting.is_empty() { self.room() } else { 0 };
        let mut messages = messages.into_iter();
        let carried = messages.by_ref().take(room).map(|message| self.hand_over(message)).collect();
        self.waiting.extend(messages.map(|message| message.key));
        carried
    }

    /// Messages that had waited, read from the store.
    pub(crate) fn admit_read(&mut self, held: Vec<Held>) -> Vec<Carried> {
        self.reading = false;
        let messages = held.into_iter().filter(|held| held.stage == Stage::Accepted).map(|held| held.message);
        messages.map(|message| self.hand_over(message)).collect()
    }

    /// A read did not succeed: its messages wait again.
    pub(crate) fn put_back(&mut self, keys: Vec<u64>) {
        self.reading = false;
        self.waiting.put_back(keys);
    }

    /// A message has its end. `None` when it is not with the carrier: it had its end before.
    pub(crate) fn end(&mut self, key: u64) -> Option<NewMessage> {
        let message = self.carried.remove(&key)?;
        self.settling += 1;
        Some(message)
    }

    /// A message that is with the carrier.
    pub(crate) fn carried(&self, key: u64) -> Option<&NewMessage> {
        self.carried.get(&key)
    }

    /// The store has kept that many ends.
    pub(crate) const fn settled(&mut self, count: usize) {
        self.settling = self.settling.saturating_sub(count);
    }

    /// What is to be read now, if there is room for a good part of it.
    pub(crate) fn next_to_read(&mut self) -> Option<Vec<u64>> {
        if self.reading || self.waiting.is_empty() || self.room() < READ_AT_ONCE {
            return None;
        }
        self.reading = true;
        Some(self.waiting.take(READ_AT_ONCE))
    }

    fn room(&self) -> usize {
        AT_CARRIER.saturating_sub(self.carried.len() + self.settling)
    }

    fn hand_over(&mut self, mut message: NewMessage) -> Carried {
        let (key, destination, expires_at) = (message.key, message.destination, message.expires_at);
        let pdu = mem::take(&mut message.pdu);
        self.carried.insert(key, message);
        Carried { key, destination, expires_at, pdu }
    }
}

/// Keys count up, and nobody outside chooses them: one multiplication spreads them.
#[derive(Debug, Default)]
pub(crate) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, octets: &[u8]) {
        for octet in octets {
            self.write_u64(u64::from(*octet));
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0 ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26);
    }
}

/// About 20 MB of messages, and more than are on their way at once where each takes a quarter of a second.
const AT_CARRIER: usize = 100_000;
/// Rows lie side by side: many together cost little more than one.
const READ_AT_ONCE: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::conformance::message;

    fn held(keys: &[u64]) -> Vec<Held> {
        keys.iter().map(|key| Held { message: message(*key), stage: Stage::Accepted }).collect()
    }

    #[test]
    fn what_the_carrier_has_no_room_for_waits_as_a_key_and_is_read_in_order() {
        let mut traffic = Traffic::default();
        let total = AT_CARRIER as u64 + 1_500;
        assert_eq!(traffic.admit((0..total).map(message).collect()).len(), AT_CARRIER);
        assert_eq!(traffic.next_to_read(), None, "no room");
        for key in 0..2_000 {
            assert!(traffic.end(key).is_some_and(|message| message.pdu.is_empty()));
        }
        assert_eq!(traffic.next_to_read(), None, "their ends are not kept yet");
        traffic.settled(2_000);
        let first = traffic.next_to_read().unwrap();
        assert!(first.iter().copied().eq((AT_CARRIER as u64..).take(READ_AT_ONCE)));
        assert_eq!(traffic.next_to_read(), None, "one read at a time");
        assert!(traffic.admit(vec![message(total)]).is_empty(), "nobody overtakes who waits");
        assert_eq!(traffic.admit_read(held(&first)).len(), READ_AT_ONCE);
        assert_eq!(traffic.next_to_read().unwrap(), (total - 500..=total).collect::<Vec<_>>());
    }

    #[test]
    fn a_message_ends_once() {
        let mut traffic = Traffic::default();
        assert_eq!(traffic.admit(vec![message(5)]).len(), 1);
        assert!(traffic.end(5).is_some());
        assert!(traffic.end(5).is_none());
    }

    #[test]
    fn a_read_that_failed_is_made_again() {
        let mut traffic = Traffic::of(vec![3, 4]);
        let keys = traffic.next_to_read().unwrap();
        traffic.put_back(keys);
        assert_eq!(traffic.next_to_read(), Some(vec![3, 4]));
        assert_eq!(traffic.admit_read(held(&[3])).len(), 1);
    }
}

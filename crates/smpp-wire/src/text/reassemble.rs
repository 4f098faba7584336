//! Reassembly: the parts of long messages, in any order, as whole texts. What it keeps is bounded.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::time::Duration;

use super::{Concat, Reference};

/// How much may be kept of messages that are not whole yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Messages.
    pub max_messages: usize,
    /// Octets of text, and [`PART_OVERHEAD`] more for each part.
    pub max_octets: usize,
}

/// What became of one part.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Outcome<K> {
    /// The text is whole.
    Complete(Vec<u8>),
    /// Kept; other parts are missing.
    Waiting,
    /// It is there already.
    Duplicate,
    /// The same part with another text: a new message has the reference of an old one, whose parts are given up.
    Restarted(Incomplete<K>),
    /// Nothing was kept: a limit is reached. The peer may try again, or [`Reassembler::expire`] makes room.
    Full,
}

/// A message that will not be whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomplete<K> {
    /// Whose it is.
    pub key: K,
    /// What its parts have in common.
    pub reference: Reference,
    /// How many parts it should have.
    pub total: u8,
    /// The text of each part that came, by its number.
    pub parts: BTreeMap<u8, Vec<u8>>,
}

/// Collects parts. The key `K` is the caller's: source and destination address, and the account when relaying.
#[derive(Clone, Debug)]
pub struct Reassembler<K> {
    messages: BTreeMap<Id<K>, Message>,
    octets: usize,
    limits: Limits,
}

type Id<K> = (K, Reference, u8);

#[derive(Clone, Debug)]
struct Message {
    parts: BTreeMap<u8, Vec<u8>>,
    started: Duration,
}

impl<K: Ord> Reassembler<K> {
    /// Keeps nothing yet.
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self { messages: BTreeMap::new(), octets: 0, limits }
    }

    /// Takes one part, at `now` of a clock that the caller chooses.
    ///
    /// A duplicate that comes after its message was whole starts a new one, which expires.
    pub fn push(&mut self, key: K, part: Concat, text: &[u8], now: Duration) -> Outcome<K> {
        if part.total() == 1 {
            return Outcome::Complete(text.to_vec());
        }
        let id = (key, part.reference(), part.total());
        let Some(message) = self.messages.get_mut(&id) else { return self.start(id, part, text, now) };
        match message.parts.get(&part.number()) {
            Some(held) if held == text => return Outcome::Duplicate,
            Some(_) => return self.restart(id, part, text, now),
            None => {}
        }
        if message.parts.len() + 1 == usize::from(part.total()) {
            return Outcome::Complete(self.finish(&id, part.number(), text));
        }
        if self.octets + cost(text) > self.limits.max_octets {
            return Outcome::Full;
        }
        message.parts.insert(part.number(), text.to_vec());
        self.octets += cost(text);
        Outcome::Waiting
    }

    /// Gives up every message whose first part came before `before`.
    #[must_use]
    pub fn expire(&mut self, before: Duration) -> Vec<Incomplete<K>> {
        let late = self.messages.extract_if(.., |_, message| message.started < before);
        let given_up: Vec<_> = late.map(|(id, message)| incomplete(id, message)).collect();
        self.octets -=
            given_up.iter().flat_map(|message| message.parts.values()).map(|text| cost(text)).sum::<usize>();
        given_up
    }

    /// How many messages wait for parts.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.messages.len()
    }

    fn start(&mut self, id: Id<K>, part: Concat, text: &[u8], now: Duration) -> Outcome<K> {
        let full = self.messages.len() >= self.limits.max_messages;
        if full || self.octets + cost(text) > self.limits.max_octets {
            return Outcome::Full;
        }
        let parts = BTreeMap::from([(part.number(), text.to_vec())]);
        self.messages.insert(id, Message { parts, started: now });
        self.octets += cost(text);
        Outcome::Waiting
    }

    fn restart(&mut self, id: Id<K>, part: Concat, text: &[u8], now: Duration) -> Outcome<K> {
        let held = self.messages.get(&id).map_or(0, Message::cost);
        if self.octets - held + cost(text) > self.limits.max_octets {
            return Outcome::Full;
        }
        let Some((old_id, old)) = self.messages.remove_entry(&id) else { return Outcome::Full };
        self.octets -= held;
        match self.start(id, part, text, now) {
            Outcome::Waiting => Outcome::Restarted(incomplete(old_id, old)),
            other => other,
        }
    }

    /// The last part is not kept: it goes straight into the whole.
    fn finish(&mut self, id: &Id<K>, number: u8, last: &[u8]) -> Vec<u8> {
        let Some(message) = self.messages.remove(id) else { return Vec::new() };
        self.octets -= message.cost();
        let before = message.parts.range(..number).flat_map(|(_, text)| text);
        let after = message.parts.range(number..).flat_map(|(_, text)| text);
        before.chain(last).chain(after).copied().collect()
    }
}

impl Message {
    fn cost(&self) -> usize {
        self.parts.values().map(|text| cost(text)).sum()
    }
}

const fn cost(text: &[u8]) -> usize {
    text.len() + PART_OVERHEAD
}

fn incomplete<K>((key, reference, total): Id<K>, message: Message) -> Incomplete<K> {
    Incomplete { key, reference, total, parts: message.parts }
}

/// What keeping a part takes beside its text, in octets: about its place in the map and its allocation.
pub const PART_OVERHEAD: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(10);

    fn part(total: u8, number: u8) -> Concat {
        Concat::new(Reference::Udh8(7), total, number).unwrap()
    }

    fn reassembler(max_messages: usize, max_octets: usize) -> Reassembler<&'static str> {
        Reassembler::new(Limits { max_messages, max_octets })
    }

    #[test]
    fn parts_come_in_any_order_and_more_than_once() {
        let mut all = reassembler(10, 10_000);
        assert_eq!(all.push("a", part(3, 3), b"c", NOW), Outcome::Waiting);
        assert_eq!(all.push("a", part(3, 1), b"a", NOW), Outcome::Waiting);
        assert_eq!(all.push("a", part(3, 3), b"c", NOW), Outcome::Duplicate);
        assert_eq!(all.push("a", part(3, 2), b"b", NOW), Outcome::Complete(b"abc".to_vec()));
        assert_eq!((all.waiting(), all.octets), (0, 0));
    }

    #[test]
    fn two_messages_interleaved_are_kept_apart() {
        let mut all = reassembler(10, 10_000);
        let wide = |number| Concat::new(Reference::Udh16(7), 2, number).unwrap();
        assert_eq!(all.push("a", part(2, 1), b"1", NOW), Outcome::Waiting);
        assert_eq!(all.push("b", part(2, 1), b"x", NOW), Outcome::Waiting);
        assert_eq!(all.push("a", wide(2), b"!", NOW), Outcome::Waiting);
        assert_eq!(all.push("b", part(2, 2), b"y", NOW), Outcome::Complete(b"xy".to_vec()));
        assert_eq!(all.push("a", part(2, 2), b"2", NOW), Outcome::Complete(b"12".to_vec()));
        assert_eq!(all.push("a", wide(1), b"?", NOW), Outcome::Complete(b"?!".to_vec()));
    }

    #[test]
    fn a_reference_used_again_starts_over() {
        let mut all = reassembler(10, 10_000);
        assert_eq!(all.push("a", part(2, 1), b"old", NOW), Outcome::Waiting);
        let Outcome::Restarted(old) = all.push("a", part(2, 1), b"new", NOW) else { panic!("not restarted") };
        assert_eq!(old.parts, BTreeMap::from([(1, b"old".to_vec())]));
        assert_eq!(all.push("a", part(2, 2), b"er", NOW), Outcome::Complete(b"newer".to_vec()));
    }

    #[test]
    fn a_message_with_a_lost_part_expires_with_what_came() {
        let mut all = reassembler(10, 10_000);
        assert_eq!(all.push("a", part(3, 2), b"b", NOW), Outcome::Waiting);
        assert!(all.expire(NOW).is_empty());
        let late = all.expire(NOW + Duration::from_nanos(1));
        assert_eq!((late.len(), late[0].key, late[0].total), (1, "a", 3));
        assert_eq!((all.waiting(), all.octets), (0, 0));
    }

    #[test]
    fn what_is_kept_is_bounded_and_a_last_part_always_fits() {
        let mut all = reassembler(2, 2 * PART_OVERHEAD + 4);
        assert_eq!(all.push("a", part(2, 1), b"12", NOW), Outcome::Waiting);
        assert_eq!(all.push("b", part(3, 1), b"12", NOW), Outcome::Waiting);
        assert_eq!(all.push("c", part(2, 1), b"", NOW), Outcome::Full);
        assert_eq!(all.push("b", part(3, 2), b"", NOW), Outcome::Full);
        assert_eq!(all.push("b", part(3, 1), b"123", NOW), Outcome::Full);
        assert_eq!(all.push("a", part(2, 2), b"34", NOW), Outcome::Complete(b"1234".to_vec()));
        assert_eq!(all.push("b", part(3, 2), b"", NOW), Outcome::Waiting);
    }
}

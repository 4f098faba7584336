//! The two names of a message: the key inside, the id outside.

use std::fmt;

use aws_lc_rs::rand;
use parking_lot::Mutex;
use uuid::{Builder, fmt::Hyphenated};

/// Makes a key and an id for each message; shared by all sessions of a gateway.
///
/// Keys count up from 0 and never leave the gateway. Ids are UUIDs of version 8: 114 random bits that tell nothing about the
/// number of messages, and the node as the last octet, so that two gateways can never make the same id. The random
/// octets come from the system's generator, 256 ids at a time: no system call per id.
pub struct MessageIds {
    node: u8,
    state: Mutex<State>,
}

struct State {
    next_key: u64,
    pool: Box<[u8; POOL_LEN]>,
    used: usize,
}

impl MessageIds {
    /// Keys from 0, ids that carry `node`.
    #[must_use]
    pub fn new(node: u8) -> Self {
        let state = State { next_key: 0, pool: Box::new([0; POOL_LEN]), used: POOL_LEN };
        Self { node, state: Mutex::new(state) }
    }

    /// The key and the id (lower case, hyphenated) of the next message.
    #[must_use]
    pub fn next(&self) -> (u64, [u8; 36]) {
        let (key, mut octets) = self.state.lock().next();
        octets[15] = self.node;
        let mut text = [0; Hyphenated::LENGTH];
        Builder::from_custom_bytes(octets).into_uuid().hyphenated().encode_lower(&mut text);
        (key, text)
    }
}

impl State {
    fn next(&mut self) -> (u64, [u8; ID_LEN]) {
        if self.used == POOL_LEN {
            self.refill();
        }
        let key = self.next_key;
        self.next_key += 1;
        let octets = self.pool.get(self.used..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default();
        self.used += ID_LEN;
        (key, octets)
    }

    /// Without the system's generator ids could be guessed, yet stay unique: better than to stop accepting messages.
    fn refill(&mut self) {
        if rand::fill(&mut self.pool[..]).is_err() {
            fastrand::fill(&mut self.pool[..]);
        }
        self.used = 0;
    }
}

impl fmt::Debug for MessageIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageIds").field("node", &self.node).finish_non_exhaustive()
    }
}

const ID_LEN: usize = 16;

/// 256 ids: one call of the generator then costs a few nanoseconds an id.
const POOL_LEN: usize = 256 * ID_LEN;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_id_is_a_lower_case_uuid_of_version_8() {
        let (_, id) = MessageIds::new(0xA7).next();
        let text = std::str::from_utf8(&id).unwrap();
        let uuid = Uuid::parse_str(text).unwrap();
        assert_eq!(uuid.hyphenated().to_string(), text);
        assert_eq!((uuid.get_version_num(), uuid.get_variant()), (8, uuid::Variant::RFC4122));
    }

    #[test]
    fn an_id_ends_with_its_node() {
        assert!(MessageIds::new(0xA7).next().1.ends_with(b"a7"));
    }

    #[test]
    fn keys_count_up_and_ids_never_repeat() {
        let ids = MessageIds::new(0);
        let mut seen = HashSet::new();
        for expected in 0..10_000 {
            let (key, id) = ids.next();
            assert_eq!(key, expected);
            assert!(seen.insert(id));
        }
    }

    #[test]
    fn two_gateways_of_one_node_make_different_ids() {
        assert_ne!(MessageIds::new(1).next().1, MessageIds::new(1).next().1);
    }
}

//! The two names of a message: the key inside, the id outside.

use std::fmt;

use aws_lc_rs::{
    cipher::{AES_128, EncryptingKey, UnboundCipherKey},
    error::Unspecified,
};
use parking_lot::Mutex;
use uuid::{Builder, Uuid};

/// Makes a key and an id for each message; shared by all sessions of a gateway.
///
/// Keys count up and never leave the gateway. Ids are UUIDs of version 8, whose 122 free bits carry node, epoch and key through a
/// permutation that only the gateway knows: two messages can't have one id, yet nobody learns from ids how many messages there are, and
/// the gateway finds the key of an id without a search.
pub struct MessageIds {
    names: Names,
    state: Mutex<State>,
}

/// The ids of the next keys, made together: the cipher works on all of them at once.
struct State {
    first: u64,
    ids: Vec<Uuid>,
    used: usize,
}

impl MessageIds {
    /// Keys from `first` on; `secret` is what ids are permuted with.
    ///
    /// # Errors
    /// When the system's cipher can't be used.
    pub fn new(node: u8, epoch: u32, first: u64, secret: &[u8; 16]) -> Result<Self, Unspecified> {
        let names = Names { node, epoch, cipher: cipher(secret)? };
        Ok(Self { names, state: Mutex::new(State { first, ids: Vec::new(), used: 0 }) })
    }

    /// The key and the id of the next message.
    #[must_use]
    pub fn next(&self) -> (u64, Uuid) {
        let mut state = self.state.lock();
        if let Some(id) = state.ids.get(state.used).copied() {
            state.used += 1;
            return (state.first + state.used as u64 - 1, id);
        }
        state.first += state.ids.len() as u64;
        state.ids = self.names.ids(state.first);
        state.used = 1;
        (state.first, state.ids.first().copied().unwrap_or_default())
    }

    /// The key of an id that this gateway, or one that shares its secret, has made; `None` for any other.
    #[must_use]
    pub fn key_of(&self, id: Uuid) -> Option<u64> {
        let value = self.names.permute_back(bits_of(id)?);
        // What is above the node is always zero: a made-up id is found out.
        (value >> (KEY_BITS + EPOCH_BITS + NODE_BITS) == 0).then(|| lower_64(value))
    }
}

/// What ids are made of.
struct Names {
    node: u8,
    epoch: u32,
    cipher: EncryptingKey,
}

impl Names {
    fn ids(&self, first: u64) -> Vec<Uuid> {
        let fixed = u128::from(self.node) << (KEY_BITS + EPOCH_BITS) | u128::from(self.epoch) << KEY_BITS;
        let mut values: Vec<_> = (first..).take(AT_ONCE).map(|key| fixed | u128::from(key)).collect();
        self.permute(&mut values, 0..ROUNDS);
        values.into_iter().map(uuid_of).collect()
    }

    /// A Feistel network over two halves of 61 bits, AES being its round function: a permutation whatever that function gives.
    fn permute(&self, values: &mut [u128], rounds: impl Iterator<Item = u8>) {
        let mut blocks = vec![0; values.len() * BLOCK_LEN];
        for round in rounds {
            for (block, value) in blocks.chunks_exact_mut(BLOCK_LEN).zip(values.iter()) {
                block.copy_from_slice(&(u128::from(round) << HALF_BITS | value & HALF).to_be_bytes());
            }
            // Without the cipher ids would still be unique: better than to stop accepting messages.
            let _permuted = self.cipher.encrypt(&mut blocks);
            for (block, value) in blocks.chunks_exact(BLOCK_LEN).zip(values.iter_mut()) {
                let drawn = block.first_chunk().map_or(0, |octets| u128::from_be_bytes(*octets));
                let (left, right) = (*value >> HALF_BITS, *value & HALF);
                *value = right << HALF_BITS | (left ^ drawn & HALF);
            }
        }
    }

    fn permute_back(&self, value: u128) -> u128 {
        let swap = |value: u128| (value & HALF) << HALF_BITS | value >> HALF_BITS;
        let mut values = [swap(value)];
        self.permute(&mut values, (0..ROUNDS).rev());
        values.into_iter().map(swap).sum()
    }
}

fn cipher(secret: &[u8; 16]) -> Result<EncryptingKey, Unspecified> {
    EncryptingKey::ecb(UnboundCipherKey::new(&AES_128, secret)?)
}

/// Version and variant take six bits out of the middle; the others are the value's.
fn uuid_of(value: u128) -> Uuid {
    let (high, middle, low) = (value >> 74, value >> LOW_BITS & 0xFFF, value & LOW);
    Builder::from_custom_bytes((high << 80 | middle << 64 | low).to_be_bytes()).into_uuid()
}

fn bits_of(id: Uuid) -> Option<u128> {
    let bits = id.as_u128();
    (id.get_version_num() == 8).then_some(bits >> 80 << 74 | (bits >> 64 & 0xFFF) << LOW_BITS | bits & LOW)
}

const fn lower_64(value: u128) -> u64 {
    let [_, _, _, _, _, _, _, _, a, b, c, d, e, f, g, h] = value.to_be_bytes();
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

impl fmt::Debug for MessageIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageIds").field("node", &self.names.node).finish_non_exhaustive()
    }
}

const KEY_BITS: u32 = 64;
const EPOCH_BITS: u32 = 32;
const NODE_BITS: u32 = 8;
const HALF_BITS: u32 = 61;
const HALF: u128 = (1 << HALF_BITS) - 1;
/// Behind the variant.
const LOW_BITS: u32 = 62;
const LOW: u128 = (1 << LOW_BITS) - 1;
/// Four rounds of a strong function can't be told from chance, even by who chooses what goes in (Luby and Rackoff).
const ROUNDS: u8 = 4;
const BLOCK_LEN: usize = 16;
/// Ids that are made at once: four calls of the cipher then cost a few nanoseconds an id.
const AT_ONCE: usize = 256;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn ids(node: u8, epoch: u32, first: u64) -> MessageIds {
        MessageIds::new(node, epoch, first, &[7; 16]).unwrap()
    }

    #[test]
    fn an_id_is_a_uuid_of_version_8() {
        let (_, id) = ids(0xA7, 1, 0).next();
        assert_eq!((id.get_version_num(), id.get_variant()), (8, uuid::Variant::RFC4122));
    }

    #[test]
    fn keys_count_up_and_ids_never_repeat() {
        let ids = ids(0, 0, 40);
        let mut seen = HashSet::new();
        for expected in 40..10_040 {
            let (key, id) = ids.next();
            assert_eq!(key, expected);
            assert!(seen.insert(id));
        }
    }

    #[test]
    fn neither_another_node_nor_another_epoch_makes_the_same_ids() {
        let made = |ids: MessageIds| (0..1_000).map(|_| ids.next().1).collect::<HashSet<_>>();
        let one = made(ids(1, 1, 0));
        assert!(one.is_disjoint(&made(ids(2, 1, 0))) && one.is_disjoint(&made(ids(1, 2, 0))));
    }

    #[test]
    fn the_key_of_an_id_is_found_again_and_a_made_up_id_has_none() {
        for first in [0, 1, u64::from(u32::MAX), u64::MAX / 2] {
            let ids = ids(255, u32::MAX, first);
            for _ in 0..300 {
                let (key, id) = ids.next();
                assert_eq!(ids.key_of(id), Some(key));
                assert_eq!(ids.key_of(Uuid::from_u128(id.as_u128() ^ 1)), None);
            }
        }
        assert_eq!(ids(0, 0, 0).key_of(Uuid::nil()), None);
    }

    #[test]
    fn neighbours_share_no_more_than_chance_would() {
        let ids = ids(0, 0, 0);
        let mut last = ids.next().1.as_u128();
        let mut differing = 0;
        for _ in 0..1_000 {
            let id = ids.next().1.as_u128();
            differing += (id ^ last).count_ones();
            last = id;
        }
        assert!((60_000..62_000).contains(&differing), "{differing} of 122,000 bits, half are expected");
    }
}

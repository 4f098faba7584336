//! Keys in the order of their turn: one or two octets each, so that millions wait in a few megabytes.

use std::collections::VecDeque;

/// A queue of keys. Each is kept as its distance from the one before it, in groups of seven bits: keys count up, so most are near.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    /// Those that were put back, in front of all others; the last one comes first.
    front: Vec<u64>,
    distances: VecDeque<u8>,
    /// How many distances there are.
    count: usize,
    /// What the first distance is counted from.
    first: u64,
    /// What the next one will be counted from.
    last: u64,
}

impl Keys {
    pub(crate) const fn len(&self) -> usize {
        self.front.len() + self.count
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn push(&mut self, key: u64) {
        let mut rest = fold(key.wrapping_sub(self.last).cast_signed());
        while rest >= u64::from(MORE) {
            self.distances.push_back(low(rest) | MORE);
            rest >>= BITS;
        }
        self.distances.push_back(low(rest));
        self.last = key;
        self.count += 1;
    }

    pub(crate) fn pop(&mut self) -> Option<u64> {
        self.front.pop().or_else(|| self.pop_distance())
    }

    /// Takes up to `count` of them from the front.
    pub(crate) fn take(&mut self, count: usize) -> Vec<u64> {
        let count = count.min(self.len());
        (0..count).map_while(|_| self.pop()).collect()
    }

    /// Has these wait in front of all others again, in their order.
    pub(crate) fn put_back(&mut self, keys: Vec<u64>) {
        self.front.extend(keys.into_iter().rev());
    }

    fn pop_distance(&mut self) -> Option<u64> {
        let (mut folded, mut shift) = (0, 0);
        loop {
            let octet = self.distances.pop_front()?;
            folded |= u64::from(octet & !MORE) << shift;
            if octet & MORE == 0 {
                break;
            }
            shift += BITS;
        }
        self.count -= 1;
        self.first = self.first.wrapping_add(unfold(folded).cast_unsigned());
        Some(self.first)
    }
}

impl Extend<u64> for Keys {
    fn extend<T: IntoIterator<Item = u64>>(&mut self, keys: T) {
        keys.into_iter().for_each(|key| self.push(key));
    }
}

impl FromIterator<u64> for Keys {
    fn from_iter<T: IntoIterator<Item = u64>>(keys: T) -> Self {
        let mut all = Self::default();
        all.extend(keys);
        all
    }
}

/// Small numbers of either sign become small ones.
const fn fold(distance: i64) -> u64 {
    ((distance << 1) ^ (distance >> 63)).cast_unsigned()
}

const fn unfold(folded: u64) -> i64 {
    (folded >> 1).cast_signed() ^ -(folded & 1).cast_signed()
}

/// The lowest seven bits.
const fn low(rest: u64) -> u8 {
    rest.to_le_bytes()[0] & !MORE
}

/// In each octet.
const BITS: u32 = 7;
/// Set in an octet that another one follows.
const MORE: u8 = 0x80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_out_as_they_went_in_whatever_their_distances() {
        let mut random = fastrand::Rng::with_seed(7);
        let (mut keys, mut oracle) = (Keys::default(), VecDeque::new());
        let mut near = u64::MAX - 1_000;
        for round in 0..20_000 {
            near = near.wrapping_add(random.u64(0..300)).wrapping_sub(100);
            let key = [near, 0, u64::MAX, random.u64(..)][[0, 0, 0, random.usize(..4)][random.usize(..4)]];
            keys.push(key);
            oracle.push_back(key);
            if random.u8(..) < 10 {
                let some = keys.take(random.usize(..200));
                assert!(some.iter().copied().eq(oracle.drain(..some.len())));
                if round % 2 == 0 {
                    some.iter().rev().for_each(|key| oracle.push_front(*key));
                    keys.put_back(some);
                }
            }
            assert_eq!(keys.len(), oracle.len());
        }
        assert!(std::iter::from_fn(|| keys.pop()).eq(oracle));
        assert!(keys.is_empty());
    }

    #[test]
    fn a_key_takes_an_octet_where_keys_count_up_and_two_where_a_hundred_accounts_take_turns() {
        for (step, octets) in [(1, 1), (63, 1), (100, 2)] {
            let keys: Keys = (0..1_000).map(|count| count * step).collect();
            assert_eq!(keys.distances.len(), 1_000 * octets - usize::from(octets == 2), "steps of {step}");
        }
    }
}

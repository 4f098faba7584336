//! The same numbers, digits and texts on every machine.

/// xorshift64.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// `seed` is not 0.
    pub(crate) const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn below(&mut self, limit: u64) -> u64 {
        (self.next() >> 11) % limit
    }

    pub(crate) const fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    /// As message centres give them: half of them UUIDs, the others decimal or hexadecimal.
    pub(crate) fn message_id(&mut self) -> String {
        match self.below(4) {
            0 => format!("{:x}", self.next() >> self.below(40)),
            1 => format!("{}", self.next() >> self.below(40)),
            _ => self.uuid(),
        }
    }

    pub(crate) fn digits(&mut self, shortest: u64, longest: u64) -> Vec<u8> {
        self.octets(b"0123456789", shortest, longest)
    }

    pub(crate) fn text(&mut self, shortest: u64, longest: u64) -> Vec<u8> {
        self.octets(b"abcdefghijklmnopqrstuvwxyz ABCDEFG.", shortest, longest)
    }

    const fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn uuid(&mut self) -> String {
        let mut hex = format!("{:016x}{:016x}", self.next(), self.next());
        for dash in [8, 13, 18, 23] {
            hex.insert(dash, '-');
        }
        hex
    }

    fn octets(&mut self, from: &[u8], shortest: u64, longest: u64) -> Vec<u8> {
        let len = shortest + self.below(longest - shortest + 1);
        let choices = from.len() as u64;
        (0..len)
            .filter_map(|_| from.iter().copied().nth(usize::try_from(self.below(choices)).ok()?))
            .collect()
    }
}

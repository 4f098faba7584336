//! Receipts that are to be sent, packed: many that are due in one buffer, one that waits in a box of its own.

/// What a receipt says; borrowed from the message, or from where it lies packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Receipt<'a> {
    pub(super) id: &'a [u8],
    pub(super) stat: &'a [u8],
    /// The message's, so the receipt's destination.
    pub(super) source: &'a [u8],
    pub(super) destination: &'a [u8],
}

/// A receipt that waits.
#[derive(Clone, Debug)]
pub(super) struct Owed(Box<[u8]>);

/// Receipts that are due, in their order. They lie as they are read, and none costs an allocation: a sink sends millions a second.
#[derive(Debug, Default)]
pub(super) struct Due {
    packed: Vec<u8>,
    /// Octets of those that were sent.
    sent: usize,
}

impl<'a> Receipt<'a> {
    fn pack(&self, out: &mut Vec<u8>) {
        for part in [self.id, self.stat, self.source, self.destination] {
            // Addresses are cut at what no message centre takes.
            let len = u8::try_from(part.len()).unwrap_or(u8::MAX);
            out.push(len);
            out.extend(part.get(..usize::from(len)).unwrap_or_default());
        }
    }

    /// The first of `packed`, and what is behind it.
    fn unpack(packed: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let part = |packed: &'a [u8]| {
            let (len, rest) = packed.split_first()?;
            rest.split_at_checked(usize::from(*len))
        };
        let (id, rest) = part(packed)?;
        let (stat, rest) = part(rest)?;
        let (source, rest) = part(rest)?;
        let (destination, rest) = part(rest)?;
        Some((Self { id, stat, source, destination }, rest))
    }
}

impl Owed {
    pub(super) fn new(receipt: &Receipt<'_>) -> Self {
        let mut packed = Vec::new();
        receipt.pack(&mut packed);
        Self(packed.into())
    }
}

impl Due {
    pub(super) fn push(&mut self, receipt: &Receipt<'_>) {
        receipt.pack(&mut self.packed);
    }

    /// One that waited until now.
    pub(super) fn push_owed(&mut self, owed: &Owed) {
        self.packed.extend(&owed.0);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sent == self.packed.len()
    }

    /// Gives each to `send` until one is not sent; tells how many were.
    pub(super) fn send(&mut self, mut send: impl FnMut(&Receipt<'_>) -> bool) -> u64 {
        let mut count = 0;
        while let Some((receipt, rest)) = self.packed.get(self.sent..).and_then(Receipt::unpack) {
            if !send(&receipt) {
                break;
            }
            self.sent = self.packed.len() - rest.len();
            count += 1;
        }
        // What was sent is dropped when it is the larger part, so that each octet is moved once at most.
        if self.sent * 2 >= self.packed.len() {
            self.packed.drain(..self.sent);
            self.sent = 0;
        }
        count
    }

    /// Those that were not sent, each alone.
    pub(super) fn take(&mut self) -> Vec<Owed> {
        let mut owed = Vec::new();
        self.send(|receipt| {
            owed.push(Owed::new(receipt));
            true
        });
        owed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(id: &[u8]) -> Receipt<'_> {
        Receipt { id, stat: b"DELIVRD", source: b"4512345678", destination: b"" }
    }

    #[test]
    fn receipts_leave_as_they_came_and_in_their_order() {
        let mut due = Due::default();
        let ids: Vec<_> = (0..100).map(|id: u8| [b'a', id]).collect();
        ids.iter().for_each(|id| due.push(&receipt(id)));
        due.push_owed(&Owed::new(&receipt(b"late")));
        let mut left = Vec::new();
        for room in [0, 1, 30, 60, 1_000] {
            let mut room = room;
            let count = due.send(|receipt| {
                if room == 0 {
                    return false;
                }
                room -= 1;
                assert_eq!(
                    (receipt.stat, receipt.source, receipt.destination),
                    (&b"DELIVRD"[..], &b"4512345678"[..], &b""[..])
                );
                left.push(receipt.id.to_vec());
                true
            });
            assert!(count <= 60);
        }
        assert!(due.is_empty());
        let expected: Vec<_> = ids.iter().map(|id| id.to_vec()).chain([b"late".to_vec()]).collect();
        assert_eq!(left, expected);
    }

    #[test]
    fn what_is_not_sent_is_kept_alone() {
        let mut due = Due::default();
        [b"1", b"2", b"3"].iter().for_each(|id| due.push(&receipt(*id)));
        let mut sent = false;
        due.send(|_| !std::mem::replace(&mut sent, true));
        let owed = due.take();
        assert!(due.is_empty());
        owed.iter().for_each(|owed| due.push_owed(owed));
        let mut ids: Vec<u8> = Vec::new();
        due.send(|receipt| {
            ids.extend(receipt.id);
            true
        });
        assert_eq!(ids, b"23");
    }

    #[test]
    fn an_address_that_is_too_long_is_cut() {
        let long = [b'1'; 300];
        let mut due = Due::default();
        due.push(&Receipt { source: &long, ..receipt(b"1") });
        due.send(|receipt| {
            assert_eq!(receipt.source.len(), 255);
            true
        });
    }
}

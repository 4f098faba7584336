//! The inbound slab: the requests that were received and not answered yet.
//!
//! Peers repeat and choose any sequence number, so requests are held by slot. A slot's generation makes an answer that comes too
//! late, or twice, find nothing.

use std::time::Instant;

use smpp_wire::CommandId;

/// Names a received request until it is answered; cheap to copy and to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReplyTo {
    slot: u32,
    generation: u32,
}

impl ReplyTo {
    /// For what has no response: answering it does nothing.
    pub(crate) const NOBODY: Self = Self { slot: u32::MAX, generation: 0 };

    #[cfg(test)]
    pub(crate) const fn new(slot: u32, generation: u32) -> Self {
        Self { slot, generation }
    }

    #[cfg(feature = "tokio")]
    pub(crate) const fn slot(self) -> u32 {
        self.slot
    }

    /// True when it names a later request in the same slot.
    #[cfg(feature = "tokio")]
    pub(crate) const fn follows(self, other: Self) -> bool {
        let steps = self.generation.wrapping_sub(other.generation);
        self.slot == other.slot && steps > 0 && steps < u32::MAX / 2
    }
}

/// The requests of one session that wait for our answer.
#[derive(Debug, Default)]
pub(crate) struct Inbound {
    slots: Vec<Slot>,
    free: Vec<u32>,
    limit: usize,
}

#[derive(Debug)]
struct Slot {
    generation: u32,
    request: Option<Received>,
}

/// What an answer needs to know of its request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Received {
    pub(crate) sequence_number: u32,
    pub(crate) command_id: CommandId,
    pub(crate) deadline: Instant,
}

impl Inbound {
    /// A slab of at most `limit` requests. Its table grows to the most that were held at once, and never shrinks: most sessions are
    /// silent, and a limit is not what a session needs.
    pub(crate) fn new(limit: u16) -> Self {
        Self { slots: Vec::new(), free: Vec::new(), limit: usize::from(limit) }
    }

    /// Octets that the table of a slab of `limit` takes.
    pub(crate) const fn octets(limit: u16) -> usize {
        limit as usize * (size_of::<Slot>() + size_of::<u32>())
    }

    pub(crate) const fn held_octets(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>() + self.free.capacity() * size_of::<u32>()
    }

    /// Holds a request; `None` when the inbound window is full.
    #[inline]
    pub(crate) fn insert(&mut self, request: Received) -> Option<ReplyTo> {
        if let Some(slot) = self.free.pop() {
            let held = self.slots.get_mut(slot as usize)?;
            held.request = Some(request);
            return Some(ReplyTo { slot, generation: held.generation });
        }
        if self.slots.len() >= self.limit {
            return None;
        }
        if self.slots.len() == self.slots.capacity() {
            self.grow();
        }
        let slot = u32::try_from(self.slots.len()).ok()?;
        self.slots.push(Slot { generation: 0, request: Some(request) });
        Some(ReplyTo { slot, generation: 0 })
    }

    /// Doubles the table, up to the limit. Each slot has its place among the free ones too, so that an answer allocates nothing.
    #[cold]
    fn grow(&mut self) {
        let held = self.slots.len();
        self.slots.reserve_exact(held.max(FIRST_SLOTS).min(self.limit - held));
        self.free.reserve_exact(self.slots.capacity() - self.free.len());
    }

    /// Ends a request; `None` when it was answered before, or expired.
    #[inline]
    pub(crate) fn take(&mut self, reply_to: ReplyTo) -> Option<Received> {
        let slot = self.slots.get_mut(reply_to.slot as usize)?;
        if slot.generation != reply_to.generation {
            return None;
        }
        let request = slot.request.take()?;
        slot.generation = slot.generation.wrapping_add(1);
        self.free.push(reply_to.slot);
        Some(request)
    }

    /// A request that still waits.
    pub(crate) fn get(&self, reply_to: ReplyTo) -> Option<Received> {
        let slot = self.slots.get(reply_to.slot as usize)?;
        slot.request.filter(|_| slot.generation == reply_to.generation)
    }

    /// Ends every request that nobody answered in time, and gives the next deadline. Looks at every slot, so it is called only when a
    /// timer fires.
    pub(crate) fn expire(&mut self, now: Instant, mut late: impl FnMut(Received)) -> Option<Instant> {
        let mut next: Option<Instant> = None;
        for index in 0..self.slots.len() {
            let Some((slot, request)) = self.slots.get(index).and_then(|slot| Some((slot, slot.request?)))
            else {
                continue;
            };
            if request.deadline > now {
                next = Some(next.map_or(request.deadline, |next| next.min(request.deadline)));
                continue;
            }
            let reply_to = ReplyTo { slot: u32::try_from(index).ok()?, generation: slot.generation };
            self.take(reply_to).into_iter().for_each(&mut late);
        }
        next
    }

    /// Requests that wait for our answer.
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }
}

/// What a session that waits for each answer never outgrows.
const FIRST_SLOTS: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn received(sequence_number: u32) -> Received {
        Received { sequence_number, command_id: CommandId::SUBMIT_SM, deadline: Instant::now() }
    }

    #[test]
    fn a_request_is_answered_once() {
        let mut inbound = Inbound::new(2);
        let first = inbound.insert(received(9)).unwrap();
        assert_eq!(inbound.take(first).unwrap().sequence_number, 9);
        assert!(inbound.take(first).is_none());
        let second = inbound.insert(received(9)).unwrap();
        assert!(inbound.take(first).is_none(), "the slot was given to another request");
        assert!(inbound.take(second).is_some());
    }

    #[test]
    fn one_more_than_the_limit_is_refused() {
        let mut inbound = Inbound::new(2);
        let first = inbound.insert(received(1)).unwrap();
        inbound.insert(received(1)).unwrap();
        assert!(inbound.insert(received(1)).is_none());
        inbound.take(first).unwrap();
        assert!(inbound.insert(received(1)).is_some());
        assert_eq!(inbound.len(), 2);
    }
}

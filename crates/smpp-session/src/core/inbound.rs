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

/// The requests of one session that wait for our answer.
#[derive(Debug)]
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
    /// A slab of at most `limit` requests; it grows to what is used and stays there.
    pub(crate) fn new(limit: u16) -> Self {
        Self { slots: Vec::new(), free: Vec::new(), limit: usize::from(limit) }
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
        let slot = u32::try_from(self.slots.len()).ok()?;
        self.slots.push(Slot { generation: 0, request: Some(request) });
        Some(ReplyTo { slot, generation: 0 })
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

    /// Ends one request that nobody answered in time.
    pub(crate) fn expire(&mut self, now: Instant) -> Option<Received> {
        let slot =
            self.slots.iter().position(|slot| slot.request.is_some_and(|request| request.deadline <= now))?;
        let generation = self.slots.get(slot)?.generation;
        self.take(ReplyTo { slot: u32::try_from(slot).ok()?, generation })
    }

    /// The earliest deadline; looks at every slot, so it is asked only when a timer fires.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        self.slots.iter().filter_map(|slot| slot.request).map(|request| request.deadline).min()
    }

    /// Requests that wait for our answer.
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }
}

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

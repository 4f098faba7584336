//! The in-flight table: the requests that were sent and not answered yet.
//!
//! A boxed slice, index = sequence_number & mask, the whole number stored as a guard. Numbers increase, so neighbours in time are
//! neighbours in memory. The table is at least twice the limit, so that one lost answer can't stall it: the next number is the next
//! one whose slot is free. 0 and the wrap at 0x7FFFFFFF are handled here and nowhere else.
//!
//! A list runs through the held slots in the order in which they were sent. All wait equally long, so the first of the list is the
//! first to expire, however far the numbers have gone on since: insert, complete and expire are O(1).

use std::time::{Duration, Instant};

use smpp_wire::CommandId;

use super::state::is_control;

/// The requests of one session that wait for an answer; each carries a `T` that says who asked.
#[derive(Debug)]
pub(crate) struct Window<T> {
    slots: Box<[Slot<T>]>,
    mask: u32,
    limit: usize,
    /// How long a request may wait.
    response: Duration,
    /// Held slots, without those of control PDUs.
    in_flight: usize,
    /// Held slots of control PDUs: bind, enquire_link and unbind don't count against the window.
    control: usize,
    /// The number that is tried next.
    next: u32,
    /// The slot that was sent first of those held; [`NONE`] when none is held, as in every link.
    oldest: u32,
    /// The slot that was sent last.
    newest: u32,
}

#[derive(Debug)]
struct Slot<T> {
    pending: Option<Pending<T>>,
    /// The slot sent before this one; [`NONE`] for the oldest.
    older: u32,
    /// The slot sent after this one; [`NONE`] for the newest.
    newer: u32,
}

/// A request that waits for its answer.
#[derive(Debug)]
pub(crate) struct Pending<T> {
    sequence_number: u32,
    /// The request's command.
    pub(crate) command_id: CommandId,
    /// When it was sent.
    pub(crate) sent_at: Instant,
    /// Who asked.
    pub(crate) owner: T,
}

/// The window holds as many requests as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WindowFull;

impl<T> Window<T> {
    /// A window of `limit` requests that wait at most `response` each; allocates its table here and never again.
    pub(crate) fn new(limit: u16, response: Duration) -> Self {
        let capacity = capacity(limit);
        let slots = (0..capacity).map(|_| Slot { pending: None, older: NONE, newer: NONE }).collect();
        Self {
            slots,
            mask: capacity - 1,
            limit: limit.into(),
            response,
            in_flight: 0,
            control: 0,
            next: 1,
            oldest: NONE,
            newest: NONE,
        }
    }

    /// An empty window gets another limit, and a table for it. Numbers go on.
    pub(crate) fn open(&mut self, limit: u16) {
        *self = Self { next: self.next, ..Self::new(limit, self.response) };
    }

    /// The next request gets this number, or the next one that is free.
    pub(crate) const fn continue_at(&mut self, sequence_number: u32) {
        self.next = if matches!(sequence_number, 1..=LAST_SEQUENCE) { sequence_number } else { 1 };
    }

    /// Octets that the table of a window of `limit` takes.
    pub(crate) const fn octets(limit: u16) -> usize {
        capacity(limit) as usize * size_of::<Slot<T>>()
    }

    pub(crate) const fn held_octets(&self) -> usize {
        self.slots.len() * size_of::<Slot<T>>()
    }

    /// Takes a slot and gives the request's sequence_number.
    ///
    /// # Errors
    /// When the window is full.
    #[inline]
    pub(crate) fn insert(
        &mut self,
        command_id: CommandId,
        sent_at: Instant,
        owner: T,
    ) -> Result<u32, WindowFull> {
        let (held, limit) = if is_control(command_id) {
            (self.control, CONTROL_SLOTS as usize)
        } else {
            (self.in_flight, self.limit)
        };
        if held >= limit {
            return Err(WindowFull);
        }
        // At most half of the slots are held, so a free one comes soon.
        loop {
            let sequence_number = self.next;
            self.next = after(sequence_number);
            let (index, older) = (sequence_number & self.mask, self.newest);
            let slot = self.slot(index).ok_or(WindowFull)?;
            if slot.pending.is_none() {
                slot.pending = Some(Pending { sequence_number, command_id, sent_at, owner });
                (slot.older, slot.newer) = (older, NONE);
                self.link(older, index);
                self.newest = index;
                *self.held(command_id) += 1;
                return Ok(sequence_number);
            }
        }
    }

    /// The next free number, for a PDU that nobody answers.
    pub(crate) fn next_number(&mut self) -> u32 {
        loop {
            let sequence_number = self.next;
            self.next = after(sequence_number);
            let held = self.slot(sequence_number & self.mask).is_some_and(|slot| slot.pending.is_some());
            if !held {
                return sequence_number;
            }
        }
    }

    /// Ends the request with this number; `None` when nobody waits for it, or not for an answer of this kind.
    ///
    /// A generic_nack answers every request (SMPP v3.4 §4.3).
    #[inline]
    pub(crate) fn complete(&mut self, sequence_number: u32, answer: CommandId) -> Option<Pending<T>> {
        self.release(sequence_number, |pending| {
            answer == pending.command_id.response() || answer == CommandId::GENERIC_NACK
        })
    }

    /// Frees a slot whose request was never written.
    pub(crate) fn withdraw(&mut self, sequence_number: u32) {
        self.release(sequence_number, |_| true);
    }

    /// Ends one request that waited too long, the oldest first; call it until it gives `None`.
    #[inline]
    pub(crate) fn expire(&mut self, now: Instant) -> Option<Pending<T>> {
        if self.oldest_deadline()? > now {
            return None;
        }
        self.pop()
    }

    /// When the oldest request counts as unanswered; `None` when nothing is in flight.
    #[inline]
    pub(crate) fn oldest_deadline(&self) -> Option<Instant> {
        let pending = self.slots.get(self.oldest as usize)?.pending.as_ref()?;
        Some(pending.sent_at + self.response)
    }

    /// Requests that wait for an answer.
    pub(crate) const fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// Requests that may still be sent.
    pub(crate) const fn free(&self) -> usize {
        self.limit.saturating_sub(self.in_flight)
    }

    /// Ends the oldest request.
    pub(crate) fn pop(&mut self) -> Option<Pending<T>> {
        let sequence_number = self.slots.get(self.oldest as usize)?.pending.as_ref()?.sequence_number;
        self.release(sequence_number, |_| true)
    }

    /// Empties the slot of this number, when it is held by this number and not by another one, and takes it out of the list.
    #[inline]
    fn release(
        &mut self,
        sequence_number: u32,
        fits: impl FnOnce(&Pending<T>) -> bool,
    ) -> Option<Pending<T>> {
        let slot = self.slot(sequence_number & self.mask)?;
        let pending =
            slot.pending.take_if(|pending| pending.sequence_number == sequence_number && fits(pending))?;
        let (older, newer) = (slot.older, slot.newer);
        self.link(older, newer);
        if newer == NONE {
            self.newest = older;
        }
        *self.held(pending.command_id) -= 1;
        Some(pending)
    }

    /// Makes two slots neighbours in the list; [`NONE`] on the left makes the right one the oldest.
    #[inline]
    fn link(&mut self, older: u32, newer: u32) {
        match self.slot(older) {
            Some(slot) => slot.newer = newer,
            None => self.oldest = newer,
        }
        if let Some(slot) = self.slot(newer) {
            slot.older = older;
        }
    }

    #[inline]
    const fn held(&mut self, command_id: CommandId) -> &mut usize {
        if is_control(command_id) { &mut self.control } else { &mut self.in_flight }
    }

    #[inline]
    fn slot(&mut self, index: u32) -> Option<&mut Slot<T>> {
        self.slots.get_mut(index as usize)
    }
}

const fn capacity(limit: u16) -> u32 {
    (2 * (limit as u32 + CONTROL_SLOTS)).next_power_of_two()
}

const fn after(sequence_number: u32) -> u32 {
    if sequence_number >= LAST_SEQUENCE { 1 } else { sequence_number + 1 }
}

const LAST_SEQUENCE: u32 = 0x7FFF_FFFF;
/// No slot: beyond the largest table.
const NONE: u32 = u32::MAX;
/// One bind, one enquire_link and one unbind may be open at once.
pub(super) const CONTROL_SLOTS: u32 = 3;

#[cfg(test)]
mod tests;

//! The in-flight table: the requests that were sent and not answered yet.
//!
//! A boxed slice, index = sequence_number & mask, the whole number stored as a guard. Numbers increase, so neighbours in time are
//! neighbours in memory, and insert, complete and expire touch one slot. The table is at least twice the limit, so that one lost
//! answer can't stall it: the next number is the next one whose slot is free. 0 and the wrap at 0x7FFFFFFF are handled here and
//! nowhere else.

use std::time::Instant;

use smpp_wire::CommandId;

/// The requests of one session that wait for an answer; each carries a `T` that says who asked.
#[derive(Debug)]
pub struct Window<T> {
    slots: Box<[Option<Pending<T>>]>,
    mask: u32,
    limit: usize,
    /// Held slots, without those of control PDUs.
    in_flight: usize,
    /// Held slots of control PDUs: bind, enquire_link and unbind don't count against the window.
    control: usize,
    /// The number that is tried next.
    next: u32,
    /// No held number is older than this one, so that `expire` need not search.
    oldest: u32,
}

/// A request that waits for its answer.
#[derive(Debug)]
pub struct Pending<T> {
    sequence_number: u32,
    /// The request's command.
    pub command_id: CommandId,
    /// When it counts as unanswered.
    pub deadline: Instant,
    /// Who asked.
    pub owner: T,
}

/// The window holds as many requests as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowFull;

const LAST_SEQUENCE: u32 = 0x7FFF_FFFF;

impl<T> Window<T> {
    /// A window of `limit` requests; allocates its table here and never again.
    #[must_use]
    pub fn new(limit: u16) -> Self {
        let limit = usize::from(limit.max(1));
        let capacity = (2 * (limit + CONTROL_SLOTS)).next_power_of_two();
        let mask = u32::try_from(capacity - 1).unwrap_or(u32::MAX);
        let slots = (0..capacity).map(|_| None).collect();
        Self { slots, mask, limit, in_flight: 0, control: 0, next: 1, oldest: 1 }
    }

    /// Takes a slot and gives the request's sequence_number.
    ///
    /// # Errors
    /// When the window is full.
    #[inline]
    pub fn insert(&mut self, command_id: CommandId, deadline: Instant, owner: T) -> Result<u32, WindowFull> {
        let (held, limit) =
            if is_control(command_id) { (self.control, CONTROL_SLOTS) } else { (self.in_flight, self.limit) };
        if held >= limit {
            return Err(WindowFull);
        }
        // At most half of the slots are held, so a free one comes soon.
        loop {
            let sequence_number = self.next;
            self.next = after(sequence_number);
            let slot = self.slot(sequence_number).ok_or(WindowFull)?;
            if slot.is_none() {
                *slot = Some(Pending { sequence_number, command_id, deadline, owner });
                if self.in_flight + self.control == 0 {
                    self.oldest = sequence_number;
                }
                *self.held(command_id) += 1;
                return Ok(sequence_number);
            }
        }
    }

    /// Ends the request with this number; `None` when nobody waits for it, or not for an answer of this kind.
    ///
    /// A generic_nack answers every request (SMPP v3.4 §4.3).
    #[inline]
    pub fn complete(&mut self, sequence_number: u32, answer: CommandId) -> Option<Pending<T>> {
        let slot = self.slot(sequence_number)?;
        let fits = slot.as_ref().is_some_and(|pending| {
            pending.sequence_number == sequence_number
                && (answer == pending.command_id.response() || answer == CommandId::GENERIC_NACK)
        });
        let pending = if fits { slot.take() } else { None };
        self.released(pending)
    }

    /// Frees a slot whose request was never written.
    pub fn withdraw(&mut self, sequence_number: u32) {
        let held = self
            .slot(sequence_number)
            .and_then(|slot| slot.take_if(|p| p.sequence_number == sequence_number));
        self.released(held);
    }

    /// Ends one request whose deadline has come; call it until it gives `None`.
    pub fn expire(&mut self, now: Instant) -> Option<Pending<T>> {
        if self.oldest_deadline()? > now {
            return None;
        }
        let sequence_number = self.oldest;
        let pending = self.slot(sequence_number)?.take();
        self.released(pending)
    }

    /// When the oldest request counts as unanswered; `None` when nothing is in flight.
    pub fn oldest_deadline(&mut self) -> Option<Instant> {
        if self.in_flight + self.control == 0 {
            return None;
        }
        // Each step leaves a freed slot behind for good: O(1) a request.
        for _ in 0..=self.mask {
            let sequence_number = self.oldest;
            match self.slot(sequence_number)? {
                Some(pending) if pending.sequence_number == sequence_number => return Some(pending.deadline),
                _ => self.oldest = after(sequence_number),
            }
        }
        None
    }

    /// Empties the window, oldest first: the connection is gone and the fate of these requests unknown.
    pub fn drain(&mut self) -> impl Iterator<Item = Pending<T>> + '_ {
        self.in_flight = 0;
        self.control = 0;
        self.slots.iter_mut().filter_map(Option::take)
    }

    /// Requests that wait for an answer.
    #[must_use]
    pub const fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// Requests that may still be sent.
    #[must_use]
    pub const fn free(&self) -> usize {
        self.limit.saturating_sub(self.in_flight)
    }

    fn held(&mut self, command_id: CommandId) -> &mut usize {
        if is_control(command_id) { &mut self.control } else { &mut self.in_flight }
    }

    #[inline]
    fn released(&mut self, pending: Option<Pending<T>>) -> Option<Pending<T>> {
        if let Some(pending) = &pending {
            *self.held(pending.command_id) -= 1;
        }
        pending
    }

    #[inline]
    fn slot(&mut self, sequence_number: u32) -> Option<&mut Option<Pending<T>>> {
        self.slots.get_mut((sequence_number & self.mask) as usize)
    }
}

const fn after(sequence_number: u32) -> u32 {
    if sequence_number >= LAST_SEQUENCE { 1 } else { sequence_number + 1 }
}

const fn is_control(command_id: CommandId) -> bool {
    matches!(command_id, CommandId::ENQUIRE_LINK | CommandId::UNBIND) || command_id.is_bind()
}

/// One bind, one enquire_link and one unbind may be open at once.
const CONTROL_SLOTS: usize = 3;

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, time::Duration};

    use proptest::prelude::*;

    use super::*;

    const ANSWER: CommandId = CommandId::SUBMIT_SM_RESP;

    fn insert(window: &mut Window<u32>, deadline: Instant, owner: u32) -> Result<u32, WindowFull> {
        window.insert(CommandId::SUBMIT_SM, deadline, owner)
    }

    #[test]
    fn numbers_start_at_one_and_wrap_to_one() {
        let (mut window, now) = (Window::new(4), Instant::now());
        assert_eq!(insert(&mut window, now, 0), Ok(1));
        window.next = LAST_SEQUENCE;
        assert_eq!(insert(&mut window, now, 0), Ok(LAST_SEQUENCE));
        // Number 1 is still held.
        assert_eq!(insert(&mut window, now, 0), Ok(2));
    }

    #[test]
    fn one_lost_answer_does_not_stall_the_window() {
        let (mut window, now) = (Window::new(2), Instant::now());
        assert_eq!(insert(&mut window, now, 0), Ok(1));
        for _ in 0..100 {
            let number = insert(&mut window, now, 0).unwrap();
            assert!(window.complete(number, ANSWER).is_some());
        }
        assert_eq!(window.in_flight(), 1);
    }

    #[test]
    fn an_answer_of_another_kind_ends_nothing() {
        let (mut window, now) = (Window::new(2), Instant::now());
        let number = insert(&mut window, now, 7).unwrap();
        assert!(window.complete(number, CommandId::DELIVER_SM_RESP).is_none());
        assert!(window.complete(number + 8, ANSWER).is_none());
        assert_eq!(window.complete(number, CommandId::GENERIC_NACK).unwrap().owner, 7);
        assert!(window.complete(number, ANSWER).is_none());
    }

    #[test]
    fn requests_expire_in_the_order_of_their_deadlines() {
        let (mut window, now) = (Window::new(8), Instant::now());
        for n in 0..5u32 {
            insert(&mut window, now + Duration::from_secs(n.into()), n).unwrap();
        }
        assert!(window.complete(1, ANSWER).is_some());
        let late = now + Duration::from_secs(2);
        let expired: Vec<_> = std::iter::from_fn(|| window.expire(late)).map(|p| p.owner).collect();
        assert_eq!(expired, [1, 2]);
        assert_eq!(window.oldest_deadline(), Some(now + Duration::from_secs(3)));
        assert_eq!(window.in_flight(), 2);
    }

    proptest! {
        #[test]
        fn the_window_agrees_with_a_map(operations in proptest::collection::vec((0..3u8, 0..40u32), 0..400)) {
            let (mut window, now) = (Window::new(10), Instant::now());
            let mut oracle = HashMap::new();
            for (step, (operation, pick)) in operations.into_iter().enumerate() {
                let owner = u32::try_from(step).unwrap();
                if operation < 2 {
                    let number = insert(&mut window, now, owner);
                    prop_assert_eq!(number.is_err(), oracle.len() == 10);
                    if let Ok(number) = number {
                        prop_assert!(oracle.insert(number, owner).is_none());
                    }
                } else {
                    let number = window.next.saturating_sub(pick);
                    prop_assert_eq!(window.complete(number, ANSWER).map(|p| p.owner), oracle.remove(&number));
                }
                prop_assert_eq!(window.in_flight(), oracle.len());
            }
        }
    }
}

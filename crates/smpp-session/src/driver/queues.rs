//! Where completion queues keep the ends of their requests until the application collects them.

use std::{iter, task::Waker};

use super::outbox::ToTell;
use crate::Outcome;

/// The end of one request of a [`CompletionQueue`](super::CompletionQueue).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    /// The number it was submitted with.
    pub token: u64,
    /// How it ended.
    pub outcome: Outcome,
}

/// The completion queues of one session.
#[derive(Debug, Default)]
pub(crate) struct Queues(Vec<Queue>);

#[derive(Debug, Default)]
pub(crate) struct Queue {
    /// False when nobody has it and nothing of it is in flight: it is given to the next who asks.
    used: bool,
    /// Nobody will collect any more.
    dropped: bool,
    in_flight: usize,
    /// Ended, and not collected.
    completed: Vec<Completed>,
    /// Who waits for something to collect.
    collectors: Vec<Waker>,
    /// Who waits for something to be collected.
    submitters: Vec<Waker>,
}

impl Queues {
    /// A new queue.
    pub(super) fn open(&mut self) -> u32 {
        let free = self.0.iter().position(|queue| !queue.used);
        let index = free.unwrap_or_else(|| {
            self.0.push(Queue::default());
            self.0.len() - 1
        });
        if let Some(queue) = self.0.get_mut(index) {
            *queue = Queue { used: true, ..Queue::default() };
        }
        u32::try_from(index).unwrap_or(u32::MAX)
    }

    pub(super) fn get_mut(&mut self, index: u32) -> Option<&mut Queue> {
        self.0.get_mut(index as usize)
    }

    /// Requests that may be submitted before something is collected: each has a place for its end.
    pub(super) fn places(&self, index: u32, limit: usize) -> usize {
        let used = |queue: &Queue| queue.in_flight + queue.completed.len();
        limit.saturating_sub(self.0.get(index as usize).map_or(limit, used))
    }

    pub(super) fn submitted(&mut self, index: u32, count: usize) {
        if let Some(queue) = self.get_mut(index) {
            queue.in_flight += count;
        }
    }

    pub(super) fn wait_for_places(&mut self, index: u32, waker: &Waker) {
        if let Some(queue) = self.get_mut(index) {
            add(&mut queue.submitters, waker);
        }
    }

    /// One of its requests has ended; gives the place where that is kept.
    #[inline]
    pub(super) fn complete(
        &mut self,
        index: u32,
        token: u64,
        outcome: impl FnOnce() -> Outcome,
        tell: &mut ToTell,
    ) -> Option<&mut Outcome> {
        let queue = self.get_mut(index)?;
        queue.in_flight -= 1;
        if queue.dropped {
            queue.used = queue.in_flight > 0;
            return None;
        }
        // Made where it stays: to push it would make it first and copy it then.
        queue.completed.extend(iter::once_with(|| Completed { token, outcome: outcome() }));
        if !queue.collectors.is_empty() {
            tell.wakers.append(&mut queue.collectors);
        }
        queue.completed.last_mut().map(|completed| &mut completed.outcome)
    }

    /// Nobody will collect any more; gives what nobody did, to be dropped outside the lock.
    pub(super) fn close(&mut self, index: u32) -> Option<Queue> {
        let queue = self.get_mut(index)?;
        let in_flight = queue.in_flight;
        let closed = Queue { used: in_flight > 0, dropped: true, in_flight, ..Queue::default() };
        Some(std::mem::replace(queue, closed))
    }

    /// The session is over: wakes everybody.
    pub(super) fn end(&mut self, tell: &mut ToTell) {
        for queue in &mut self.0 {
            tell.wakers.append(&mut queue.collectors);
            tell.wakers.append(&mut queue.submitters);
        }
    }
}

impl Queue {
    /// Everything that has ended; into an empty buffer without a copy, the buffers are exchanged.
    pub(super) fn collect(&mut self, into: &mut Vec<Completed>, tell: &mut ToTell) -> usize {
        let count = self.completed.len();
        if into.is_empty() {
            std::mem::swap(&mut self.completed, into);
        } else {
            into.append(&mut self.completed);
        }
        if count > 0 {
            tell.wakers.append(&mut self.submitters);
        }
        count
    }

    pub(super) fn wait_to_collect(&mut self, waker: &Waker) {
        add(&mut self.collectors, waker);
    }
}

fn add(wakers: &mut Vec<Waker>, waker: &Waker) {
    if !wakers.iter().any(|other| other.will_wake(waker)) {
        wakers.push(waker.clone());
    }
}

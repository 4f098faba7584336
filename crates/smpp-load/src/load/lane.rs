//! The messages that are due on one connection of an open loop and have not been sent.

use std::{
    collections::VecDeque,
    sync::atomic::{AtomicUsize, Ordering},
};

use parking_lot::Mutex;

/// A message whose time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Due {
    /// Its number in the run.
    pub(super) number: u64,
    /// When it is to leave, in nanoseconds since the start of the run.
    pub(super) intended: u64,
}

/// Filled by the pacer, emptied by the connection; what waits too long is shed.
#[derive(Debug, Default)]
pub(super) struct Lane {
    due: Mutex<VecDeque<Due>>,
    /// How many wait, to be read without the lock.
    waiting: AtomicUsize,
}

impl Lane {
    /// Adds what is due, and empties the list.
    pub(super) fn push(&self, messages: &mut Vec<Due>) {
        let mut due = self.due.lock();
        due.extend(messages.drain(..));
        self.waiting.store(due.len(), Ordering::Relaxed);
    }

    /// Takes up to `room` messages that were to leave after `expired`.
    pub(super) fn pull(&self, room: usize, expired: u64, out: &mut Vec<Due>) {
        if self.is_empty() {
            return;
        }
        let mut due = self.due.lock();
        // Messages come in the order of their times, so expired ones are in front: they are left to `shed`.
        let first = due.iter().take_while(|message| message.intended < expired).count();
        let end = due.len().min(first.saturating_add(room));
        out.extend(due.drain(first..end));
        self.waiting.store(due.len(), Ordering::Relaxed);
    }

    /// Gives back what could not be sent, to the front.
    pub(super) fn put_back(&self, messages: &[Due]) {
        let mut due = self.due.lock();
        for message in messages.iter().rev() {
            due.push_front(*message);
        }
        self.waiting.store(due.len(), Ordering::Relaxed);
    }

    /// Takes what was to leave before `expired`.
    pub(super) fn shed(&self, expired: u64, out: &mut Vec<Due>) {
        if self.is_empty() {
            return;
        }
        let mut due = self.due.lock();
        while let Some(message) = due.pop_front_if(|message| message.intended < expired) {
            out.push(message);
        }
        self.waiting.store(due.len(), Ordering::Relaxed);
    }

    /// True when nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(numbers: impl IntoIterator<Item = u64>) -> Vec<Due> {
        numbers.into_iter().map(|number| Due { number, intended: number * 10 }).collect()
    }

    #[test]
    fn what_is_due_leaves_in_order_and_what_is_late_is_shed() {
        let lane = Lane::default();
        lane.push(&mut due(0..6));
        let (mut sent, mut shed) = (Vec::new(), Vec::new());
        lane.pull(2, 20, &mut sent);
        lane.shed(20, &mut shed);
        assert_eq!((sent, shed), (due([2, 3]), due([0, 1])));
        lane.put_back(&due([3]));
        let mut rest = Vec::new();
        lane.pull(9, 0, &mut rest);
        assert_eq!(rest, due([3, 4, 5]));
        assert!(lane.is_empty());
    }
}

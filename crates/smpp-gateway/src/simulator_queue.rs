//! What is on its way in the network that is played, by when something happens to it.

use std::{cmp::Reverse, collections::BinaryHeap, mem, time::Duration};

use tokio::time::Instant;

use crate::{Attempt, Carried, Final, Simulator, now::seconds};

/// What fell due.
#[derive(Default)]
pub(crate) struct Due {
    pub(crate) finals: Vec<Final>,
    pub(crate) attempts: Vec<Attempt>,
}

/// Messages on their way, the next one due on top; those without a delay skip the heap.
pub(crate) struct Queue {
    simulator: Simulator,
    ready: Vec<Final>,
    waiting: BinaryHeap<Reverse<Waiting>>,
    pushed: u64,
}

impl Queue {
    pub(crate) const fn new(simulator: Simulator) -> Self {
        Self { simulator, ready: Vec::new(), waiting: BinaryHeap::new(), pushed: 0 }
    }

    /// True when the task has to look again: something fell due, or is due before what it sleeps for.
    pub(crate) fn push(&mut self, batch: &[Carried], now: Instant, seconds: u64) -> bool {
        let (had_ready, first) = (!self.ready.is_empty(), self.first_due());
        for carried in batch {
            let left = Duration::from_secs(carried.expires_at.saturating_sub(seconds));
            let fate = self.simulator.sample(carried.destination.octets(), left);
            if let Some(attempt) = fate.attempt {
                self.wait(now + attempt, Event::Attempt(carried.key));
            }
            let ended = Final { key: carried.key, outcome: fate.outcome, done: 0 };
            if fate.delay == Duration::ZERO {
                self.ready.push(ended);
            } else {
                self.wait(now + fate.delay, Event::End(ended));
            }
        }
        (!had_ready && !self.ready.is_empty()) || self.first_due() != first
    }

    fn wait(&mut self, due: Instant, event: Event) {
        self.pushed += 1;
        self.waiting.push(Reverse(Waiting { due, order: self.pushed, event }));
    }

    /// Moves what is due into `out`, which is empty, and says when the next is due.
    pub(crate) fn take_due(&mut self, now: Instant, out: &mut Due) -> Option<Instant> {
        let at = seconds();
        mem::swap(&mut self.ready, &mut out.finals);
        while self.first_due().is_some_and(|due| due <= now) {
            match self.waiting.pop().map(|Reverse(waiting)| waiting.event) {
                Some(Event::End(ended)) => out.finals.push(ended),
                Some(Event::Attempt(key)) => out.attempts.push(Attempt { key, code: 0, at }),
                None => {}
            }
        }
        out.finals.iter_mut().for_each(|ended| ended.done = at);
        self.first_due()
    }

    fn first_due(&self) -> Option<Instant> {
        self.waiting.peek().map(|Reverse(waiting)| waiting.due)
    }
}

/// Ordered by when it is due, then by when it came.
struct Waiting {
    due: Instant,
    order: u64,
    event: Event,
}

/// What happens then.
enum Event {
    End(Final),
    Attempt(u64),
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.due, self.order).cmp(&(other.due, other.order))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Waiting {}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::{Address, Delay, Outcome, SimulatorConfig};

    fn carried(key: u64, expires_at: u64) -> Carried {
        Carried { key, destination: Address::default(), expires_at, pdu: Bytes::new() }
    }

    const fn milliseconds(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    #[test]
    fn a_message_ends_at_a_time_of_day() {
        let mut queue = Queue::new(Simulator::new(&SimulatorConfig::default()));
        assert!(queue.push(&[carried(1, u64::MAX)], Instant::now(), 0));
        let mut due = Due::default();
        assert_eq!(queue.take_due(Instant::now(), &mut due), None);
        assert!(due.finals[0].done > 1_700_000_000);
        assert_eq!(due.finals[0].outcome, Outcome::DELIVERED);
    }

    #[test]
    fn a_message_that_would_take_longer_than_it_is_worth_expires_then() {
        let config =
            SimulatorConfig { delay: Delay::Fixed(milliseconds(5_000)), ..SimulatorConfig::default() };
        let mut queue = Queue::new(Simulator::new(&config));
        let (now, mut due) = (Instant::now(), Due::default());
        assert!(queue.push(&[carried(1, 102), carried(2, 105), carried(3, 7)], now, 100));
        queue.take_due(now + milliseconds(4_999), &mut due);
        let ends: Vec<_> = due.finals.iter().map(|end| (end.key, end.outcome)).collect();
        assert_eq!(ends, [(3, Outcome::EXPIRED), (1, Outcome::EXPIRED)]);
        due.finals.clear();
        queue.take_due(now + milliseconds(5_000), &mut due);
        assert_eq!((due.finals[0].key, due.finals[0].outcome), (2, Outcome::DELIVERED));
    }
}

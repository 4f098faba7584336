//! The carrier that plays a network: a queue of what is on its way, and the task that empties it.

use std::{cmp::Reverse, collections::BinaryHeap, fmt, mem, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tokio::{
    sync::Notify,
    task::{JoinHandle, yield_now},
    time::{Instant, sleep_until},
};

use crate::{Carried, Carrier, Final, Outcome, Simulator, SimulatorConfig, now::seconds};

/// A network that is played: outcomes and delays come from a [`Simulator`].
///
/// Its task ends when the carrier is dropped; messages still on their way then are never heard of again.
pub struct SimulatorCarrier {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl SimulatorCarrier {
    /// Starts the carrier on the runtime of the caller. `deliver` gets everything that fell due as one batch, and
    /// may take from it or leave it; the carrier empties it afterwards.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(config: &SimulatorConfig, deliver: impl FnMut(&mut Vec<Final>) + Send + 'static) -> Self {
        let queue = Mutex::new(Queue::new(Simulator::new(config)));
        let shared = Arc::new(Shared { queue, wake: Notify::new() });
        let task = tokio::spawn(run(Arc::clone(&shared), deliver));
        Self { shared, task }
    }
}

impl Carrier for SimulatorCarrier {
    fn submit(&self, batch: Vec<Carried>) {
        if self.shared.queue.lock().push(&batch, Instant::now(), seconds()) {
            self.shared.wake.notify_one();
        }
    }
}

impl Drop for SimulatorCarrier {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for SimulatorCarrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatorCarrier").finish_non_exhaustive()
    }
}

struct Shared {
    queue: Mutex<Queue>,
    wake: Notify,
}

async fn run(shared: Arc<Shared>, mut deliver: impl FnMut(&mut Vec<Final>)) {
    let mut finals = Vec::new();
    loop {
        let next = shared.queue.lock().take_due(Instant::now(), &mut finals);
        if !finals.is_empty() {
            deliver(&mut finals);
            finals.clear();
            // The sessions that submit run on the same threads: the next batch grows while they have their turn.
            yield_now().await;
            continue;
        }
        match next {
            Some(due) => tokio::select! {
                () = sleep_until(due) => {}
                () = shared.wake.notified() => {}
            },
            None => shared.wake.notified().await,
        }
    }
}

/// Messages on their way, the next one due on top; those without a delay skip the heap.
struct Queue {
    simulator: Simulator,
    ready: Vec<Final>,
    waiting: BinaryHeap<Reverse<Waiting>>,
    pushed: u64,
}

impl Queue {
    const fn new(simulator: Simulator) -> Self {
        Self { simulator, ready: Vec::new(), waiting: BinaryHeap::new(), pushed: 0 }
    }

    /// True when the task has to look again: something fell due, or is due before what it sleeps for.
    fn push(&mut self, batch: &[Carried], now: Instant, seconds: u64) -> bool {
        let (had_ready, first) = (!self.ready.is_empty(), self.first_due());
        for carried in batch {
            let (outcome, delay) = self.simulator.sample();
            let left = Duration::from_secs(carried.expires_at.saturating_sub(seconds));
            let (outcome, delay) = if delay > left { (Outcome::EXPIRED, left) } else { (outcome, delay) };
            let ended = Final { key: carried.key, outcome, done: 0 };
            if delay == Duration::ZERO {
                self.ready.push(ended);
            } else {
                self.pushed += 1;
                self.waiting.push(Reverse(Waiting { due: now + delay, order: self.pushed, ended }));
            }
        }
        (!had_ready && !self.ready.is_empty()) || self.first_due() != first
    }

    /// Moves what is due into `out`, which is empty, and says when the next is due.
    fn take_due(&mut self, now: Instant, out: &mut Vec<Final>) -> Option<Instant> {
        mem::swap(&mut self.ready, out);
        while self.first_due().is_some_and(|due| due <= now) {
            out.extend(self.waiting.pop().map(|Reverse(waiting)| waiting.ended));
        }
        let done = seconds();
        out.iter_mut().for_each(|ended| ended.done = done);
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
    ended: Final,
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
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    use super::*;
    use crate::Delay;

    /// Each batch as the time it came, counted from the start, and its keys.
    fn start(delay: Delay) -> (SimulatorCarrier, UnboundedReceiver<(Duration, Vec<u64>)>) {
        let (sender, receiver) = unbounded_channel();
        let begin = Instant::now();
        let config = SimulatorConfig { delay, seed: Some(1), ..SimulatorConfig::default() };
        let carrier = SimulatorCarrier::start(&config, move |finals| {
            let keys = finals.iter().map(|ended| ended.key).collect();
            sender.send((begin.elapsed(), keys)).unwrap();
        });
        (carrier, receiver)
    }

    fn batch(keys: impl IntoIterator<Item = u64>) -> Vec<Carried> {
        keys.into_iter().map(|key| Carried { key, expires_at: u64::MAX, pdu: Bytes::new() }).collect()
    }

    const fn milliseconds(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_delay_everything_ends_at_once_in_one_batch() {
        let (carrier, mut finals) = start(Delay::Fixed(Duration::ZERO));
        carrier.submit(batch([1, 2]));
        carrier.submit(batch([3]));
        assert_eq!(finals.recv().await, Some((Duration::ZERO, vec![1, 2, 3])));
        carrier.submit(batch([4]));
        assert_eq!(finals.recv().await, Some((Duration::ZERO, vec![4])));
    }

    #[tokio::test(start_paused = true)]
    async fn what_falls_due_together_comes_together_in_its_order() {
        let (carrier, mut finals) = start(Delay::Fixed(milliseconds(50)));
        carrier.submit(batch([1, 2]));
        tokio::time::advance(milliseconds(20)).await;
        carrier.submit(batch([3]));
        assert_eq!(finals.recv().await, Some((milliseconds(50), vec![1, 2])));
        assert_eq!(finals.recv().await, Some((milliseconds(70), vec![3])));
    }

    #[tokio::test(start_paused = true)]
    async fn a_later_message_that_is_due_earlier_comes_first() {
        let (carrier, mut finals) = start(Delay::Uniform { min: milliseconds(1), max: milliseconds(60_000) });
        let mut keys = Vec::new();
        for key in 0..200 {
            carrier.submit(batch([key]));
            yield_now().await;
        }
        let mut last = Duration::ZERO;
        while keys.len() < 200 {
            let (at, some) = finals.recv().await.unwrap();
            assert!(at >= last);
            last = at;
            keys.extend(some);
        }
        assert!(!keys.is_sorted());
        keys.sort_unstable();
        assert!(keys.into_iter().eq(0..200));
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_ends_at_a_time_of_day() {
        let mut queue = Queue::new(Simulator::new(&SimulatorConfig::default()));
        assert!(queue.push(&batch([1]), Instant::now(), 0));
        let mut finals = Vec::new();
        assert_eq!(queue.take_due(Instant::now(), &mut finals), None);
        assert!(finals[0].done > 1_700_000_000);
        assert_eq!(finals[0].outcome, Outcome::DELIVERED);
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_that_would_take_longer_than_it_is_worth_expires_then() {
        let config =
            SimulatorConfig { delay: Delay::Fixed(milliseconds(5_000)), ..SimulatorConfig::default() };
        let mut queue = Queue::new(Simulator::new(&config));
        let (now, mut finals) = (Instant::now(), Vec::new());
        let of = |key, expires_at| Carried { key, expires_at, pdu: Bytes::new() };
        assert!(queue.push(&[of(1, 102), of(2, 105), of(3, 7)], now, 100));
        queue.take_due(now + milliseconds(4_999), &mut finals);
        let ends: Vec<_> = finals.iter().map(|end| (end.key, end.outcome)).collect();
        assert_eq!(ends, [(3, Outcome::EXPIRED), (1, Outcome::EXPIRED)]);
        finals.clear();
        queue.take_due(now + milliseconds(5_000), &mut finals);
        assert_eq!((finals[0].key, finals[0].outcome), (2, Outcome::DELIVERED));
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_carrier_stops() {
        let (carrier, mut finals) = start(Delay::Fixed(milliseconds(50)));
        carrier.submit(batch([1]));
        drop(carrier);
        assert_eq!(finals.recv().await, None);
    }
}

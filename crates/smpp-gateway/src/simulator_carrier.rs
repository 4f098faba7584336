//! The carrier that plays a network: the task that empties the queue of what is on its way, and one for what comes in.

use std::{fmt, sync::Arc};

use parking_lot::Mutex;
use tokio::{
    sync::Notify,
    task::{JoinHandle, yield_now},
    time::{Instant, sleep_until},
};

use crate::{
    Carried, Carrier, CarrierEvents, Simulator, SimulatorConfig,
    now::seconds,
    simulator_incoming::{self, IncomingTraffic},
    simulator_queue::{Due, Queue},
};

/// A network that is played: outcomes and delays come from a [`Simulator`].
///
/// Its tasks end when the carrier is dropped; messages still on their way then are never heard of again.
pub struct SimulatorCarrier {
    shared: Arc<Shared>,
    tasks: Vec<JoinHandle<()>>,
}

impl SimulatorCarrier {
    /// Starts the carrier on the runtime of the caller. Everything that fell due is told as one batch.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(config: &SimulatorConfig, events: impl CarrierEvents) -> Self {
        let events = Arc::new(events);
        let queue = Mutex::new(Queue::new(Simulator::new(config)));
        let shared = Arc::new(Shared { queue, wake: Notify::new() });
        let mut tasks = vec![tokio::spawn(run(Arc::clone(&shared), Arc::clone(&events)))];
        if let Some(incoming) = &config.incoming {
            let traffic = IncomingTraffic::new(incoming, config.seed);
            tasks.push(tokio::spawn(simulator_incoming::run(traffic, events)));
        }
        Self { shared, tasks }
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
        self.tasks.iter().for_each(JoinHandle::abort);
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

async fn run(shared: Arc<Shared>, events: Arc<impl CarrierEvents>) {
    let mut due = Due::default();
    loop {
        let next = shared.queue.lock().take_due(Instant::now(), &mut due);
        if !due.attempts.is_empty() {
            events.attempted(&due.attempts);
            due.attempts.clear();
        }
        if !due.finals.is_empty() {
            events.ended(&due.finals);
            due.finals.clear();
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use smpp_wire::Frame;
    use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

    use super::*;
    use crate::{Address, Attempt, Delay, Final, IncomingConfig, store::StoreError};

    /// Tells what it is told, and when.
    struct Told {
        begin: Instant,
        finals: UnboundedSender<(Duration, Vec<u64>)>,
        attempts: UnboundedSender<(Duration, Vec<u64>)>,
        incoming: UnboundedSender<(Duration, usize)>,
        refusals: Mutex<usize>,
    }

    impl CarrierEvents for Told {
        fn ended(&self, finals: &[Final]) {
            let keys = finals.iter().map(|ended| ended.key).collect();
            let _nobody_listens = self.finals.send((self.begin.elapsed(), keys));
        }

        fn attempted(&self, attempts: &[Attempt]) {
            let keys = attempts.iter().map(|attempt| attempt.key).collect();
            let _nobody_listens = self.attempts.send((self.begin.elapsed(), keys));
        }

        async fn incoming(&self, frames: Vec<Frame>) -> Result<(), StoreError> {
            let _nobody_listens = self.incoming.send((self.begin.elapsed(), frames.len()));
            let mut refusals = self.refusals.lock();
            if *refusals == 0 {
                return Ok(());
            }
            *refusals -= 1;
            Err(StoreError::Full)
        }
    }

    struct Heard {
        finals: UnboundedReceiver<(Duration, Vec<u64>)>,
        attempts: UnboundedReceiver<(Duration, Vec<u64>)>,
        incoming: UnboundedReceiver<(Duration, usize)>,
    }

    /// The first incoming messages are refused so often.
    fn start_refusing(config: &SimulatorConfig, refusals: usize) -> (SimulatorCarrier, Heard) {
        let ((finals, ends), (attempts, tries), (incoming, came)) =
            (unbounded_channel(), unbounded_channel(), unbounded_channel());
        let told = Told { begin: Instant::now(), finals, attempts, incoming, refusals: Mutex::new(refusals) };
        (SimulatorCarrier::start(config, told), Heard { finals: ends, attempts: tries, incoming: came })
    }

    /// Each batch as the time it came, counted from the start, and its keys.
    fn start(delay: Delay) -> (SimulatorCarrier, UnboundedReceiver<(Duration, Vec<u64>)>) {
        let config = SimulatorConfig { delay, seed: Some(1), ..SimulatorConfig::default() };
        let (carrier, heard) = start_refusing(&config, 0);
        (carrier, heard.finals)
    }

    fn batch(keys: impl IntoIterator<Item = u64>) -> Vec<Carried> {
        keys.into_iter().map(|key| carried(key, u64::MAX)).collect()
    }

    fn carried(key: u64, expires_at: u64) -> Carried {
        Carried { key, destination: Address::default(), expires_at, pdu: Bytes::new() }
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
    async fn a_dropped_carrier_stops() {
        let (carrier, mut finals) = start(Delay::Fixed(milliseconds(50)));
        carrier.submit(batch([1]));
        drop(carrier);
        assert_eq!(finals.recv().await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn an_attempt_that_fails_is_told_before_the_end() {
        let (delay, attempt) = (Delay::Fixed(milliseconds(50)), Some(milliseconds(20)));
        let config = SimulatorConfig { delay, attempt, ..SimulatorConfig::default() };
        let (carrier, mut heard) = start_refusing(&config, 0);
        carrier.submit(batch([1, 2]));
        assert_eq!(heard.finals.recv().await, Some((milliseconds(50), vec![1, 2])));
        assert_eq!(heard.attempts.recv().await, Some((milliseconds(20), vec![1, 2])));
    }

    #[tokio::test(start_paused = true)]
    async fn messages_come_in_at_their_rate_and_what_was_refused_comes_again() {
        let incoming = IncomingConfig { per_second: 20.0, ..IncomingConfig::to(vec!["1".to_owned()]) };
        let config =
            SimulatorConfig { incoming: Some(incoming), seed: Some(1), ..SimulatorConfig::default() };
        let (_carrier, mut heard) = start_refusing(&config, 1);
        let (mut last, mut count) = (Duration::ZERO, 0);
        assert!(heard.incoming.recv().await.is_some(), "the one that is refused");
        while count < 200 {
            let (at, some) = heard.incoming.recv().await.unwrap();
            (last, count) = (at, count + some);
        }
        // One too early or too late is rounding.
        let expected = Duration::from_secs_f64(f64::from(u32::try_from(count).unwrap()) / 20.0);
        assert!(last.abs_diff(expected) <= milliseconds(110), "{count} messages in {last:?}");
    }
}

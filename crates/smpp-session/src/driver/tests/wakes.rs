//! How often the driver is woken: once for a batch, never for nothing.

use smpp_wire::{DeliverSm, DeliverSmResp};
use tokio::task::yield_now;

use super::*;

/// A bound session whose driver's polls are counted.
struct Watched {
    peer: Peer,
    session: SessionHandle,
    polls: Arc<AtomicUsize>,
}

impl Watched {
    async fn new(limits: Limits) -> Self {
        let peer = Peer::default();
        let driver = Driver::new(Connection(peer.clone()), Role::Smsc, limits, Accept::default());
        let (session, polls) = (driver.handle().clone(), Arc::new(AtomicUsize::new(0)));
        run_counted(driver, &polls);
        peer.bind().await;
        Self { peer, session, polls }
    }

    /// Polls since the last call, everything having come to rest.
    async fn polls(&self) -> usize {
        for _ in 0..10 {
            yield_now().await;
        }
        self.polls.swap(0, Ordering::Relaxed)
    }
}

#[tokio::test(start_paused = true)]
async fn a_batch_of_handles_wakes_the_driver_once() {
    let watched = Watched::new(Limits::default()).await;
    watched.polls().await;
    for token in 0..50 {
        watched.session.try_submit(&DeliverSm::default(), token).unwrap();
    }
    assert_eq!(watched.polls().await, 2, "one lets others send, too, and one writes");
    assert_eq!(watched.peer.pdus(51).await.len(), 51);
}

#[tokio::test(start_paused = true)]
async fn what_the_peer_sends_at_once_wakes_the_driver_once() {
    let watched = Watched::new(Limits::default()).await;
    watched.polls().await;
    watched.peer.send(&requests(100..150));
    assert_eq!(watched.polls().await, 1);
    assert_eq!(watched.peer.pdus(51).await.len(), 51);
}

#[tokio::test(start_paused = true)]
async fn answers_to_fifty_futures_wake_the_driver_once_and_each_future_once() {
    let watched = Watched::new(Limits::default()).await;
    let woken = Arc::new(AtomicUsize::new(0));
    for _ in 0..50 {
        let (session, woken) = (watched.session.clone(), Arc::clone(&woken));
        tokio::spawn(async move {
            let message = DeliverSm::default();
            let mut sending = pin!(session.send(&message));
            poll_fn(|context| {
                woken.fetch_add(1, Ordering::Relaxed);
                sending.as_mut().poll(context)
            })
            .await
        });
    }
    watched.polls().await;
    woken.store(0, Ordering::Relaxed);
    let answers: Vec<u8> = (1..51).flat_map(|number| pdu(&DeliverSmResp::default(), number)).collect();
    watched.peer.send(&answers);
    assert_eq!(watched.polls().await, 1);
    assert_eq!(woken.load(Ordering::Relaxed), 50);
}

#[tokio::test(start_paused = true)]
async fn while_the_peer_reads_nothing_a_batch_wakes_the_driver_once() {
    let watched = Watched::new(Limits::default()).await;
    watched.peer.allow(0);
    watched.session.try_submit(&DeliverSm::default(), 0).unwrap();
    watched.polls().await;
    for token in 1..20 {
        watched.session.try_submit(&DeliverSm::default(), token).unwrap();
    }
    assert!(watched.polls().await <= 2, "the first finds the connection blocked, the rest waits behind it");
}

//! The driver against a peer in memory.

mod batches;
mod completions;
mod ends;
mod fairness;
mod idle;
mod late_bind;
mod peer;
mod rate;
mod slow_peer;
mod timers;
mod tls_records;
mod wakes;

use std::{
    collections::HashMap,
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use smpp_wire::{Bind, CommandId, CommandStatus, Encode, EnquireLink, Header, SubmitSm, encode, split_frame};
use tokio::{task::JoinHandle, time::Instant};

use self::peer::{Connection, Peer};
use super::{Completion, Driver, Handler, Reply, SessionHandle};
use crate::{Limits, ReplyTo, Request, Role, SessionError, Verdict};

/// Accepts everything at once; counts how often each token ended.
#[derive(Clone, Default)]
struct Accept {
    ended: Arc<Mutex<HashMap<u64, usize>>>,
}

impl Handler for Accept {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Ok(())
    }

    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }

    fn completed(&mut self, token: u64, _: Completion<'_>) {
        *self.ended.lock().entry(token).or_default() += 1;
    }
}

/// A message centre's session on its own task, bound as transceiver.
struct Bound {
    peer: Peer,
    session: SessionHandle,
    handler: Accept,
    task: JoinHandle<SessionError>,
}

impl Bound {
    async fn new(limits: Limits) -> Self {
        let (peer, handler) = (Peer::default(), Accept::default());
        let driver = Driver::new(Connection(peer.clone()), Role::Smsc, limits, handler.clone());
        let session = driver.handle().clone();
        let task = tokio::spawn(driver.run());
        peer.bind().await;
        Self { peer, session, handler, task }
    }
}

/// Runs a session on its own task, and counts the polls of its driver.
fn run_counted<H: Handler>(
    driver: Driver<Connection, H>,
    polls: &Arc<AtomicUsize>,
) -> JoinHandle<SessionError> {
    let polls = Arc::clone(polls);
    tokio::spawn(async move {
        let mut run = pin!(driver.run());
        poll_fn(|context| {
            polls.fetch_add(1, Ordering::Relaxed);
            run.as_mut().poll(context)
        })
        .await
    })
}

fn pdu(pdu: &impl Encode, sequence_number: u32) -> Vec<u8> {
    let mut out = Vec::new();
    encode(pdu, CommandStatus::ESME_ROK, sequence_number, &mut out).unwrap();
    out
}

fn headers(mut octets: &[u8]) -> Vec<Header> {
    let mut found = Vec::new();
    while let Some(raw) = split_frame(octets, u32::MAX).unwrap() {
        found.push(raw.header());
        octets = &octets[raw.octets().len()..];
    }
    found
}

/// Requests of the peer in the order of their numbers: every second one an enquire_link.
fn requests(numbers: std::ops::Range<u32>) -> Vec<u8> {
    let one = |number| match number % 2 {
        0 => pdu(&SubmitSm { short_message: b"hello", ..SubmitSm::default() }, number),
        _ => pdu(&EnquireLink::default(), number),
    };
    numbers.flat_map(one).collect()
}

/// The paused clock shows this much more than it did; timers of tokio are precise to a millisecond.
fn assert_passed(begun: Instant, wanted: Duration) {
    let late = begun.elapsed().checked_sub(wanted).expect("not too early");
    assert!(late <= Duration::from_millis(20), "{late:?} late");
}

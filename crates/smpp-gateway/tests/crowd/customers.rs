//! Customers who behave: each sends a message, waits for its answer, rests a little, and goes on; every message has its receipt.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use smpp_session::{
    BindMode, Client, ClientBuilder, ClientTls, CommandStatus, Deadlines, Fingerprint, Handler, NoRequests,
    Outcome, Reply, ReplyTo, Request, SubmitSm, Verdict,
};
use smpp_wire::{Pdu, values::RegisteredDelivery};
use tokio::task::JoinHandle;

use crate::gateway::{CUSTOMER, PASSWORD, Running};

const CUSTOMERS: usize = 10;
/// New ones that come in while the attack stands.
const NEWCOMERS: usize = 3;
/// What each of the others exchanges meanwhile, at least.
const EXCHANGES: u64 = 10;
const MESSAGE: SubmitSm<'_> = SubmitSm {
    destination_addr: b"4512345678",
    registered_delivery: RegisteredDelivery::ALWAYS,
    short_message: b"Hello",
    ..SubmitSm::EMPTY
};

/// Customers at work.
pub(crate) struct Customers {
    builder: ClientBuilder,
    answered: Vec<Arc<AtomicU64>>,
    stop: Arc<AtomicBool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Customers {
    /// Begins; returns when all are bound.
    pub(crate) async fn begin(gateway: &Running) -> Self {
        let pin = Fingerprint::of(&gateway.certificate()).unwrap();
        let long = Duration::from_secs(120);
        let deadlines = Deadlines { connect: long, handshake: long, bind: long, ..Deadlines::default() };
        let tls = ClientTls::pinned(vec![pin]).unwrap();
        let builder = Client::builder("127.0.0.1", gateway.address.port(), tls);
        let builder = builder.credentials(CUSTOMER, PASSWORD).deadlines(deadlines);
        let stop = Arc::new(AtomicBool::new(false));
        let (mut answered, mut tasks) = (Vec::new(), Vec::new());
        // A receipt goes to any session of its account.
        let receipts = Receipts::default();
        for _ in 0..CUSTOMERS {
            let client = builder.connect(receipts.clone()).await.unwrap();
            let count = Arc::new(AtomicU64::new(0));
            answered.push(Arc::clone(&count));
            tasks.push(tokio::spawn(work(client, receipts.clone(), count, Arc::clone(&stop))));
        }
        Self { builder, answered, stop, tasks }
    }

    /// Returns once each has exchanged some more messages, and some new ones have come, sent, and left.
    pub(crate) async fn go_on(&self) {
        let marks: Vec<_> =
            self.answered.iter().map(|count| count.load(Ordering::Relaxed) + EXCHANGES).collect();
        let mut came = 0;
        while came < NEWCOMERS {
            let newcomer = self.builder.clone().mode(BindMode::Transmitter);
            let client = match newcomer.connect(NoRequests).await {
                Ok(client) => client,
                // On a slow machine one may be too late for its bind; the next one is not.
                Err(error) if error.refused().is_none() => continue,
                Err(error) => panic!("{error}"),
            };
            exchange(&client).await;
            client.unbind().await;
            came += 1;
        }
        for (count, mark) in self.answered.iter().zip(marks) {
            while count.load(Ordering::Relaxed) < mark {
                self.are_well();
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }

    /// None of them has ended for want of an answer.
    pub(crate) fn are_well(&self) {
        assert!(self.tasks.iter().all(|task| !task.is_finished()), "a customer has ended");
    }

    /// Each waits for its receipts, and leaves.
    pub(crate) async fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.unwrap();
        }
    }
}

async fn work(
    client: smpp_session::Connection,
    receipts: Receipts,
    answered: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
) {
    let mut sent = HashSet::new();
    while !stop.load(Ordering::Relaxed) {
        assert!(sent.insert(exchange(&client).await));
        answered.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    while !receipts.have(&sent) {
        assert!(client.session().ended().is_none());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    client.unbind().await;
}

/// Sends a message, which is accepted; its id.
async fn exchange(client: &smpp_session::Connection) -> Vec<u8> {
    let outcome = client.submit_sm(&MESSAGE).await.unwrap();
    let Outcome::Answered(answer) = outcome else { panic!("{outcome:?}") };
    assert_eq!(answer.command_status, CommandStatus::ESME_ROK);
    answer.message_id.as_bytes().to_vec()
}

/// The ids of receipts that came.
#[derive(Clone, Default)]
pub(crate) struct Receipts(Arc<Mutex<HashSet<Vec<u8>>>>);

impl Receipts {
    pub(crate) fn have(&self, ids: &HashSet<Vec<u8>>) -> bool {
        ids.is_subset(&self.0.lock())
    }
}

impl Handler for Receipts {
    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::DeliverSm(receipt) = &request.pdu else { return Reply::Unsupported };
        let id = receipt.tlvs.receipted_message_id().unwrap().unwrap();
        self.0.lock().insert(id.to_vec());
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

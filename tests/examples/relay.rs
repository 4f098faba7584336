//! `relay` between clients and a message centre, while either side is restarted.

use std::{
    collections::HashSet,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use smpp_engine::{
    session::{
        Client, ClientBuilder, ClientTls, Handler, NoRequests, Outcome, Reply, ReplyTo, Request, Retry,
        SubmitError, Verdict,
    },
    wire::{CommandStatus, DeliverSm, Pdu, SubmitSm},
};
use tokio::runtime::{Builder, Runtime};

use crate::{
    message_centre::{Certificate, MessageCentre, PASSWORD, SYSTEM_ID, gateway},
    program::Program,
};

/// A running relay.
pub(crate) struct Relay {
    program: Program,
    pub(crate) address: SocketAddr,
    pub(crate) certificate: Certificate,
}

impl Relay {
    pub(crate) fn start(upstream: SocketAddr, pin: &str) -> Self {
        let certificate = Certificate::new();
        let (chain, key) = (certificate.path("certificate.pem"), certificate.path("key.pem"));
        let port = upstream.port().to_string();
        let arguments = ["127.0.0.1:0", &chain, &key, "127.0.0.1", &port, pin, SYSTEM_ID, PASSWORD];
        let mut program = Program::start("relay", &arguments);
        let address = program.line("listening on ").parse().unwrap();
        Self { program, address, certificate }
    }

    fn client(&self) -> ClientBuilder {
        let tls = ClientTls::pinned(vec![self.certificate.pin]).unwrap();
        let retry = Retry { first: Duration::from_millis(20), ..Retry::default() };
        Client::builder("127.0.0.1", self.address.port(), tls).credentials(SYSTEM_ID, PASSWORD).retry(retry)
    }
}

/// What senders know of their messages, by their texts.
#[derive(Default)]
struct Known {
    accepted: HashSet<Vec<u8>>,
    fate_unknown: HashSet<Vec<u8>>,
    /// How many of these the relay could not say, as the client itself was cut off from it.
    cut_off: usize,
    not_sent: HashSet<Vec<u8>>,
}

impl Known {
    fn note(&mut self, text: Vec<u8>, result: &Result<Outcome, SubmitError>) {
        let fate = match result {
            Ok(Outcome::Answered(response)) => match response.command_status {
                CommandStatus::ESME_ROK => {
                    assert_eq!(response.message_id.as_bytes(), text, "the message centre's id");
                    &mut self.accepted
                }
                CommandStatus::ESME_RUNKNOWNERR => &mut self.fate_unknown,
                _ => &mut self.not_sent,
            },
            Ok(Outcome::Lost(_)) => {
                self.cut_off += 1;
                &mut self.fate_unknown
            }
            Err(_) => &mut self.not_sent,
        };
        assert!(fate.insert(text), "each message ends once");
    }

    fn total(&self) -> usize {
        self.accepted.len() + self.fate_unknown.len() + self.not_sent.len()
    }

    /// Holds what senders know against what the message centre has seen.
    fn is_true(&self, seen: &HashSet<Vec<u8>>) {
        let lost: Vec<_> = self.accepted.difference(seen).collect();
        assert!(lost.is_empty(), "accepted and never seen: {lost:?}");
        let slipped: Vec<_> = self.not_sent.intersection(seen).collect();
        assert!(slipped.is_empty(), "said not to be sent, and seen: {slipped:?}");
        let named: HashSet<_> = self.accepted.union(&self.fate_unknown).cloned().collect();
        let silent: Vec<_> = seen.difference(&named).collect();
        assert!(silent.is_empty(), "seen, and nobody knows of it: {silent:?}");
    }
}

/// Messages from many tasks, over whichever client there is.
struct Senders {
    client: Mutex<Client>,
    next: AtomicUsize,
    known: Mutex<Known>,
}

impl Senders {
    fn start(client: Client) -> Arc<Self> {
        let senders =
            Arc::new(Self { client: Mutex::new(client), next: AtomicUsize::new(0), known: Mutex::default() });
        for _ in 0..32 {
            tokio::spawn(Arc::clone(&senders).send());
        }
        senders
    }

    async fn send(self: Arc<Self>) {
        loop {
            let client = self.client.lock().unwrap().clone();
            if client.bound().await.is_err() {
                // Another one is on its way.
                tokio::time::sleep(Duration::from_millis(1)).await;
                continue;
            }
            let text = self.next.fetch_add(1, Ordering::Relaxed).to_string().into_bytes();
            let message = SubmitSm { short_message: &text, ..SubmitSm::EMPTY };
            let result = client.submit_sm(&message).await;
            let refused = !matches!(&result, Ok(Outcome::Answered(answer)) if answer.command_status.is_ok());
            self.known.lock().unwrap().note(text, &result);
            if refused {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }

    /// Waits until so many more messages were accepted.
    async fn accepted(&self, more: usize) {
        let accepted = || self.known.lock().unwrap().accepted.len();
        let wanted = accepted() + more;
        let wait = async {
            while accepted() < wanted {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), wait).await.expect("messages are accepted again");
    }
}

/// A client on a runtime of its own: shut down, that takes the client with it, as the end of its process would.
fn client_apart(relay: &Relay) -> (Runtime, Client) {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let entered = runtime.enter();
    let client = relay.client().start(|_| NoRequests).unwrap();
    drop(entered);
    (runtime, client)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_while_either_side_is_restarted() {
    let mut centre = MessageCentre::new();
    let relay = Relay::start(centre.address(), &centre.pin.to_string());
    let (mut runtime, client) = client_apart(&relay);
    let senders = Senders::start(client);
    for round in 0..3 {
        senders.accepted(500).await;
        centre.restart();
        senders.accepted(500).await;
        let (next_runtime, next) = client_apart(&relay);
        let client = std::mem::replace(&mut *senders.client.lock().unwrap(), next);
        // Every other time in the middle of it all, else in order.
        if round % 2 == 0 {
            client.shutdown().await;
        }
        std::mem::replace(&mut runtime, next_runtime).shutdown_background();
    }
    senders.accepted(500).await;
    // The relay itself ends in order: what it has taken is answered.
    relay.program.terminate();
    let relay = tokio::task::spawn_blocking(|| relay.program.finish()).await.unwrap();
    assert!(relay.last().unwrap().ends_with(" 0 were cut off"), "{relay:#?}");
    let settled = async {
        // Numbers are given out before messages are sent, and nobody sends any more.
        while senders.known.lock().unwrap().total() < senders.next.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), settled).await.expect("every message ends");
    let known = senders.known.lock().unwrap();
    known.is_true(&centre.seen());
    assert!(known.accepted.len() >= 3_500);
    runtime.shutdown_background();
    let said = relay.iter().filter(|line| line.contains("a message's fate is unknown")).count();
    let unknown = known.fate_unknown.len() - known.cut_off;
    assert!(unknown <= said, "each unknown fate, {unknown} of them, was said: {relay:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_and_receipts_of_the_gateway_reach_the_client() {
    let gateway = gateway().await;
    let relay = Relay::start(gateway.local_addr(), gateway.fingerprint());
    let (port, pin) = (relay.address.port().to_string(), relay.certificate.pin.to_string());
    let arguments = ["127.0.0.1", &port, &pin, SYSTEM_ID, PASSWORD, "4512345678", "Hello"];
    let said = Program::start("send", &arguments).finish();
    let id = said[0].strip_suffix(" accepted").unwrap();
    assert_eq!(said[1..], [format!("{id} DELIVERED")]);
}

/// Acknowledges what it receives, and keeps it.
struct Keep(Arc<Mutex<Vec<Vec<u8>>>>);

impl Handler for Keep {
    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::DeliverSm(message) = &request.pdu else { return Reply::Unsupported };
        self.0.lock().unwrap().push(message.short_message.to_vec());
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_acknowledged_by_the_client_or_not_at_all() {
    let centre = MessageCentre::new();
    let relay = Relay::start(centre.address(), &centre.pin.to_string());
    let session = loop {
        match centre.session() {
            Some(session) => break session,
            None => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    };
    let receipt = DeliverSm { short_message: b"a receipt", ..DeliverSm::EMPTY };
    let status = async || match session.deliver_sm(&receipt).await {
        Ok(Outcome::Answered(response)) => response.command_status,
        other => panic!("{other:?}"),
    };
    assert_eq!(status().await, CommandStatus::ESME_RX_T_APPN, "no client is there");
    let kept = Arc::new(Mutex::new(Vec::new()));
    let client = relay.client().connect(Keep(Arc::clone(&kept))).await.unwrap();
    assert_eq!(status().await, CommandStatus::ESME_ROK);
    assert_eq!(*kept.lock().unwrap(), [b"a receipt"]);
    client.unbind().await;
}

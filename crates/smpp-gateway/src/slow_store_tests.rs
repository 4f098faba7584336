//! Sessions over a store that takes its time: no answer before a message is kept, and each answer to its own message.

use std::{sync::Arc, task::Poll};

use parking_lot::Mutex;
use smpp_session::{Client, CommandStatus, NoRequests, Outcome, Response, Server, SubmitSm};
use tokio::sync::Notify;

use crate::{
    AccountConfig, Accounts, Batch, Config, ConnectionModes, Durable, NewMessage, Store, StoreError,
    VerifierKey, gateway::Core, session::Session,
};

/// Keeps batches in pairs, the later one first; the earlier one gets `first`.
#[derive(Debug)]
struct Pairs {
    first: Result<(), StoreError>,
    waiting: Mutex<Vec<u64>>,
    taken: Arc<Notify>,
}

impl Store for Pairs {
    fn name(&self) -> &'static str {
        "pairs"
    }

    fn is_durable(&self) -> bool {
        false
    }

    fn submit(&self, _: Batch, token: u64) -> Poll<Result<(), StoreError>> {
        self.waiting.lock().push(token);
        self.taken.notify_one();
        Poll::Pending
    }

    fn poll_durable(&self, out: &mut Vec<Durable>) {
        let mut waiting = self.waiting.lock();
        if let [first, second] = waiting[..] {
            waiting.clear();
            out.push(Durable { token: second, result: Ok(()) });
            out.push(Durable { token: first, result: self.first });
        }
    }

    fn finish(&self, _: &[u64], _: &mut Vec<NewMessage>) {}
}

/// What two messages are answered, the first with `first`; checks that it waits for the second.
async fn answers(first: Result<(), StoreError>) -> [Response; 2] {
    let key = VerifierKey::generate().unwrap();
    let account = AccountConfig {
        system_id: "customer1".to_owned(),
        verifier: key.verifier(b"customer1", b"secret08"),
        modes: ConnectionModes::ALL,
        max_binds: 2,
    };
    let taken = Arc::new(Notify::new());
    let store = Pairs { first, waiting: Mutex::default(), taken: Arc::clone(&taken) };
    let accounts = Accounts::new(&[account], key).unwrap();
    let core = Core::start(&Config::default(), accounts, Box::new(store));
    let address = "127.0.0.1:0".parse().unwrap();
    let server = Server::plain().listen(address, move |_| Session::new(Arc::clone(&core))).await.unwrap();
    let builder = Client::plain("127.0.0.1", server.local_addr().port()).credentials("customer1", "secret08");
    let (one, other) =
        (builder.connect(NoRequests).await.unwrap(), builder.connect(NoRequests).await.unwrap());

    let earlier = tokio::spawn(async move { one.submit_sm(&SubmitSm::default()).await.unwrap() });
    taken.notified().await;
    assert!(!earlier.is_finished(), "it is not kept yet");
    let later = other.submit_sm(&SubmitSm::default()).await.unwrap();
    [earlier.await.unwrap(), later].map(|outcome| match outcome {
        Outcome::Answered(response) => response,
        Outcome::Lost(error) => panic!("{error}"),
    })
}

#[tokio::test]
async fn a_message_is_answered_once_it_is_kept_in_whatever_order_that_happens() {
    let [earlier, later] = answers(Ok(())).await;
    for answer in [&earlier, &later] {
        assert_eq!(answer.command_status, CommandStatus::ESME_ROK);
        assert_eq!(answer.message_id.as_bytes().len(), 36);
    }
    assert_ne!(earlier.message_id, later.message_id);
}

#[tokio::test]
async fn a_message_that_was_not_kept_is_refused_and_its_neighbour_is_not() {
    let [earlier, later] = answers(Err(StoreError::Full)).await;
    assert_eq!(earlier.command_status, CommandStatus::ESME_RSUBMITFAIL);
    assert_eq!(later.command_status, CommandStatus::ESME_ROK);
}

//! Sessions over a store that takes its time: no answer before a message is kept, and each answer to its own message.

use std::{fmt, sync::Arc, task::Poll};

use parking_lot::Mutex;
use smpp_session::{Client, CommandStatus, NoRequests, Outcome, Response, Server, SubmitSm};
use tokio::sync::Notify;

use crate::{
    AccountConfig, Accounts, Config, VerifierKey,
    core::Core,
    session::Session,
    store::{Batch, Completion, Held, Recovered, Store, StoreError, Stored, Wake},
};

/// Keeps messages in pairs, the later one first; the earlier one gets `first`.
struct Pairs {
    first: Result<(), StoreError>,
    state: Mutex<State>,
    taken: Arc<Notify>,
}

#[derive(Default)]
struct State {
    earlier: Option<(u64, Batch)>,
    done: Vec<Completion>,
    wake: Option<Wake>,
}

impl Store for Pairs {
    fn name(&self) -> &'static str {
        "pairs"
    }

    fn is_durable(&self) -> bool {
        false
    }

    fn recover(&self) -> Result<Recovered, StoreError> {
        Ok(Recovered::default())
    }

    fn wake_with(&self, wake: Wake) {
        self.state.lock().wake = Some(wake);
    }

    fn submit(&self, batch: Batch, token: u64) -> Poll<Stored> {
        if batch.accepted.is_empty() {
            return Poll::Ready(Stored { batch, result: Ok(()) });
        }
        let mut state = self.state.lock();
        let done = |(token, batch), result| Completion::Stored(token, Stored { batch, result });
        if let Some(earlier) = state.earlier.take() {
            state.done.extend([done((token, batch), Ok(())), done(earlier, self.first)]);
            state.wake.as_ref().unwrap()();
        } else {
            state.earlier = Some((token, batch));
            self.taken.notify_one();
        }
        Poll::Pending
    }

    fn read(&self, _: Vec<u64>, _: u64) -> Poll<Result<Vec<Held>, StoreError>> {
        Poll::Ready(Ok(Vec::new()))
    }

    fn poll(&self, out: &mut Vec<Completion>) {
        out.append(&mut self.state.lock().done);
    }
}

impl fmt::Debug for Pairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pairs").finish_non_exhaustive()
    }
}

/// What two messages are answered, the first with `first`; checks that it waits for the second.
async fn answers(first: Result<(), StoreError>) -> [Response; 2] {
    let key = VerifierKey::generate().unwrap();
    let account = AccountConfig::new("customer1", key.verifier(b"customer1", b"secret08"));
    let taken = Arc::new(Notify::new());
    let store = Pairs { first, state: Mutex::default(), taken: Arc::clone(&taken) };
    let accounts = Accounts::new(&[account], key).unwrap();
    let core = Core::start(&Config::default(), accounts, Box::new(store)).unwrap();
    let address = "127.0.0.1:0".parse().unwrap();
    let server = Server::plain()
        .listen(address, move |client| Session::new(Arc::clone(&core), client.ip()))
        .await
        .unwrap();
    let builder = Client::plain("127.0.0.1", server.local_addr().port()).credentials("customer1", "secret08");
    let (one, other) =
        (builder.connect(NoRequests).await.unwrap(), builder.connect(NoRequests).await.unwrap());

    let earlier = tokio::spawn(async move { one.submit_sm(&MESSAGE).await.unwrap() });
    taken.notified().await;
    assert!(!earlier.is_finished(), "it is not kept yet");
    let later = other.submit_sm(&MESSAGE).await.unwrap();
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

const MESSAGE: SubmitSm<'_> = SubmitSm { destination_addr: b"4512345678", ..SubmitSm::EMPTY };

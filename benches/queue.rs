//! The way for throughput: the completion queue, whose window is refilled as answers come.

use smpp_session::{Completed, CompletionQueue, Connection, Outcome, SubmitSm};

use crate::sessions::{Accept, MESSAGE, MESSAGE_ID, Target};
use crate::stopwatch::{Stopwatch, Took};

/// What a run was.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    /// How long it took.
    pub took: Took,
    /// Batches that were submitted, thus writes of the client.
    pub writes: u64,
}

/// A bound client that has not sent anything yet.
#[derive(Debug)]
pub struct Sender {
    client: Connection,
    queue: CompletionQueue,
    messages: u64,
    /// As many as the window holds; only their tokens change.
    batch: Vec<(u64, SubmitSm<'static>)>,
    completed: Vec<Completed>,
    /// Of every answer; `None` where the server gives each message its own.
    message_id: Option<&'static str>,
}

impl Sender {
    /// Connects a client that is going to send `messages`.
    pub async fn connect(target: &Target, window: u16, messages: u64) -> Self {
        let client = target.connect(window, Accept).await;
        let queue = client.session().completion_queue();
        let batch = vec![(0, MESSAGE); window.into()];
        let completed = Vec::with_capacity(window.into());
        Self { client, queue, messages, batch, completed, message_id: Some(MESSAGE_ID) }
    }

    /// Sends them all.
    ///
    /// # Panics
    /// When a message is not accepted, once, with its id.
    pub async fn send(&mut self) -> Sent {
        let (mut sent, mut accepted, mut writes) = (0, 0, 0);
        let watch = Stopwatch::start();
        while accepted < self.messages {
            let room = (self.batch.len() as u64 - (sent - accepted)).min(self.messages - sent);
            let batch = self.batch.get_mut(..usize::try_from(room).unwrap_or_default()).unwrap_or_default();
            for ((token, _), number) in batch.iter_mut().zip(sent..) {
                *token = number;
            }
            if !batch.is_empty() {
                sent += self.queue.try_submit(batch).expect("the window has room") as u64;
                writes += 1;
            }
            self.queue.completed(&mut self.completed).await.expect("the session lives");
            for Completed { token, outcome } in &self.completed {
                // One server answers one connection in order.
                assert_eq!(*token, accepted);
                assert!(matches!(outcome, Outcome::Answered(answer) if answer.command_status.is_ok()
                    && self.message_id.is_none_or(|id| answer.message_id.as_bytes() == id.as_bytes())));
                accepted += 1;
            }
            self.completed.clear();
        }
        Sent { took: watch.stop(), writes }
    }

    /// Closes the connection.
    pub async fn unbind(self) {
        self.client.unbind().await;
    }
}

/// Sends `messages` over a new connection.
pub async fn send(target: &Target, window: u16, messages: u64) -> Sent {
    send_with(Sender::connect(target, window, messages).await).await
}

/// The same to a server that gives each message an id of its own.
pub async fn send_for_any_id(target: &Target, window: u16, messages: u64) -> Sent {
    let sender = Sender::connect(target, window, messages).await;
    send_with(Sender { message_id: None, ..sender }).await
}

async fn send_with(mut sender: Sender) -> Sent {
    let sent = sender.send().await;
    sender.unbind().await;
    sent
}

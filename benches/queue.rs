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
}

impl Sender {
    /// Connects a client that is going to send `messages`.
    pub async fn connect(target: &Target, window: u16, messages: u64) -> Self {
        let client = target.connect(window, Accept).await;
        let queue = client.session().completion_queue();
        let batch = vec![(0, MESSAGE); window.into()];
        Self { client, queue, messages, batch, completed: Vec::with_capacity(window.into()) }
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
            for Completed { token, outcome } in self.completed.drain(..) {
                // One server answers one connection in order.
                assert_eq!(token, accepted);
                assert!(matches!(outcome, Outcome::Answered(answer)
                    if answer.command_status.is_ok() && answer.message_id.as_bytes() == MESSAGE_ID.as_bytes()));
                accepted += 1;
            }
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
    let mut sender = Sender::connect(target, window, messages).await;
    let sent = sender.send().await;
    sender.unbind().await;
    sent
}

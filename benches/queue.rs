//! The way for throughput: no future a message, the window is refilled as answers come.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use smpp_session::{Completion, Connection, Handler, Turn};
use tokio::sync::oneshot;

use crate::sessions::{MESSAGE, MESSAGE_ID, Target};
use crate::stopwatch::{Stopwatch, Took};

/// What a run was.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    /// How long it took.
    pub took: Took,
    /// Turns that sent something, thus writes of the client.
    pub writes: u64,
}

/// A bound client that has not sent anything yet.
#[derive(Debug)]
pub struct Sender {
    client: Connection,
    go: Arc<AtomicBool>,
    done: oneshot::Receiver<Sent>,
}

impl Sender {
    /// Connects a client that is going to send `messages`.
    pub async fn connect(target: &Target, window: u16, messages: u64) -> Self {
        let (done, all_accepted) = oneshot::channel();
        let go = Arc::new(AtomicBool::new(false));
        let refill = Refill {
            go: Arc::clone(&go),
            messages,
            sent: 0,
            accepted: 0,
            writes: 0,
            watch: None,
            done: Some(done),
        };
        Self { client: target.connect(window, refill).await, go, done: all_accepted }
    }

    /// Sends them all, once.
    ///
    /// # Panics
    /// When a message is not accepted, once, with its id.
    pub async fn send(&mut self) -> Sent {
        self.go.store(true, Ordering::Release);
        self.client.session().wake();
        (&mut self.done).await.expect("every message is accepted")
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

/// Refills the window in its own turns.
struct Refill {
    go: Arc<AtomicBool>,
    messages: u64,
    /// Also the token of the message that is sent next.
    sent: u64,
    /// One server answers one connection in order, so this is the token of the next answer, too.
    accepted: u64,
    writes: u64,
    watch: Option<Stopwatch>,
    /// Dropped unused when an assertion below fails.
    done: Option<oneshot::Sender<Sent>>,
}

impl Handler for Refill {
    fn completed(&mut self, token: u64, completion: Completion<'_>) {
        assert_eq!(token, self.accepted);
        assert!(matches!(completion, Completion::Answered(answer)
                if answer.command_status.is_ok() && answer.message_id == MESSAGE_ID.as_bytes()));
        self.accepted += 1;
    }

    fn turn_end(&mut self, turn: &mut Turn<'_>) {
        if !self.go.load(Ordering::Acquire) {
            return;
        }
        let before = self.sent;
        for _ in 0..turn.window_free() {
            if self.sent == self.messages {
                break;
            }
            self.watch.get_or_insert_with(Stopwatch::start);
            turn.submit(&MESSAGE, self.sent).expect("the window has room");
            self.sent += 1;
        }
        self.writes += u64::from(self.sent != before);
        if self.accepted == self.messages
            && let (Some(watch), Some(done)) = (self.watch, self.done.take())
        {
            let sent = Sent { took: watch.stop(), writes: self.writes };
            assert!(done.send(sent).is_ok(), "somebody waits for it");
        }
    }
}

//! Once everything is as large as it will be, a message allocates nothing, whichever way it is sent and answered.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::Poll,
};

use allocation_counter::{AllocationInfo, measure};
use smpp_session::{
    Bind, Client, CommandStatus, Completion, Connection, Handler, Limits, NoRequests, Outcome, Reply,
    ReplyTo, Request, Server, SessionHandle, Turn,
};
use tokio::sync::Notify;

use crate::{accepted, message, runtime};

const WINDOW: u16 = 64;

/// Accepts every message, at once or a turn later.
struct Accept {
    later: bool,
    open: Vec<ReplyTo>,
    session: Option<SessionHandle>,
}

impl Handler for Accept {
    fn bind(&mut self, _: &Bind<'_>, session: &SessionHandle) -> Result<(), CommandStatus> {
        self.session = Some(session.clone());
        Ok(())
    }

    fn request(&mut self, _: &Request<'_>, reply_to: ReplyTo) -> Reply {
        if !self.later {
            return Reply::Now(accepted());
        }
        self.open.push(reply_to);
        Reply::Later
    }

    fn turn_end(&mut self, _: &mut Turn<'_>) {
        if let Some(session) = &self.session
            && !self.open.is_empty()
        {
            session.answer(self.open.drain(..).map(|reply_to| (reply_to, accepted())));
        }
    }
}

async fn both_ends(later: bool, handler: impl Handler) -> (Server, Connection) {
    let accept = move |_| Accept { later, open: Vec::new(), session: None };
    let server = Server::plain().listen("127.0.0.1:0".parse().unwrap(), accept).await.unwrap();
    let limits = Limits { window: WINDOW, ..Limits::default() };
    let client = Client::plain("127.0.0.1", server.local_addr().port()).limits(limits);
    (server, client.connect(handler).await.unwrap())
}

/// Sends with as many futures as the window holds.
async fn send_futures(session: &SessionHandle, messages: usize) {
    let message = message();
    let mut sending: Vec<_> = (0..WINDOW).map(|_| session.send(&message)).collect();
    let (mut begun, mut ended) = (sending.len(), 0);
    poll_fn(|context| {
        for place in &mut sending {
            while let Poll::Ready(outcome) = Pin::new(&mut *place).poll(context) {
                assert!(matches!(outcome, Ok(Outcome::Answered(answer)) if answer.command_status.is_ok()));
                ended += 1;
                if begun == messages {
                    break;
                }
                begun += 1;
                *place = session.send(&message);
            }
        }
        if ended == messages { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// What `messages` allocate once everything is as large as it will be.
fn steady(later: bool, send: impl AsyncFn(&SessionHandle, usize)) -> AllocationInfo {
    let runtime = runtime();
    let (_server, client) = runtime.block_on(both_ends(later, NoRequests));
    runtime.block_on(send(client.session(), 20_000));
    measure(|| runtime.block_on(send(client.session(), 20_000)))
}

#[test]
fn futures_allocate_nothing_for_a_message() {
    for later in [false, true] {
        let info = steady(later, send_futures);
        assert_eq!(info.count_total, 1, "the list of the test itself; answered later: {later}");
    }
}

#[test]
fn completion_queues_allocate_nothing_for_a_message() {
    let runtime = runtime();
    let (_server, client) = runtime.block_on(both_ends(false, NoRequests));
    let queue = client.session().completion_queue();
    let batch: Vec<_> = (0..u64::from(WINDOW)).map(|token| (token, message())).collect();
    let mut completed = Vec::new();
    let mut send = |messages: usize| {
        runtime.block_on(async {
            let (mut sent, mut ended) = (0, 0);
            while ended < messages {
                let rest = batch.len().min(messages - sent);
                sent += queue.try_submit(&batch[..rest]).unwrap_or_default();
                ended += queue.completed(&mut completed).await.unwrap();
                completed.clear();
            }
        });
    };
    send(20_000);
    assert_eq!(measure(|| send(20_000)).count_total, 0);
}

/// Refills the window in its own turns, up to a number of messages that the test raises.
#[derive(Clone, Default)]
struct Refill {
    wanted: Arc<AtomicU64>,
    all_ended: Arc<Notify>,
    sent: u64,
    ended: u64,
}

impl Handler for Refill {
    fn completed(&mut self, _: u64, completion: Completion<'_>) {
        assert!(matches!(completion, Completion::Answered(answer) if answer.command_status.is_ok()));
        self.ended += 1;
        if self.ended == self.wanted.load(Ordering::Relaxed) {
            self.all_ended.notify_one();
        }
    }

    fn turn_end(&mut self, turn: &mut Turn<'_>) {
        while self.sent < self.wanted.load(Ordering::Relaxed) && turn.window_free() > 0 {
            turn.submit(&message(), self.sent).unwrap();
            self.sent += 1;
        }
    }
}

#[test]
fn turns_allocate_nothing_for_a_message() {
    let (runtime, handler) = (runtime(), Refill::default());
    let (_server, client) = runtime.block_on(both_ends(false, handler.clone()));
    let send = |messages: u64| {
        handler.wanted.fetch_add(messages, Ordering::Relaxed);
        runtime.block_on(async {
            client.session().wake();
            handler.all_ended.notified().await;
        });
    };
    send(20_000);
    assert_eq!(measure(|| send(20_000)).count_total, 0);
}

//! After many messages, however they end, both ends hold what they held before.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
    time::Duration,
};

use allocation_counter::measure;
use smpp_session::{
    Bind, Client, CommandStatus, Completed, CompletionQueue, Connection, Handler, Limits, NoRequests,
    Outcome, Reply, ReplyTo, Request, Server, SessionHandle, Turn,
};

use crate::{accepted, message, runtime};

const ROUNDS: usize = 1_000;
const FUTURES: usize = 80;
const QUEUED: usize = 20;
/// A hundred thousand messages that leave an octet each leave more.
const ROUGHLY_NOTHING: i64 = 64 * 1_024;

/// Answers at once, or a turn later, or, now and then, never.
#[derive(Default)]
struct Moody {
    count: u64,
    open: Vec<ReplyTo>,
}

impl Handler for Moody {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Ok(())
    }

    fn request(&mut self, _: &Request<'_>, reply_to: ReplyTo) -> Reply {
        self.count += 1;
        if self.count.is_multiple_of(2_000) {
            return Reply::Later;
        }
        if self.count.is_multiple_of(2) {
            return Reply::Now(accepted());
        }
        self.open.push(reply_to);
        Reply::Later
    }

    fn turn_end(&mut self, turn: &mut Turn<'_>) {
        for reply_to in self.open.drain(..) {
            turn.answer(reply_to, &accepted());
        }
    }
}

fn is_accepted(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Answered(answer) if answer.command_status.is_ok())
}

/// Sends a round of messages, drops some futures that wait for room and some that wait for their answer; how many of the rest were not
/// accepted.
async fn round(session: &SessionHandle, queue: &CompletionQueue, completed: &mut Vec<Completed>) -> usize {
    let message = message();
    let mut sending: Vec<_> = (0..FUTURES).map(|_| session.send(&message)).collect();
    poll_fn(|context| {
        let begun = sending.iter_mut().all(|future| Pin::new(future).poll(context).is_pending());
        assert!(begun, "no answer comes before the driver has its turn");
        Poll::Ready(())
    })
    .await;
    let mut number = 0;
    sending.retain(|_| {
        number += 1;
        number % 4 > 0
    });
    let mut failed = 0;
    for future in sending {
        failed += usize::from(!is_accepted(&future.await.unwrap()));
    }
    let batch = [(0, message); QUEUED];
    let (mut sent, mut ended) = (0, 0);
    while ended < QUEUED {
        if sent < QUEUED {
            sent += queue.submit(&batch[sent..]).await.unwrap().count;
        }
        ended += queue.completed(completed).await.unwrap();
        failed += completed.drain(..).filter(|completed| !is_accepted(&completed.outcome)).count();
    }
    failed
}

#[test]
fn a_hundred_thousand_messages_leave_nothing_behind_however_they_end() {
    let runtime = runtime();
    let (_server, client) = runtime.block_on(both_ends());
    let (session, mut completed) = (client.session(), Vec::new());
    let queue = session.completion_queue();
    let mut send = |rounds: usize| {
        runtime.block_on(async {
            let mut failed = 0;
            for _ in 0..rounds {
                failed += round(session, &queue, &mut completed).await;
            }
            // Those whose futures were dropped end, too.
            while session.in_flight() > 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            failed
        })
    };
    send(ROUNDS / 10);
    let mut failed = 0;
    let info = measure(|| failed = send(ROUNDS));
    assert!(failed > 0, "some were never answered");
    assert!(info.bytes_current <= ROUGHLY_NOTHING, "{} octets are held for nothing", info.bytes_current);
}

async fn both_ends() -> (Server, Connection) {
    let soon = Duration::from_millis(20);
    let builder = Server::plain().limits(Limits { handler: soon, ..Limits::default() });
    let server = builder.listen("127.0.0.1:0".parse().unwrap(), |_| Moody::default()).await.unwrap();
    let limits = Limits { window: 64, response: soon, ..Limits::default() };
    let client = Client::plain("127.0.0.1", server.local_addr().port()).limits(limits);
    (server, client.connect(NoRequests).await.unwrap())
}

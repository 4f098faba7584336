//! Futures that wait for room in the window: whoever can't use its room hands it on.
#![expect(clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
    time::Duration,
};

use smpp_session::{
    Bind, Cause, Client, CommandStatus, Connection, EndedBy, Handler, Limits, NoRequests, Outcome, Reply,
    ReplyTo, Request, Server, SessionHandle, SubmitError, SubmitSm, Verdict,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Leaves every message to the test.
struct Later(UnboundedSender<(SessionHandle, ReplyTo)>, Option<SessionHandle>);

impl Handler for Later {
    fn bind(&mut self, _: &Bind<'_>, session: &SessionHandle) -> Result<(), CommandStatus> {
        self.1 = Some(session.clone());
        Ok(())
    }

    fn request(&mut self, _: &Request<'_>, reply_to: ReplyTo) -> Reply {
        self.0.send((self.1.clone().unwrap(), reply_to)).unwrap();
        Reply::Later
    }
}

/// A client with a window of one, its server, and the messages that came.
async fn window_of_one() -> (Server, Connection, UnboundedReceiver<(SessionHandle, ReplyTo)>) {
    let (sender, seen) = unbounded_channel();
    let address = "127.0.0.1:0".parse().unwrap();
    let server = Server::plain().listen(address, move |_| Later(sender.clone(), None)).await.unwrap();
    let client = Client::plain("127.0.0.1", server.local_addr().port())
        .limits(Limits { window: 1, ..Limits::default() })
        .connect(NoRequests)
        .await
        .unwrap();
    (server, client, seen)
}

/// Polls a future once, so that it takes its place.
async fn begin(mut future: Pin<&mut impl Future>) {
    poll_fn(|context| {
        assert!(future.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
}

async fn accept(seen: &mut UnboundedReceiver<(SessionHandle, ReplyTo)>) {
    let (session, reply_to) = seen.recv().await.unwrap();
    session.answer([(reply_to, Verdict::status(CommandStatus::ESME_ROK))]);
}

/// Fails instead of waiting for ever.
async fn in_time<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(5), future).await.expect("nobody hands the room on")
}

fn accepted(outcome: Result<Outcome, SubmitError>) -> bool {
    matches!(outcome, Ok(Outcome::Answered(response)) if response.command_status.is_ok())
}

#[tokio::test]
async fn a_queued_message_that_does_not_fit_hands_its_room_on() {
    let (_server, client, mut seen) = window_of_one().await;
    let too_long = SubmitSm { short_message: &[b'x'; 256], ..SubmitSm::default() };
    let message = SubmitSm::default();
    let mut first = std::pin::pin!(client.submit_sm(&message));
    let mut misfit = std::pin::pin!(client.submit_sm(&too_long));
    let mut last = std::pin::pin!(client.submit_sm(&message));
    begin(first.as_mut()).await;
    begin(misfit.as_mut()).await;
    begin(last.as_mut()).await;
    accept(&mut seen).await;
    assert!(accepted(first.await));
    assert!(matches!(misfit.await, Err(SubmitError::Encode(_))));
    let (outcome, ()) = in_time(async { tokio::join!(last, accept(&mut seen)) }).await;
    assert!(accepted(outcome));
    assert_eq!(client.session().in_flight(), 0);
}

#[tokio::test]
async fn a_future_dropped_with_its_room_in_hand_hands_it_on() {
    let (_server, client, mut seen) = window_of_one().await;
    let message = SubmitSm::default();
    let mut first = std::pin::pin!(client.submit_sm(&message));
    let mut dropped = Box::pin(client.submit_sm(&message));
    let mut last = std::pin::pin!(client.submit_sm(&message));
    begin(first.as_mut()).await;
    begin(dropped.as_mut()).await;
    begin(last.as_mut()).await;
    accept(&mut seen).await;
    assert!(accepted(first.await));
    // The answer promised its room to the second, which never looked.
    drop(dropped);
    let (outcome, ()) = in_time(async { tokio::join!(last, accept(&mut seen)) }).await;
    assert!(accepted(outcome));
    assert_eq!(client.session().in_flight(), 0);
}

#[tokio::test]
async fn unbind_lets_what_is_in_flight_end_and_sends_nothing_that_queued() {
    let (_server, client, mut seen) = window_of_one().await;
    let session = client.session().clone();
    let message = SubmitSm::default();
    let mut first = std::pin::pin!(session.submit_sm(&message));
    let mut second = std::pin::pin!(session.submit_sm(&message));
    let mut third = std::pin::pin!(session.submit_sm(&message));
    begin(first.as_mut()).await;
    begin(second.as_mut()).await;
    begin(third.as_mut()).await;
    session.unbind();
    let (first, second, third, ()) = tokio::join!(first, second, third, accept(&mut seen));
    assert!(accepted(first));
    assert!(matches!(second, Err(SubmitError::NotBound | SubmitError::Closed(_))), "{second:?}");
    assert!(matches!(third, Err(SubmitError::NotBound | SubmitError::Closed(_))), "{third:?}");
    let end = client.unbind().await;
    assert_eq!((end.by, end.cause), (EndedBy::Us, Cause::Unbind));
    assert!(seen.try_recv().is_err(), "only the first was sent");
}

#[tokio::test]
async fn a_peer_that_closes_loses_what_was_sent_and_refuses_what_queued() {
    let (server, client, mut seen) = window_of_one().await;
    let message = SubmitSm::default();
    let mut sent = std::pin::pin!(client.submit_sm(&message));
    let mut queued = std::pin::pin!(client.submit_sm(&message));
    begin(sent.as_mut()).await;
    begin(queued.as_mut()).await;
    seen.recv().await.unwrap();
    drop(server);
    let (sent, queued) = tokio::join!(sent, queued);
    let Ok(Outcome::Lost(error)) = sent else { panic!("{sent:?}") };
    assert_eq!(queued, Err(SubmitError::Closed(error)), "nothing of it was sent");
}

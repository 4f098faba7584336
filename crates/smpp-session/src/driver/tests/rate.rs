//! The rate of a session, on a paused clock.

use smpp_wire::DeliverSm;

use super::*;
use crate::{Cause, Outcome, SubmitError};

fn hello() -> DeliverSm<'static> {
    DeliverSm { short_message: b"hello", ..DeliverSm::default() }
}

fn wide() -> Limits {
    Limits { window: 1_000, ..Limits::default() }
}

fn send(session: &SessionHandle) -> JoinHandle<Result<Outcome, SubmitError>> {
    let session = session.clone();
    tokio::spawn(async move { session.deliver_sm(&hello()).await })
}

/// Messages that left, behind the answer to the bind.
fn sent(peer: &Peer) -> usize {
    headers(&peer.written()).iter().filter(|header| header.command_id == CommandId::DELIVER_SM).count()
}

#[tokio::test(start_paused = true)]
async fn futures_leave_at_the_rate_and_no_faster() {
    let Bound { peer, session, .. } = Bound::new(wide()).await;
    let begun = Instant::now();
    session.limit_rate(100, 5);
    let _waiting: Vec<_> = (0..105).map(|_| send(&session)).collect();
    for already in 0..105 {
        peer.pdus(1 + already + 1).await;
        let earned = usize::try_from(begun.elapsed().as_millis()).unwrap() / 10;
        assert!(sent(&peer) <= 5 + earned, "{} left after {:?}", sent(&peer), begun.elapsed());
    }
    assert_passed(begun, Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_rate_above_one_message_a_tick_of_the_timer_is_used_whole() {
    let Bound { peer, session, .. } = Bound::new(wide()).await;
    let begun = Instant::now();
    session.limit_rate(10_000, 20);
    let _waiting: Vec<_> = (0..1_000).map(|_| send(&session)).collect();
    peer.pdus(1 + 1_000).await;
    assert_passed(begun, Duration::from_millis(98));
}

#[tokio::test(start_paused = true)]
async fn who_does_not_wait_is_told_that_it_is_too_early() {
    let Bound { peer, session, .. } = Bound::new(wide()).await;
    session.limit_rate(10, 2);
    assert_eq!(session.try_submit(&hello(), 1), Ok(()));
    assert_eq!(session.try_submit(&hello(), 2), Ok(()));
    assert_eq!(session.try_submit(&hello(), 3), Err(SubmitError::RateLimited));
    tokio::time::advance(Duration::from_millis(99)).await;
    assert_eq!(session.try_submit(&hello(), 3), Err(SubmitError::RateLimited));
    tokio::time::advance(Duration::from_millis(1)).await;
    assert_eq!(session.try_submit(&hello(), 3), Ok(()));
    peer.pdus(4).await;
    assert_eq!(sent(&peer), 3, "what was refused never left");
}

#[tokio::test(start_paused = true)]
async fn nobody_overtakes_who_waits_for_the_rate() {
    let Bound { session, .. } = Bound::new(wide()).await;
    session.limit_rate(10, 1);
    let _first = send(&session);
    let waiting = send(&session);
    tokio::task::yield_now().await;
    tokio::time::advance(Duration::from_millis(99)).await;
    assert_eq!(session.try_submit(&hello(), 1), Err(SubmitError::RateLimited));
    assert!(!waiting.is_finished());
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(session.in_flight(), 2, "it went first");
    assert_eq!(session.try_submit(&hello(), 1), Err(SubmitError::RateLimited));
}

#[tokio::test(start_paused = true)]
async fn a_future_dropped_while_it_waits_uses_nothing_of_the_rate() {
    let Bound { peer, session, .. } = Bound::new(wide()).await;
    let begun = Instant::now();
    session.limit_rate(10, 1);
    let _first = send(&session);
    let dropped = send(&session);
    let last = send(&session);
    peer.pdus(2).await;
    dropped.abort();
    assert!(dropped.await.is_err());
    peer.pdus(3).await;
    assert_passed(begun, Duration::from_millis(100));
    assert!(!last.is_finished(), "it left and waits for its answer");
}

#[tokio::test(start_paused = true)]
async fn a_completion_queue_waits_for_the_rate_and_says_how_long() {
    let Bound { peer, session, .. } = Bound::new(wide()).await;
    session.limit_rate(100, 10);
    let queue = session.completion_queue();
    let batch: Vec<_> = (0..30).map(|token| (token, hello())).collect();
    let submitted = queue.submit(&batch).await.unwrap();
    assert_eq!((submitted.count, submitted.waited), (10, Duration::ZERO));
    assert_eq!(queue.try_submit(&batch[10..]), Err(SubmitError::RateLimited));
    let begun = Instant::now();
    let submitted = queue.submit(&batch[10..]).await.unwrap();
    assert_eq!(submitted.count, 1);
    assert_passed(begun, Duration::from_millis(10));
    assert_eq!(submitted.waited, begun.elapsed());
    peer.pdus(1 + 11).await;
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_the_rate_when_the_session_ends_was_not_sent() {
    let Bound { peer, session, task, .. } = Bound::new(wide()).await;
    session.limit_rate(1, 1);
    let in_flight = send(&session);
    let waiting = send(&session);
    peer.pdus(2).await;
    task.abort();
    assert!(matches!(in_flight.await.unwrap(), Ok(Outcome::Lost(_))));
    let Err(SubmitError::Closed(error)) = waiting.await.unwrap() else { panic!("the session is over") };
    assert_eq!(error.cause, Cause::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_the_rate_is_reported_apart_from_the_round_trip() {
    let Bound { peer, session, .. } = Bound::new(wide()).await;
    session.limit_rate(2, 1);
    let _first = send(&session);
    let second = send(&session);
    let number = peer.pdus(3).await[2].sequence_number;
    tokio::time::sleep(Duration::from_millis(20)).await;
    peer.send(&pdu(&smpp_wire::DeliverSmResp::default(), number));
    let Ok(Outcome::Answered(response)) = second.await.unwrap() else { panic!("not answered") };
    let waited = response.waited.as_millis();
    assert!((500..520).contains(&waited), "{waited} ms");
    assert!((20..25).contains(&response.round_trip.as_millis()), "{:?}", response.round_trip);
}

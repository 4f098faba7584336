//! Completion queues, and futures beside them.

use smpp_wire::{DeliverSm, DeliverSmResp};
use tokio::task::yield_now;

use super::*;
use crate::{Cause, Completed, CompletionQueue, EndedBy, Outcome, SubmitError};

fn batch(tokens: std::ops::Range<u64>) -> Vec<(u64, DeliverSm<'static>)> {
    tokens.map(|token| (token, DeliverSm::default())).collect()
}

/// Answers these requests in this order, in one read.
fn answer(peer: &Peer, numbers: impl IntoIterator<Item = u32>) {
    let answers: Vec<u8> =
        numbers.into_iter().flat_map(|number| pdu(&DeliverSmResp::default(), number)).collect();
    peer.send(&answers);
}

fn tokens(completed: &[Completed]) -> Vec<u64> {
    completed.iter().map(|completed| completed.token).collect()
}

fn window(window: u16) -> Limits {
    Limits { window, ..Limits::default() }
}

async fn collect(queue: &CompletionQueue, count: usize) -> Vec<Completed> {
    let mut all = Vec::new();
    while all.len() < count {
        queue.completed(&mut all).await.unwrap();
    }
    all
}

#[tokio::test(start_paused = true)]
async fn a_batch_leaves_in_one_write_and_its_ends_come_in_the_order_of_the_answers() {
    let Bound { peer, session, .. } = Bound::new(window(64)).await;
    let (queue, before) = (session.completion_queue(), peer.write_count());
    assert_eq!(queue.try_submit(&batch(100..150)), Ok(50));
    peer.pdus(51).await;
    assert_eq!(peer.write_count() - before, 1);
    answer(&peer, (1..=50).rev());
    let completed = collect(&queue, 50).await;
    assert_eq!(tokens(&completed), (100..150).rev().collect::<Vec<_>>());
    assert!(completed.iter().all(|completed| matches!(completed.outcome, Outcome::Answered(_))));
    assert_eq!(session.in_flight(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_full_window_takes_the_front_of_a_batch_and_then_pushes_back() {
    let Bound { peer, session, .. } = Bound::new(window(10)).await;
    let queue = session.completion_queue();
    assert_eq!(queue.try_submit(&batch(0..25)), Ok(10));
    assert_eq!(queue.try_submit(&batch(10..25)), Err(SubmitError::WindowFull));
    let rest = batch(10..25);
    let answer_soon = async {
        peer.pdus(11).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        answer(&peer, 1..=4);
    };
    let (submitted, ()) = tokio::join!(queue.submit(&rest), answer_soon);
    let submitted = submitted.unwrap();
    assert_eq!(submitted.count, 4, "as many as there is room for");
    assert!(submitted.waited >= Duration::from_secs(2), "{:?}", submitted.waited);
    let completed = collect(&queue, 4).await;
    assert_eq!(tokens(&completed), [0, 1, 2, 3]);
    let round_trips = completed.iter().map(|completed| match &completed.outcome {
        Outcome::Answered(response) => response.round_trip,
        Outcome::Lost(_) => Duration::ZERO,
    });
    assert!(round_trips.min() >= Some(Duration::from_secs(2)));
}

#[tokio::test(start_paused = true)]
async fn what_nobody_collects_is_bounded_by_two_windows() {
    let Bound { peer, session, .. } = Bound::new(window(4)).await;
    let queue = session.completion_queue();
    for round in 0..2 {
        assert_eq!(queue.try_submit(&batch(0..4)), Ok(4));
        peer.pdus(1 + 4 * (round + 1)).await;
        answer(&peer, (1..=4).map(|number| number + u32::try_from(round).unwrap() * 4));
        while session.in_flight() > 0 {
            yield_now().await;
        }
    }
    assert_eq!(queue.try_submit(&batch(8..9)), Err(SubmitError::WindowFull));
    let one = batch(8..9);
    let collect_later = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(collect(&queue, 8).await.len(), 8);
    };
    let (submitted, ()) = tokio::join!(queue.submit(&one), collect_later);
    assert_eq!(submitted.unwrap().count, 1);
}

#[tokio::test(start_paused = true)]
async fn a_value_that_does_not_fit_stops_the_batch_in_front_of_it() {
    let Bound { peer, session, .. } = Bound::new(window(4)).await;
    let queue = session.completion_queue();
    let bad = DeliverSm { source_addr: b"a\0b", ..DeliverSm::default() };
    assert_eq!(queue.try_submit(&[(1, DeliverSm::default()), (2, bad), (3, DeliverSm::default())]), Ok(1));
    assert!(matches!(queue.try_submit(&[(2, bad)]), Err(SubmitError::Encode(_))));
    assert_eq!(session.in_flight(), 1);
    assert_eq!(peer.pdus(2).await.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_queue_leaves_the_window_right_and_its_successor_alone() {
    let Bound { peer, session, .. } = Bound::new(window(4)).await;
    let dropped = session.completion_queue();
    assert_eq!(dropped.try_submit(&batch(0..2)), Ok(2));
    drop(dropped);
    let queue = session.completion_queue();
    assert_eq!(queue.try_submit(&batch(10..20)), Ok(2), "the window is shared");
    peer.pdus(5).await;
    answer(&peer, 1..=4);
    assert_eq!(tokens(&collect(&queue, 2).await), [10, 11]);
    assert_eq!(session.in_flight(), 0);
    assert_eq!(queue.try_submit(&batch(0..9)), Ok(4));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_session_ends_every_request_and_then_the_queue() {
    let Bound { peer, session, task, .. } = Bound::new(window(4)).await;
    let queue = session.completion_queue();
    assert_eq!(queue.try_submit(&batch(0..3)), Ok(3));
    peer.pdus(4).await;
    answer(&peer, [2]);
    assert_eq!(tokens(&collect(&queue, 1).await), [1]);
    let mut rest = Vec::new();
    let cancel = async { task.abort() };
    let (count, ()) = tokio::join!(queue.completed(&mut rest), cancel);
    let end = SessionError { by: EndedBy::Us, cause: Cause::Closed };
    assert_eq!(count, Ok(2));
    let lost = |token| Completed { token, outcome: Outcome::Lost(end.clone()) };
    assert_eq!(rest, [lost(0), lost(2)]);
    assert_eq!(queue.completed(&mut rest).await, Err(end.clone()));
    assert_eq!(queue.submit(&batch(0..1)).await, Err(SubmitError::Closed(end)));
}

#[tokio::test(start_paused = true)]
async fn futures_and_queues_get_room_in_the_order_in_which_they_asked() {
    let Bound { peer, session, .. } = Bound::new(window(1)).await;
    let queue = session.completion_queue();
    assert_eq!(queue.try_submit(&batch(0..1)), Ok(1));
    let (second, message) =
        (batch(7..8), DeliverSm { destination_addr: b"4512345678", ..DeliverSm::default() });
    let first = session.deliver_sm(&message);
    let answers = async {
        peer.pdus(2).await;
        yield_now().await;
        assert_eq!(queue.try_submit(&second), Err(SubmitError::WindowFull), "others wait already");
        for number in 1..=3 {
            peer.pdus(1 + usize::try_from(number).unwrap()).await;
            answer(&peer, [number]);
        }
    };
    let (first, second, ()) = tokio::join!(first, queue.submit(&second), answers);
    assert!(matches!(first, Ok(Outcome::Answered(_))));
    assert_eq!(second.unwrap().count, 1);
    let sent = peer.written();
    let addresses: Vec<usize> = [2, 3].map(|at| headers(&sent)[at].command_length as usize).into();
    assert!(addresses[0] > addresses[1], "the future's message has an address");
    assert_eq!(tokens(&collect(&queue, 2).await), [0, 7]);
}

#[tokio::test(start_paused = true)]
async fn a_future_tells_what_it_waited_for_the_window_apart_from_the_round_trip() {
    let Bound { peer, session, .. } = Bound::new(window(1)).await;
    let message = DeliverSm::default();
    let answers = async {
        for number in 1..=2 {
            peer.pdus(1 + usize::try_from(number).unwrap()).await;
            tokio::time::sleep(Duration::from_secs(3)).await;
            answer(&peer, [number]);
        }
    };
    let (first, second, ()) =
        tokio::join!(session.deliver_sm(&message), session.deliver_sm(&message), answers);
    let times = |outcome| match outcome {
        Ok(Outcome::Answered(response)) => [response.waited.as_secs(), response.round_trip.as_secs()],
        other => panic!("{other:?}"),
    };
    assert_eq!(times(first), [0, 3]);
    assert_eq!(times(second), [3, 3]);
}

//! Peers that read little, or nothing.

use super::*;
use crate::{Cause, EndedBy, SubmitError};
use smpp_wire::DeliverSm;
use tokio::task::yield_now;

#[tokio::test(start_paused = true)]
async fn a_peer_that_takes_one_octet_at_a_time_gets_everything_in_order() {
    let Bound { peer, session, task, .. } = Bound::new(Limits::default()).await;
    peer.allow(0);
    peer.send(&requests(100..120));
    let written = peer.written().len();
    let mut taken = written;
    for token in 0..20 {
        session.try_submit(&DeliverSm::default(), token).unwrap();
        for _ in 0..10 {
            taken += 1;
            peer.allow(1);
            peer.octets(taken).await;
        }
    }
    let rest = 20 * (pdu(&DeliverSm::default(), 1).len() + 16) + 10 - (taken - written);
    for _ in 0..rest {
        taken += 1;
        peer.allow(1);
        peer.octets(taken).await;
    }
    let all = headers(&peer.written());
    let numbers = |id: fn(CommandId) -> bool| {
        all[1..].iter().filter(move |header| id(header.command_id)).map(|header| header.sequence_number)
    };
    assert!(numbers(CommandId::is_response).eq(100..120));
    assert!(numbers(|id| !id.is_response()).eq(1..21));
    assert!(!task.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_never_reads_fills_the_buffer_to_its_ceiling_and_is_given_up() {
    let limits = Limits { window: 10_000, request_buffer: 4_096, inbound_window: 8, ..Limits::default() };
    let ceiling = limits.outgoing_ceiling();
    let stall = limits.stall;
    let Bound { peer, session, handler, task } = Bound::new(limits).await;
    let begun = Instant::now();
    peer.allow(0);
    // More than one read: what comes behind the ceiling stays with the peer.
    peer.send(&requests(100..20_000));
    let message = DeliverSm { short_message: &[b'x'; 100], ..DeliverSm::default() };
    let mut sent = 0;
    for _ in 0..10 {
        while session.try_submit(&message, sent).is_ok() {
            sent += 1;
        }
        assert_eq!(session.try_submit(&message, sent), Err(SubmitError::BufferFull));
        // The driver takes what it can.
        yield_now().await;
    }
    let waiting = usize::try_from(sent).unwrap() * pdu(&message, 1).len();
    assert!(waiting <= ceiling, "{waiting} octets of requests wait, {ceiling} may");
    assert!(peer.unread() > 0, "a peer that reads no answers is not read from");

    let end = task.await.unwrap();
    assert_eq!((end.by, end.cause), (EndedBy::Peer, Cause::Stalled));
    assert!(begun.elapsed() >= stall && begun.elapsed() < 2 * stall, "{:?}", begun.elapsed());
    let ended = handler.ended.lock();
    assert!((0..sent).all(|token| ended.get(&token) == Some(&1)), "each request is lost, once");
    assert_eq!(ended.len(), usize::try_from(sent).unwrap());
}

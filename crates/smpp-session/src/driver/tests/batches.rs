//! What is written together, and when.

use super::*;
use smpp_wire::DeliverSm;

#[tokio::test(start_paused = true)]
async fn fifty_requests_of_one_read_are_answered_in_one_write() {
    let Bound { peer, .. } = Bound::new(Limits::default()).await;
    let before = peer.write_count();
    peer.send(&requests(100..150));
    let answers = peer.pdus(51).await;
    assert_eq!(peer.write_count() - before, 1);
    assert!(answers[1..].iter().map(|answer| answer.sequence_number).eq(100..150), "in their order");
    assert!(answers.iter().all(|answer| answer.command_status == CommandStatus::ESME_ROK));
}

#[tokio::test(start_paused = true)]
async fn requests_of_several_handles_leave_in_one_write() {
    let Bound { peer, session, .. } = Bound::new(Limits::default()).await;
    let before = peer.write_count();
    for token in 0..50 {
        session.clone().try_submit(&DeliverSm::default(), token).unwrap();
    }
    let sent = peer.pdus(51).await;
    assert_eq!(peer.write_count() - before, 1);
    assert!(sent[1..].iter().map(|request| request.sequence_number).eq(1..51), "in their order");
}

#[tokio::test(start_paused = true)]
async fn answers_and_requests_of_one_turn_share_a_write() {
    let Bound { peer, session, .. } = Bound::new(Limits::default()).await;
    let before = peer.write_count();
    peer.send(&requests(100..110));
    session.try_submit(&DeliverSm::default(), 1).unwrap();
    peer.pdus(12).await;
    assert_eq!(peer.write_count() - before, 1);
}

#[tokio::test(start_paused = true)]
async fn a_lone_pdu_waits_for_no_timer() {
    let Bound { peer, session, .. } = Bound::new(Limits::default()).await;
    let before = Instant::now();
    session.try_submit(&DeliverSm::default(), 1).unwrap();
    peer.pdus(2).await;
    assert_eq!(Instant::now(), before, "the paused clock moves only when everybody waits for it");
}

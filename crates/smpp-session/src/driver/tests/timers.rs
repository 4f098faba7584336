//! Timers, on a paused clock.

use super::*;
use crate::{Cause, EndedBy, Outcome};
use smpp_wire::{DeliverSm, EnquireLinkResp};

#[tokio::test(start_paused = true)]
async fn who_does_not_bind_is_closed_in_time() {
    let limits = Limits::default();
    let begun = Instant::now();
    let driver = Driver::new(Connection(Peer::default()), Role::Smsc, limits.clone(), Accept::default());
    let end = driver.run().await;
    assert_eq!((end.by, end.cause), (EndedBy::Peer, Cause::SessionInitTimeout));
    assert_passed(begun, limits.session_init);
}

#[tokio::test(start_paused = true)]
async fn a_silent_peer_is_asked_once_and_then_given_up() {
    let limits = Limits::default();
    let begun = Instant::now();
    let Bound { peer, task, .. } = Bound::new(limits.clone()).await;
    let asked = peer.pdus(2).await[1];
    assert_eq!(asked.command_id, CommandId::ENQUIRE_LINK);
    assert_passed(begun, limits.enquire_link);
    let end = task.await.unwrap();
    assert_eq!((end.by, end.cause), (EndedBy::Peer, Cause::EnquireLinkTimeout));
    assert_passed(begun, limits.enquire_link + limits.response);
    assert_eq!(headers(&peer.written()).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_answers_enquire_link_lives_and_is_asked_again() {
    let limits = Limits::default();
    let begun = Instant::now();
    let Bound { peer, task, .. } = Bound::new(limits.clone()).await;
    for round in 1..10 {
        let asked = peer.pdus(1 + round).await[round];
        peer.send(&pdu(&EnquireLinkResp::default(), asked.sequence_number));
    }
    assert_passed(begun, 9 * limits.enquire_link);
    assert!(!task.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_dead_peer_that_is_probed_is_given_up_in_that_time() {
    let Bound { peer, session, task, .. } = Bound::new(Limits::default()).await;
    tokio::time::advance(Duration::from_secs(5)).await;
    let begun = Instant::now();
    session.probe(Duration::from_secs(3));
    assert_eq!(peer.pdus(2).await[1].command_id, CommandId::ENQUIRE_LINK);
    tokio::time::advance(Duration::from_secs(1)).await;
    session.probe(Duration::from_secs(3));
    let end = task.await.unwrap();
    assert_eq!((end.by, end.cause), (EndedBy::Peer, Cause::EnquireLinkTimeout));
    assert_passed(begun, Duration::from_secs(3));
    assert_eq!(headers(&peer.written()).len(), 2, "it was asked once");
}

#[tokio::test(start_paused = true)]
async fn a_probed_peer_lives_whatever_it_says() {
    let Bound { peer, session, task, .. } = Bound::new(Limits::default()).await;
    for words in [pdu(&EnquireLinkResp::default(), 1), requests(8..9), pdu(&EnquireLink::default(), 9)] {
        tokio::time::sleep(Duration::from_secs(5)).await;
        session.probe(Duration::from_secs(3));
        tokio::time::sleep(Duration::from_secs(2)).await;
        peer.send(&words);
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    assert_eq!(session.ended(), None);
    assert!(!task.is_finished());
}

#[tokio::test(start_paused = true)]
async fn enquire_link_alone_keeps_no_idle_session() {
    let limits = Limits { inactivity: Some(Duration::from_secs(20)), ..Limits::default() };
    let begun = Instant::now();
    let Bound { peer, task, .. } = Bound::new(limits).await;
    tokio::time::advance(Duration::from_secs(15)).await;
    peer.send(&pdu(&EnquireLink::default(), 2));
    peer.pdus(2).await;
    let end = task.await.unwrap();
    assert_eq!((end.by, end.cause), (EndedBy::Us, Cause::InactivityTimeout));
    assert_passed(begun, Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn a_request_without_an_answer_is_lost_and_the_session_goes_on() {
    let limits = Limits { enquire_link: Duration::from_secs(3_600), ..Limits::default() };
    let Bound { session, task, .. } = Bound::new(limits.clone()).await;
    let begun = Instant::now();
    let outcome = session.deliver_sm(&DeliverSm::default()).await.unwrap();
    assert_eq!(outcome, Outcome::Lost(SessionError { by: EndedBy::Peer, cause: Cause::ResponseTimeout }));
    assert_passed(begun, limits.response);
    assert_eq!(session.in_flight(), 0);
    assert!(!task.is_finished());
}

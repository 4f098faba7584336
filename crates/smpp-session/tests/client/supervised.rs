//! A session whenever one can be had, and what a client tells of it.

use std::time::Duration;

use smpp_session::{
    Cause, ClientEnd, ClientEvent, CommandId, CommandStatus, EndedBy, Handler, Limits, Outcome, Reply,
    ReplyTo, Request, SubmitError, SubmitSm, Verdict,
};
use smpp_wire::{DeliverSm, Unbind, Unknown};
use tokio_util::sync::CancellationToken;

use crate::smsc::{Smsc, answer, event, in_time, news, pdu, start};

#[tokio::test]
async fn a_client_binds_sends_and_binds_again_when_its_session_is_lost() {
    let smsc = Smsc::listen().await;
    let (client, mut events) = start(smsc.client());
    let mut peer = smsc.bound().await;
    assert!(matches!(event(&mut events).await, ClientEvent::Bound(at) if at == smsc.endpoint()));
    let message = SubmitSm::default();
    let serve = async {
        let request = peer.expect(CommandId::SUBMIT_SM).await;
        peer.answer(&request, CommandStatus::ESME_ROK).await;
    };
    let (outcome, ()) = tokio::join!(client.submit_sm(&message), serve);
    assert!(matches!(outcome, Ok(Outcome::Answered(_))), "{outcome:?}");

    peer.reset();
    let lost = event(&mut events).await;
    assert!(matches!(&lost, ClientEvent::Lost(at, _) if *at == smsc.endpoint()), "{lost}");
    let _peer = smsc.bound().await;
    assert!(matches!(news(&mut events).await, ClientEvent::Bound(_)));
}

#[tokio::test]
async fn a_client_comes_back_as_often_as_its_session_is_lost() {
    let smsc = Smsc::listen().await;
    let (client, _) = start(smsc.client());
    for _ in 0..50 {
        smsc.bound().await.reset();
    }
    let _peer = smsc.bound().await;
    assert!(in_time(client.bound()).await.is_ok());
}

#[tokio::test]
async fn a_server_that_falls_silent_is_left_for_a_new_session() {
    let smsc = Smsc::listen().await;
    let soon = Duration::from_millis(50);
    let limits = Limits { enquire_link: soon, response: soon, ..Limits::default() };
    let (_client, mut events) = start(smsc.client().limits(limits));
    let mut silent = smsc.bound().await;
    silent.expect(CommandId::ENQUIRE_LINK).await;
    let _peer = smsc.bound().await;
    assert!(matches!(event(&mut events).await, ClientEvent::Bound(_)));
    let lost = event(&mut events).await;
    let ClientEvent::Lost(_, error) = lost else { panic!("{lost}") };
    assert_eq!((error.by, error.cause), (EndedBy::Peer, Cause::EnquireLinkTimeout));
}

#[tokio::test]
async fn a_server_that_unbinds_is_answered_and_bound_to_again() {
    let smsc = Smsc::listen().await;
    let (_client, mut events) = start(smsc.client());
    let mut peer = smsc.bound().await;
    assert!(matches!(event(&mut events).await, ClientEvent::Bound(_)));
    peer.send(&pdu(&Unbind::default(), CommandStatus::ESME_ROK, 1)).await;
    peer.expect(CommandId::UNBIND_RESP).await;
    peer.is_closed().await;
    assert!(matches!(event(&mut events).await, ClientEvent::UnbindReceived(at) if at == smsc.endpoint()));
    let _peer = smsc.bound().await;
    assert!(matches!(news(&mut events).await, ClientEvent::Bound(_)));
}

#[tokio::test]
async fn a_server_that_unbinds_with_answers_to_come_is_left_for_a_new_session_at_once() {
    let smsc = Smsc::listen().await;
    let (client, mut events) = start(smsc.client());
    let mut old = smsc.bound().await;
    in_time(client.bound()).await.unwrap();
    let message = SubmitSm::default();
    let scene = async {
        let request = old.expect(CommandId::SUBMIT_SM).await;
        old.send(&pdu(&Unbind::default(), CommandStatus::ESME_ROK, 1)).await;
        let new = smsc.bound().await;
        // Only now the old session answers what it was sent, and is let go.
        old.answer(&request, CommandStatus::ESME_ROK).await;
        old.expect(CommandId::UNBIND_RESP).await;
        old.is_closed().await;
        new
    };
    let (outcome, _new) = tokio::join!(client.submit_sm(&message), scene);
    assert!(matches!(outcome, Ok(Outcome::Answered(_))), "{outcome:?}");
    assert!(matches!(event(&mut events).await, ClientEvent::Bound(_)));
    assert!(matches!(event(&mut events).await, ClientEvent::UnbindReceived(_)));
}

#[tokio::test]
async fn without_a_session_a_request_is_refused_at_once_and_a_session_can_be_awaited() {
    let smsc = Smsc::listen().await;
    let (client, _) = start(smsc.client());
    assert_eq!(client.submit_sm(&SubmitSm::default()).await, Err(SubmitError::NotBound));
    assert!(client.session().is_none());
    let (session, mut peer) = tokio::join!(in_time(client.bound()), smsc.bound());
    assert_eq!(session.unwrap().in_flight(), 0, "nothing was kept for later");
    let message = SubmitSm { short_message: b"new", ..SubmitSm::default() };
    let serve = async {
        let (request, body) = peer.next_pdu().await;
        assert!(body.ends_with(b"\x03new"), "the first request that comes is a new one");
        peer.answer(&request, CommandStatus::ESME_ROK).await;
    };
    let (outcome, ()) = tokio::join!(client.submit_sm(&message), serve);
    assert!(outcome.is_ok());
}

/// Accepts every message.
struct Accept;

impl Handler for Accept {
    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

#[tokio::test]
async fn a_message_in_one_segment_with_the_answer_to_the_bind_is_served_in_every_session() {
    let smsc = Smsc::listen().await;
    let client = smsc.client().start(|_| Accept).unwrap();
    for _ in 0..3 {
        let mut peer = smsc.accept().await;
        let bind = peer.expect(CommandId::BIND_TRANSCEIVER).await;
        let mut segment = answer(&bind, CommandStatus::ESME_ROK);
        segment.extend(pdu(&DeliverSm::default(), CommandStatus::ESME_ROK, 7));
        peer.send(&segment).await;
        let served = peer.expect(CommandId::DELIVER_SM_RESP).await;
        assert_eq!((served.command_status, served.sequence_number), (CommandStatus::ESME_ROK, 7));
        peer.reset();
    }
    drop(client);
}

#[tokio::test]
async fn a_bad_pdu_of_the_server_is_answered_and_the_session_goes_on() {
    let smsc = Smsc::listen().await;
    let client = smsc.client().start(|_| Accept).unwrap();
    let mut peer = smsc.bound().await;
    let mut cut = pdu(&DeliverSm::default(), CommandStatus::ESME_ROK, 8);
    cut.truncate(20);
    cut[3] = 20;
    let unknown =
        pdu(&Unknown { command_id: CommandId(0x0001_0123), body: b"?" }, CommandStatus::ESME_ROK, 9);
    for (octets, number, status) in
        [(cut, 8, CommandStatus::ESME_RINVCMDLEN), (unknown, 9, CommandStatus::ESME_RINVCMDID)]
    {
        peer.send(&octets).await;
        let answer = peer.next().await;
        assert_eq!((answer.sequence_number, answer.command_status), (number, status));
    }
    peer.send(&pdu(&DeliverSm::default(), CommandStatus::ESME_ROK, 10)).await;
    let served = peer.expect(CommandId::DELIVER_SM_RESP).await;
    assert_eq!((served.sequence_number, served.command_status), (10, CommandStatus::ESME_ROK));
    drop(client);
}

#[tokio::test]
async fn a_session_that_the_application_ends_is_replaced() {
    let smsc = Smsc::listen().await;
    let (client, mut events) = start(smsc.client());
    let peer = smsc.bound().await;
    in_time(client.bound()).await.unwrap().unbind();
    peer.unbinds().await;
    assert!(matches!(event(&mut events).await, ClientEvent::Bound(_)));
    let lost = event(&mut events).await;
    let ClientEvent::Lost(_, error) = lost else { panic!("{lost}") };
    assert_eq!((error.by, error.cause), (EndedBy::Us, Cause::Unbind));
    let _peer = smsc.bound().await;
}

#[tokio::test]
async fn a_handler_that_panics_costs_its_session_and_not_the_client() {
    struct Panics;
    impl Handler for Panics {
        fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
            panic!("the application's mistake")
        }
    }
    let smsc = Smsc::listen().await;
    let client = smsc.client().start(|_| Panics).unwrap();
    let mut peer = smsc.bound().await;
    peer.send(&pdu(&DeliverSm::default(), CommandStatus::ESME_ROK, 1)).await;
    peer.is_closed().await;
    let _peer = smsc.bound().await;
    drop(client);
}

#[tokio::test]
async fn whoever_waits_hears_that_the_client_has_ended() {
    let smsc = Smsc::listen().await;
    let token = CancellationToken::new();
    let (client, mut events) = start(smsc.client().shutdown_on(token.clone()));
    let waiting = {
        let client = client.clone();
        tokio::spawn(async move { client.bound().await })
    };
    tokio::task::yield_now().await;
    token.cancel();
    assert!(matches!(in_time(waiting).await.unwrap(), Err(ClientEnd::Shutdown)));
    assert!(matches!(in_time(client.ended()).await, ClientEnd::Shutdown));
    while in_time(events.next()).await.is_some() {}
    assert_eq!(client.submit_sm(&SubmitSm::default()).await, Err(SubmitError::NotBound));
}

//! What becomes of requests when a session ends.

use smpp_session::{
    Cause, CommandId, CommandStatus, Handler, Limits, NoRequests, Outcome, Reply, ReplyTo, Request,
    SubmitError, SubmitSm,
};
use smpp_wire::DeliverSm;
use tokio::io::AsyncWriteExt;

use crate::smsc::{Smsc, answer, in_time, pdu, start};

#[tokio::test]
async fn what_was_not_answered_is_lost_and_never_sent_again() {
    let smsc = Smsc::listen().await;
    let (client, _) = start(smsc.client());
    let mut peer = smsc.bound().await;
    in_time(client.bound()).await.unwrap();
    let (first, second) = (text(b"first"), text(b"second"));
    let scene = async {
        let request = peer.expect(CommandId::SUBMIT_SM).await;
        peer.expect(CommandId::SUBMIT_SM).await;
        peer.answer(&request, CommandStatus::ESME_ROK).await;
        drop(peer);
    };
    let (first, second, ()) = tokio::join!(client.submit_sm(&first), client.submit_sm(&second), scene);
    assert!(matches!(first, Ok(Outcome::Answered(_))), "{first:?}");
    assert!(matches!(second, Ok(Outcome::Lost(_))), "{second:?}");

    let mut peer = smsc.bound().await;
    in_time(client.bound()).await.unwrap();
    let message = text(b"third");
    let scene = async {
        let (request, body) = peer.next_pdu().await;
        assert!(body.ends_with(b"third"), "the second was sent again");
        peer.answer(&request, CommandStatus::ESME_ROK).await;
    };
    let (third, ()) = tokio::join!(client.submit_sm(&message), scene);
    assert!(matches!(third, Ok(Outcome::Answered(_))), "{third:?}");
}

fn text(text: &[u8]) -> SubmitSm<'_> {
    SubmitSm { short_message: text, ..SubmitSm::default() }
}

#[tokio::test]
async fn answers_in_front_of_a_half_close_are_delivered_and_the_rest_is_lost() {
    let smsc = Smsc::listen().await;
    let limits = Limits { window: 1_000, ..Limits::default() };
    let builder = smsc.client().limits(limits);
    let (client, mut peer) = tokio::join!(builder.connect(NoRequests), smsc.bound());
    let client = client.unwrap();
    let senders: Vec<_> = (0..500)
        .map(|_| {
            let session = client.session().clone();
            tokio::spawn(async move { session.submit_sm(&SubmitSm::default()).await })
        })
        .collect();
    let mut answers = Vec::new();
    for number in 0..500 {
        let request = peer.expect(CommandId::SUBMIT_SM).await;
        if number < 300 {
            answers.extend(answer(&request, CommandStatus::ESME_ROK));
        }
    }
    peer.send(&answers).await;
    peer.stream.shutdown().await.unwrap();
    let (mut answered, mut lost) = (0, 0);
    for sender in senders {
        match in_time(sender).await.unwrap() {
            Ok(Outcome::Answered(_)) => answered += 1,
            Ok(Outcome::Lost(error)) if error.cause == Cause::Closed => lost += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((answered, lost), (300, 200));
}

#[tokio::test]
async fn who_waits_for_room_when_the_session_is_lost_was_not_sent() {
    let smsc = Smsc::listen().await;
    let (client, _) = start(smsc.client().limits(Limits { window: 1, ..Limits::default() }));
    let mut peer = smsc.bound().await;
    in_time(client.bound()).await.unwrap();
    let message = SubmitSm::default();
    let scene = async {
        peer.expect(CommandId::SUBMIT_SM).await;
        peer.reset();
    };
    let (sent, queued, ()) = tokio::join!(client.submit_sm(&message), client.submit_sm(&message), scene);
    assert!(matches!(sent, Ok(Outcome::Lost(_))), "{sent:?}");
    assert!(matches!(queued, Err(SubmitError::Closed(_) | SubmitError::NotBound)), "{queued:?}");
}

/// Answers nothing.
struct Busy;

impl Handler for Busy {
    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        Reply::Later
    }
}

#[tokio::test]
async fn an_answer_does_not_wait_behind_requests_that_the_application_left_open() {
    let smsc = Smsc::listen().await;
    let builder = smsc.client();
    let (client, mut peer) = tokio::join!(builder.connect(Busy), smsc.bound());
    let client = client.unwrap();
    let message = SubmitSm::default();
    let scene = async {
        let request = peer.expect(CommandId::SUBMIT_SM).await;
        for number in 1..=500 {
            peer.send(&pdu(&DeliverSm::default(), CommandStatus::ESME_ROK, number)).await;
        }
        peer.answer(&request, CommandStatus::ESME_ROK).await;
    };
    let (outcome, ()) = in_time(async { tokio::join!(client.submit_sm(&message), scene) }).await;
    assert!(matches!(outcome, Ok(Outcome::Answered(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_message_that_is_refused_costs_nothing_but_itself() {
    let smsc = Smsc::listen().await;
    let (client, _) = start(smsc.client());
    let mut peer = smsc.bound().await;
    in_time(client.bound()).await.unwrap();
    let message = SubmitSm::default();
    for status in [CommandStatus::ESME_RTHROTTLED, CommandStatus::ESME_RSYSERR, CommandStatus::ESME_ROK] {
        let serve = async {
            let request = peer.expect(CommandId::SUBMIT_SM).await;
            peer.answer(&request, status).await;
        };
        let (outcome, ()) = tokio::join!(client.submit_sm(&message), serve);
        let Ok(Outcome::Answered(response)) = outcome else { panic!("{outcome:?}") };
        assert_eq!(response.command_status, status);
    }
}

//! The end of a client: unbind whenever possible, and never without an end.

use std::time::Duration;

use smpp_session::{
    ClientEnd, CommandId, CommandStatus, Deadlines, NoRequests, Outcome, SubmitError, SubmitSm,
};
use tokio_util::sync::CancellationToken;

use crate::smsc::{Smsc, in_time, start};

#[tokio::test]
async fn shutdown_lets_what_is_in_flight_be_answered_and_unbinds() {
    let smsc = Smsc::listen().await;
    let (client, _) = start(smsc.client());
    let mut peer = smsc.bound().await;
    in_time(client.bound()).await.unwrap();
    let message = SubmitSm::default();
    let scene = async {
        let request = peer.expect(CommandId::SUBMIT_SM).await;
        let shutdown = client.shutdown();
        let serve = async {
            peer.answer(&request, CommandStatus::ESME_ROK).await;
            peer.unbinds().await;
        };
        tokio::join!(in_time(shutdown), serve).0
    };
    let (outcome, end) = tokio::join!(client.submit_sm(&message), scene);
    assert!(matches!(outcome, Ok(Outcome::Answered(_))), "{outcome:?}");
    assert!(matches!(end, ClientEnd::Shutdown), "{end}");
    assert_eq!(client.submit_sm(&message).await, Err(SubmitError::NotBound));
}

#[tokio::test]
async fn unbind_is_sent_at_the_deadline_though_an_answer_is_missing() {
    let smsc = Smsc::listen().await;
    let deadlines = Deadlines { unbind: Duration::from_millis(50), ..Deadlines::default() };
    let (client, _) = start(smsc.client().deadlines(deadlines));
    let mut peer = smsc.bound().await;
    in_time(client.bound()).await.unwrap();
    let message = SubmitSm::default();
    let scene = async {
        peer.expect(CommandId::SUBMIT_SM).await;
        tokio::join!(in_time(client.shutdown()), peer.unbinds()).0
    };
    let (outcome, end) = tokio::join!(client.submit_sm(&message), scene);
    assert!(matches!(outcome, Ok(Outcome::Lost(_))), "{outcome:?}");
    assert!(matches!(end, ClientEnd::Shutdown), "{end}");
}

#[tokio::test]
async fn a_server_that_never_answers_an_unbind_does_not_hold_the_client() {
    let smsc = Smsc::listen().await;
    let deadlines = Deadlines { unbind: Duration::from_millis(50), ..Deadlines::default() };
    let (client, _) = start(smsc.client().deadlines(deadlines));
    let mut peer = smsc.bound().await;
    in_time(client.bound()).await.unwrap();
    assert!(matches!(in_time(client.shutdown()).await, ClientEnd::Shutdown));
    peer.expect(CommandId::UNBIND).await;
}

#[tokio::test]
async fn the_last_handle_that_is_dropped_unbinds() {
    let smsc = Smsc::listen().await;
    let (client, mut events) = start(smsc.client());
    let peer = smsc.bound().await;
    let other = client.clone();
    in_time(client.bound()).await.unwrap();
    drop(client);
    assert!(other.session().is_some());
    drop(other);
    peer.unbinds().await;
    while in_time(events.next()).await.is_some() {}
}

#[tokio::test]
async fn a_token_unbinds_every_client_that_shares_it() {
    let smsc = Smsc::listen().await;
    let token = CancellationToken::new();
    let (one, _) = start(smsc.client().shutdown_on(token.clone()));
    let (two, _) = start(smsc.client().shutdown_on(token.clone()));
    let (first, second) = (smsc.bound().await, smsc.bound().await);
    in_time(one.bound()).await.unwrap();
    in_time(two.bound()).await.unwrap();
    token.cancel();
    tokio::join!(first.unbinds(), second.unbinds());
    in_time(one.ended()).await;
    in_time(two.ended()).await;
}

#[tokio::test]
async fn one_client_that_is_shut_down_does_not_cancel_the_token_of_others() {
    let smsc = Smsc::listen().await;
    let token = CancellationToken::new();
    let (client, _) = start(smsc.client().shutdown_on(token.clone()));
    in_time(client.shutdown()).await;
    assert!(!token.is_cancelled());
}

#[tokio::test]
async fn a_connection_that_unbinds_ends_in_order() {
    let smsc = Smsc::listen().await;
    let builder = smsc.client();
    let (connection, peer) = tokio::join!(builder.connect(NoRequests), smsc.bound());
    tokio::join!(in_time(connection.unwrap().unbind()), peer.unbinds());
}

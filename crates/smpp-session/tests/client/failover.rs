//! Several servers: the next one when one fails, and back to the preferred one when it is well.

use smpp_session::{ClientEvent, CommandId, CommandStatus, Limits, Outcome, Retry, SubmitSm};

use crate::smsc::{Smsc, event, in_time, news, quick, start};

/// A client that is bound to the second server, because the first let it down.
async fn bound_to_the_second(
    first: &Smsc,
    second: &Smsc,
    limits: Limits,
) -> (smpp_session::Client, smpp_session::Events, crate::smsc::Peer) {
    let retry = Retry { stop_on_auth_error: true, ..quick() };
    let builder = first.client().or("127.0.0.1", second.port()).limits(limits).retry(retry);
    let (client, mut events) = start(builder);
    first.accept().await.reset();
    let peer = second.bound().await;
    assert!(
        matches!(event(&mut events).await, ClientEvent::Failed(error, _) if error.endpoint == first.endpoint())
    );
    assert!(matches!(news(&mut events).await, ClientEvent::Bound(at) if at == second.endpoint()));
    (client, events, peer)
}

#[tokio::test]
async fn a_client_returns_to_the_server_it_prefers_and_leaves_the_other_in_order() {
    let (first, second) = (Smsc::listen().await, Smsc::listen().await);
    let (client, mut events, mut old) = bound_to_the_second(&first, &second, Limits::default()).await;
    let message = SubmitSm::default();
    let scene = async {
        let request = old.expect(CommandId::SUBMIT_SM).await;
        // Not well yet, and the session goes on meanwhile.
        first.accept().await.reset();
        let mut new = first.bound().await;
        let moved = news(&mut events).await;
        assert!(
            matches!(&moved, ClientEvent::EndpointChanged { from, to }
                if *from == second.endpoint() && *to == first.endpoint()),
            "{moved}"
        );
        assert!(matches!(news(&mut events).await, ClientEvent::Bound(at) if at == first.endpoint()));
        // What the old session was sent is answered there, after the move.
        old.answer(&request, CommandStatus::ESME_ROK).await;
        old.unbinds().await;
        let serve = async {
            let request = new.expect(CommandId::SUBMIT_SM).await;
            new.answer(&request, CommandStatus::ESME_ROK).await;
        };
        let (outcome, ()) = tokio::join!(client.submit_sm(&message), serve);
        assert!(matches!(outcome, Ok(Outcome::Answered(_))), "{outcome:?}");
        new
    };
    let (outcome, _new) = tokio::join!(client.submit_sm(&message), scene);
    assert!(matches!(outcome, Ok(Outcome::Answered(_))), "{outcome:?}");
}

#[tokio::test]
async fn who_waits_for_room_when_the_client_moves_waits_on_there() {
    let (first, second) = (Smsc::listen().await, Smsc::listen().await);
    let limits = Limits { window: 1, ..Limits::default() };
    let (client, _events, mut old) = bound_to_the_second(&first, &second, limits).await;
    let message = SubmitSm::default();
    let scene = async {
        let request = old.expect(CommandId::SUBMIT_SM).await;
        let mut new = first.bound().await;
        let moved = new.expect(CommandId::SUBMIT_SM);
        let answered = async {
            in_time(client.bound()).await.unwrap();
            old.answer(&request, CommandStatus::ESME_ROK).await;
            old.unbinds().await;
        };
        let (moved, ()) = tokio::join!(moved, answered);
        new.answer(&moved, CommandStatus::ESME_ROK).await;
        new
    };
    let (sent, queued, _new) = tokio::join!(client.submit_sm(&message), client.submit_sm(&message), scene);
    assert!(matches!(sent, Ok(Outcome::Answered(_))), "{sent:?}");
    assert!(matches!(queued, Ok(Outcome::Answered(_))), "{queued:?}");
}

#[tokio::test]
async fn a_session_that_is_lost_is_replaced_by_one_with_the_next_server() {
    let (first, second) = (Smsc::listen().await, Smsc::listen().await);
    let (_client, mut events) = start(first.client().or("127.0.0.1", second.port()));
    first.bound().await.reset();
    let _peer = second.bound().await;
    assert!(matches!(event(&mut events).await, ClientEvent::Bound(at) if at == first.endpoint()));
    assert!(matches!(event(&mut events).await, ClientEvent::Lost(at, _) if at == first.endpoint()));
    assert!(matches!(news(&mut events).await, ClientEvent::EndpointChanged { .. }));
    assert!(matches!(news(&mut events).await, ClientEvent::Bound(at) if at == second.endpoint()));
}

#[tokio::test]
async fn a_preferred_server_that_refuses_the_bind_costs_no_session_elsewhere() {
    let (first, second) = (Smsc::listen().await, Smsc::listen().await);
    let (client, mut events, mut peer) = bound_to_the_second(&first, &second, Limits::default()).await;
    for status in [CommandStatus::ESME_RALYBND, CommandStatus::ESME_RINVPASWD, CommandStatus::ESME_RALYBND] {
        let mut refusing = first.accept().await;
        let bind = refusing.next().await;
        refusing.answer(&bind, status).await;
        let found = match event(&mut events).await {
            ClientEvent::Failed(error, _) => error.refused(),
            ClientEvent::AuthenticationRefused(_, status, _) => Some(status),
            other => panic!("{other}"),
        };
        assert_eq!(found, Some(status));
    }
    let message = SubmitSm::default();
    let serve = async {
        let request = peer.expect(CommandId::SUBMIT_SM).await;
        peer.answer(&request, CommandStatus::ESME_ROK).await;
    };
    let (outcome, ()) = tokio::join!(client.submit_sm(&message), serve);
    assert!(matches!(outcome, Ok(Outcome::Answered(_))), "{outcome:?}");
}

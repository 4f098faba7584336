//! How sessions end, and what is counted until then.

use super::*;
use crate::{Cause, EndedBy, Outcome, SubmitError};
use smpp_wire::{DeliverSm, DeliverSmResp, EnquireLinkResp, Unbind};
use tokio::task::yield_now;

#[tokio::test(start_paused = true)]
async fn a_cancelled_session_leaves_nobody_waiting() {
    let Bound { peer, session, task, .. } = Bound::new(Limits { window: 1, ..Limits::default() }).await;
    let message = DeliverSm::default();
    let cancel = async {
        peer.pdus(2).await;
        task.abort();
    };
    let all = async { tokio::join!(session.deliver_sm(&message), session.deliver_sm(&message), cancel) };
    let (sent, queued, ()) =
        tokio::time::timeout(Duration::from_secs(3_600), all).await.expect("nobody waits for ever");
    let end = SessionError { by: EndedBy::Us, cause: Cause::Closed };
    assert_eq!(sent, Ok(Outcome::Lost(end.clone())));
    assert_eq!(queued, Err(SubmitError::Closed(end.clone())));
    assert_eq!(session.ended(), Some(end));
}

#[tokio::test(start_paused = true)]
async fn a_session_counts_what_goes_over_it_each_pdu_once() {
    let limits = Limits { inbound_window: 0, response: Duration::from_secs(5), ..Limits::default() };
    let Bound { peer, session, .. } = Bound::new(limits).await;
    let before = session.counters();
    assert_eq!((before.pdus_in, before.requests_in, before.answers_out.ok), (1, 1, 1), "the bind");
    peer.allow(1);
    let octets = requests(100..110);
    peer.send(&octets);
    let outcome = session.deliver_sm(&DeliverSm::default()).await.unwrap();
    assert!(matches!(outcome, Outcome::Lost(_)));
    let written = peer.written().len();
    peer.allow(usize::MAX);
    peer.octets(written + 10 * 16).await;
    peer.send(&pdu(&EnquireLinkResp::default(), 77));
    yield_now().await;
    let counters = session.counters();
    assert_eq!((counters.pdus_in, counters.requests_in, counters.answers_in.ok), (12, 11, 1));
    assert_eq!(counters.octets_in, (pdu_len() + octets.len() + 16) as u64);
    assert_eq!((counters.pdus_out, counters.requests_out, counters.expired), (12, 1, 1));
    assert_eq!((counters.answers_out.ok, counters.answers_out.throttled), (6, 5), "the window is closed");
    assert_eq!(counters.octets_out, peer.written().len() as u64);
}

fn pdu_len() -> usize {
    pdu(&Bind { command_id: CommandId::BIND_TRANSCEIVER, ..Bind::default() }, 1).len()
}

#[tokio::test(start_paused = true)]
async fn answers_that_came_before_the_connection_failed_are_delivered_and_the_rest_is_lost() {
    let Bound { peer, session, task, .. } = Bound::new(Limits::default()).await;
    let message = DeliverSm::default();
    let fail = async {
        peer.pdus(3).await;
        peer.fail(pdu(&DeliverSmResp::default(), 1));
        session.try_submit(&message, 3).unwrap();
    };
    let (first, second, ()) = tokio::join!(session.deliver_sm(&message), session.deliver_sm(&message), fail);
    assert!(matches!(first, Ok(Outcome::Answered(_))), "{first:?}");
    let end = task.await.unwrap();
    assert_eq!((end.by, end.cause.clone()), (EndedBy::Peer, Cause::Closed));
    assert_eq!(second, Ok(Outcome::Lost(end)));
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_unbinds_may_still_answer_what_it_was_sent() {
    let Bound { peer, session, task, .. } = Bound::new(Limits::default()).await;
    let message = DeliverSm::default();
    let peer_unbinds = async {
        peer.pdus(2).await;
        peer.send(&pdu(&Unbind::default(), 2));
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(headers(&peer.written()).len(), 2, "its unbind waits for its answer");
        peer.send(&pdu(&DeliverSmResp::default(), 1));
        peer.pdus(3).await
    };
    let (outcome, written) = tokio::join!(session.deliver_sm(&message), peer_unbinds);
    assert!(matches!(outcome, Ok(Outcome::Answered(_))), "{outcome:?}");
    assert_eq!(written[2].command_id, CommandId::UNBIND_RESP);
    let end = task.await.unwrap();
    assert_eq!((end.by, end.cause), (EndedBy::Peer, Cause::Unbind));
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_unbinds_and_never_answers_is_let_go_when_its_time_is_over() {
    let limits = Limits::default();
    let Bound { peer, session, task, .. } = Bound::new(limits.clone()).await;
    let begun = Instant::now();
    session.try_submit(&DeliverSm::default(), 1).unwrap();
    peer.pdus(2).await;
    peer.send(&pdu(&Unbind::default(), 2));
    assert_eq!(peer.pdus(3).await[2].command_id, CommandId::UNBIND_RESP);
    assert_passed(begun, limits.response);
    assert_eq!(task.await.unwrap().cause, Cause::Unbind);
}

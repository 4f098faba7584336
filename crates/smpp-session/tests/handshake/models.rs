//! The models: two or three threads each, every interleaving of them.

use std::{future::Future, pin::pin, sync::Arc};

use loom::{future::block_on, thread};
use smpp_wire::{CommandStatus, DeliverSm};

use crate::{
    Cause, Outcome, ReplyTo, SubmitError, Verdict,
    driver::{Completed, Peer, SessionHandle, nobody},
};

/// Tries every interleaving in which threads are interrupted at most twice where they need not wait.
fn model(test: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(2);
    builder.check(test);
}

fn send(session: &SessionHandle) -> Result<Outcome, SubmitError> {
    block_on(session.deliver_sm(&DeliverSm::default()))
}

fn send_and_be_answered(session: &SessionHandle) {
    let sent = send(session);
    assert!(matches!(sent, Ok(Outcome::Answered(_))), "{sent:?}");
}

#[test]
fn senders_of_a_window_of_one_are_both_answered() {
    model(|| {
        let mut peer = Peer::new(1);
        let senders = [0; 2].map(|_| {
            let session = peer.handle.clone();
            thread::spawn(move || send_and_be_answered(&session))
        });
        peer.run_until(2, 0);
        senders.into_iter().for_each(|sender| sender.join().unwrap());
        assert_eq!(peer.handle.in_flight(), 0);
    });
}

#[test]
fn a_sender_that_gives_up_leaves_its_room_to_the_next() {
    model(|| {
        let mut peer = Peer::new(1);
        let (session, other) = (peer.handle.clone(), peer.handle.clone());
        // The window is full, and a future is first in the queue.
        let message = DeliverSm::default();
        session.try_submit(&message, 0).unwrap();
        let gives_up = thread::spawn(move || {
            let message = DeliverSm::default();
            let mut sending = pin!(session.deliver_sm(&message));
            // Pending, or too late.
            let _given_up = sending.as_mut().poll(&mut nobody());
        });
        let sender = thread::spawn(move || {
            send_and_be_answered(&other);
            other.unbind();
        });
        peer.run();
        gives_up.join().unwrap();
        sender.join().unwrap();
    });
}

#[test]
fn a_queue_sends_its_batch_through_a_window_of_one_and_collects_every_end() {
    model(|| {
        let mut peer = Peer::new(1);
        let queue = peer.handle.completion_queue();
        let batching = thread::spawn(move || {
            let batch = [(7, DeliverSm::default()), (8, DeliverSm::default())];
            let (mut sent, mut completed) = (0, Vec::<Completed>::new());
            while completed.len() < batch.len() {
                if let Some(rest @ [_, ..]) = batch.get(sent..) {
                    sent += block_on(queue.submit(rest)).unwrap().count;
                }
                block_on(queue.completed(&mut completed)).unwrap();
            }
            assert!(completed.iter().map(|completed| completed.token).eq([7, 8]));
        });
        peer.run_until(2, 0);
        batching.join().unwrap();
    });
}

#[test]
fn a_queue_and_a_future_share_a_window_of_one() {
    model(|| {
        let mut peer = Peer::new(1);
        let (queue, session) = (peer.handle.completion_queue(), peer.handle.clone());
        let submitter = thread::spawn(move || {
            assert_eq!(block_on(queue.submit(&[(1, DeliverSm::default())])).unwrap().count, 1);
        });
        let sender = thread::spawn(move || send_and_be_answered(&session));
        peer.run_until(2, 0);
        submitter.join().unwrap();
        sender.join().unwrap();
    });
}

#[test]
fn a_queue_that_nobody_collects_from_waits_and_goes_on() {
    model(|| {
        let mut peer = Peer::new(1);
        let queue = Arc::new(peer.handle.completion_queue());
        for token in 0..2_u8 {
            assert_eq!(queue.try_submit(&[(token.into(), DeliverSm::default())]), Ok(1));
            peer.run_until(1 + usize::from(token), 0);
        }
        let submitting = Arc::clone(&queue);
        let submitter = thread::spawn(move || {
            assert_eq!(block_on(submitting.submit(&[(2, DeliverSm::default())])).unwrap().count, 1);
        });
        let collector = thread::spawn(move || {
            let mut completed = Vec::new();
            while completed.len() < 3 {
                block_on(queue.completed(&mut completed)).unwrap();
            }
        });
        peer.run_until(3, 0);
        submitter.join().unwrap();
        collector.join().unwrap();
    });
}

#[test]
fn everybody_hears_of_the_end_of_the_session() {
    model(|| {
        let mut peer = Peer::new(1);
        let queue = peer.handle.completion_queue();
        let session = peer.handle.clone();
        let sender = thread::spawn(move || match send(&session) {
            Ok(Outcome::Lost(error)) | Err(SubmitError::Closed(error)) => {
                assert_eq!(error.cause, Cause::Closed);
            }
            other => panic!("{other:?}"),
        });
        let collector = thread::spawn(move || {
            let (sent, mut completed) = (queue.try_submit(&[(1, DeliverSm::default())]), Vec::new());
            while block_on(queue.completed(&mut completed)).is_ok() {}
            assert_eq!(completed.len(), sent.unwrap_or(0));
        });
        peer.end();
        sender.join().unwrap();
        collector.join().unwrap();
    });
}

#[test]
fn answers_of_handles_reach_the_driver() {
    model(|| {
        let mut peer = Peer::new(1);
        let answering = [0, 1].map(|slot| {
            let session = peer.handle.clone();
            thread::spawn(move || {
                session.answer([(ReplyTo::new(slot, 0), Verdict::status(CommandStatus::ESME_ROK))]);
            })
        });
        peer.run_until(0, 2);
        answering.into_iter().for_each(|thread| thread.join().unwrap());
    });
}

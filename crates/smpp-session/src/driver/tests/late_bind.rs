//! A bind that takes its time: nothing behind it is lost, or judged before it is bound.

use smpp_wire::{DeliverSm, Unbind};

use super::*;
use crate::{BindReply, Cause, Turn};

/// Answers its bind once the test says how, and its requests never.
#[derive(Clone)]
struct Slow(Arc<Mutex<Option<BindReply>>>);

impl Handler for Slow {
    fn judge_bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> BindReply {
        BindReply::Later
    }

    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        Reply::Later
    }

    fn turn_end(&mut self, turn: &mut Turn<'_>) {
        if let Some(reply) = self.0.lock().take() {
            assert!(turn.answer_bind(reply));
            assert!(!turn.answer_bind(reply), "it was answered");
        }
    }
}

struct Judged {
    peer: Peer,
    session: SessionHandle,
    task: JoinHandle<SessionError>,
    reply: Arc<Mutex<Option<BindReply>>>,
}

/// A session that was sent a bind and these octets behind it, in one segment.
async fn begin(behind: &[u8]) -> Judged {
    let (peer, reply) = (Peer::default(), Arc::default());
    let driver =
        Driver::new(Connection(peer.clone()), Role::Smsc, Limits::default(), Slow(Arc::clone(&reply)));
    let session = driver.handle().clone();
    let mut octets = pdu(&Bind { command_id: CommandId::BIND_TRANSCEIVER, ..Bind::default() }, 1);
    octets.extend_from_slice(behind);
    peer.send(&octets);
    let task = tokio::spawn(driver.run());
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert!(peer.written().is_empty(), "nothing is answered before the bind is");
    Judged { peer, session, task, reply }
}

impl Judged {
    fn judge(&self, reply: BindReply) {
        *self.reply.lock() = Some(reply);
        self.session.wake();
    }
}

#[tokio::test(start_paused = true)]
async fn what_came_behind_a_bind_is_judged_as_bound_in_its_order() {
    let judged = begin(&requests(2..6)).await;
    judged.judge(BindReply::AcceptWithin(1));
    let answers = judged.peer.pdus(4).await;
    let seen: Vec<_> = answers.iter().map(|answer| (answer.sequence_number, answer.command_status)).collect();
    // 2 and 4 are messages, 3 and 5 enquire_links; 2 is not answered, and 4 is beyond the client's window of one.
    let (ok, throttled) = (CommandStatus::ESME_ROK, CommandStatus::ESME_RTHROTTLED);
    assert_eq!(seen, [(1, ok), (3, ok), (4, throttled), (5, ok)]);
    judged.peer.send(&pdu(&EnquireLink::default(), 7));
    judged.peer.pdus(5).await;
}

#[tokio::test(start_paused = true)]
async fn a_late_refusal_is_answered_and_ends_the_session() {
    let judged = begin(&pdu(&Unbind::default(), 2)).await;
    judged.judge(BindReply::Refuse(CommandStatus::ESME_RINVPASWD));
    let answers = judged.peer.pdus(1).await;
    assert_eq!(answers[0].command_status, CommandStatus::ESME_RINVPASWD);
    assert_eq!(judged.task.await.unwrap().cause, Cause::BindRefused(CommandStatus::ESME_RINVPASWD));
    assert_eq!(judged.peer.pdus(1).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_bind_that_is_never_judged_ends_in_time() {
    let begun = Instant::now();
    let judged = begin(&requests(2..40)).await;
    assert!(judged.session.try_submit(&DeliverSm::default(), 0).is_err(), "not bound yet");
    assert_eq!(judged.task.await.unwrap().cause, Cause::SessionInitTimeout);
    assert_passed(begun, Limits::default().session_init);
}

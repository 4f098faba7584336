//! Which session gets what is to be delivered: the least loaded first, none more than its window, and nobody waits for a slow one.

use smpp_wire::values::RegisteredDelivery;
use smpp_wire::{CommandId, CommandStatus, DeliverSmResp, Header, SubmitSm};

use crate::{
    connection::Connection,
    start::{CUSTOMER, MESSAGE, OTHER_CUSTOMER, PASSWORD, Running, start_changed},
};

const ASKING: SubmitSm<'_> = SubmitSm { registered_delivery: RegisteredDelivery::ALWAYS, ..MESSAGE };

/// A gateway that sends a session so many deliver_sm before it answers one.
async fn with_window(delivery_window: u16) -> Running {
    start_changed(|config| {
        config.limits.delivery_window = delivery_window;
        config.accounts[0].max_binds = 3;
    })
    .await
}

async fn bound(gateway: &Running, customer: &str, command_id: CommandId) -> Connection {
    let mut client = gateway.connect().await;
    assert!(client.bind(customer, PASSWORD, command_id).await.is_ok());
    client
}

/// Two sessions that receive, and what each has received.
struct Pair {
    sessions: [Connection; 2],
    unanswered: [Vec<u32>; 2],
}

impl Pair {
    async fn of(gateway: &Running) -> Self {
        let one = bound(gateway, CUSTOMER, CommandId::BIND_RECEIVER).await;
        let other = bound(gateway, CUSTOMER, CommandId::BIND_RECEIVER).await;
        Self { sessions: [one, other], unanswered: [Vec::new(), Vec::new()] }
    }

    /// Waits for the next deliver_sm, and tells which session it came to.
    async fn next(&mut self) -> usize {
        let [one, other] = &mut self.sessions;
        let (place, octets) = tokio::select! {
            octets = one.receive() => (0, octets),
            octets = other.receive() => (1, octets),
        };
        let header = Header::read(&octets.unwrap()).unwrap();
        assert_eq!(header.command_id, CommandId::DELIVER_SM);
        self.unanswered[place].push(header.sequence_number);
        place
    }

    /// Answers everything that this session has received.
    async fn answer(&mut self, place: usize) {
        for sequence_number in self.unanswered[place].drain(..) {
            let answer = DeliverSmResp { message_id: Some(b""), ..DeliverSmResp::default() };
            self.sessions[place].write(&answer, CommandStatus::ESME_ROK, sequence_number).await;
        }
    }
}

#[tokio::test]
async fn a_receipt_goes_to_the_session_with_the_fewest_that_are_not_answered() {
    let gateway = with_window(10).await;
    let mut sender = bound(&gateway, CUSTOMER, CommandId::BIND_TRANSMITTER).await;
    let mut pair = Pair::of(&gateway).await;
    sender.submit(&ASKING).await;
    let first = pair.next().await;
    for round in 1..10 {
        // The other one answers each, the first one does not.
        sender.submit(&ASKING).await;
        assert_eq!(pair.next().await, 1 - first, "receipt {round}");
        pair.answer(1 - first).await;
        // Once this is answered, so is what was sent before it on the same session: the gateway has read it.
        pair.sessions[1 - first].send(&smpp_wire::EnquireLink::default()).await;
        let answer = pair.sessions[1 - first].header().await;
        assert_eq!(answer.command_id, CommandId::ENQUIRE_LINK_RESP);
    }
}

#[tokio::test]
async fn a_session_that_does_not_answer_gets_its_window_and_the_others_get_the_rest() {
    const WINDOW: usize = 2;
    let gateway = with_window(2).await;
    let mut sender = bound(&gateway, CUSTOMER, CommandId::BIND_TRANSMITTER).await;
    let mut pair = Pair::of(&gateway).await;
    for _ in 0..20 {
        sender.submit(&ASKING).await;
    }
    for _ in 0..20 {
        if pair.next().await == 1 {
            pair.answer(1).await;
        }
        assert!(pair.unanswered[0].len() <= WINDOW, "more than the window of a session that does not answer");
    }
}

#[tokio::test]
async fn a_client_that_takes_nothing_delays_no_other_account() {
    let gateway = with_window(2).await;
    let mut mute = gateway.bound().await;
    for _ in 0..50 {
        mute.send(&ASKING).await;
    }
    let mut other = bound(&gateway, OTHER_CUSTOMER, CommandId::BIND_TRANSCEIVER).await;
    for _ in 0..50 {
        let (status, id) = other.submit(&ASKING).await;
        assert!(status.is_ok());
        let receipt = other.deliver(CommandStatus::ESME_ROK).await;
        assert!(receipt.text.contains(&id), "{receipt:?}");
    }
}

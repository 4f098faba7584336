//! Odd ESMEs against our server.

use smpp_engine::session::{
    Cause, DeliverSm, EndedBy, Handler, MessageId, Outcome, Reply, ReplyTo, Request, Server, SessionError,
    SessionHandle, Verdict,
};
use smpp_engine::wire::{Bind, CommandId, CommandStatus, EnquireLink, Pdu, SubmitSm, Tlvs, Unbind};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::raw::{Raw, is_header_only, octets, pdu, soon};

enum Seen {
    Bound(SessionHandle),
    Text(Vec<u8>),
    Ended(SessionError),
}

/// Accepts who has a password of nine characters, and every message but those to nobody.
struct Smsc(UnboundedSender<Seen>);

impl Handler for Smsc {
    fn bind(&mut self, bind: &Bind<'_>, session: &SessionHandle) -> Result<(), CommandStatus> {
        if bind.password.len() < 9 {
            return Err(CommandStatus::ESME_RINVPASWD);
        }
        self.0.send(Seen::Bound(session.clone())).unwrap();
        Ok(())
    }

    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::SubmitSm(message) = &request.pdu else { return Reply::Unsupported };
        if message.destination_addr.is_empty() {
            return Reply::Now(Verdict::status(CommandStatus::ESME_RINVDSTADR));
        }
        self.0.send(Seen::Text(message.short_message.to_vec())).unwrap();
        let message_id = MessageId::new(b"1").unwrap();
        Reply::Now(Verdict { command_status: CommandStatus::ESME_ROK, message_id })
    }

    fn ended(&mut self, error: &SessionError) {
        // Nobody listens when the test is over.
        let _ = self.0.send(Seen::Ended(error.clone()));
    }
}

struct Bound {
    esme: Raw,
    session: SessionHandle,
    seen: UnboundedReceiver<Seen>,
    _server: Server,
}

async fn listen() -> (Server, UnboundedReceiver<Seen>) {
    let (tell, seen) = unbounded_channel();
    let address = "127.0.0.1:0".parse().unwrap();
    (Server::plain().listen(address, move |_| Smsc(tell.clone())).await.unwrap(), seen)
}

async fn bound() -> Bound {
    let (server, mut seen) = listen().await;
    let mut esme = Raw::connect(server.local_addr().port()).await;
    esme.send(&bind()).await;
    esme.expect(CommandId::BIND_TRANSCEIVER_RESP).await;
    let Some(Seen::Bound(session)) = seen.recv().await else { panic!("a bind is due") };
    Bound { esme, session, seen, _server: server }
}

impl Bound {
    async fn text(&mut self) -> Vec<u8> {
        match soon("message", self.seen.recv()).await {
            Some(Seen::Text(text)) => text,
            _ => panic!("a message is due"),
        }
    }

    /// The session still serves.
    async fn lives(&mut self) {
        self.esme.send(&pdu(&EnquireLink::default(), 99)).await;
        assert_eq!(self.esme.expect(CommandId::ENQUIRE_LINK_RESP).await, 99);
    }
}

fn bind() -> Vec<u8> {
    let command_id = CommandId::BIND_TRANSCEIVER;
    let body = [&b"esme1\0ninechars\0\0"[..], &[0x34, 0, 0, 0]].concat();
    octets(command_id, CommandStatus::ESME_ROK, 1, &body)
}

fn message(text: &[u8], tlvs: &[u8]) -> Vec<u8> {
    let message = SubmitSm {
        destination_addr: b"4512345678",
        short_message: text,
        tlvs: Tlvs::parse(tlvs).unwrap(),
        ..SubmitSm::default()
    };
    pdu(&message, 7)
}

#[tokio::test]
async fn a_message_right_behind_the_bind_in_one_segment_is_accepted() {
    let (server, mut seen) = listen().await;
    let mut esme = Raw::connect(server.local_addr().port()).await;
    esme.send(&[bind(), message(b"first", &[])].concat()).await;
    esme.expect(CommandId::BIND_TRANSCEIVER_RESP).await;
    assert_eq!(esme.expect(CommandId::SUBMIT_SM_RESP).await, 7);
    assert!(matches!(seen.recv().await, Some(Seen::Bound(_))));
    assert!(matches!(seen.recv().await, Some(Seen::Text(text)) if text == b"first"));
}

#[tokio::test]
async fn tlvs_that_are_unknown_unexpected_empty_or_odd_cost_no_message() {
    let mut bound = bound().await;
    for tlvs in [
        &[0x04, 0x26, 0, 1, 1][..],                        // more_messages_to_send
        &[0x02, 0x10, 0, 1, 0x34], // sc_interface_version, which belongs to a bind_resp
        &[0x00, 0x0E, 0, 1, 1],    // source_network_type
        &[0x3F, 0xFF, 0, 3, 1, 2, 3], // a vendor's
        &[0x99, 0x99, 0, 0],       // a reserved tag, empty
        &[0x03, 0x81, 0, 3, 0xFF, 0xFF, 0xFF], // callback_num
        &[0x15, 0x02, 0, 4, b'u', b'u', b'i', b'd'], // a string without its NUL
        &[0x02, 0x04, 0, 2, 0, 1, 0x02, 0x04, 0, 2, 0, 2], // user_message_reference, twice
    ] {
        bound.esme.send(&message(b"with TLVs", tlvs)).await;
        let answer = bound.esme.receive().await;
        assert!(answer.header().command_status.is_ok(), "{tlvs:x?}: {}", answer.header().command_status);
        assert_eq!(bound.text().await, b"with TLVs");
    }
}

#[tokio::test]
async fn a_tlv_that_lies_about_its_length_costs_its_message_and_not_the_session() {
    let mut bound = bound().await;
    let mut lie = message(b"x", &[0x02, 0x04, 0, 2, 0, 1]);
    let length_at = lie.len() - 3;
    lie[length_at] = 200;
    bound.esme.send(&lie).await;
    let answer = bound.esme.receive().await;
    assert_eq!(answer.header().command_id, CommandId::SUBMIT_SM_RESP);
    assert!(!answer.header().command_status.is_ok());
    bound.lives().await;
}

#[tokio::test]
async fn a_short_message_that_is_one_octet_longer_than_it_says_does_not_cost_the_session() {
    let mut bound = bound().await;
    let mut octets = message(b"hello", &[]);
    octets.push(b'!');
    octets[3] += 1;
    bound.esme.send(&octets).await;
    assert_eq!(bound.esme.expect(CommandId::SUBMIT_SM_RESP).await, 7);
    bound.lives().await;
}

#[tokio::test]
async fn any_sequence_number_is_echoed() {
    let mut bound = bound().await;
    for number in [0, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 7, 7] {
        let message =
            SubmitSm { destination_addr: b"4512345678", short_message: b"x", ..SubmitSm::default() };
        bound.esme.send(&pdu(&message, number)).await;
        assert_eq!(bound.esme.expect(CommandId::SUBMIT_SM_RESP).await, number);
        bound.text().await;
    }
}

#[tokio::test]
async fn a_refused_message_is_answered_by_a_header_alone() {
    let mut bound = bound().await;
    bound.esme.send(&pdu(&SubmitSm::default(), 8)).await;
    let answer = bound.esme.receive().await;
    assert!(is_header_only(&answer, CommandId::SUBMIT_SM_RESP, CommandStatus::ESME_RINVDSTADR));
}

#[tokio::test]
async fn a_deliver_sm_resp_may_carry_an_id_or_nothing_at_all() {
    let mut bound = bound().await;
    for body in [&b"an-id-of-its-own\0"[..], b"\0", b"", b"not ended"] {
        let session = bound.session.clone();
        let delivery = tokio::spawn(async move { session.deliver_sm(&DeliverSm::default()).await });
        let number = bound.esme.expect(CommandId::DELIVER_SM).await;
        let answer = octets(CommandId::DELIVER_SM_RESP, CommandStatus::ESME_ROK, number, body);
        bound.esme.send(&answer).await;
        let outcome = soon("outcome", delivery).await.unwrap().unwrap();
        assert!(matches!(outcome, Outcome::Answered(answer) if answer.command_status.is_ok()), "{body:?}");
    }
}

#[tokio::test]
async fn a_generic_nack_without_a_number_harms_nobody() {
    let mut bound = bound().await;
    bound.esme.send(&octets(CommandId::GENERIC_NACK, CommandStatus::ESME_RINVCMDLEN, 0, &[])).await;
    bound.lives().await;
}

#[tokio::test]
async fn a_client_that_closes_right_behind_its_unbind_has_unbound() {
    let mut bound = bound().await;
    bound.esme.send(&pdu(&Unbind::default(), 9)).await;
    assert_eq!(bound.esme.expect(CommandId::UNBIND_RESP).await, 9);
    let Bound { esme, mut seen, .. } = bound;
    drop(esme);
    let Some(Seen::Ended(end)) = soon("end", seen.recv()).await else { panic!("an end is due") };
    assert_eq!((end.by, end.cause), (EndedBy::Peer, Cause::Unbind));
}

#[tokio::test]
async fn a_client_that_closes_instead_of_answering_our_unbind_has_unbound() {
    let bound = bound().await;
    let Bound { mut esme, session, mut seen, .. } = bound;
    // However often it is asked for, it is sent once.
    session.unbind();
    session.unbind();
    esme.expect(CommandId::UNBIND).await;
    session.unbind();
    drop(esme);
    let Some(Seen::Ended(end)) = soon("end", seen.recv()).await else { panic!("an end is due") };
    assert_eq!((end.by, end.cause), (EndedBy::Us, Cause::Unbind));
}

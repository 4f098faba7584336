//! Odd SMSCs against our client.

use smpp_engine::session::{
    Cause, Client, ConnectError, Connection, EndedBy, Handler, Outcome, Reply, ReplyTo, Request, Response,
    Verdict,
};
use smpp_engine::wire::values::EsmClass;
use smpp_engine::wire::{
    CommandId, CommandStatus, DataSm, DeliverSm, Encode, EnquireLink, Frame, Pdu, QuerySm, SubmitSm,
};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use super::raw::{Raw, octets, pdu, soon};

/// Hands the text of every deliver_sm on.
struct Texts(UnboundedSender<Vec<u8>>);

impl Handler for Texts {
    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::DeliverSm(message) = &request.pdu else { return Reply::Unsupported };
        self.0.send(message.short_message.to_vec()).unwrap();
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

/// A client that is about to bind, and its SMSC.
struct Binding {
    smsc: Raw,
    bind: Frame,
    number: u32,
    client: JoinHandle<Result<Connection, ConnectError>>,
    texts: UnboundedReceiver<Vec<u8>>,
}

async fn binding() -> Binding {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, texts) = unbounded_channel();
    let client = tokio::spawn(async move {
        let builder =
            Client::plain("127.0.0.1", port).credentials("esme1", "a-password-of-32-characters-----");
        builder.connect(Texts(tell)).await
    });
    let mut smsc = Raw::accept(&listener).await;
    let bind = smsc.receive().await;
    let number = bind.header().sequence_number;
    Binding { smsc, bind, number, client, texts }
}

/// A client that is bound, by an answer without a TLV, and its SMSC.
struct Bound {
    smsc: Raw,
    client: Connection,
    texts: UnboundedReceiver<Vec<u8>>,
}

async fn bound() -> Bound {
    let Binding { mut smsc, number, client, texts, .. } = binding().await;
    smsc.send(&bind_resp(number, b"smsc\0")).await;
    let client = soon("session", client).await.unwrap().unwrap();
    Bound { smsc, client, texts }
}

fn bind_resp(number: u32, body: &[u8]) -> Vec<u8> {
    octets(CommandId::BIND_TRANSCEIVER_RESP, CommandStatus::ESME_ROK, number, body)
}

impl Bound {
    /// Sends a request, answers it with these octets, and gives what became of it.
    async fn exchange(&mut self, request: impl Encode, answer: impl FnOnce(u32) -> Vec<u8>) -> Response {
        let answering = async {
            let number = self.smsc.receive().await.header().sequence_number;
            self.smsc.send(&answer(number)).await;
        };
        let both = async { tokio::join!(self.client.send(&request), answering) };
        match soon("outcome", both).await.0.unwrap() {
            Outcome::Answered(answer) => answer,
            Outcome::Lost(error) => panic!("lost: {error}"),
        }
    }

    /// The session still serves.
    async fn lives(&mut self) {
        self.smsc.send(&pdu(&EnquireLink::default(), 99)).await;
        assert_eq!(self.smsc.expect(CommandId::ENQUIRE_LINK_RESP).await, 99);
    }
}

#[tokio::test]
async fn a_long_password_is_sent_whole() {
    let binding = binding().await;
    let Ok(Pdu::BindTransceiver(bind)) = binding.bind.parse() else { panic!("a bind is due") };
    assert_eq!(bind.password, b"a-password-of-32-characters-----");
}

#[tokio::test]
async fn a_bind_answer_needs_no_version_and_no_body() {
    for body in [&b"smsc\0"[..], b"\0", b"", b"smsc\0\x02\x10\0\x01\x01"] {
        let Binding { mut smsc, number, client, .. } = binding().await;
        smsc.send(&bind_resp(number, body)).await;
        assert!(soon("session", client).await.unwrap().is_ok(), "{body:?}");
    }
}

#[tokio::test]
async fn a_message_right_behind_the_bind_answer_in_one_segment_is_taken() {
    let Binding { mut smsc, number, client, mut texts, .. } = binding().await;
    let first = DeliverSm { short_message: b"first", ..DeliverSm::default() };
    smsc.send(&[bind_resp(number, b"smsc\0"), pdu(&first, 1)].concat()).await;
    assert_eq!(smsc.expect(CommandId::DELIVER_SM_RESP).await, 1);
    assert_eq!(texts.recv().await.unwrap(), b"first");
    soon("session", client).await.unwrap().unwrap();
}

#[tokio::test]
async fn an_smsc_that_asks_before_it_has_answered_the_bind_is_answered() {
    let Binding { mut smsc, number, client, .. } = binding().await;
    smsc.send(&pdu(&EnquireLink::default(), 5)).await;
    assert_eq!(smsc.expect(CommandId::ENQUIRE_LINK_RESP).await, 5);
    smsc.send(&bind_resp(number, b"smsc\0")).await;
    soon("session", client).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_bind_that_is_refused_in_any_form_says_its_status() {
    let refusals: [fn(u32) -> Vec<u8>; 4] = [
        |number| octets(CommandId::BIND_TRANSCEIVER_RESP, CommandStatus::ESME_RINVCMDID, number, b""),
        |number| octets(CommandId::BIND_TRANSCEIVER_RESP, CommandStatus::ESME_RINVCMDID, number, b"smsc\0"),
        |number| {
            octets(
                CommandId::BIND_TRANSCEIVER_RESP,
                CommandStatus::ESME_RINVCMDID,
                number,
                b"\0\x02\x10\0\x01\x34",
            )
        },
        |number| octets(CommandId::GENERIC_NACK, CommandStatus::ESME_RINVCMDID, number, b""),
    ];
    for refusal in refusals {
        let Binding { mut smsc, number, client, .. } = binding().await;
        smsc.send(&refusal(number)).await;
        let refused = soon("refusal", client).await.unwrap().unwrap_err();
        assert_eq!(refused.refused(), Some(CommandStatus::ESME_RINVCMDID), "{refused}");
    }
}

#[tokio::test]
async fn an_error_answer_in_any_form_is_an_answer() {
    let mut bound = bound().await;
    let tlv = b"\x04\x25\0\x01\x03"; // delivery_failure_reason
    for body in [&b""[..], b"\0", b"an-id\0", &[&b"an-id\0"[..], tlv].concat(), tlv, b"not ended"] {
        let status = CommandStatus::ESME_RTHROTTLED;
        let message = SubmitSm { destination_addr: b"4512345678", ..SubmitSm::default() };
        let answer =
            bound.exchange(message, |number| octets(CommandId::SUBMIT_SM_RESP, status, number, body)).await;
        assert_eq!(
            (answer.command_id, answer.command_status),
            (CommandId::SUBMIT_SM_RESP, status),
            "{body:?}"
        );
    }
    bound.lives().await;
}

#[tokio::test]
async fn an_error_answer_to_a_data_sm_keeps_its_id() {
    let mut bound = bound().await;
    let answer = bound
        .exchange(DataSm::default(), |number| {
            octets(CommandId::DATA_SM_RESP, CommandStatus::ESME_RDELIVERYFAILURE, number, b"an-id\0")
        })
        .await;
    assert_eq!(answer.message_id.as_bytes(), b"an-id");
}

#[tokio::test]
async fn a_request_that_the_smsc_does_not_know_ends_by_its_nack() {
    let mut bound = bound().await;
    let nack = |number| octets(CommandId::GENERIC_NACK, CommandStatus::ESME_RINVCMDID, number, b"");
    let answer = bound.exchange(QuerySm { message_id: b"1", ..QuerySm::default() }, nack).await;
    assert_eq!(
        (answer.command_id, answer.command_status),
        (CommandId::GENERIC_NACK, CommandStatus::ESME_RINVCMDID)
    );
}

#[tokio::test]
async fn receipts_that_nobody_asked_for_or_can_read_are_handed_on_and_acknowledged() {
    let mut bound = bound().await;
    let texts = [
        &b"id:unknown sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 stat:DELIVRD err:000 text:"[..],
        b"complete nonsense",
        b"",
        &[0xFF; 254],
    ];
    for (number, text) in [(0, texts[0]), (0x7FFF_FFFF, texts[1]), (0xFFFF_FFFF, texts[2]), (3, texts[3])] {
        let receipt = DeliverSm { esm_class: EsmClass::RECEIPT, short_message: text, ..DeliverSm::default() };
        bound.smsc.send(&pdu(&receipt, number)).await;
        let answer = bound.smsc.receive().await;
        assert_eq!(answer.header().sequence_number, number);
        // The field message_id is there and is empty (SMPP v3.4 §4.6.2).
        assert_eq!(answer.raw().octets().get(16..), Some(&[0][..]));
        assert_eq!(bound.texts.recv().await.unwrap(), text);
    }
}

#[tokio::test]
async fn an_smsc_that_closes_instead_of_answering_our_unbind_has_unbound() {
    let Bound { mut smsc, client, .. } = bound().await;
    let unbound = tokio::spawn(client.unbind());
    smsc.expect(CommandId::UNBIND).await;
    drop(smsc);
    let end = soon("end", unbound).await.unwrap();
    assert_eq!((end.by, end.cause), (EndedBy::Us, Cause::Unbind));
}

//! Our client as the ESME of a test: everything that an application does with an SMSC, once.

use std::time::Duration;

use smpp_session::{
    Client, ClientBuilder, ClientEnd, ClientEvent, CommandStatus, Events, Handler, Outcome, Reply, ReplyTo,
    Request, Response, Retry, SubmitSm, Verdict,
};
use smpp_wire::Pdu;
use smpp_wire::text::{Reference, Udh};
use smpp_wire::values::{EsmClass, RegisteredDelivery};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::{dial, enquire_link_answered, limits, soon};

/// Binds, sends, receives, is refused, is unbound by the SMSC, binds again and unbinds.
///
/// # Panics
/// When the peer does anything else than the numbers of [`dial`] ask for.
pub async fn everything(builder: ClientBuilder) {
    let wrong = builder.clone().credentials(dial::SYSTEM_ID, "wrong");
    let refused = soon("refusal", wrong.connect(Deliveries(unbounded_channel().0))).await.unwrap_err();
    assert_eq!(refused.refused(), Some(CommandStatus::ESME_RINVPASWD), "{refused}");

    let (tell, mut deliveries) = unbounded_channel();
    let retry = Retry { first: Duration::from_millis(10), ..Retry::default() };
    let client = builder
        .credentials(dial::SYSTEM_ID, dial::PASSWORD)
        .retry(retry)
        .limits(limits())
        .start(move |_| Deliveries(tell.clone()))
        .unwrap();
    let mut events = client.events();
    bound_next(&mut events).await;

    receipt(&client, &mut deliveries).await;
    long_message(&client, &mut deliveries).await;
    incoming(&client, &mut deliveries).await;
    enquire_link_answered(&client.session().unwrap()).await;
    let refused = submit(&client, SubmitSm { destination_addr: dial::REFUSE.as_bytes(), ..hello() }).await;
    assert_eq!(refused.command_status, CommandStatus::ESME_RINVDSTADR);

    accepted(&client, SubmitSm { destination_addr: dial::UNBIND.as_bytes(), ..hello() }).await;
    bound_next(&mut events).await;
    accepted(&client, hello()).await;
    assert!(matches!(soon("end", client.shutdown()).await, ClientEnd::Shutdown));
}

/// Waits for the next session, whatever else happens before.
async fn bound_next(events: &mut Events) {
    while !matches!(soon("bind", events.next()).await.unwrap(), ClientEvent::Bound(_)) {}
}

async fn receipt(client: &Client, deliveries: &mut UnboundedReceiver<Delivery>) {
    let message = SubmitSm { registered_delivery: RegisteredDelivery::ALWAYS, ..hello() };
    let answer = accepted(client, message).await;
    let receipt = soon("receipt", deliveries.recv()).await.unwrap();
    assert!(receipt.esm_class.is_receipt());
    let text = String::from_utf8(receipt.short_message).unwrap();
    assert!(text.starts_with(&format!("id:{} ", answer.message_id)), "{text}");
    assert!(text.contains(" stat:DELIVRD "), "{text}");
}

/// The parts come back as they were sent.
async fn long_message(client: &Client, deliveries: &mut UnboundedReceiver<Delivery>) {
    let text = dial::long_text();
    let (first, second) = text.as_bytes().split_at(153);
    let mut back = Vec::new();
    for (part, number) in [(first, 1), (second, 2)] {
        let short_message = [&[5, 0, 3, 77, 2, number], part].concat();
        let message = SubmitSm { esm_class: EsmClass::UDHI, short_message: &short_message, ..hello() };
        accepted(client, message).await;
        let part = soon("part of the long message", deliveries.recv()).await.unwrap();
        assert!(part.esm_class.has_udhi());
        let (header, text) = Udh::parse(&part.short_message).unwrap();
        let concat = header.concat().unwrap();
        assert_eq!((concat.reference(), concat.total(), concat.number()), (Reference::Udh8(77), 2, number));
        back.extend_from_slice(text);
    }
    assert_eq!(back, text.as_bytes());
}

async fn incoming(client: &Client, deliveries: &mut UnboundedReceiver<Delivery>) {
    accepted(client, SubmitSm { destination_addr: dial::INCOMING.as_bytes(), ..hello() }).await;
    let message = soon("incoming message", deliveries.recv()).await.unwrap();
    assert_eq!((message.esm_class, message.short_message), (EsmClass::DEFAULT, dial::INCOMING_TEXT.into()));
}

async fn accepted(client: &Client, message: SubmitSm<'_>) -> Response {
    let answer = submit(client, message).await;
    assert_eq!(answer.command_status, CommandStatus::ESME_ROK);
    assert!(!answer.message_id.as_bytes().is_empty());
    answer
}

async fn submit(client: &Client, message: SubmitSm<'_>) -> Response {
    match soon("submit_sm_resp", client.submit_sm(&message)).await.unwrap() {
        Outcome::Answered(answer) => answer,
        Outcome::Lost(error) => unreachable!("the message is lost: {error}"),
    }
}

fn hello() -> SubmitSm<'static> {
    SubmitSm {
        source_addr: b"4500000001",
        destination_addr: dial::NOTHING.as_bytes(),
        short_message: b"Hello",
        ..SubmitSm::EMPTY
    }
}

/// What came for the client.
struct Delivery {
    esm_class: EsmClass,
    short_message: Vec<u8>,
}

struct Deliveries(UnboundedSender<Delivery>);

impl Handler for Deliveries {
    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::DeliverSm(message) = &request.pdu else {
            return Reply::Unsupported;
        };
        let delivery =
            Delivery { esm_class: message.esm_class, short_message: message.short_message.to_vec() };
        self.0.send(delivery).unwrap_or_else(|_| unreachable!("the test waits"));
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

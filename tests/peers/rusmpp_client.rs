//! `rusmppc` as an ESME against our server, over TLS.

use std::str::FromStr;

use futures::{Stream, StreamExt};
use rusmpp::pdus::{
    BindReceiver, BindTransceiver, BindTransmitter, DeliverSm, DeliverSmResp, SubmitSm, SubmitSmResp,
};
use rusmpp::types::{COctetString, OctetString};
use rusmpp::values::{EsmClass, RegisteredDelivery};
use rusmpp::{CommandStatus, Pdu};
use rusmppc::error::Error;
use rusmppc::{Client, ConnectionBuilder, Event};
use rustls::pki_types::ServerName;
use smpp_peers::smsc::{Seen, Smsc};
use smpp_peers::trust::Trust;
use smpp_peers::{dial, enquire_link_answered, limits, soon};
use smpp_session::{Cause, EndedBy};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

struct Esme {
    client: Client,
    events: Box<dyn Stream<Item = Event> + Unpin>,
}

impl Esme {
    async fn connect(smsc: &Smsc, trust: &Trust) -> Self {
        let stream = TcpStream::connect(smsc.address()).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let stream = TlsConnector::from(trust.client_config()).connect(name, stream).await.unwrap();
        let (client, events) = ConnectionBuilder::new().connected(stream);
        Self { client, events: Box::new(events) }
    }

    async fn bound(smsc: &Smsc, trust: &Trust) -> Self {
        let esme = Self::connect(smsc, trust).await;
        soon("bind", esme.client.bind_transceiver(bind(dial::PASSWORD))).await.unwrap();
        esme
    }

    async fn submit(&self, message: SubmitSm) -> Result<SubmitSmResp, Error> {
        soon("submit_sm_resp", self.client.submit_sm(message)).await
    }

    /// Takes the next deliver_sm and answers it.
    async fn deliver(&mut self) -> DeliverSm {
        let event = soon("deliver_sm", self.events.next()).await.unwrap();
        let Event::Incoming(command) = event else { panic!("a deliver_sm is due, not {event:?}") };
        let Some(Pdu::DeliverSm(message)) = command.pdu() else {
            panic!("a deliver_sm is due, not {command:?}")
        };
        let answered = self.client.deliver_sm_resp(command.sequence_number(), DeliverSmResp::default());
        soon("answer", answered).await.unwrap();
        message.clone()
    }
}

fn bind(password: &str) -> BindTransceiver {
    BindTransceiver::builder()
        .system_id(COctetString::from_str(dial::SYSTEM_ID).unwrap())
        .password(COctetString::from_str(password).unwrap())
        .build()
}

fn message(destination: &str, text: &[u8]) -> SubmitSm {
    SubmitSm::builder()
        .source_addr(COctetString::from_str("4500000001").unwrap())
        .destination_addr(COctetString::from_str(destination).unwrap())
        .short_message(OctetString::from_slice(text).unwrap())
        .build()
}

async fn start() -> (Smsc, Trust) {
    let trust = Trust::new();
    (Smsc::start(Some(&trust), limits()).await, trust)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_binds_in_every_mode_and_unbinds() {
    let (mut smsc, trust) = start().await;
    for mode in 0..3 {
        let esme = Esme::connect(&smsc, &trust).await;
        let (system_id, password) = (
            COctetString::from_str(dial::SYSTEM_ID).unwrap(),
            COctetString::from_str(dial::PASSWORD).unwrap(),
        );
        match mode {
            0 => drop(esme.client.bind_transceiver(bind(dial::PASSWORD)).await.unwrap()),
            1 => drop(
                esme.client
                    .bind_transmitter(
                        BindTransmitter::builder().system_id(system_id).password(password).build(),
                    )
                    .await
                    .unwrap(),
            ),
            _ => drop(
                esme.client
                    .bind_receiver(BindReceiver::builder().system_id(system_id).password(password).build())
                    .await
                    .unwrap(),
            ),
        }
        smsc.see_bound().await;
        soon("unbind_resp", esme.client.unbind()).await.unwrap();
        let end = smsc.see_ended().await;
        assert_eq!((end.by, end.cause), (EndedBy::Peer, Cause::Unbind));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_refused_with_a_wrong_password() {
    let (smsc, trust) = start().await;
    let esme = Esme::connect(&smsc, &trust).await;
    let refused = soon("refusal", esme.client.bind_transceiver(bind("wrong"))).await.unwrap_err();
    let Error::UnexpectedResponse { response } = refused else { panic!("{refused}") };
    assert_eq!(response.status(), CommandStatus::EsmeRinvpaswd);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_sends_and_gets_its_receipt_and_an_incoming_message() {
    let (mut smsc, trust) = start().await;
    let mut esme = Esme::bound(&smsc, &trust).await;
    smsc.see_bound().await;

    let mut asking = message(dial::NOTHING, b"Hello");
    asking.registered_delivery = RegisteredDelivery::request_all();
    let answer = esme.submit(asking).await.unwrap();
    assert_eq!(smsc.see_message().await.short_message, b"Hello");
    let receipt = esme.deliver().await;
    let expected = dial::receipt(answer.message_id().as_str());
    assert_eq!(receipt.short_message().as_ref(), expected.as_bytes());
    assert!(smsc.see_delivered().await.is_ok());

    esme.submit(message(dial::INCOMING, b"Hello")).await.unwrap();
    smsc.see_message().await;
    assert_eq!(esme.deliver().await.short_message().as_ref(), dial::INCOMING_TEXT.as_bytes());
    assert!(smsc.see_delivered().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_parts_of_its_long_message_arrive_and_come_back_as_they_were() {
    let (mut smsc, trust) = start().await;
    let mut esme = Esme::bound(&smsc, &trust).await;
    smsc.see_bound().await;
    for (number, part) in (1..).zip(dial::long_text().as_bytes().chunks(153)) {
        let octets = [&[5, 0, 3, 77, 2, number], part].concat();
        let mut message = message(dial::NOTHING, &octets);
        message.esm_class = EsmClass::default().with_udhi_indicator();
        esme.submit(message).await.unwrap();
        let arrived = smsc.see_message().await;
        assert!(arrived.esm_class.has_udhi());
        assert_eq!(arrived.short_message, octets);
        assert_eq!(esme.deliver().await.short_message().as_ref(), octets);
        assert!(smsc.see_delivered().await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_message_carries_its_status_and_the_session_goes_on() {
    let (mut smsc, trust) = start().await;
    let esme = Esme::bound(&smsc, &trust).await;
    smsc.see_bound().await;
    let refused = esme.submit(message(dial::REFUSE, b"Hello")).await.unwrap_err();
    let Error::UnexpectedResponse { response } = refused else { panic!("{refused}") };
    assert_eq!(response.status(), CommandStatus::EsmeRinvdstadr);
    esme.submit(message(dial::NOTHING, b"Hello")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn enquire_link_is_answered_both_ways() {
    let (mut smsc, trust) = start().await;
    let esme = Esme::bound(&smsc, &trust).await;
    let session = smsc.see_bound().await;
    soon("enquire_link_resp", esme.client.enquire_link()).await.unwrap();
    enquire_link_answered(&session).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_our_unbind_and_binds_again() {
    let (mut smsc, trust) = start().await;
    let mut esme = Esme::bound(&smsc, &trust).await;
    smsc.see_bound().await;
    esme.submit(message(dial::UNBIND, b"Hello")).await.unwrap();
    smsc.see_message().await;
    let event = soon("unbind", esme.events.next()).await.unwrap();
    let Event::Incoming(unbind) = event else { panic!("an unbind is due, not {event:?}") };
    soon("answer", esme.client.unbind_resp(unbind.sequence_number())).await.unwrap();
    let end = smsc.see_ended().await;
    assert_eq!((end.by, end.cause), (EndedBy::Us, Cause::Unbind));

    let again = Esme::bound(&smsc, &trust).await;
    smsc.see_bound().await;
    again.submit(message(dial::NOTHING, b"Hello")).await.unwrap();
    assert!(matches!(smsc.see("message").await, Seen::Message(_)));
}

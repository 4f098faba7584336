//! `smpp34` as an ESME against our server.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use smpp_peers::smsc::{Seen, Smsc};
use smpp_peers::{dial, enquire_link_answered, limits, soon};
use smpp_session::{Cause, EndedBy};
use smpp34::client::{BIND_TYPE, SMSC, SmppClient, SmppClientListener, SubmitSmBuilder};
use smpp34::{SmppConnectionInformation, SmppError, deliver_sm, deliver_sm_resp};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What its listener hears.
enum Heard {
    Bound(SMSC),
    Delivery(deliver_sm),
    Unbound,
}

struct Listener(UnboundedSender<Heard>);

#[async_trait]
impl SmppClientListener for Listener {
    async fn on_smsc_bound(&self, session: SMSC, _: &String) {
        let _nobody = self.0.send(Heard::Bound(session));
    }

    async fn on_deliver_sm(
        &self,
        message: deliver_sm,
        _: &SmppConnectionInformation,
        _: &String,
    ) -> deliver_sm_resp {
        let _nobody = self.0.send(Heard::Delivery(message.clone()));
        message.accept()
    }

    async fn on_smsc_unbound(&self, _: &String) {
        let _nobody = self.0.send(Heard::Unbound);
    }
}

struct Esme {
    client: SmppClient,
    heard: UnboundedReceiver<Heard>,
    session: Option<SMSC>,
}

impl Esme {
    async fn connect(smsc: &Smsc, mode: BIND_TYPE, password: &str) -> Self {
        let (tell, heard) = unbounded_channel();
        let (session_init, enquire_link, inactivity, response) = (30_000, ENQUIRE_LINK, 300_000, 30_000);
        let mut client = SmppClient::new_with_default_timers(
            smsc.address().ip().to_string(),
            smsc.address().port(),
            false,
            mode,
            dial::SYSTEM_ID.to_owned(),
            password.to_owned(),
            String::new(),
            0,
            0,
            String::new(),
            Arc::new(Listener(tell)),
            session_init,
            enquire_link,
            inactivity,
            response,
            1_500,
            20,
        );
        client.start().await;
        Self { client, heard, session: None }
    }

    async fn bound(smsc: &Smsc) -> Self {
        let mut esme = Self::connect(smsc, BIND_TYPE::TRX, dial::PASSWORD).await;
        esme.session = Some(esme.hear_bound().await);
        esme
    }

    async fn hear(&mut self, what: &str) -> Heard {
        soon(what, self.heard.recv()).await.unwrap()
    }

    async fn hear_bound(&mut self) -> SMSC {
        let Heard::Bound(session) = self.hear("bind").await else { panic!("a bind is due") };
        session
    }

    async fn hear_delivery(&mut self) -> deliver_sm {
        let Heard::Delivery(message) = self.hear("deliver_sm").await else { panic!("a deliver_sm is due") };
        message
    }

    fn message(&self, destination: &str, text: &[u8]) -> SubmitSmBuilder<'_> {
        let message = self.session.as_ref().unwrap().submit_sm();
        message.source_addr("4500000001").destination_addr(destination).short_message(text)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_binds_in_every_mode_and_unbinds() {
    let mut smsc = Smsc::start(None, limits()).await;
    for mode in [BIND_TYPE::TX, BIND_TYPE::RX, BIND_TYPE::TRX] {
        let mut esme = Esme::connect(&smsc, mode, dial::PASSWORD).await;
        let session = esme.hear_bound().await;
        smsc.see_bound().await;
        soon("unbind_resp", session.send_unbind()).await.unwrap();
        let end = smsc.see_ended().await;
        assert_eq!((end.by, end.cause), (EndedBy::Peer, Cause::Unbind));
        esme.client.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_refused_with_a_wrong_password() {
    let mut smsc = Smsc::start(None, limits()).await;
    let mut esme = Esme::connect(&smsc, BIND_TYPE::TRX, "wrong").await;
    // Its listener is not told.
    assert!(matches!(smsc.see("refusal").await, Seen::Refused));
    assert!(esme.heard.try_recv().is_err());
    esme.client.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_sends_and_gets_its_receipt_and_an_incoming_message() {
    let mut smsc = Smsc::start(None, limits()).await;
    let mut esme = Esme::bound(&smsc).await;
    smsc.see_bound().await;

    let asking = esme.message(dial::NOTHING, b"Hello").registered_delivery(1);
    let answer = soon("submit_sm_resp", asking.send()).await.unwrap();
    assert!(answer.is_success());
    assert_eq!(smsc.see_message().await.short_message, b"Hello");
    let receipt = esme.hear_delivery().await;
    assert_eq!(receipt.short_message, dial::receipt(&answer.message_id.unwrap()).into_bytes());
    assert_eq!(receipt.esm_class, 4);
    assert!(smsc.see_delivered().await.is_ok());

    soon("submit_sm_resp", esme.message(dial::INCOMING, b"Hello").send()).await.unwrap();
    smsc.see_message().await;
    assert_eq!(esme.hear_delivery().await.short_message, dial::INCOMING_TEXT.as_bytes());
    assert!(smsc.see_delivered().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_parts_of_its_long_message_arrive_and_come_back_as_they_were() {
    let mut smsc = Smsc::start(None, limits()).await;
    let mut esme = Esme::bound(&smsc).await;
    smsc.see_bound().await;
    for (number, part) in (1..).zip(dial::long_text().as_bytes().chunks(153)) {
        let octets = [&[5, 0, 3, 77, 2, number], part].concat();
        soon("submit_sm_resp", esme.message(dial::NOTHING, &octets).esm_class(0x40).send()).await.unwrap();
        let arrived = smsc.see_message().await;
        assert!(arrived.esm_class.has_udhi());
        assert_eq!(arrived.short_message, octets);
        assert_eq!(esme.hear_delivery().await.short_message, octets);
        assert!(smsc.see_delivered().await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_message_carries_its_status_and_the_session_goes_on() {
    let mut smsc = Smsc::start(None, limits()).await;
    let esme = Esme::bound(&smsc).await;
    smsc.see_bound().await;
    let refused = soon("submit_sm_resp", esme.message(dial::REFUSE, b"Hello").send()).await.unwrap();
    assert!(matches!(refused.get_error(), SmppError::ESME_RINVDSTADR));
    assert!(soon("submit_sm_resp", esme.message(dial::NOTHING, b"Hello").send()).await.unwrap().is_success());
}

#[tokio::test(flavor = "multi_thread")]
async fn enquire_link_is_answered_both_ways() {
    let mut smsc = Smsc::start(None, limits()).await;
    let _esme = Esme::bound(&smsc).await;
    let session = smsc.see_bound().await;
    enquire_link_answered(&session).await;
    // Its own come by its timer; one that is not answered would end the session.
    let asked = async {
        while session.counters().requests_in < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    soon("enquire_link of its own", asked).await;
    assert!(session.ended().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_our_unbind_and_binds_again() {
    let mut smsc = Smsc::start(None, limits()).await;
    let mut esme = Esme::bound(&smsc).await;
    smsc.see_bound().await;
    soon("submit_sm_resp", esme.message(dial::UNBIND, b"Hello").send()).await.unwrap();
    smsc.see_message().await;
    assert!(matches!(esme.hear("unbind").await, Heard::Unbound));
    let end = smsc.see_ended().await;
    assert_eq!((end.by, end.cause), (EndedBy::Us, Cause::Unbind));

    let again = Esme::bound(&smsc).await;
    smsc.see_bound().await;
    assert!(
        soon("submit_sm_resp", again.message(dial::NOTHING, b"Hello").send()).await.unwrap().is_success()
    );
}

/// Its enquire_link timer, in milliseconds.
const ENQUIRE_LINK: u64 = 1_000;

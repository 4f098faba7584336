//! npm's `smpp` as an SMSC, against our client: plain and over TLS, messages, receipts, unbind both ways.

use smpp_engine::session::{
    Cause, Client, ClientBuilder, ClientTls, Connection, EndedBy, Fingerprint, Handler, Outcome, Reply,
    ReplyTo, Request, Verdict,
};
use smpp_engine::wire::{CommandStatus, Pdu, SubmitSm};
use smpp_wire::values::RegisteredDelivery;
use tokio::sync::mpsc;

use crate::peers::{self, Server};

/// Hands the text of every receipt on.
struct Receipts(mpsc::UnboundedSender<String>);

impl Handler for Receipts {
    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::DeliverSm(message) = &request.pdu else {
            return Reply::Unsupported;
        };
        let text = String::from_utf8_lossy(message.short_message).into_owned();
        self.0.send(text).unwrap();
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

fn plain(server: &Server) -> ClientBuilder {
    Client::plain(server.addr().ip().to_string(), server.addr().port()).credentials("esme1", "secret08")
}

async fn send_and_await_the_receipt(builder: ClientBuilder) -> Connection {
    let (sender, mut receipts) = mpsc::unbounded_channel();
    let client = builder.connect(Receipts(sender)).await.unwrap();
    let message = SubmitSm {
        source_addr: b"TestCo",
        destination_addr: b"4512345678",
        registered_delivery: RegisteredDelivery::ALWAYS,
        short_message: b"Hello",
        ..SubmitSm::default()
    };
    let Outcome::Answered(response) = client.submit_sm(&message).await.unwrap() else {
        panic!("the message was lost");
    };
    assert_eq!(response.command_status, CommandStatus::ESME_ROK);
    let receipt = receipts.recv().await.unwrap();
    assert!(receipt.starts_with(&format!("id:{} ", response.message_id)), "{receipt}");
    assert!(receipt.contains(" stat:DELIVRD "), "{receipt}");
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn our_client_sends_gets_its_receipt_and_unbinds() {
    let Some(peer) = peers::node() else { return };
    let server = peer.server();
    let client = send_and_await_the_receipt(plain(&server)).await;
    let end = client.unbind().await;
    assert_eq!((end.by, end.cause), (EndedBy::Us, Cause::Unbind));
    let counters = server.stop();
    assert_eq!((&counters["submits"], &counters["receipts_answered"]), (&1.into(), &1.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn our_client_does_the_same_over_tls_with_the_key_pinned() {
    let Some(peer) = peers::node() else { return };
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let pin = Fingerprint::of(made.cert.der()).unwrap();
    let server = peer.tls_server(&made.signing_key.serialize_pem(), &made.cert.pem());
    let (host, port) = (server.addr().ip().to_string(), server.addr().port());
    let builder = |pin| Client::builder(host.clone(), port, ClientTls::pinned(vec![pin]).unwrap());
    let client = send_and_await_the_receipt(builder(pin).credentials("esme1", "secret08")).await;
    client.unbind().await;

    let wrong = builder(Fingerprint::from([7; 32])).connect(Receipts(mpsc::unbounded_channel().0)).await;
    assert!(wrong.unwrap_err().to_string().contains(&format!("sha256:{pin} is not pinned")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_reported_with_its_status() {
    let Some(peer) = peers::node() else { return };
    let server = peer.server();
    let refused =
        plain(&server).credentials("esme1", "wrong").connect(Receipts(mpsc::unbounded_channel().0)).await;
    assert_eq!(refused.unwrap_err().refused(), Some(CommandStatus::ESME_RINVPASWD));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_asks_whether_we_are_alive_and_then_unbinds() {
    let Some(peer) = peers::node() else { return };
    let mut server = peer.server();
    let mut client = send_and_await_the_receipt(plain(&server)).await;
    assert_eq!(server.enquire_link()["status"], 0);
    assert_eq!(server.unbind()["status"], 0);
    let end = client.ended().await;
    assert_eq!((end.by, end.cause), (EndedBy::Peer, Cause::Unbind));
}

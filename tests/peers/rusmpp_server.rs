//! An SMSC on the codec of `rusmpp` against our client, over TLS.

use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;

use futures::{SinkExt, StreamExt};
use rusmpp::pdus::{BindTransceiverResp, DeliverSm, SubmitSm, SubmitSmResp};
use rusmpp::tokio_codec::CommandCodec;
use rusmpp::types::{COctetString, OctetString};
use rusmpp::values::{EsmClass, RegisteredDelivery};
use rusmpp::{Command, CommandStatus, Pdu};
use rustls::ServerConfig;
use smpp_peers::trust::Trust;
use smpp_peers::{dial, esme, soon};
use smpp_session::Client;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_rustls::TlsAcceptor;
use tokio_util::codec::Framed;

#[tokio::test(flavor = "multi_thread")]
async fn our_client_does_everything_with_it() {
    let trust = Trust::new();
    let (address, mut answers) = start(trust.server_config()).await;
    let builder = Client::builder("localhost", address.port(), trust.client());
    esme::everything(builder.server_name("localhost")).await;
    // A receipt, two parts, an incoming message; then the answer to its unbind, and to its enquire_link in each session.
    let mut counted = (0, 0, 0);
    while let Some(answer) = soon("end of the answers", answers.recv()).await {
        match answer {
            Pdu::DeliverSmResp(_) => counted.0 += 1,
            Pdu::UnbindResp => counted.1 += 1,
            Pdu::EnquireLinkResp => counted.2 += 1,
            other => panic!("{other:?} answers nothing"),
        }
    }
    assert_eq!(counted, (4, 1, 2));
}

/// Where it listens, and the answers that it gets, until our client has unbound.
async fn start(config: Arc<ServerConfig>) -> (SocketAddr, UnboundedReceiver<Pdu>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, answers) = unbounded_channel();
    let acceptor = TlsAcceptor::from(config);
    tokio::spawn(async move {
        let mut over = false;
        while !over {
            let (stream, _) = listener.accept().await.unwrap();
            let stream = acceptor.accept(stream).await.unwrap();
            over = Session { framed: Framed::new(stream, CommandCodec::new()), sent: 0 }.serve(&tell).await;
        }
    });
    (address, answers)
}

struct Session<S> {
    framed: Framed<S, CommandCodec>,
    sent: u32,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    /// True when the client unbound.
    async fn serve(mut self, tell: &UnboundedSender<Pdu>) -> bool {
        while let Some(Ok(command)) = self.framed.next().await {
            let (status, number) = (CommandStatus::EsmeRok, command.sequence_number());
            match command.pdu().cloned() {
                Some(Pdu::BindTransceiver(bind)) if bind.password.as_str() == dial::PASSWORD => {
                    let system_id = COctetString::from_str("rusmpp").unwrap();
                    self.send(status, number, BindTransceiverResp::builder().system_id(system_id).build())
                        .await;
                    self.ask(Pdu::EnquireLink).await;
                }
                Some(Pdu::BindTransceiver(_)) => {
                    self.send(CommandStatus::EsmeRinvpaswd, number, BindTransceiverResp::default()).await;
                }
                Some(Pdu::SubmitSm(message)) => self.submitted(number, &message).await,
                Some(Pdu::EnquireLink) => self.send(status, number, Pdu::EnquireLinkResp).await,
                Some(Pdu::Unbind) => {
                    self.send(status, number, Pdu::UnbindResp).await;
                    return true;
                }
                Some(answer) => tell.send(answer).unwrap(),
                None => panic!("{command:?} has no body"),
            }
        }
        false
    }

    async fn submitted(&mut self, number: u32, message: &SubmitSm) {
        let destination = message.destination_addr.as_str();
        if destination == dial::REFUSE {
            return self.send(CommandStatus::EsmeRinvdstadr, number, SubmitSmResp::default()).await;
        }
        let message_id = format!("rusmpp-{number}");
        let answer = SubmitSmResp::builder().message_id(COctetString::from_str(&message_id).unwrap());
        self.send(CommandStatus::EsmeRok, number, answer.build()).await;
        let back = || {
            DeliverSm::builder()
                .source_addr(message.destination_addr.clone())
                .destination_addr(message.source_addr.clone())
        };
        if message.registered_delivery != RegisteredDelivery::default() {
            let text = OctetString::from_slice(dial::receipt(&message_id).as_bytes()).unwrap();
            self.ask(back().esm_class(EsmClass::from(4)).short_message(text).build()).await;
        }
        if u8::from(message.esm_class) & 0x40 != 0 {
            let part = back().esm_class(message.esm_class).short_message(message.short_message().clone());
            self.ask(part.build()).await;
        }
        match destination {
            dial::INCOMING => {
                let text = OctetString::from_slice(dial::INCOMING_TEXT.as_bytes()).unwrap();
                self.ask(back().esm_class(EsmClass::from(0)).short_message(text).build()).await;
            }
            dial::UNBIND => self.ask(Pdu::Unbind).await,
            _ => {}
        }
    }

    async fn ask(&mut self, pdu: impl Into<Pdu>) {
        self.sent += 1;
        self.send(CommandStatus::EsmeRok, self.sent, pdu).await;
    }

    async fn send(&mut self, status: CommandStatus, number: u32, pdu: impl Into<Pdu>) {
        self.framed.send(Command::new(status, number, pdu)).await.unwrap();
    }
}

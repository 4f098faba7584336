//! `rusmppc`, a client, and a server on the codec of `rusmpp`, the library it is made of.
//!
//! Its best set-up: TCP_NODELAY on both ends, buffers of 64 KiB on the server's, no enquire_link and no response timers, and answers to
//! all that was read at once in one write. The client has no window: concurrent futures make one.

use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use futures::{FutureExt, SinkExt, StreamExt};
use rusmpp::pdus::{BindTransceiver, BindTransceiverResp, SubmitSm, SubmitSmResp};
use rusmpp::tokio_codec::CommandCodec;
use rusmpp::types::{COctetString, OctetString};
use rusmpp::values::{Npi, ServiceType, Ton};
use rusmpp::{Command, CommandStatus, Pdu};
use rusmppc::{Client, ConnectionBuilder};
use rustls::pki_types::ServerName;
use smpp_benches::end::End;
use smpp_benches::identity::{Identity, Security};
use smpp_benches::sessions::{MESSAGE, MESSAGE_ID, claim};
use smpp_benches::stopwatch::{Stopwatch, Took};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};
use tokio_util::codec::Framed;

pub(crate) struct Rusmpp {
    client: End,
    address: SocketAddr,
    connector: Option<TlsConnector>,
    _server: End,
}

impl Rusmpp {
    pub(crate) fn start(security: Security, identity: &Identity) -> Self {
        let (client, server) = (End::start(), End::start());
        let is_tls = security == Security::Tls;
        let acceptor = is_tls.then(|| TlsAcceptor::from(identity.server_config()));
        let connector = is_tls.then(|| TlsConnector::from(identity.client_config()));
        let address = server.run(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let address = listener.local_addr().expect("it has one");
            tokio::spawn(accept(listener, acceptor));
            address
        });
        Self { client, address, connector, _server: server }
    }

    pub(crate) fn send(&self, window: u16, messages: u64) -> Took {
        let (address, connector) = (self.address, self.connector.clone());
        let Some(connector) = connector else { return send(&self.client, address, window, messages) };
        self.client.run(async move {
            let stream = TcpStream::connect(address).await.expect("it listens");
            stream.set_nodelay(true).expect("a socket");
            let name = ServerName::try_from("localhost").expect("a name");
            let stream = connector.connect(name, stream).await.expect("a good certificate");
            blast(stream, window, messages).await
        })
    }
}

/// Sends with its client to a plain server, on the end of the client.
pub(crate) fn send(end: &End, address: SocketAddr, window: u16, messages: u64) -> Took {
    end.run(async move {
        let stream = TcpStream::connect(address).await.expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        blast(stream, window, messages).await
    })
}

async fn blast<S>(stream: S, window: u16, messages: u64) -> Took
where
    S: AsyncRead + AsyncWrite + Send + 'static,
{
    let builder = ConnectionBuilder::new().no_enquire_link_interval().no_response_timeout();
    let (client, mut events, connection) = builder.no_spawn().connected(stream);
    tokio::spawn(never_resting(connection, window > 2));
    let events = tokio::spawn(async move { while events.next().await.is_some() {} });
    client.bind_transceiver(BindTransceiver::default()).await.expect("the server accepts");
    let left = Arc::new(AtomicU64::new(messages));
    let watch = Stopwatch::start();
    let senders: Vec<_> =
        (0..window).map(|_| tokio::spawn(send_from(Arc::clone(&left), client.clone()))).collect();
    let mut accepted = 0;
    for sender in senders {
        accepted += sender.await.expect("a sender ends");
    }
    let took = watch.stop();
    assert_eq!(accepted, messages);
    client.close_and_wait().await.expect("it closes");
    drop(client);
    events.await.expect("they end");
    took
}

/// Its connection takes at most five requests a poll and asks to be woken for the rest only when answers come: with a large window, all
/// senders would soon wait for ever. So it is polled again whenever it rests.
async fn never_resting(connection: impl Future<Output = ()>, wake: bool) {
    let mut connection = pin!(connection);
    poll_fn(|context| {
        let polled = connection.as_mut().poll(context);
        if wake && polled.is_pending() {
            context.waker().wake_by_ref();
        }
        polled
    })
    .await;
}

async fn send_from(left: Arc<AtomicU64>, client: Client) -> u64 {
    let message = message();
    let mut accepted = 0;
    while claim(&left) {
        let answer = client.submit_sm(message.clone()).await.expect("it is accepted");
        assert_eq!(answer.message_id().as_str(), MESSAGE_ID);
        accepted += 1;
    }
    accepted
}

fn message() -> SubmitSm {
    SubmitSm::builder()
        .service_type(ServiceType::default())
        .source_addr_ton(Ton::Alphanumeric)
        .source_addr_npi(Npi::Unknown)
        .source_addr(COctetString::from_static_slice(b"TestCo\0").expect("an address"))
        .dest_addr_ton(Ton::International)
        .dest_addr_npi(Npi::Isdn)
        .destination_addr(COctetString::from_static_slice(b"4512345678\0").expect("an address"))
        .short_message(OctetString::from_static_slice(MESSAGE.short_message).expect("a text"))
        .build()
}

async fn accept(listener: TcpListener, acceptor: Option<TlsAcceptor>) {
    while let Ok((stream, _)) = listener.accept().await {
        stream.set_nodelay(true).expect("a socket");
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            match acceptor {
                None => serve(stream).await,
                Some(acceptor) => serve(acceptor.accept(stream).await.expect("a good client")).await,
            }
        });
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(stream: S) {
    let mut framed = Framed::with_capacity(stream, CommandCodec::new(), BUFFER);
    framed.set_backpressure_boundary(BUFFER);
    let message_id = COctetString::from_string(MESSAGE_ID.to_owned()).expect("an id");
    let answer = |command: &Command| {
        let pdu = match command.pdu() {
            Some(Pdu::SubmitSm(_)) => SubmitSmResp::builder().message_id(message_id.clone()).build().into(),
            Some(Pdu::BindTransceiver(_)) => BindTransceiverResp::default().into(),
            _ => Pdu::GenericNack,
        };
        Command::new(CommandStatus::EsmeRok, command.sequence_number(), pdu)
    };
    while let Some(Ok(command)) = framed.next().await {
        framed.feed(answer(&command)).await.expect("it fits");
        while let Some(Some(Ok(command))) = framed.next().now_or_never() {
            framed.feed(answer(&command)).await.expect("it fits");
        }
        if SinkExt::<Command>::flush(&mut framed).await.is_err() {
            return;
        }
    }
}

const BUFFER: usize = 64 * 1024;

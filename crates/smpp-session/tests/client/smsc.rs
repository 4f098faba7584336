//! A server that does what a test says, octet by octet, and the client's side of a scene.

use std::{future::Future, time::Duration};

use smpp_session::{
    Client, ClientBuilder, ClientEvent, CommandId, CommandStatus, Endpoint, Events, NoRequests, Retry,
};
use smpp_wire::{BindResp, Encode, Header, SubmitSmResp, Tlvs, Unknown, encode, split_frame};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A listening server.
pub(crate) struct Smsc {
    listener: TcpListener,
}

/// One connection to it.
pub(crate) struct Peer {
    pub(crate) stream: TcpStream,
    unread: Vec<u8>,
}

/// Fails instead of waiting for ever.
pub(crate) async fn in_time<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), future).await.expect("it does not happen")
}

pub(crate) fn pdu(pdu: &impl Encode, status: CommandStatus, sequence_number: u32) -> Vec<u8> {
    let mut out = Vec::new();
    encode(pdu, status, sequence_number, &mut out).unwrap();
    out
}

impl Smsc {
    pub(crate) async fn listen() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.unwrap() }
    }

    pub(crate) fn port(&self) -> u16 {
        self.listener.local_addr().unwrap().port()
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::new("127.0.0.1", self.port())
    }

    /// A plain client of this server that is quick to try again.
    pub(crate) fn client(&self) -> ClientBuilder {
        Client::plain("127.0.0.1", self.port()).credentials("esme1", "secret08").retry(quick())
    }

    pub(crate) async fn accept(&self) -> Peer {
        let (stream, _) = in_time(self.listener.accept()).await.unwrap();
        Peer { stream, unread: Vec::new() }
    }

    /// The next connection, bound.
    pub(crate) async fn bound(&self) -> Peer {
        let mut peer = self.accept().await;
        let bind = peer.next().await;
        assert!(bind.command_id.is_bind(), "{bind:?}");
        peer.answer(&bind, CommandStatus::ESME_ROK).await;
        peer
    }
}

impl Peer {
    /// The next PDU.
    pub(crate) async fn next(&mut self) -> Header {
        self.next_pdu().await.0
    }

    /// The next PDU and its body.
    pub(crate) async fn next_pdu(&mut self) -> (Header, Vec<u8>) {
        loop {
            if let Some(raw) = split_frame(&self.unread, 65_536).unwrap() {
                let (header, body, len) = (raw.header(), raw.body().to_vec(), raw.octets().len());
                self.unread.drain(..len);
                return (header, body);
            }
            let read = in_time(self.stream.read_buf(&mut self.unread)).await.unwrap();
            assert!(read > 0, "the client closed");
        }
    }

    /// The next PDU, which is of this kind.
    pub(crate) async fn expect(&mut self, command_id: CommandId) -> Header {
        let header = self.next().await;
        assert_eq!(header.command_id, command_id);
        header
    }

    pub(crate) async fn send(&mut self, octets: &[u8]) {
        self.stream.write_all(octets).await.unwrap();
    }

    pub(crate) async fn answer(&mut self, request: &Header, status: CommandStatus) {
        let octets = answer(request, status);
        self.send(&octets).await;
    }

    /// The client closes, and says nothing more.
    pub(crate) async fn is_closed(&mut self) {
        in_time(self.stream.read_to_end(&mut self.unread)).await.unwrap();
        assert!(self.unread.is_empty(), "{:?}", self.unread);
    }

    /// The client unbinds in order, and closes.
    pub(crate) async fn unbinds(mut self) {
        let unbind = self.expect(CommandId::UNBIND).await;
        self.answer(&unbind, CommandStatus::ESME_ROK).await;
        self.is_closed().await;
    }

    /// Ends the connection without a word.
    pub(crate) fn reset(self) {
        self.stream.set_zero_linger().unwrap();
    }
}

/// The answer to a request.
pub(crate) fn answer(request: &Header, status: CommandStatus) -> Vec<u8> {
    let (command_id, number) = (request.command_id.response(), request.sequence_number);
    match request.command_id {
        id if id.is_bind() && status.is_ok() => {
            pdu(&BindResp { command_id, system_id: Some(b"smsc"), tlvs: Tlvs::default() }, status, number)
        }
        CommandId::SUBMIT_SM if status.is_ok() => {
            let message_id = Some(&b"id"[..]);
            pdu(&SubmitSmResp { message_id, ..SubmitSmResp::default() }, status, number)
        }
        _ => pdu(&Unknown { command_id, body: &[] }, status, number),
    }
}

/// Pauses that a test can wait for.
pub(crate) fn quick() -> Retry {
    Retry {
        first: Duration::from_millis(1),
        cap: Duration::from_millis(10),
        slow: Duration::from_millis(20),
        return_after: Duration::from_millis(10),
        stable: Duration::ZERO,
        ..Retry::default()
    }
}

/// Starts a supervised client that serves no requests.
pub(crate) fn start(builder: ClientBuilder) -> (Client, Events) {
    let client = builder.start(|_| NoRequests).unwrap();
    let events = client.events();
    (client, events)
}

/// The next event.
pub(crate) async fn event(events: &mut Events) -> ClientEvent {
    in_time(events.next()).await.expect("the client has not ended")
}

/// The next event that is no failed attempt.
pub(crate) async fn news(events: &mut Events) -> ClientEvent {
    loop {
        match event(events).await {
            ClientEvent::Failed(..) => {}
            other => return other,
        }
    }
}

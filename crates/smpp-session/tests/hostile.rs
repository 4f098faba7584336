//! Peers that break the protocol on a real socket: each gets the end it deserves, and a session beside it notices nothing.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use smpp_session::{
    Bind, Client, CommandId, CommandStatus, Handler, Limits, NoRequests, Outcome, Reply, ReplyTo, Request,
    Server, SessionHandle, SubmitSm, Verdict,
};
use smpp_wire::{Encode, EnquireLink, Header, encode, split_frame};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
};

struct Accept;

impl Handler for Accept {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Ok(())
    }

    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

/// A server with a session that exchanges messages all along, and a hostile connection.
struct Scene {
    server: Server,
    neighbour: JoinHandle<()>,
    answered: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    hostile: Hostile,
}

/// The hostile end: octets out, PDUs in.
struct Hostile {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Scene {
    async fn new() -> Self {
        let limits = Limits { stall: Duration::from_millis(200), ..Limits::default() };
        let address = "127.0.0.1:0".parse().unwrap();
        let server = Server::plain().limits(limits).listen(address, |_| Accept).await.unwrap();
        let port = server.local_addr().port();
        let client = Client::plain("127.0.0.1", port).connect(NoRequests).await.unwrap();
        let (answered, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (count, stopped) = (Arc::clone(&answered), Arc::clone(&stop));
        let neighbour = tokio::spawn(async move {
            while !stopped.load(Ordering::Relaxed) {
                let outcome = client.submit_sm(&SubmitSm::default()).await.unwrap();
                let Outcome::Answered(response) = outcome else { panic!("{outcome:?}") };
                assert_eq!(response.command_status, CommandStatus::ESME_ROK);
                count.fetch_add(1, Ordering::Relaxed);
            }
            client.unbind().await;
        });
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        Self { server, neighbour, answered, stop, hostile: Hostile { stream, read: Vec::new() } }
    }

    /// The neighbour goes on after what happened, and leaves in order.
    async fn nothing_noticed(self) {
        let before = self.answered.load(Ordering::Relaxed);
        while self.answered.load(Ordering::Relaxed) < before + 10 {
            assert!(!self.neighbour.is_finished(), "the neighbour ended");
            tokio::task::yield_now().await;
        }
        self.stop.store(true, Ordering::Relaxed);
        self.neighbour.await.unwrap();
        drop(self.hostile);
        self.server.shutdown(Duration::from_secs(5)).await;
    }
}

impl Hostile {
    async fn send(&mut self, octets: &[u8]) {
        self.stream.write_all(octets).await.unwrap();
    }

    async fn answer(&mut self) -> Header {
        loop {
            if let Some(raw) = split_frame(&self.read, u32::MAX).unwrap() {
                let (header, len) = (raw.header(), raw.octets().len());
                self.read.drain(..len);
                return header;
            }
            assert!(self.stream.read_buf(&mut self.read).await.unwrap() > 0, "closed without an answer");
        }
    }

    async fn bind(&mut self) {
        self.send(&bind()).await;
        let answer = self.answer().await;
        assert_eq!(answer.command_id, CommandId::BIND_TRANSCEIVER_RESP);
        assert_eq!(answer.command_status, CommandStatus::ESME_ROK);
    }

    /// The session lives: enquire_link is answered.
    async fn is_alive(&mut self) {
        self.send(&pdu(&EnquireLink::default(), 77)).await;
        let answer = self.answer().await;
        assert_eq!((answer.command_id, answer.sequence_number), (CommandId::ENQUIRE_LINK_RESP, 77));
    }

    /// The server closes, and says nothing more.
    async fn is_closed(&mut self) {
        let end = self.stream.read_to_end(&mut self.read);
        tokio::time::timeout(Duration::from_secs(5), end).await.expect("closed in time").unwrap();
        assert!(self.read.is_empty(), "{:?}", self.read);
    }
}

fn bind() -> Vec<u8> {
    pdu(&Bind { command_id: CommandId::BIND_TRANSCEIVER, system_id: b"esme1", ..Bind::default() }, 1)
}

fn pdu(pdu: &impl Encode, sequence_number: u32) -> Vec<u8> {
    let mut out = Vec::new();
    encode(pdu, CommandStatus::ESME_ROK, sequence_number, &mut out).unwrap();
    out
}

/// A header of a submit_sm that announces this length.
fn announcing(command_length: u32) -> [u8; 16] {
    let (command_id, command_status) = (CommandId::SUBMIT_SM, CommandStatus::ESME_ROK);
    Header { command_length, command_id, command_status, sequence_number: 9 }.octets()
}

#[tokio::test]
async fn another_protocol_is_closed_without_a_word() {
    let mut scene = Scene::new().await;
    scene.hostile.send(b"GET / HTTP/1.1\r\nHost: smsc\r\n\r\n").await;
    scene.hostile.is_closed().await;
    scene.nothing_noticed().await;
}

#[tokio::test]
async fn a_length_below_a_header_ends_the_session_behind_a_nack() {
    let mut scene = Scene::new().await;
    scene.hostile.bind().await;
    scene.hostile.send(&announcing(15)).await;
    let nack = scene.hostile.answer().await;
    assert_eq!((nack.command_id, nack.sequence_number), (CommandId::GENERIC_NACK, 0));
    assert_eq!(nack.command_status, CommandStatus::ESME_RINVCMDLEN);
    scene.hostile.is_closed().await;
    scene.nothing_noticed().await;
}

#[tokio::test]
async fn before_a_bind_only_small_pdus_are_read() {
    let mut scene = Scene::new().await;
    scene.hostile.send(&announcing(1_025)).await;
    scene.hostile.is_closed().await;
    scene.nothing_noticed().await;
}

#[tokio::test]
async fn a_length_above_the_limit_ends_the_session_before_its_body_comes() {
    let mut scene = Scene::new().await;
    scene.hostile.bind().await;
    scene.hostile.send(&announcing(65_537)).await;
    let nack = scene.hostile.answer().await;
    assert_eq!((nack.command_id, nack.sequence_number), (CommandId::GENERIC_NACK, 9));
    assert_eq!(nack.command_status, CommandStatus::ESME_RINVCMDLEN);
    scene.hostile.is_closed().await;
    scene.nothing_noticed().await;
}

#[tokio::test]
async fn silence_inside_a_pdu_ends_the_session_bound_or_not() {
    for bound in [false, true] {
        let mut scene = Scene::new().await;
        if bound {
            scene.hostile.bind().await;
        }
        let [start @ .., _last] = &bind()[..] else { panic!("a bind has octets") };
        scene.hostile.send(start).await;
        scene.hostile.is_closed().await;
        scene.nothing_noticed().await;
    }
}

#[tokio::test]
async fn one_octet_now_and_then_does_not_keep_a_pdu_open() {
    let mut scene = Scene::new().await;
    scene.hostile.bind().await;
    let (mut from, mut to) = scene.hostile.stream.split();
    let mut octets = announcing(60_000).into_iter().chain(std::iter::repeat(0));
    let mut interval = tokio::time::interval(Duration::from_millis(20));
    let mut read = [0; 16];
    let closed = loop {
        tokio::select! {
            read = from.read(&mut read) => break read,
            _ = interval.tick() => to.write_all(&[octets.next().unwrap()]).await.unwrap(),
        }
    };
    assert_eq!(closed.unwrap(), 0, "closed without a word");
    scene.nothing_noticed().await;
}

#[tokio::test]
async fn a_connection_that_ends_inside_a_pdu_is_just_closed() {
    let mut scene = Scene::new().await;
    scene.hostile.bind().await;
    scene.hostile.send(&announcing(60)).await;
    scene.hostile.stream.shutdown().await.unwrap();
    scene.hostile.is_closed().await;
    scene.nothing_noticed().await;
}

#[tokio::test]
async fn a_message_before_the_bind_is_refused_and_the_bind_still_comes() {
    let mut scene = Scene::new().await;
    scene.hostile.send(&pdu(&SubmitSm::default(), 5)).await;
    let answer = scene.hostile.answer().await;
    assert_eq!((answer.command_id, answer.sequence_number), (CommandId::SUBMIT_SM_RESP, 5));
    assert_eq!(answer.command_status, CommandStatus::ESME_RINVBNDSTS);
    scene.hostile.bind().await;
    scene.hostile.is_alive().await;
    scene.nothing_noticed().await;
}

#[tokio::test]
async fn a_second_bind_is_refused_and_the_session_lives() {
    let mut scene = Scene::new().await;
    scene.hostile.bind().await;
    scene.hostile.send(&bind()).await;
    let answer = scene.hostile.answer().await;
    assert_eq!(answer.command_id, CommandId::BIND_TRANSCEIVER_RESP);
    assert_eq!(answer.command_status, CommandStatus::ESME_RALYBND);
    scene.hostile.is_alive().await;
    scene.nothing_noticed().await;
}

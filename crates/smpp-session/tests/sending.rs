//! Requests and answers over real sockets: the window is kept, every request ends exactly once, answers may come in any order.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use smpp_session::{
    Bind, Cause, Client, ClientBuilder, CommandStatus, Completion, DeliverSm, EndedBy, Handler, Limits,
    MessageId, NoRequests, Outcome, Reply, ReplyTo, Request, Server, SessionHandle, SubmitError, SubmitSm,
    Verdict,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

/// What the server's application sees.
enum Seen {
    Bound(SessionHandle),
    Message(ReplyTo, Vec<u8>),
}

/// Accepts every bind and leaves every message to the test.
struct Later(UnboundedSender<Seen>);

impl Handler for Later {
    fn bind(&mut self, _: &Bind<'_>, session: &SessionHandle) -> Result<(), CommandStatus> {
        self.0.send(Seen::Bound(session.clone())).unwrap();
        Ok(())
    }

    fn request(&mut self, request: &Request<'_>, reply_to: ReplyTo) -> Reply {
        let smpp_wire::Pdu::SubmitSm(message) = request.pdu else { return Reply::Unsupported };
        self.0.send(Seen::Message(reply_to, message.short_message.to_vec())).unwrap();
        Reply::Later
    }
}

async fn server() -> (Server, UnboundedReceiver<Seen>) {
    let (sender, seen) = unbounded_channel();
    let address = "127.0.0.1:0".parse().unwrap();
    (Server::plain().listen(address, move |_| Later(sender.clone())).await.unwrap(), seen)
}

fn client(port: u16, window: u16) -> ClientBuilder {
    Client::plain("127.0.0.1", port)
        .credentials("esme1", "secret08")
        .limits(Limits { window, ..Limits::default() })
}

async fn bound(seen: &mut UnboundedReceiver<Seen>) -> SessionHandle {
    match seen.recv().await {
        Some(Seen::Bound(session)) => session,
        _ => panic!("a bind comes first"),
    }
}

async fn message(seen: &mut UnboundedReceiver<Seen>) -> (ReplyTo, Vec<u8>) {
    match seen.recv().await {
        Some(Seen::Message(reply_to, text)) => (reply_to, text),
        _ => panic!("a message"),
    }
}

fn accepted(id: &[u8]) -> Verdict {
    Verdict { command_status: CommandStatus::ESME_ROK, message_id: MessageId::new(id).unwrap() }
}

fn id_of(outcome: Outcome) -> Vec<u8> {
    match outcome {
        Outcome::Answered(response) => response.message_id.as_bytes().to_vec(),
        Outcome::Lost(error) => panic!("lost: {error}"),
    }
}

#[tokio::test]
async fn more_futures_than_the_window_are_all_answered_and_the_window_is_kept() {
    let (server, mut seen) = server().await;
    let client = client(server.local_addr().port(), 5).connect(NoRequests).await.unwrap();
    let handle = bound(&mut seen).await;
    let ended = Arc::new(AtomicUsize::new(0));
    let senders: Vec<_> = (1..=100u8)
        .map(|number| {
            let (session, ended) = (client.session().clone(), Arc::clone(&ended));
            tokio::spawn(async move {
                let text = [number];
                let outcome =
                    session.submit_sm(&SubmitSm { short_message: &text, ..SubmitSm::default() }).await;
                ended.fetch_add(1, Ordering::SeqCst);
                assert_eq!(id_of(outcome.unwrap()), text, "each got its own answer");
            })
        })
        .collect();
    for answered in 0..20 {
        // A whole window comes and is answered backwards; nothing more comes before that.
        let mut open = Vec::new();
        for _ in 0..5 {
            open.push(message(&mut seen).await);
        }
        assert!(seen.try_recv().is_err(), "the window was exceeded");
        assert!(ended.load(Ordering::SeqCst) <= answered * 5);
        handle.answer(open.into_iter().rev().map(|(reply_to, text)| (reply_to, accepted(&text))));
    }
    for sender in senders {
        sender.await.unwrap();
    }
    assert_eq!(client.session().in_flight(), 0);
}

#[tokio::test]
async fn dropped_futures_leave_the_window_right() {
    let (server, mut seen) = server().await;
    let client = client(server.local_addr().port(), 1).connect(NoRequests).await.unwrap();
    let handle = bound(&mut seen).await;
    let spawn = |text: &'static [u8]| {
        let session = client.session().clone();
        tokio::spawn(async move {
            session.submit_sm(&SubmitSm { short_message: text, ..SubmitSm::default() }).await
        })
    };
    let in_flight = spawn(b"in flight");
    let (reply_to, _) = message(&mut seen).await;
    let queued = spawn(b"queued");
    let last = spawn(b"last");
    tokio::task::yield_now().await;
    queued.abort();
    in_flight.abort();
    assert!(in_flight.await.is_err() && queued.await.is_err());
    handle.answer([(reply_to, accepted(b"discarded"))]);
    let (reply_to, text) = message(&mut seen).await;
    assert_eq!(text, b"last", "the room of the dropped future went to the next");
    handle.answer([(reply_to, accepted(b"9"))]);
    assert_eq!(id_of(last.await.unwrap().unwrap()), b"9");
    assert_eq!(client.session().in_flight(), 0);
}

/// Hands every completion on.
struct Completions(UnboundedSender<(u64, bool)>);

impl Handler for Completions {
    fn completed(&mut self, token: u64, completion: Completion<'_>) {
        self.0.send((token, matches!(completion, Completion::Answered(_)))).unwrap();
    }
}

#[tokio::test]
async fn tokens_come_back_and_a_full_window_says_so() {
    let (server, mut seen) = server().await;
    let (sender, mut completions) = unbounded_channel();
    let client = client(server.local_addr().port(), 2).connect(Completions(sender)).await.unwrap();
    let handle = bound(&mut seen).await;
    let session = client.session();
    session.try_submit(&SubmitSm::default(), 11).unwrap();
    session.try_submit(&SubmitSm::default(), 12).unwrap();
    assert_eq!(session.try_submit(&SubmitSm::default(), 13), Err(SubmitError::WindowFull));
    let (first, second) = (message(&mut seen).await.0, message(&mut seen).await.0);
    handle.answer([(second, accepted(b"b"))]);
    assert_eq!(completions.recv().await, Some((12, true)));
    handle.answer([(first, accepted(b"a")), (first, accepted(b"twice"))]);
    assert_eq!(completions.recv().await, Some((11, true)));
    session.try_submit(&SubmitSm::default(), 14).unwrap();
    message(&mut seen).await;
    // The server goes away without an answer: lost, once.
    drop(server);
    assert_eq!(completions.recv().await, Some((14, false)));
    assert_eq!(completions.recv().await, None);
}

#[tokio::test]
async fn an_id_that_is_no_string_is_answered_as_a_system_error() {
    let (server, mut seen) = server().await;
    let client = client(server.local_addr().port(), 1).connect(NoRequests).await.unwrap();
    let handle = bound(&mut seen).await;
    let sent = SubmitSm::default();
    let answer = async {
        let (reply_to, _) = message(&mut seen).await;
        handle.answer([(reply_to, accepted(b"a\0b"))]);
    };
    let (outcome, ()) = tokio::join!(client.submit_sm(&sent), answer);
    let Outcome::Answered(response) = outcome.unwrap() else { panic!("lost") };
    assert_eq!(response.command_status, CommandStatus::ESME_RSYSERR);
}

#[tokio::test]
async fn an_unanswered_request_is_lost_and_the_session_goes_on() {
    let (server, mut seen) = server().await;
    let limits = Limits { response: Duration::from_millis(100), ..Limits::default() };
    let client = Client::plain("127.0.0.1", server.local_addr().port())
        .limits(limits)
        .connect(NoRequests)
        .await
        .unwrap();
    let handle = bound(&mut seen).await;
    let Outcome::Lost(error) = client.submit_sm(&SubmitSm::default()).await.unwrap() else {
        panic!("nobody answered")
    };
    assert_eq!(error.cause, Cause::ResponseTimeout);
    // The late answer finds nobody, the next request its own.
    let (late, _) = message(&mut seen).await;
    handle.answer([(late, accepted(b"late"))]);
    let message_in_time = SubmitSm::default();
    let next = client.submit_sm(&message_in_time);
    let answer = async {
        let (reply_to, _) = message(&mut seen).await;
        handle.answer([(reply_to, accepted(b"in time"))]);
    };
    let (outcome, ()) = tokio::join!(next, answer);
    assert_eq!(id_of(outcome.unwrap()), b"in time");
}

#[tokio::test]
async fn the_server_delivers_and_both_ends_unbind_in_order() {
    struct Accept;
    impl Handler for Accept {
        fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
            let smpp_wire::Pdu::DeliverSm(message) = request.pdu else { return Reply::Unsupported };
            assert_eq!(message.short_message, b"hello");
            Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
        }
    }
    let (server, mut seen) = server().await;
    let port = server.local_addr().port();
    let leaving = client(port, 5).connect(Accept).await.unwrap();
    let handle = bound(&mut seen).await;
    let hello = DeliverSm { short_message: b"hello", ..DeliverSm::default() };
    let Outcome::Answered(response) = handle.deliver_sm(&hello).await.unwrap() else { panic!("lost") };
    assert_eq!(response.command_status, CommandStatus::ESME_ROK);
    assert_eq!(handle.submit_sm(&SubmitSm::default()).await, Err(SubmitError::NotBound));
    let end = leaving.unbind().await;
    assert_eq!((end.by, end.cause), (EndedBy::Us, Cause::Unbind));

    let mut staying = client(port, 5).connect(Accept).await.unwrap();
    bound(&mut seen).await;
    server.shutdown(Duration::from_secs(5)).await;
    let end = staying.ended().await;
    assert_eq!((end.by, end.cause.clone()), (EndedBy::Peer, Cause::Unbind));
    assert_eq!(staying.submit_sm(&SubmitSm::default()).await, Err(SubmitError::Closed(end)));
}

/// Header-only answers that a strange server might send.
const NOBODY_ASKED: [[u8; 16]; 2] = [
    [0, 0, 0, 16, 0x80, 0, 0, 4, 0, 0, 0, 0, 0x7F, 0, 0, 1],
    [0, 0, 0, 16, 0x80, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0],
];

#[tokio::test]
async fn answers_that_nobody_asked_for_are_dropped_and_a_nack_ends_its_request() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let peer = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut read = [0; 1024];
        let bind = stream.read(&mut read).await.unwrap();
        assert!(bind > 16);
        stream.write_all(&[0, 0, 0, 17, 0x80, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1, 0]).await.unwrap();
        for answer in NOBODY_ASKED {
            stream.write_all(&answer).await.unwrap();
        }
        assert!(stream.read(&mut read).await.unwrap() > 16);
        let [.., a, b, c, d] = *read.first_chunk::<16>().unwrap();
        stream.write_all(&[0, 0, 0, 16, 0x80, 0, 0, 0, 0, 0, 0, 3, a, b, c, d]).await.unwrap();
        stream.read(&mut read).await.unwrap()
    });
    let client = client(port, 5).connect(NoRequests).await.unwrap();
    let Outcome::Answered(response) = client.submit_sm(&SubmitSm::default()).await.unwrap() else {
        panic!("the nack answers it")
    };
    assert_eq!(response.command_status, CommandStatus::ESME_RINVCMDID);
    client.session().unbind();
    assert_eq!(peer.await.unwrap(), 16, "unbind came");
}

//! The server on real sockets: its door, and its end.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{net::SocketAddr, time::Duration};

use smpp_session::{
    Bind, Client, CommandId, CommandStatus, Connection, DeliverSm, Handler, Limits, NoRequests, Outcome,
    Reply, ReplyTo, Request, Server, ServerBuilder, SessionHandle, SubmitSm, Verdict,
};
use smpp_wire::{DeliverSmResp, Encode, Header, Pdu, UnbindResp, encode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

/// Accepts everything, and shows who came from where.
struct Accept {
    from: SocketAddr,
    bound: mpsc::UnboundedSender<(SocketAddr, SessionHandle)>,
}

impl Handler for Accept {
    fn bind(&mut self, _: &Bind<'_>, session: &SessionHandle) -> Result<(), CommandStatus> {
        let _nobody_looks = self.bound.send((self.from, session.clone()));
        Ok(())
    }

    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

type Bound = mpsc::UnboundedReceiver<(SocketAddr, SessionHandle)>;

fn accept() -> (impl Fn(SocketAddr) -> Accept + Send + Sync + 'static, Bound) {
    let (bound, receiver) = mpsc::unbounded_channel();
    (move |from| Accept { from, bound: bound.clone() }, receiver)
}

async fn listen(builder: ServerBuilder) -> (Server, Bound) {
    let (make, bound) = accept();
    (builder.listen("127.0.0.1:0".parse().unwrap(), make).await.unwrap(), bound)
}

async fn client(address: SocketAddr) -> Connection {
    Client::plain("127.0.0.1", address.port()).connect(NoRequests).await.unwrap()
}

async fn exchanges_a_message(client: &Connection) {
    let outcome = client.submit_sm(&SubmitSm::default()).await.unwrap();
    let Outcome::Answered(response) = outcome else { panic!("{outcome:?}") };
    assert_eq!(response.command_status, CommandStatus::ESME_ROK);
}

fn bind() -> Vec<u8> {
    pdu(&Bind { command_id: CommandId::BIND_TRANSCEIVER, ..Bind::default() }, 1)
}

fn pdu(pdu: &impl Encode, sequence_number: u32) -> Vec<u8> {
    let mut out = Vec::new();
    encode(pdu, CommandStatus::ESME_ROK, sequence_number, &mut out).unwrap();
    out
}

/// The next PDU.
async fn answer(stream: &mut TcpStream) -> Header {
    let mut head = [0; 16];
    stream.read_exact(&mut head).await.unwrap();
    let header = Header::read(&head).unwrap();
    stream.read_exact(&mut vec![0; header.command_length as usize - 16]).await.unwrap();
    header
}

/// The server says nothing more, and closes.
async fn is_closed(stream: &mut TcpStream) {
    let mut said = Vec::new();
    // Octets that it never read make it a reset.
    let _end = timeout(SOON, stream.read_to_end(&mut said)).await.expect("closed in time");
    assert_eq!(said, []);
}

/// Waits until something holds that the server counts when it gets to it.
async fn until(condition: impl Fn() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(SOON, wait).await.expect("it holds in time");
}

const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_socket_is_handed_from_one_server_to_the_next_and_nobody_is_turned_away() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap().into_std().unwrap();
    let kept = listener.try_clone().unwrap();
    let first = Server::plain().serve(listener, accept().0).unwrap();
    let address = first.local_addr();
    exchanges_a_message(&client(address).await).await;
    first.shutdown(SOON).await;
    let waiting = tokio::spawn(client(address));
    let second = Server::plain().serve(kept, accept().0).unwrap();
    assert_eq!(second.local_addr(), address);
    exchanges_a_message(&waiting.await.unwrap()).await;
}

#[tokio::test]
async fn more_connections_than_open_files_are_refused_at_the_start() {
    let address = "127.0.0.1:0".parse().unwrap();
    let error = Server::plain().max_connections(1 << 40).listen(address, accept().0).await.unwrap_err();
    let error = error.to_string();
    assert!(error.contains("max_connections is 1099511627776") && error.contains("ulimit -n"), "{error}");
}

#[tokio::test]
async fn one_connection_more_than_may_is_closed_and_comes_back_later() {
    let (server, _) = listen(Server::plain().max_connections(1)).await;
    let only = client(server.local_addr()).await;
    let mut second = TcpStream::connect(server.local_addr()).await.unwrap();
    is_closed(&mut second).await;
    exchanges_a_message(&only).await;
    only.unbind().await;
    until(|| server.connections() == 0).await;
    let counters = server.counters();
    assert_eq!((counters.accepted, counters.full, counters.bound), (1, 1, 1));
    assert_eq!(
        counters.sessions.requests_in, 3,
        "bind, message and unbind are counted behind the session's end"
    );
    exchanges_a_message(&client(server.local_addr()).await).await;
}

#[tokio::test]
async fn strangers_that_say_nothing_make_room_for_who_binds() {
    let (server, _) = listen(Server::plain().max_unbound(4)).await;
    let mut strangers = Vec::new();
    for _ in 0..8 {
        strangers.push(TcpStream::connect(server.local_addr()).await.unwrap());
    }
    exchanges_a_message(&client(server.local_addr()).await).await;
    for stranger in &mut strangers[..4] {
        is_closed(stranger).await;
    }
    assert!(server.counters().crowded_out >= 4);
    // Who holds a place still binds.
    let last = strangers.last_mut().unwrap();
    last.write_all(&bind()).await.unwrap();
    assert!(last.read(&mut [0; 64]).await.unwrap() > 16);
    assert_eq!(server.counters().bound, 2);
}

#[tokio::test]
async fn the_time_to_bind_runs_from_the_accept() {
    let limits = Limits { session_init: Duration::from_millis(200), ..Limits::default() };
    let (server, _) = listen(Server::plain().limits(limits)).await;
    let begun = Instant::now();
    is_closed(&mut TcpStream::connect(server.local_addr()).await.unwrap()).await;
    assert!(begun.elapsed() >= Duration::from_millis(200));
    until(|| server.connections() == 0).await;
}

/// A PROXY header of version 2 for TCP over IPv4.
fn proxy_header(source: [u8; 4], port: u16) -> Vec<u8> {
    let [high, low] = port.to_be_bytes();
    let head = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C";
    [&head[..], &source, &[127, 0, 0, 1], &[high, low, 0x0A, 0xD7]].concat()
}

#[tokio::test]
async fn a_listed_load_balancer_names_the_client() {
    let (server, mut bound) = listen(Server::plain().proxies(["127.0.0.0/8".parse().unwrap()])).await;
    let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
    stream.write_all(&proxy_header([192, 0, 2, 7], 50_000)).await.unwrap();
    stream.write_all(&bind()).await.unwrap();
    let (from, _) = timeout(SOON, bound.recv()).await.unwrap().unwrap();
    assert_eq!(from, "192.0.2.7:50000".parse().unwrap());
}

#[tokio::test]
async fn a_load_balancer_that_speaks_for_itself_is_who_it_is() {
    let (server, mut bound) = listen(Server::plain().proxies(["127.0.0.1".parse().unwrap()])).await;
    let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
    stream.write_all(b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0").await.unwrap();
    stream.write_all(&bind()).await.unwrap();
    let (from, _) = timeout(SOON, bound.recv()).await.unwrap().unwrap();
    assert_eq!(from, stream.local_addr().unwrap());
}

#[tokio::test]
async fn a_listed_load_balancer_without_a_header_is_closed() {
    let limits = Limits { session_init: Duration::from_millis(200), ..Limits::default() };
    let builder = Server::plain().limits(limits).proxies(["127.0.0.1".parse().unwrap()]);
    let (server, _) = listen(builder).await;
    let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
    stream.write_all(&bind()).await.unwrap();
    is_closed(&mut stream).await;
    until(|| server.counters().bad_proxy_header == 1).await;
    let mut silent = TcpStream::connect(server.local_addr()).await.unwrap();
    silent.write_all(b"\r\n\r\n\0").await.unwrap();
    is_closed(&mut silent).await;
    until(|| server.counters().too_slow == 1).await;
    assert_eq!(server.counters().bound, 0);
}

#[tokio::test]
async fn nobody_else_may_name_a_client() {
    let (server, _) = listen(Server::plain().proxies(["192.0.2.0/24".parse().unwrap()])).await;
    let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
    stream.write_all(&proxy_header([192, 0, 2, 7], 50_000)).await.unwrap();
    is_closed(&mut stream).await;
    exchanges_a_message(&client(server.local_addr()).await).await;
}

#[tokio::test]
async fn a_shutdown_unbinds_who_answers_at_once_and_cuts_off_who_is_mute() {
    let (server, _) = listen(Server::plain()).await;
    let mut mute = TcpStream::connect(server.local_addr()).await.unwrap();
    mute.write_all(&bind()).await.unwrap();
    assert!(mute.read(&mut [0; 64]).await.unwrap() > 16);
    let mut polite = client(server.local_addr()).await;
    let mut stranger = TcpStream::connect(server.local_addr()).await.unwrap();
    until(|| server.connections() == 3).await;
    let address = server.local_addr();
    let deadline = Duration::from_secs(5);
    let begun = Instant::now();
    let shutdown = tokio::spawn(server.shutdown(deadline));
    let end = timeout(SOON, polite.ended()).await.expect("its end comes");
    assert_eq!(end.to_string(), "the peer unbound");
    is_closed(&mut stranger).await;
    assert!(begun.elapsed() < deadline, "they wait for nobody");
    assert!(TcpStream::connect(address).await.is_err(), "nobody new is accepted");
    let shutdown = shutdown.await.unwrap();
    assert!(begun.elapsed() >= deadline);
    assert_eq!((shutdown.drained, shutdown.cut_off), (2, 1));
    let mut said = Vec::new();
    let _reset = timeout(SOON, mute.read_to_end(&mut said)).await.expect("it is closed");
}

#[tokio::test]
async fn a_cancelled_token_ends_the_server_once_what_is_open_is_answered() {
    let (server, mut bound) = listen(Server::plain()).await;
    let mut stream = TcpStream::connect(server.local_addr()).await.unwrap();
    stream.write_all(&bind()).await.unwrap();
    assert_eq!(answer(&mut stream).await.command_id, CommandId::BIND_TRANSCEIVER_RESP);
    let (_, session) = bound.recv().await.unwrap();
    let delivery = tokio::spawn(async move { session.deliver_sm(&DeliverSm::default()).await });
    let request = answer(&mut stream).await;
    assert_eq!(request.command_id, CommandId::DELIVER_SM);
    let token = CancellationToken::new();
    let stopped = token.clone();
    let server = tokio::spawn(async move { server.run_until(stopped.cancelled(), SOON).await });
    token.cancel();
    // The server is ending: it answers what comes, and waits for what it asked.
    stream.write_all(&pdu(&SubmitSm::default(), 2)).await.unwrap();
    assert_eq!(answer(&mut stream).await.command_id, CommandId::SUBMIT_SM_RESP);
    stream.write_all(&pdu(&DeliverSmResp::default(), request.sequence_number)).await.unwrap();
    assert!(matches!(delivery.await.unwrap(), Ok(Outcome::Answered(_))));
    let unbind = answer(&mut stream).await;
    assert_eq!(unbind.command_id, CommandId::UNBIND);
    stream.write_all(&pdu(&UnbindResp::default(), unbind.sequence_number)).await.unwrap();
    let shutdown = server.await.unwrap();
    assert_eq!((shutdown.drained, shutdown.cut_off), (1, 0));
}

#[tokio::test]
async fn a_client_that_does_not_read_delays_nobody_else() {
    let (server, mut bound) = listen(Server::plain()).await;
    let mut deaf = TcpStream::connect(server.local_addr()).await.unwrap();
    deaf.write_all(&bind()).await.unwrap();
    let (_, to_deaf) = bound.recv().await.unwrap();
    let _other = Client::plain("127.0.0.1", server.local_addr().port()).connect(Acknowledge).await.unwrap();
    let (_, to_other) = bound.recv().await.unwrap();
    let message = DeliverSm { short_message: &[b'x'; 200], ..DeliverSm::EMPTY };
    let mut stuck = 0;
    while to_deaf.try_submit(&message, stuck).is_ok() {
        stuck += 1;
    }
    assert_eq!(stuck, Limits::default().window.into(), "its own window holds it back");
    for _ in 0..1_000 {
        let outcome = timeout(SOON, to_other.deliver_sm(&message)).await.expect("answered in time").unwrap();
        assert!(matches!(outcome, Outcome::Answered(_)), "{outcome:?}");
    }
    assert_eq!(to_deaf.in_flight(), Limits::default().window.into());
}

/// A client's side that acknowledges what it receives.
struct Acknowledge;

impl Handler for Acknowledge {
    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

/// Panics at the first message.
struct Faulty;

impl Handler for Faulty {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Ok(())
    }

    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::SubmitSm(message) = &request.pdu else { return Reply::Unsupported };
        assert!(message.short_message.is_empty(), "a fault of the application");
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

#[tokio::test]
async fn a_handler_that_panics_costs_its_own_session_alone() {
    let address = "127.0.0.1:0".parse().unwrap();
    let server = Server::plain().listen(address, |_| Faulty).await.unwrap();
    let (first, second) = (client(server.local_addr()).await, client(server.local_addr()).await);
    let fatal = SubmitSm { short_message: b"x", ..SubmitSm::EMPTY };
    let outcome = timeout(SOON, first.submit_sm(&fatal)).await.expect("it ends in time").unwrap();
    assert!(matches!(outcome, Outcome::Lost(_)), "{outcome:?}");
    exchanges_a_message(&second).await;
    exchanges_a_message(&client(server.local_addr()).await).await;
    until(|| server.connections() == 2).await;
}

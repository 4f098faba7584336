//! The server on real sockets: its door, and its end.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a failed test says where by panicking")]

mod door;
mod ends;
mod load_balancer;
mod neighbours;

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

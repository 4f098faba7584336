//! A session holds no more octets than its limits say, whatever its peer does.

use std::{
    io::Write,
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use allocation_counter::measure;
use smpp_session::{
    Bind, CommandStatus, Handler, Limits, Reply, ReplyTo, Request, Server, SessionHandle, SubmitSm, Turn,
};
use smpp_wire::{CommandId, DeliverSm, encode};
use tokio::task::spawn_blocking;

use crate::{accepted, runtime};

/// Answers some at once, others later and again and again, some never, and sends as much as it may.
struct Greedy {
    open: Vec<ReplyTo>,
    session: Option<SessionHandle>,
}

impl Handler for Greedy {
    fn bind(&mut self, _: &Bind<'_>, session: &SessionHandle) -> Result<(), CommandStatus> {
        self.session = Some(session.clone());
        Ok(())
    }

    fn request(&mut self, _: &Request<'_>, reply_to: ReplyTo) -> Reply {
        if self.open.len() < self.open.capacity() {
            self.open.push(reply_to);
            return Reply::Later;
        }
        Reply::Now(accepted())
    }

    fn turn_end(&mut self, turn: &mut Turn<'_>) {
        let text = [b'x'; 254];
        let message = DeliverSm { short_message: &text, ..DeliverSm::default() };
        while turn.submit(&message, 0).is_ok() {}
        if let Some(session) = &self.session {
            while session.try_submit(&message, 0).is_ok() {}
            session.answer(self.open.iter().flat_map(|reply_to| [(*reply_to, accepted()); 2]));
        }
        self.open.clear();
    }
}

/// Binds, then sends the smallest messages, whose answers are larger, until nobody takes them; reads no answer.
fn flood(address: SocketAddr) {
    let bind = Bind { command_id: CommandId::BIND_TRANSCEIVER, ..Bind::default() };
    let (mut begin, mut messages) = (Vec::new(), Vec::new());
    encode(&bind, CommandStatus::ESME_ROK, 1, &mut begin).unwrap();
    for number in 2..2_000 {
        encode(&SubmitSm::default(), CommandStatus::ESME_ROK, number, &mut messages).unwrap();
    }
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(&begin).unwrap();
    while stream.write_all(&messages).is_ok() {}
}

/// The most that one session held, and the most that it may hold.
fn held(limits: Limits) -> (u64, u64) {
    let most = limits.max_session_octets().try_into().unwrap();
    let limits = Limits { stall: Duration::from_millis(500), ..limits };
    let accept = |_| Greedy { open: Vec::with_capacity(100), session: None };
    let runtime = runtime();
    let address = "127.0.0.1:0".parse().unwrap();
    let server = runtime.block_on(Server::plain().limits(limits).listen(address, accept)).unwrap();
    let address = server.local_addr();
    let session = || runtime.block_on(async { spawn_blocking(move || flood(address)).await.unwrap() });
    // The first makes the structures of the runtime.
    session();
    (measure(session).bytes_max, most)
}

#[test]
fn a_session_whose_peer_floods_it_and_never_reads_holds_no_more_than_it_may() {
    let small = Limits {
        window: 500,
        inbound_window: 100,
        max_pdu: 4_096,
        request_buffer: 32 * 1_024,
        ..Limits::default()
    };
    let large = Limits { window: 1_000, request_buffer: 1 << 20, ..Limits::default() };
    for limits in [small, Limits::default(), large] {
        let buffer = limits.request_buffer as u64;
        let (held, most) = held(limits);
        assert!(held <= most, "{held} octets were held, {most} may be");
        assert!(held > buffer / 2, "{held} octets: the flood did not come");
    }
}

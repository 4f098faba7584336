//! The engine's client and server, each on an end of its own.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use smpp_session::{
    Bind, Client, ClientTls, CommandStatus, Connection, Fingerprint, Handler, Limits, MessageId, Outcome,
    Reply, ReplyTo, Request, Server, SessionHandle, SubmitSm, Verdict,
};

use smpp_wire::values::{Npi, Ton};

use crate::end::End;
use crate::identity::{Identity, Security};
use crate::stopwatch::{Stopwatch, Took};

/// What everybody sends: 120 octets of text.
pub const MESSAGE: SubmitSm<'static> = SubmitSm {
    source_addr_ton: Ton::ALPHANUMERIC,
    source_addr: b"TestCo",
    dest_addr_ton: Ton::INTERNATIONAL,
    dest_addr_npi: Npi::ISDN,
    destination_addr: b"4512345678",
    short_message: &[b'x'; 120],
    ..SubmitSm::EMPTY
};

/// The id that every message gets.
pub const MESSAGE_ID: &str = "b1e50673-f8b8-41e8-a143-07a43bb8c86b";

/// Accepts every bind, and every message.
#[derive(Clone, Copy, Debug)]
pub struct Accept;

impl Handler for Accept {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Ok(())
    }

    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        Reply::Now(*ACCEPTED)
    }
}

static ACCEPTED: LazyLock<Verdict> = LazyLock::new(|| Verdict {
    command_status: CommandStatus::ESME_ROK,
    message_id: MessageId::new(MESSAGE_ID.as_bytes()).unwrap_or_default(),
});

/// Where a server listens, and how it is known.
#[derive(Clone, Debug)]
pub struct Target {
    address: SocketAddr,
    tls: Option<ClientTls>,
}

impl Target {
    /// Any server with this identity.
    #[must_use]
    pub fn new(address: SocketAddr, security: Security, identity: &Identity) -> Self {
        Self { address, tls: (security == Security::Tls).then(|| identity.client()) }
    }

    /// A server on this machine, known by its key.
    ///
    /// # Panics
    /// Never: one pin is enough.
    #[must_use]
    pub fn pinned(port: u16, pin: Fingerprint) -> Self {
        let tls = ClientTls::pinned(vec![pin]).expect("a pin");
        Self { address: ([127, 0, 0, 1], port).into(), tls: Some(tls) }
    }

    /// A bound client of ours.
    ///
    /// # Panics
    /// When the server can't be reached.
    pub async fn connect(&self, window: u16, handler: impl Handler) -> Connection {
        let (host, port) = (self.address.ip().to_string(), self.address.port());
        let builder = match &self.tls {
            None => Client::plain(host, port),
            Some(tls) => Client::builder(host, port, tls.clone()),
        };
        let limits = Limits { window, request_buffer: 1 << 20, ..Limits::default() };
        builder.limits(limits).connect(handler).await.expect("the server accepts")
    }
}

/// Starts our server on the current runtime; dropping it ends it.
///
/// # Panics
/// When there is no port left.
pub async fn listen(security: Security, identity: &Identity) -> Server {
    let limits = Limits { inbound_window: 2_000, ..Limits::default() };
    let builder = match security {
        Security::Plain => Server::plain(),
        Security::Tls => Server::builder(identity.server()),
    };
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    builder.limits(limits).listen(any, |_| Accept).await.expect("a free port")
}

/// Our server on an end of its own.
#[derive(Debug)]
pub struct Serving {
    /// How to reach it.
    pub target: Target,
    /// Where it runs.
    pub end: End,
    _server: Server,
}

impl Serving {
    /// Starts it.
    #[must_use]
    pub fn start(security: Security, identity: &Arc<Identity>) -> Self {
        let (end, of) = (End::start(), Arc::clone(identity));
        let server = end.run(async move { listen(security, &of).await });
        Self { target: Target::new(server.local_addr(), security, identity), end, _server: server }
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.target.address
    }
}

/// Sends with as many concurrent futures as the windows hold, over `connections`, on the end of the client.
///
/// # Panics
/// When a message is not accepted with its id.
#[must_use]
pub fn send_with_futures(end: &End, target: &Target, connections: usize, window: u16, messages: u64) -> Took {
    let target = target.clone();
    end.run(async move {
        let mut clients = Vec::new();
        for _ in 0..connections {
            clients.push(target.connect(window, Accept).await);
        }
        let left = Arc::new(AtomicU64::new(messages));
        let watch = Stopwatch::start();
        let senders: Vec<_> = clients
            .iter()
            .flat_map(|client| (0..window).map(|_| client.session().clone()))
            .map(|session| tokio::spawn(send_from(Arc::clone(&left), session)))
            .collect();
        let mut accepted = 0;
        for sender in senders {
            accepted += sender.await.expect("a sender ends");
        }
        let took = watch.stop();
        assert_eq!(accepted, messages);
        for client in clients {
            client.unbind().await;
        }
        took
    })
}

/// Sends one message after the other until none are left; how many it sent.
///
/// # Panics
/// When a message is not accepted with its id.
pub async fn send_from(left: Arc<AtomicU64>, session: SessionHandle) -> u64 {
    let mut accepted = 0;
    while claim(&left) {
        let outcome = session.submit_sm(&MESSAGE).await;
        assert!(matches!(outcome, Ok(Outcome::Answered(answer))
                if answer.command_status.is_ok() && answer.message_id.as_bytes() == MESSAGE_ID.as_bytes()));
        accepted += 1;
    }
    accepted
}

/// Takes one message of those that are left.
#[must_use]
pub fn claim(left: &AtomicU64) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}

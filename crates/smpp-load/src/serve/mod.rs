//! `smpp-load serve`: a sink, an SMSC whose behaviour is chosen, so that what a client makes of it can be measured.
//!
//! It accepts every bind, answers every submit_sm as its [`Behaviour`] says (delays, refusals, silence), sends receipts where they are
//! asked for, and counts all it saw. The same seed gives the same behaviour.

mod behaviour;
mod counts;
mod delay;
mod incoming;
mod later;
mod mailbox;
mod options;
mod owed;
mod repeat;
mod share;
mod sink;
mod states;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use crate::through::Far;
use smpp_session::{Limits, Server, ServerTls};
use tokio::{net::TcpListener, task::JoinHandle};

pub use behaviour::{Behaviour, Stall};
pub use counts::SinkCounts;
pub use delay::Delay;
pub use options::ServeOptions;
pub use share::{Refusals, Share};
pub use states::States;

use counts::Counters;
use later::Later;
use repeat::Twice;
use sink::Shared;

/// A sink that listens; dropping it closes every connection.
#[derive(Debug)]
pub struct Sink {
    local_addr: SocketAddr,
    server: Server,
    counters: Arc<Counters>,
    /// Beside the sessions.
    tasks: Vec<JoinHandle<()>>,
}

impl Sink {
    /// Listens, behind TLS when it is given.
    ///
    /// # Errors
    /// When the address can't be listened on.
    pub async fn start(
        address: SocketAddr,
        tls: Option<ServerTls>,
        behaviour: Behaviour,
    ) -> io::Result<Self> {
        Self::observed(address, tls, behaviour, None).await
    }

    /// As [`start`](Self::start); `far` sees the text of each message.
    pub(crate) async fn observed(
        address: SocketAddr,
        tls: Option<ServerTls>,
        behaviour: Behaviour,
        far: Option<Arc<Far>>,
    ) -> io::Result<Self> {
        let counters = Arc::new(Counters::default());
        let (rate, twice, seed) = (behaviour.incoming, behaviour.answer_twice, behaviour.seed);
        let shared = Arc::new(Shared::new(behaviour, Arc::clone(&counters), Later::start(), far));
        let incoming = rate.map(|rate| tokio::spawn(incoming::come_in(Arc::clone(&shared), rate)));
        let builder = tls.map_or_else(Server::plain, Server::builder).limits(Limits {
            inbound_window: u16::MAX,
            window: RECEIPT_WINDOW,
            ..Limits::default()
        });
        let handler = move |_: SocketAddr| sink::Session::new(Arc::clone(&shared));
        let mut tasks: Vec<_> = incoming.into_iter().collect();
        if twice == Share::default() {
            let server = builder.listen(address, handler).await?;
            return Ok(Self { local_addr: server.local_addr(), server, counters, tasks });
        }
        let outside = TcpListener::bind(address).await?;
        let local_addr = outside.local_addr()?;
        let server = builder.listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), handler).await?;
        let twice = Twice { share: twice, counters: Arc::clone(&counters) };
        tasks.push(tokio::spawn(repeat::proxy(outside, server.local_addr(), twice, seed)));
        Ok(Self { local_addr, server, counters, tasks })
    }

    /// Where it listens.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// What it has seen so far.
    #[must_use]
    pub fn counts(&self) -> SinkCounts {
        self.counters.read()
    }

    /// Unbinds every client, and gives what it saw. Cancellation: closes everything at once.
    pub async fn stop(self) -> SinkCounts {
        self.tasks.iter().for_each(JoinHandle::abort);
        self.server.shutdown(GOODBYE).await;
        self.counters.read()
    }
}

/// Receipts in flight on each connection.
const RECEIPT_WINDOW: u16 = 1_000;
/// How long clients may take to answer unbind.
const GOODBYE: Duration = Duration::from_secs(2);

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
mod share;
mod sink;
mod states;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use crate::through::Far;
use smpp_session::{Limits, Server, ServerTls};
use tokio::task::JoinHandle;

pub use behaviour::{Behaviour, Stall};
pub use counts::SinkCounts;
pub use delay::Delay;
pub use options::ServeOptions;
pub use share::{Refusals, Share};
pub use states::States;

use counts::Counters;
use later::Later;
use sink::Shared;

/// A sink that listens; dropping it closes every connection.
#[derive(Debug)]
pub struct Sink {
    server: Server,
    counters: Arc<Counters>,
    incoming: Option<JoinHandle<()>>,
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
        let rate = behaviour.incoming;
        let shared = Arc::new(Shared::new(behaviour, Arc::clone(&counters), Later::start(), far));
        let incoming = rate.map(|rate| tokio::spawn(incoming::come_in(Arc::clone(&shared), rate)));
        let builder = tls.map_or_else(Server::plain, Server::builder).limits(Limits {
            inbound_window: u16::MAX,
            window: RECEIPT_WINDOW,
            ..Limits::default()
        });
        let server = builder.listen(address, move |_| sink::Session::new(Arc::clone(&shared))).await?;
        Ok(Self { server, counters, incoming })
    }

    /// Where it listens.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.server.local_addr()
    }

    /// What it has seen so far.
    #[must_use]
    pub fn counts(&self) -> SinkCounts {
        self.counters.read()
    }

    /// Unbinds every client, and gives what it saw. Cancellation: closes everything at once.
    pub async fn stop(self) -> SinkCounts {
        if let Some(incoming) = self.incoming {
            incoming.abort();
        }
        self.server.shutdown(GOODBYE).await;
        self.counters.read()
    }
}

/// Receipts in flight on each connection.
const RECEIPT_WINDOW: u16 = 1_000;
/// How long clients may take to answer unbind.
const GOODBYE: Duration = Duration::from_secs(2);

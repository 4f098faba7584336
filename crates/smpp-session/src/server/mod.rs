//! The SMSC: accept, TLS, and one [`Handler`](crate::Handler) a session.

mod acceptor;
mod admitted;
mod builder;
mod connections;
mod counters;
mod handshake;
mod network;
mod nofile;
mod proxy_protocol;
mod reload;
mod turns;
mod unbound;

use std::{fmt, future::Future, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use self::connections::Connections;
pub use self::{
    builder::ServerBuilder,
    counters::ServerCounters,
    network::{Network, NetworkError},
};
use crate::{ServerTls, SessionHandle};

/// A listening server; dropping it closes every connection at once, [`shutdown`](Self::shutdown) does it in order.
pub struct Server {
    local_addr: SocketAddr,
    stop: watch::Sender<bool>,
    connections: Arc<Connections>,
    tasks: Tasks,
}

enum Tasks {
    Accepting(JoinHandle<JoinSet<()>>),
    /// The accept loop has given its sessions back.
    Stopped(JoinSet<()>),
}

/// How a [`shutdown`](Server::shutdown) went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shutdown {
    /// Sessions that had ended before the deadline.
    pub drained: usize,
    /// Sessions that were cut off at the deadline.
    pub cut_off: usize,
}

impl Server {
    /// A server behind TLS.
    #[must_use]
    pub fn builder(tls: ServerTls) -> ServerBuilder {
        ServerBuilder::new(Some(tls))
    }

    /// A server without TLS: everybody on the way reads the passwords and the messages.
    #[must_use]
    pub fn plain() -> ServerBuilder {
        ServerBuilder::new(None)
    }

    /// Where it listens.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Sessions that live now, bound or not; connections in their handshake are not counted.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections.count()
    }

    /// What it has seen since it began to listen.
    #[must_use]
    pub fn counters(&self) -> ServerCounters {
        self.connections.door.counters(self.connections.counters())
    }

    /// Shuts down once `stop` is done, such as `token.cancelled()` of a `tokio_util::sync::CancellationToken`; see
    /// [`shutdown`](Self::shutdown). Cancellation: closes everything at once.
    pub async fn run_until(self, stop: impl Future<Output = ()>, deadline: Duration) -> Shutdown {
        stop.await;
        self.shutdown(deadline).await
    }

    /// Ends in order: accepts no more, closes who is not bound, lets every session answer what is open and be answered, exchanges
    /// unbind and closes; cuts off at the deadline whoever is left. Cancellation: closes everything at once.
    ///
    /// Sessions end side by side: one that never answers delays this call to its deadline, and nobody else.
    pub async fn shutdown(mut self, deadline: Duration) -> Shutdown {
        self.stop_accepting().await;
        self.connections.unbound.close();
        let sessions = self.connections.handles();
        sessions.iter().for_each(SessionHandle::unbind);
        let _ = tokio::time::timeout(deadline, self.drained()).await;
        let cut_off = sessions.iter().filter(|session| session.ended().is_none()).count();
        if let Tasks::Stopped(tasks) = &mut self.tasks {
            tasks.shutdown().await;
        }
        Shutdown { drained: sessions.len() - cut_off, cut_off }
    }

    /// Accepts no more, and closes its socket; connections that were accepted go on. Cancellation: call it again.
    pub async fn stop_accepting(&mut self) {
        if let Tasks::Accepting(task) = &mut self.tasks {
            let _ = self.stop.send(true);
            self.tasks = Tasks::Stopped(task.await.unwrap_or_default());
        }
    }

    /// Accepts no more, and waits until every connection has ended by itself. Cancellation: they go on.
    pub async fn drained(&mut self) {
        self.stop_accepting().await;
        if let Tasks::Stopped(tasks) = &mut self.tasks {
            while tasks.join_next().await.is_some() {}
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({})", self.local_addr)
    }
}

//! What is needed to serve.

use std::{
    io,
    net::{SocketAddr, TcpListener as StdListener},
    sync::Arc,
    thread::available_parallelism,
    time::Duration,
};

use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
};

use super::{
    Network, Server, Tasks, acceptor::Acceptor, connections::Connections, handshake::Handshake, nofile,
    reload::watch,
};
use crate::{Handler, Limits, ServerTls};

/// What is needed to serve; see [`Server::builder`].
#[derive(Clone, Debug)]
pub struct ServerBuilder {
    tls: Option<ServerTls>,
    limits: Limits,
    max_connections: Option<usize>,
    max_unbound: Option<usize>,
    max_handshakes: usize,
    proxies: Vec<Network>,
    reload_every: Duration,
}

impl ServerBuilder {
    pub(super) fn new(tls: Option<ServerTls>) -> Self {
        let max_handshakes = 4 * available_parallelism().map_or(4, usize::from);
        Self {
            tls,
            limits: Limits::default(),
            max_connections: None,
            max_unbound: None,
            max_handshakes,
            proxies: Vec::new(),
            reload_every: Duration::from_secs(10),
        }
    }

    /// Window, sizes and timers of each session. A connection has `session_init` from its accept to its bind.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Connections at once; more are closed at accept. Each is an open file: what the process may not open is refused when the
    /// server starts. Default 10,000, or what the limit on open files leaves.
    #[must_use]
    pub const fn max_connections(mut self, count: usize) -> Self {
        self.max_connections = Some(count);
        self
    }

    /// Connections at once that are not bound yet. When all have been there for a second, a new one takes the place of the one that
    /// waits longest, of the address that has most. Default a quarter of `max_connections`.
    #[must_use]
    pub const fn max_unbound(mut self, count: usize) -> Self {
        self.max_unbound = Some(count);
        self
    }

    /// TLS handshakes that are worked on at once, before sessions have their turn again; more wait, and who waits for its client does
    /// not count. Default 4 a processor.
    #[must_use]
    pub const fn max_handshakes(mut self, count: usize) -> Self {
        self.max_handshakes = count;
        self
    }

    /// Load balancers: every connection from these must start with a PROXY protocol header of version 2, which names the client.
    /// From any other address such a header is refused, as no client may choose its own. Default none.
    #[must_use]
    pub fn proxies(mut self, networks: impl IntoIterator<Item = Network>) -> Self {
        self.proxies = networks.into_iter().collect();
        self
    }

    /// How often the files of TLS are looked at; see [`ServerTls::from_files`]. Default 10 s.
    #[must_use]
    pub const fn reload_every(mut self, period: Duration) -> Self {
        self.reload_every = period;
        self
    }

    /// Listens, and serves with one handler a session; `make_handler` is given the client's address. Cancellation: nothing listens.
    ///
    /// # Errors
    /// When the address can't be listened on, or the process may not open as many files as `max_connections` needs.
    pub async fn listen<H: Handler>(
        self,
        address: SocketAddr,
        make_handler: impl Fn(SocketAddr) -> H + Send + Sync + 'static,
    ) -> io::Result<Server> {
        let listener = TcpListener::bind(address).await?;
        self.start(listener, make_handler)
    }

    /// As [`listen`](Self::listen) on a socket that listens already: handed over by the process before this one, or by a supervisor.
    /// A listener of tokio becomes one by `into_std`; keep a `try_clone` of it to hand it on.
    ///
    /// # Errors
    /// When the socket can't be used, or the process may not open as many files as `max_connections` needs.
    pub fn serve<H: Handler>(
        self,
        listener: StdListener,
        make_handler: impl Fn(SocketAddr) -> H + Send + Sync + 'static,
    ) -> io::Result<Server> {
        listener.set_nonblocking(true)?;
        self.start(TcpListener::from_std(listener)?, make_handler)
    }

    fn start<H: Handler>(
        self,
        listener: TcpListener,
        make_handler: impl Fn(SocketAddr) -> H + Send + Sync + 'static,
    ) -> io::Result<Server> {
        let local_addr = listener.local_addr()?;
        let max_connections = nofile::connections(self.max_connections)?;
        let max_unbound = self.max_unbound.unwrap_or_else(|| max_connections.div_ceil(4));
        let connections = Arc::new(Connections::new(max_unbound));
        let turns = Arc::new(Semaphore::new(self.max_handshakes.max(1)));
        let handshake = Handshake { tls: self.tls.clone(), turns, proxies: self.proxies };
        let acceptor = Acceptor {
            limits: self.limits,
            max_connections,
            handshake,
            connections: Arc::clone(&connections),
            make_handler,
        };
        let (stop, stopped) = watch::channel(false);
        let accept = Arc::new(acceptor).run(listener, stopped);
        let task = tokio::spawn(async move {
            let Some(tls) = self.tls else { return accept.await };
            tokio::select! {
                sessions = accept => sessions,
                never = watch(tls, self.reload_every) => match never {},
            }
        });
        Ok(Server { local_addr, stop, connections, tasks: Tasks::Accepting(task) })
    }
}

//! The SMSC: accept, TLS, and one [`Handler`] a session.

use std::{
    collections::HashMap,
    fmt, io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::TlsAcceptor;

use crate::{Handler, Limits, Role, ServerTls, SessionHandle, driver::Driver, transport::Transport};

/// What is needed to serve; see [`Server::builder`].
#[derive(Clone, Debug)]
pub struct ServerBuilder {
    tls: Option<ServerTls>,
    limits: Limits,
    max_connections: usize,
    max_handshakes: usize,
}

/// A listening server; dropping it closes every connection at once, [`shutdown`](Self::shutdown) does it in order.
pub struct Server {
    local_addr: SocketAddr,
    stop: watch::Sender<bool>,
    sessions: Sessions,
    task: JoinHandle<JoinSet<()>>,
}

/// The sessions that live now.
#[derive(Clone, Default)]
struct Sessions {
    next: Arc<AtomicU64>,
    live: Arc<Mutex<HashMap<u64, SessionHandle>>>,
}

impl Server {
    /// A server behind TLS.
    #[must_use]
    pub fn builder(tls: ServerTls) -> ServerBuilder {
        ServerBuilder {
            tls: Some(tls),
            limits: Limits::default(),
            max_connections: 10_000,
            max_handshakes: 256,
        }
    }

    /// A server without TLS: everybody on the way reads the passwords and the messages.
    #[must_use]
    pub fn plain() -> ServerBuilder {
        ServerBuilder { tls: None, limits: Limits::default(), max_connections: 10_000, max_handshakes: 256 }
    }

    /// Where it listens.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Connections that live now.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.sessions.live.lock().len()
    }

    /// Stops accepting, lets every session answer what is open, exchanges unbind, and closes; at the deadline closes what is left.
    /// Cancellation: closes everything at once.
    pub async fn shutdown(self, deadline: Duration) {
        // The accept loop gives its sessions back.
        let _ = self.stop.send(true);
        let Ok(mut tasks) = self.task.await else {
            return;
        };
        let handles: Vec<_> = self.sessions.live.lock().values().cloned().collect();
        handles.iter().for_each(SessionHandle::unbind);
        let drained = async { while tasks.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(deadline, drained).await;
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({})", self.local_addr)
    }
}

impl ServerBuilder {
    /// Window, sizes and timers of each session.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Connections at once; more are closed at accept. Default 10,000.
    #[must_use]
    pub const fn max_connections(mut self, count: usize) -> Self {
        self.max_connections = count;
        self
    }

    /// TLS handshakes at once; more wait. Default 256.
    #[must_use]
    pub const fn max_handshakes(mut self, count: usize) -> Self {
        self.max_handshakes = count;
        self
    }

    /// Listens, and serves with one handler a session.
    ///
    /// # Errors
    /// When the address can't be listened on.
    pub async fn listen<H: Handler>(
        self,
        address: SocketAddr,
        make_handler: impl Fn(SocketAddr) -> H + Send + Sync + 'static,
    ) -> io::Result<Server> {
        let listener = TcpListener::bind(address).await?;
        let local_addr = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let sessions = Sessions::default();
        let handshakes = Arc::new(Semaphore::new(self.max_handshakes));
        let acceptor =
            Acceptor { builder: self, handshakes, sessions: sessions.clone(), make: Arc::new(make_handler) };
        let task = tokio::spawn(acceptor.run(listener, stopped));
        Ok(Server { local_addr, stop, sessions, task })
    }
}

struct Acceptor<F> {
    builder: ServerBuilder,
    handshakes: Arc<Semaphore>,
    sessions: Sessions,
    make: Arc<F>,
}

/// How long to wait after a failed accept: it fails when no file descriptor is left, and would fail again at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

impl<H: Handler, F: Fn(SocketAddr) -> H + Send + Sync + 'static> Acceptor<F> {
    async fn run(self, listener: TcpListener, mut stopped: watch::Receiver<bool>) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        loop {
            tokio::select! {
                _ = stopped.changed() => return tasks,
                Some(_) = tasks.join_next(), if !tasks.is_empty() => {}
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) if tasks.len() < self.builder.max_connections => {
                        tasks.spawn(self.serve(stream, peer, stopped.clone()));
                    }
                    Ok((_, peer)) => tracing::warn!(%peer, "connection closed, the server is full"),
                    Err(error) => {
                        tracing::warn!(%error, "accept failed");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                },
            }
        }
    }

    fn serve(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        stopped: watch::Receiver<bool>,
    ) -> impl Future<Output = ()> + use<H, F> {
        let builder = self.builder.clone();
        let handshakes = Arc::clone(&self.handshakes);
        let sessions = self.sessions.clone();
        let make = Arc::clone(&self.make);
        async move {
            let limits = builder.limits;
            let handshake = handshake(stream, builder.tls, handshakes);
            let transport = match tokio::time::timeout(limits.session_init, handshake).await {
                Ok(Ok(transport)) => transport,
                Ok(Err(error)) => return tracing::info!(%peer, %error, "TLS handshake failed"),
                Err(_) => return tracing::info!(%peer, "TLS handshake took too long"),
            };
            let driver = Driver::new(transport, Role::Smsc, limits, make(peer));
            let number = sessions.next.fetch_add(1, Ordering::Relaxed);
            sessions.live.lock().insert(number, driver.handle().clone());
            // It was in its handshake when the others were told.
            if *stopped.borrow() {
                driver.handle().unbind();
            }
            let end = driver.run().await;
            sessions.live.lock().remove(&number);
            tracing::debug!(%peer, %end, "session ended");
        }
    }
}

async fn handshake(stream: TcpStream, tls: Option<ServerTls>, turn: Arc<Semaphore>) -> io::Result<Transport> {
    stream.set_nodelay(true)?;
    let Some(tls) = tls else {
        return Ok(Transport::Plain(stream));
    };
    // A client that says nothing must not hold a turn: wait for its first octet before taking one.
    stream.readable().await?;
    let _turn = turn.acquire_owned().await.map_err(io::Error::other)?;
    let stream = TlsAcceptor::from(tls.0).accept(stream).await?;
    Ok(Transport::Tls(Box::new(stream.into())))
}

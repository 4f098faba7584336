//! The accept loop, and the way of one connection from there to the end of its session.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{Instant, timeout_at},
};
use tracing::Instrument;

use super::{
    admitted::Admitted,
    connections::{Connections, Entry},
    counters::count,
    handshake::{Handshake, Refused},
};
use crate::{Handler, Limits, Role, driver::Driver, span::session_span, transport::Transport};

/// What serves one listener.
pub(super) struct Acceptor<F> {
    pub(super) limits: Limits,
    pub(super) max_connections: usize,
    pub(super) handshake: Handshake,
    pub(super) connections: Arc<Connections>,
    pub(super) make_handler: F,
}

/// How long to wait after a failed accept: it fails when no file descriptor is left, and would fail again at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

impl<H: Handler, F: Fn(SocketAddr) -> H + Send + Sync + 'static> Acceptor<F> {
    /// Accepts until it is told to stop, or nobody is left to tell it; gives the running sessions back.
    pub(super) async fn run(
        self: Arc<Self>,
        listener: TcpListener,
        mut stopped: watch::Receiver<bool>,
    ) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        loop {
            let next = async {
                if self.connections.unbound.room().await {
                    count(&self.connections.door.crowded_out);
                }
                listener.accept().await
            };
            tokio::select! {
                _ = stopped.changed() => return tasks,
                Some(_) = tasks.join_next(), if !tasks.is_empty() => {}
                accepted = next => match accepted {
                    Ok((stream, peer)) => self.admit(stream, peer, &mut tasks),
                    Err(error) => {
                        tracing::warn!(%error, "accept failed");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                },
            }
        }
    }

    fn admit(self: &Arc<Self>, stream: TcpStream, peer: SocketAddr, tasks: &mut JoinSet<()>) {
        let door = &self.connections.door;
        if tasks.len() >= self.max_connections {
            count(&door.full);
            return tracing::warn!(%peer, "connection closed, the server is full");
        }
        count(&door.accepted);
        let entry = self.connections.enter(peer);
        let number = entry.number();
        let task = tasks.spawn(Arc::clone(self).serve(stream, peer, entry));
        self.connections.unbound.attach(number, task);
    }

    async fn serve(self: Arc<Self>, stream: TcpStream, peer: SocketAddr, entry: Entry) {
        let deadline = Instant::now() + self.limits.session_init;
        // Boxed, so that a session does not hold the room of its handshake.
        let begin = Box::pin(self.begin(stream, peer, entry.number()));
        match timeout_at(deadline, begin).await {
            Ok(Ok((transport, client))) => self.hold(transport, client, deadline, &entry).await,
            Ok(Err(refused)) => self.note(peer, &refused),
            Err(_) => {
                count(&self.connections.door.too_slow);
                tracing::info!(%peer, "connection closed, its handshake took too long");
            }
        }
    }

    async fn begin(
        &self,
        mut stream: TcpStream,
        peer: SocketAddr,
        number: u64,
    ) -> Result<(Transport, SocketAddr), Refused> {
        let client = self.handshake.client(&mut stream, peer).await?;
        if client != peer {
            self.connections.unbound.came_from(number, client.ip());
        }
        Ok((self.handshake.secure(stream).await?, client))
    }

    /// The session, from here to its end.
    fn hold(
        &self,
        transport: Transport,
        client: SocketAddr,
        deadline: Instant,
        entry: &Entry,
    ) -> impl Future<Output = ()> + use<H, F> {
        let session_init = deadline.saturating_duration_since(Instant::now());
        let limits = Limits { session_init, ..self.limits.clone() };
        let handler =
            Admitted::new((self.make_handler)(client), Arc::clone(&self.connections), entry.number());
        let driver = Driver::new(transport, Role::Smsc, limits, handler);
        entry.session(driver.handle().clone());
        let run = async move {
            let end = driver.run().await;
            tracing::debug!(%end, "session ended");
        };
        run.instrument(session_span(Role::Smsc, client))
    }

    fn note(&self, peer: SocketAddr, refused: &Refused) {
        let door = &self.connections.door;
        count(match refused {
            Refused::Proxy(_) => &door.bad_proxy_header,
            Refused::NotTls(_) => &door.not_tls,
            Refused::Io(_) | Refused::Tls(_) => &door.handshake_failed,
        });
        tracing::info!(%peer, "connection closed, {refused}");
    }
}

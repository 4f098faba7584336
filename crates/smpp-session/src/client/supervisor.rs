//! The task of a supervised client: does what the [`Policy`] says, and tells what happens.

use std::{future::Future, pin::Pin, sync::Arc};

use tokio::{sync::watch, task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;

use super::{
    Client,
    builder::ClientBuilder,
    connection::Connection,
    endpoint::Endpoint,
    error::{ClientEnd, ConnectCause, ConnectError},
    event::{ClientEvent, Journal},
    policy::{Failure, Policy, Step},
    status::Status,
};
use crate::{Cause, EndedBy, Handler, SessionError};

/// What the task holds.
pub(super) struct Supervisor<F> {
    builder: Arc<ClientBuilder>,
    make_handler: F,
    policy: Policy,
    status: watch::Sender<Status>,
    journal: Arc<Journal>,
    shutdown: CancellationToken,
    /// The session, and the number of its endpoint.
    bound: Option<(usize, Connection)>,
    /// Where the last session was.
    last: Option<usize>,
    /// Sessions so far.
    count: u64,
    /// Sessions that are left and still end in order.
    leaving: JoinSet<()>,
}

/// An attempt under way, and the number of its endpoint.
type Attempt = (usize, Pin<Box<dyn Future<Output = Result<Connection, ConnectError>> + Send>>);

impl<H: Handler, F: FnMut(&Endpoint) -> H + Send + 'static> Supervisor<F> {
    pub(super) fn start(builder: ClientBuilder, make_handler: F) -> Client {
        let (status, watched) = watch::channel(Status::Unbound);
        let journal = Arc::new(Journal::default());
        // The application's token ends this client; this client's end is not the application's.
        let shutdown = builder.shutdown.child_token();
        let client = Client::new(watched, Arc::clone(&journal), shutdown.clone());
        let supervisor = Self {
            policy: Policy::new(builder.retry, builder.endpoint_count()),
            builder: Arc::new(builder),
            make_handler,
            status,
            journal,
            shutdown,
            bound: None,
            last: None,
            count: 0,
            leaving: JoinSet::new(),
        };
        tokio::spawn(supervisor.run());
        client
    }

    async fn run(mut self) {
        let end = self.supervise().await;
        self.status.send_replace(Status::Unbound);
        if let Some((_, connection)) = self.bound.take() {
            self.leave(connection);
        }
        while self.leaving.join_next().await.is_some() {}
        tracing::info!(%end, "client ended");
        self.status.send_replace(Status::Ended(end));
    }

    async fn supervise(&mut self) -> ClientEnd {
        let shutdown = self.shutdown.clone();
        let mut attempt: Option<Attempt> = None;
        loop {
            let wait = match &attempt {
                Some(_) => None,
                None => match self.policy.next(now()) {
                    Step::Connect(index) => {
                        attempt = Some(self.begin(index));
                        None
                    }
                    Step::WaitUntil(instant) => Some(instant.into()),
                    Step::Rest => None,
                },
            };
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return ClientEnd::Shutdown,
                end = over(&mut self.bound) => self.lost(end),
                (index, result) = done(&mut attempt) => {
                    attempt = None;
                    match result {
                        Ok(connection) => self.bound(index, connection),
                        Err(error) => if let Some(end) = self.failed(index, error) {
                            return end;
                        }
                    }
                }
                () = until(wait) => {}
                Some(_) = self.leaving.join_next(), if !self.leaving.is_empty() => {}
            }
        }
    }

    fn begin(&mut self, index: usize) -> Attempt {
        let builder = Arc::clone(&self.builder);
        let handler = (self.make_handler)(builder.endpoint(index));
        (index, Box::pin(async move { builder.connect_to(builder.endpoint(index), handler).await }))
    }

    fn bound(&mut self, index: usize, connection: Connection) {
        self.policy.bound(index, now());
        self.count += 1;
        let to = connection.endpoint().clone();
        if let Some(from) = self.last.replace(index).filter(|&last| last != index) {
            let from = self.builder.endpoint(from).clone();
            self.tell(ClientEvent::EndpointChanged { from, to: to.clone() });
        }
        // The new session is there before the old one refuses anything.
        self.status.send_replace(Status::Bound(self.count, connection.session().clone()));
        self.tell(ClientEvent::Bound(to));
        if let Some((_, left)) = self.bound.replace((index, connection)) {
            self.leave(left);
        }
    }

    fn lost(&mut self, end: End) {
        let Some((_, connection)) = self.bound.take() else {
            return;
        };
        self.status.send_replace(Status::Unbound);
        self.policy.lost(now(), random());
        let endpoint = connection.endpoint().clone();
        match end {
            End::Over(SessionError { by: EndedBy::Peer, cause: Cause::Unbind }) => {
                self.tell(ClientEvent::UnbindReceived(endpoint));
            }
            End::Over(error) => self.tell(ClientEvent::Lost(endpoint, error)),
            End::UnbindReceived => {
                self.tell(ClientEvent::UnbindReceived(endpoint));
                self.leave(connection);
            }
        }
    }

    /// Gives the end of the client, when there is no sense in trying again.
    fn failed(&mut self, index: usize, error: ConnectError) -> Option<ClientEnd> {
        let failure = error.refused().map_or(Failure::Unreachable, Failure::of);
        let pause = self.policy.failed(index, failure, now(), random());
        match error.cause {
            ConnectCause::Refused(status) if failure == Failure::Unauthorized => {
                self.tell(ClientEvent::AuthenticationRefused(error.endpoint.clone(), status, pause));
                // A session elsewhere is worth more than a refusal here.
                let stop = self.builder.retry.stop_on_auth_error && self.bound.is_none();
                stop.then_some(ClientEnd::AuthenticationRefused(error))
            }
            _ => {
                self.tell(ClientEvent::Failed(error, pause));
                None
            }
        }
    }

    /// Lets a session end in order, up to its deadline.
    fn leave(&mut self, connection: Connection) {
        self.leaving.spawn(connection.leave(self.builder.deadlines.unbind));
    }

    fn tell(&self, event: ClientEvent) {
        match &event {
            ClientEvent::AuthenticationRefused(..) => tracing::error!(%event),
            ClientEvent::Failed(..) | ClientEvent::Lost(..) => tracing::warn!(%event),
            _ => tracing::info!(%event),
        }
        self.journal.record(event);
    }
}

impl<F> Drop for Supervisor<F> {
    /// However it ended: nobody may go on waiting for an event.
    fn drop(&mut self) {
        self.journal.close();
    }
}

/// How the session of a client is over for it.
enum End {
    /// The connection is gone.
    Over(SessionError),
    /// The server asked for the end: nothing new can be sent.
    UnbindReceived,
}

async fn over(bound: &mut Option<(usize, Connection)>) -> End {
    let Some((_, connection)) = bound else {
        return std::future::pending().await;
    };
    let session = connection.session().clone();
    tokio::select! {
        biased;
        error = connection.ended() => End::Over(error),
        () = session.unbind_received() => End::UnbindReceived,
    }
}

async fn done(attempt: &mut Option<Attempt>) -> (usize, Result<Connection, ConnectError>) {
    match attempt {
        Some((index, attempt)) => (*index, attempt.await),
        None => std::future::pending().await,
    }
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

/// The clock of the runtime, so that tests can pause it.
fn now() -> std::time::Instant {
    Instant::now().into_std()
}

/// Uniform: the same for two clients only by chance.
fn random() -> u64 {
    let mut octets = [0; 8];
    // Without randomness every client waits half its back-off.
    aws_lc_rs::rand::fill(&mut octets).map_or(u64::MAX / 2, |()| u64::from_ne_bytes(octets))
}

//! The ESME: a supervised [`Client`], or one [`Connection`] without supervision.

mod account;
mod builder;
mod connect;
mod connection;
mod deadlines;
mod endpoint;
mod error;
mod event;
mod policy;
mod retry;
mod status;
mod supervisor;

use std::sync::Arc;

use smpp_wire::{Encode, SubmitSm};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

pub use self::{
    builder::ClientBuilder,
    connection::Connection,
    deadlines::Deadlines,
    endpoint::Endpoint,
    error::{ClientEnd, ConnectCause, ConnectError, ConnectStep},
    event::{ClientEvent, Events},
    retry::Retry,
};
use self::{event::Journal, status::Status};
use crate::{ClientTls, Outcome, SessionHandle, SubmitError};

/// An ESME that has a session whenever one can be had: it backs off and fails over as [`Retry`] says, and returns to the server it
/// prefers.
///
/// Cheap to clone. When the last clone is dropped, the client unbinds and ends.
///
/// While there is no session, requests are refused at once with [`SubmitError::NotBound`]: nothing of them was sent, and nothing is
/// kept for later. [`bound`](Self::bound) waits for a session. Requests that were sent and not answered when a session is lost end as
/// [`Outcome::Lost`]: the client never sends them again.
///
/// With a session elsewhere, the client binds to the preferred server first and then leaves the other in order, so that nothing is lost
/// on the way. For that moment it is bound twice: where a provider counts binds across its servers and refuses the second, the client
/// stays where it is.
#[derive(Clone, Debug)]
pub struct Client {
    status: watch::Receiver<Status>,
    journal: Arc<Journal>,
    shutdown: Arc<DropGuard>,
}

impl Client {
    /// Names the preferred server, and how to know it. Plain text needs an explicit [`plain`](Self::plain).
    pub fn builder(host: impl Into<String>, port: u16, tls: ClientTls) -> ClientBuilder {
        ClientBuilder::new(Endpoint::new(host, port), Some(tls))
    }

    /// As [`builder`](Self::builder) without TLS: everybody on the way reads the password and the messages.
    pub fn plain(host: impl Into<String>, port: u16) -> ClientBuilder {
        ClientBuilder::new(Endpoint::new(host, port), None)
    }

    fn new(status: watch::Receiver<Status>, journal: Arc<Journal>, shutdown: CancellationToken) -> Self {
        Self { status, journal, shutdown: Arc::new(shutdown.drop_guard()) }
    }

    /// Sends a message, waits for room in the window, then for the answer.
    ///
    /// Cancellation: dropped before it was sent, nothing is sent; dropped later, the message may be accepted and its answer is
    /// discarded.
    ///
    /// # Errors
    /// Nothing was sent. What became of a message that was sent is the [`Outcome`].
    pub async fn submit_sm(&self, message: &SubmitSm<'_>) -> Result<Outcome, SubmitError> {
        self.send(message).await
    }

    /// Sends any request; as [`submit_sm`](Self::submit_sm), and so is its cancellation.
    ///
    /// Who waits for room while the client moves to another server waits on there, since nothing of the request was sent.
    ///
    /// # Errors
    /// Nothing was sent.
    pub async fn send<E: Encode>(&self, pdu: &E) -> Result<Outcome, SubmitError> {
        let (mut number, mut session) = self.current().ok_or(SubmitError::NotBound)?;
        loop {
            let result = session.send(pdu).await;
            if !matches!(result, Err(SubmitError::NotBound | SubmitError::Closed(_))) {
                return result;
            }
            match self.current() {
                Some((next, other)) if next != number => (number, session) = (next, other),
                _ => return result,
            }
        }
    }

    /// The session, to send with from many places as long as it lasts; `None` while there is none.
    #[must_use]
    pub fn session(&self) -> Option<SessionHandle> {
        self.current().map(|(_, session)| session)
    }

    /// Waits for a session; at once when there is one. Cancellation: nothing is changed.
    ///
    /// # Errors
    /// When the client has ended.
    pub async fn bound(&self) -> Result<SessionHandle, ClientEnd> {
        let mut status = self.status.clone();
        match status.wait_for(|status| !matches!(status, Status::Unbound)).await.as_deref() {
            Ok(Status::Bound(_, session)) => Ok(session.clone()),
            Ok(Status::Ended(end)) => Err(end.clone()),
            Ok(Status::Unbound) | Err(_) => Err(ClientEnd::Aborted),
        }
    }

    /// What happens to this client, from the oldest event that is kept: nothing is missed by who asks right after the start.
    #[must_use]
    pub fn events(&self) -> Events {
        Events::new(Arc::clone(&self.journal))
    }

    /// Ends the client in order, up to [`Deadlines::unbind`]: what is in flight is answered, unbind exchanged, the connection closed.
    /// Cancellation: the client still ends.
    pub async fn shutdown(&self) -> ClientEnd {
        self.shutdown.token().cancel();
        self.ended().await
    }

    /// Waits for the end of the client and says why it ended. Cancellation: the client goes on.
    pub async fn ended(&self) -> ClientEnd {
        let mut status = self.status.clone();
        match status.wait_for(|status| matches!(status, Status::Ended(_))).await.as_deref() {
            Ok(Status::Ended(end)) => end.clone(),
            _ => ClientEnd::Aborted,
        }
    }

    fn current(&self) -> Option<(u64, SessionHandle)> {
        match &*self.status.borrow() {
            Status::Bound(number, session) => Some((*number, session.clone())),
            Status::Unbound | Status::Ended(_) => None,
        }
    }
}

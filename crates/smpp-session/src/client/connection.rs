//! One bound session, without supervision.

use std::time::Duration;

use smpp_wire::{Encode, SubmitSm};
use tokio::task::JoinHandle;

use super::endpoint::Endpoint;
use crate::{Cause, Outcome, SessionError, SessionHandle, SubmitError};

/// A bound session of an ESME; when it ends, it is over. The session goes on when this is dropped.
#[derive(Debug)]
pub struct Connection {
    endpoint: Endpoint,
    session: SessionHandle,
    task: JoinHandle<SessionError>,
}

impl Connection {
    pub(super) const fn new(
        endpoint: Endpoint,
        session: SessionHandle,
        task: JoinHandle<SessionError>,
    ) -> Self {
        Self { endpoint, session, task }
    }

    /// Sends a message, waits for room in the window, then for the answer; see [`SessionHandle::submit_sm`].
    ///
    /// Cancellation: dropped before it was sent, nothing is sent; dropped later, its answer is discarded.
    ///
    /// # Errors
    /// Nothing was sent. What became of a message that was sent is the [`Outcome`].
    pub async fn submit_sm(&self, message: &SubmitSm<'_>) -> Result<Outcome, SubmitError> {
        self.session.submit_sm(message).await
    }

    /// Sends any request; as [`submit_sm`](Self::submit_sm), and so is its cancellation.
    ///
    /// # Errors
    /// Nothing was sent.
    pub async fn send<E: Encode>(&self, pdu: &E) -> Result<Outcome, SubmitError> {
        self.session.send(pdu).await
    }

    /// The session, to send with from many places.
    #[must_use]
    pub const fn session(&self) -> &SessionHandle {
        &self.session
    }

    /// With whom.
    #[must_use]
    pub const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Waits for the end of the session and says why it ended. Cancellation: the session goes on.
    pub async fn ended(&mut self) -> SessionError {
        match (&mut self.task).await {
            Ok(error) => error,
            Err(_) => SessionError::us(Cause::Closed),
        }
    }

    /// Ends the session in order: what is in flight is answered, unbind exchanged, the connection closed.
    /// Cancellation: the session still ends.
    pub async fn unbind(mut self) -> SessionError {
        self.session.unbind();
        self.ended().await
    }

    /// Ends the session in order up to a deadline, and in a hurry behind it: a server that counts binds must hear of the end.
    pub(super) async fn leave(mut self, deadline: Duration) {
        self.session.unbind();
        if tokio::time::timeout(deadline, self.ended()).await.is_ok() {
            return;
        }
        self.session.unbind_now();
        if tokio::time::timeout(LAST_WORDS, self.ended()).await.is_err() {
            self.task.abort();
        }
    }
}

/// How long a server may take to answer an unbind that waited for nothing.
const LAST_WORDS: Duration = Duration::from_secs(1);

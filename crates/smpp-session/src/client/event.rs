//! What happens to a supervised client, told to whoever listens.

use std::{collections::VecDeque, fmt, sync::Arc, time::Duration};

use parking_lot::Mutex;
use smpp_wire::CommandStatus;
use tokio::sync::Notify;

use super::{endpoint::Endpoint, error::ConnectError};
use crate::SessionError;

/// What happened to a supervised client.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ClientEvent {
    /// There is a session.
    Bound(Endpoint),
    /// The session that begins is with another server than the last.
    EndpointChanged {
        /// Where the last session was.
        from: Endpoint,
        /// Where this one is.
        to: Endpoint,
    },
    /// The server asked to end the session; what is open is still answered.
    UnbindReceived(Endpoint),
    /// The session is over: what was not answered is lost.
    Lost(Endpoint, SessionError),
    /// An attempt came to nothing; this endpoint is left alone for so long.
    Failed(ConnectError, Duration),
    /// The credentials were refused: somebody should look. This endpoint is left alone for so long.
    AuthenticationRefused(Endpoint, CommandStatus, Duration),
    /// So many events came and went before they were taken.
    Missed(u64),
}

impl fmt::Display for ClientEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bound(endpoint) => write!(f, "{endpoint}: bound"),
            Self::EndpointChanged { from, to } => write!(f, "{to}: takes over from {from}"),
            Self::UnbindReceived(endpoint) => write!(f, "{endpoint}: the server unbinds"),
            Self::Lost(endpoint, error) => write!(f, "{endpoint}: the session is lost: {error}"),
            Self::Failed(error, pause) => write!(f, "{error}; next attempt in {pause:.1?}"),
            Self::AuthenticationRefused(endpoint, status, pause) => {
                write!(
                    f,
                    "{endpoint}: the credentials were refused with {status}; next attempt in {pause:.1?}"
                )
            }
            Self::Missed(count) => write!(f, "{count} events were not taken in time"),
        }
    }
}

/// The events of one client, the oldest first; at most the last 64 are kept, whoever takes them or not.
#[derive(Clone, Debug)]
pub struct Events {
    journal: Arc<Journal>,
    /// The number of the next event to take.
    next: u64,
}

impl Events {
    pub(super) const fn new(journal: Arc<Journal>) -> Self {
        Self { journal, next: 0 }
    }

    /// Waits for the next event; `None` once the client has ended and all are taken. Cancellation: no event is lost.
    pub async fn next(&mut self) -> Option<ClientEvent> {
        let journal = Arc::clone(&self.journal);
        loop {
            // Before looking: what is recorded in between is not slept through.
            let news = journal.news.notified();
            if let Some(event) = self.take() {
                return event;
            }
            news.await;
        }
    }

    /// The next event, or `Some(None)` when there will be none.
    fn take(&mut self) -> Option<Option<ClientEvent>> {
        let kept = self.journal.kept.lock();
        if let Some(missed) = kept.first.checked_sub(self.next).filter(|&missed| missed > 0) {
            self.next = kept.first;
            return Some(Some(ClientEvent::Missed(missed)));
        }
        let index = usize::try_from(self.next - kept.first).unwrap_or(usize::MAX);
        match kept.events.get(index) {
            Some(event) => {
                self.next += 1;
                Some(Some(event.clone()))
            }
            None if kept.closed => Some(None),
            None => None,
        }
    }
}

/// The last events of a client.
#[derive(Debug, Default)]
pub(super) struct Journal {
    kept: Mutex<Kept>,
    news: Notify,
}

#[derive(Debug, Default)]
struct Kept {
    events: VecDeque<ClientEvent>,
    /// The number of the oldest event that is kept.
    first: u64,
    closed: bool,
}

/// How many events are kept: many failures in a row, and little memory.
const KEPT: usize = 64;

impl Journal {
    pub(super) fn record(&self, event: ClientEvent) {
        {
            let mut kept = self.kept.lock();
            if kept.events.len() == KEPT {
                kept.events.pop_front();
                kept.first += 1;
            }
            kept.events.push_back(event);
        }
        self.news.notify_waiters();
    }

    /// No event comes any more.
    pub(super) fn close(&self) {
        self.kept.lock().closed = true;
        self.news.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_comes_late_hears_how_many_events_are_gone_and_then_the_last_ones() {
        let journal = Arc::new(Journal::default());
        for port in 0..100 {
            journal.record(ClientEvent::Bound(Endpoint::new("smsc", port)));
        }
        journal.close();
        let mut events = Events::new(journal);
        assert!(matches!(events.next().await, Some(ClientEvent::Missed(36))));
        for port in 36..100 {
            let Some(ClientEvent::Bound(endpoint)) = events.next().await else { panic!("event {port}") };
            assert_eq!(endpoint.port, port);
        }
        assert!(events.next().await.is_none());
    }

    #[tokio::test]
    async fn two_listeners_get_every_event_each() {
        let journal = Arc::new(Journal::default());
        let (mut one, mut two) = (Events::new(Arc::clone(&journal)), Events::new(Arc::clone(&journal)));
        let record = async { journal.record(ClientEvent::Bound(Endpoint::new("smsc", 1))) };
        let (one, two, ()) = tokio::join!(one.next(), two.next(), record);
        assert!(matches!((one, two), (Some(ClientEvent::Bound(_)), Some(ClientEvent::Bound(_)))));
    }
}

//! A place for a session: bound, kept, and bound again when it was lost.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use smpp_session::{BindMode, ClientBuilder, ConnectError, Connection, Limits, SessionHandle};
use tokio::sync::watch;

use super::{
    lane::Lane,
    loader::{Loader, Source},
    run::Run,
};
use crate::account::Account;

/// A place for a session.
#[derive(Debug)]
pub(super) struct Slot {
    run: Arc<Run>,
    account: Arc<Account>,
    source: Source,
    /// One a target, in the order of preference.
    clients: Vec<ClientBuilder>,
    session: Mutex<Option<SessionHandle>>,
}

impl Slot {
    pub(super) fn new(
        run: &Arc<Run>,
        account: &Arc<Account>,
        clients: &[ClientBuilder],
        timeout: Duration,
    ) -> Self {
        let source = match (account.bind, &account.schedule) {
            (BindMode::Receiver, _) => Source::Nothing,
            (_, None) => Source::Window,
            (_, Some(_)) => Source::Clock(Arc::<Lane>::default()),
        };
        let window = u16::try_from(account.window).unwrap_or(u16::MAX);
        let largest = account.content.largest();
        let defaults = Limits::default();
        let limits = Limits {
            window,
            response: timeout,
            request_buffer: usize::from(window).saturating_mul(largest).max(defaults.request_buffer),
            max_pdu: defaults.max_pdu.max(u32::try_from(largest).unwrap_or(u32::MAX)),
            ..defaults
        };
        let client = |client: &ClientBuilder| {
            let client = client.clone().limits(limits.clone()).mode(account.bind);
            match &account.credentials {
                Some((system_id, password)) => client.credentials(system_id.as_str(), password.as_str()),
                None => client,
            }
        };
        Self {
            run: Arc::clone(run),
            account: Arc::clone(account),
            source,
            clients: clients.iter().map(client).collect(),
            session: Mutex::default(),
        }
    }

    /// True when it is a place of this account.
    pub(super) fn is_of(&self, account: &Arc<Account>) -> bool {
        Arc::ptr_eq(&self.account, account)
    }

    /// Where the pacer puts what is due, in an open loop.
    pub(super) fn lane(&self) -> Option<&Arc<Lane>> {
        match &self.source {
            Source::Clock(lane) => Some(lane),
            Source::Window | Source::Nothing => None,
        }
    }

    /// Binds to the first target that lets it.
    ///
    /// # Errors
    /// Why the last target did not.
    pub(super) async fn bind(&self) -> Result<Connection, ConnectError> {
        let mut last = None;
        for client in &self.clients {
            let loader = Loader::new(Arc::clone(&self.run), Arc::clone(&self.account), self.source.clone());
            match client.connect(loader).await {
                Ok(connection) => {
                    *self.session.lock() = Some(connection.session().clone());
                    return Ok(connection);
                }
                Err(error) => last = Some(error),
            }
        }
        match last {
            Some(error) => Err(error),
            // There is always a target.
            None => std::future::pending().await,
        }
    }

    /// Has the session send what it may.
    pub(super) fn wake(&self) {
        if let Some(session) = &*self.session.lock() {
            session.wake();
        }
    }

    /// Keeps the session until the run is over, and ends it in order. With `reconnect` a lost one is bound again.
    pub(super) async fn keep(
        self: Arc<Self>,
        mut connection: Connection,
        reconnect: bool,
        mut over: watch::Receiver<bool>,
    ) {
        loop {
            tokio::select! {
                biased;
                () = told(&mut over) => {
                    self.run.count_octets(&connection.session().counters());
                    connection.unbind().await;
                    return;
                }
                _ = connection.ended() => {}
            }
            self.run.count_octets(&connection.session().counters());
            *self.session.lock() = None;
            let again = if reconnect { self.bind_again(&mut over).await } else { None };
            let Some(bound) = again else {
                self.run.session_gone();
                return;
            };
            connection = bound;
            self.run.rebound();
            self.wake();
        }
    }

    /// Tries until it works or the run is over.
    async fn bind_again(&self, over: &mut watch::Receiver<bool>) -> Option<Connection> {
        let mut pause = FIRST_PAUSE;
        loop {
            let begun = Instant::now();
            tokio::select! {
                biased;
                () = told(over) => return None,
                bound = self.bind() => match bound {
                    Ok(connection) => return Some(connection),
                    Err(error) => self.run.connection_ended(format!("a lost session was not bound again: {error}")),
                }
            }
            tokio::select! {
                () = told(over) => return None,
                () = tokio::time::sleep_until((begun + pause).into()) => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// Waits until the run is over.
async fn told(over: &mut watch::Receiver<bool>) {
    // The sender lives as long as the run.
    let _told = over.wait_for(|over| *over).await.is_ok();
}

/// Between attempts to bind again, at first and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

//! The gateway as a whole: starts the server, the store and the carrier, and ties them together.

use std::{
    collections::HashMap,
    fmt, io,
    net::SocketAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::Poll,
    time::Duration,
};

use jiff::tz::TimeZone;
use parking_lot::Mutex;
use smpp_session::{CommandStatus, Limits, MessageId, ReplyTo, Server, SessionHandle, TlsError, Verdict};

use crate::{
    Accounts, Batch, Carried, Carrier, Config, Durable, Final, Identity, IdentityError, MemoryStore,
    MessageIds, NewMessage, SimulatorCarrier, Stat, Store, StoreError, VerifierKey,
    deliveries::{Deliveries, PendingReceipt},
    session::Session,
};

/// A running gateway.
#[derive(Debug)]
pub struct Gateway {
    server: Server,
    core: Arc<Core>,
    fingerprint: String,
}

/// What all sessions share.
pub(crate) struct Core {
    pub(crate) accounts: Accounts,
    pub(crate) ids: MessageIds,
    pub(crate) receipt_timezone: TimeZone,
    pub(crate) stopping: AtomicBool,
    pub(crate) next_session: AtomicU64,
    store: Box<dyn Store>,
    /// Set once, right after this was made: the carrier calls back into it.
    carrier: OnceLock<Box<dyn Carrier>>,
    deliveries: Mutex<HashMap<u32, Arc<Deliveries>>>,
    /// Batches that the store has not kept yet, by token.
    waiting: Mutex<HashMap<u64, Waiting>>,
    next_token: AtomicU64,
}

/// A batch on its way into the store.
struct Waiting {
    session: SessionHandle,
    replies: Vec<(ReplyTo, MessageId)>,
    carried: Vec<Carried>,
}

/// How long clients may take to answer unbind.
const SHUTDOWN_DEADLINE: Duration = Duration::from_secs(2);
/// The name of the file that verifiers are keyed with.
const VERIFIER_KEY_FILE: &str = "server.key";

impl Gateway {
    /// Starts a gateway whose certificate and keys are where the config says.
    ///
    /// # Errors
    /// What could not be read, made or listened on.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let identity = match &config.certificate {
            Some(files) => Identity::load(&files.certificate, &files.private_key)?,
            None => Identity::load_or_make(&config.state_dir)?,
        };
        let key = Self::verifier_key(&config)?;
        Self::start_with(config, identity, key).await
    }

    /// Starts a gateway that keeps nothing on disk, for load tests and tests.
    ///
    /// # Errors
    /// What could not be made or listened on.
    pub async fn start_with(
        config: Config,
        identity: Identity,
        key: VerifierKey,
    ) -> Result<Self, StartError> {
        let fingerprint = identity.fingerprint().to_owned();
        let tls = identity.server_tls()?;
        let accounts = Accounts::new(&config.accounts, key)?;
        let core = Core::start(&config, accounts, Box::new(MemoryStore::new()));
        let for_sessions = Arc::clone(&core);
        let mut server = Server::builder(tls).limits(limits(&config));
        if let Some(count) = config.limits.max_connections {
            server = server.max_connections(count as usize);
        }
        let server = server
            .listen(config.listen, move |_peer| Session::new(Arc::clone(&for_sessions)))
            .await
            .map_err(|error| StartError::Listen(config.listen, error))?;
        Ok(Self { server, core, fingerprint })
    }

    /// The key that the config's verifiers are made with; made on the first call.
    ///
    /// # Errors
    /// When its file can't be read or written, or others may read it.
    pub fn verifier_key(config: &Config) -> Result<VerifierKey, StartError> {
        std::fs::create_dir_all(&config.state_dir)?;
        Ok(VerifierKey::load_or_create(&config.state_dir.join(VERIFIER_KEY_FILE))?)
    }

    /// Where it listens.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.server.local_addr()
    }

    /// The SHA-256 of its public key, as clients pin it.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// What its store is called.
    #[must_use]
    pub fn store_name(&self) -> &'static str {
        self.core.store.name()
    }

    /// Refuses what is new (ESME_RSUBMITFAIL, ESME_RBINDFAIL), answers what is open, unbinds every client and disconnects.
    /// Cancellation: closes everything at once.
    pub async fn shutdown(self) {
        self.core.stopping.store(true, Ordering::Relaxed);
        self.server.shutdown(SHUTDOWN_DEADLINE).await;
    }
}

impl Core {
    pub(crate) fn start(config: &Config, accounts: Accounts, store: Box<dyn Store>) -> Arc<Self> {
        let core = Arc::new(Self {
            accounts,
            ids: MessageIds::new(config.node),
            receipt_timezone: config.receipt_timezone.clone(),
            stopping: AtomicBool::new(false),
            next_session: AtomicU64::new(0),
            store,
            carrier: OnceLock::new(),
            deliveries: Mutex::default(),
            waiting: Mutex::default(),
            next_token: AtomicU64::new(0),
        });
        let for_carrier = Arc::downgrade(&core);
        let mut messages = Vec::new();
        let carrier = SimulatorCarrier::start(&config.simulator, move |finals| {
            if let Some(core) = for_carrier.upgrade() {
                core.finish(finals, &mut messages);
            }
        });
        let _first = core.carrier.set(Box::new(carrier));
        core
    }

    /// The receipts of an account.
    pub(crate) fn deliveries(&self, account: u32) -> Arc<Deliveries> {
        Arc::clone(self.deliveries.lock().entry(account).or_default())
    }

    /// Stores a batch. Gives the verdicts that are known now; the others reach the session once the store has kept the batch.
    pub(crate) fn accept(
        &self,
        batch: Batch,
        session: &SessionHandle,
        replies: &mut Vec<(ReplyTo, MessageId)>,
    ) -> Vec<(ReplyTo, Verdict)> {
        let carried =
            batch.messages.iter().map(|message| Carried { key: message.key, pdu: message.pdu.clone() });
        let waiting = Waiting {
            session: session.clone(),
            carried: carried.collect(),
            replies: std::mem::take(replies),
        };
        let token = self.next_token.fetch_add(1, Ordering::Relaxed);
        // The answer may come on another thread before `submit` returns, so the batch is noted first.
        self.waiting.lock().insert(token, waiting);
        match self.store.submit(batch, token) {
            Poll::Ready(result) => self
                .waiting
                .lock()
                .remove(&token)
                .map_or_else(Vec::new, |kept| self.kept(kept.into(), result)),
            Poll::Pending => Vec::new(),
        }
    }

    /// Answers the batches that the store has kept since the last call.
    pub(crate) fn answer_durable(&self) {
        let mut durable = Vec::new();
        self.store.poll_durable(&mut durable);
        for Durable { token, result } in durable {
            let waiting = self.waiting.lock().remove(&token);
            if let Some(waiting) = waiting {
                let session = waiting.session.clone();
                session.answer(self.kept(waiting.into(), result));
            }
        }
    }

    /// A batch is kept, or refused: hands it to the carrier and gives the verdicts.
    fn kept(&self, batch: Kept, result: Result<(), StoreError>) -> Vec<(ReplyTo, Verdict)> {
        let command_status = match result {
            Ok(()) => CommandStatus::ESME_ROK,
            Err(error) => {
                tracing::warn!(%error, messages = batch.replies.len(), "messages refused");
                CommandStatus::ESME_RSUBMITFAIL
            }
        };
        if result.is_ok()
            && let Some(carrier) = self.carrier.get()
        {
            carrier.submit(batch.carried);
        }
        let verdict = |(reply_to, message_id)| (reply_to, Verdict { command_status, message_id });
        batch.replies.into_iter().map(verdict).collect()
    }

    /// Messages reached their end: out of the store, and their receipts to their accounts.
    fn finish(&self, finals: &[Final], messages: &mut Vec<NewMessage>) {
        let keys: Vec<_> = finals.iter().map(|end| end.key).collect();
        self.store.finish(&keys, messages);
        let mut ends = finals.iter();
        let mut receipts: HashMap<u32, Vec<PendingReceipt>> = HashMap::new();
        for message in messages.drain(..) {
            let Some(end) = ends.by_ref().find(|end| end.key == message.key) else {
                continue;
            };
            if message.registered_delivery.wants_receipt(end.outcome.stat == Stat::DELIVRD) {
                let receipt = PendingReceipt { outcome: end.outcome, done: end.done, refusals: 0, message };
                receipts.entry(receipt.message.account).or_default().push(receipt);
            }
        }
        for (account, receipts) in receipts {
            self.deliveries(account).push(receipts);
        }
    }
}

/// A batch whose fate is known.
struct Kept {
    replies: Vec<(ReplyTo, MessageId)>,
    carried: Vec<Carried>,
}

impl From<Waiting> for Kept {
    fn from(waiting: Waiting) -> Self {
        Self { replies: waiting.replies, carried: waiting.carried }
    }
}

fn limits(config: &Config) -> Limits {
    Limits {
        inbound_window: config.limits.window,
        max_pdu: config.limits.max_pdu_octets,
        session_init: config.limits.session_init,
        enquire_link: config.limits.enquire_link,
        response: config.limits.response,
        inactivity: Some(config.limits.inactivity),
        ..Limits::default()
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Core({:?}, {:?})", self.accounts, self.store)
    }
}

/// Why the gateway did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The certificate or its key.
    Identity(IdentityError),
    /// TLS with that identity.
    Tls(TlsError),
    /// The key of the verifiers.
    Key(io::Error),
    /// The address.
    Listen(SocketAddr, io::Error),
}

impl From<IdentityError> for StartError {
    fn from(error: IdentityError) -> Self {
        Self::Identity(error)
    }
}

impl From<TlsError> for StartError {
    fn from(error: TlsError) -> Self {
        Self::Tls(error)
    }
}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> Self {
        Self::Key(error)
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identity(error) => write!(f, "{error}"),
            Self::Tls(error) => write!(f, "the certificate can't be used: {error}"),
            Self::Key(error) => write!(f, "the verifier key can't be used: {error}"),
            Self::Listen(address, error) => write!(f, "listen is {address}: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

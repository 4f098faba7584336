//! What all sessions share: the way of a message from its acceptance to its acknowledged receipt.
//!
//! Each step is kept before the next one begins: a message is answered, and handed to the carrier, once it is kept; its receipt is sent
//! once its end is kept; it is forgotten once the receipt was acknowledged. So is what comes in: kept, delivered, acknowledged, forgotten.

#[cfg(feature = "sqlite")]
mod announce;
mod answers;
mod carrier_link;
mod expiry;
mod incoming;
mod unowned;

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    task::Poll,
    time::Instant,
};

use jiff::tz::TimeZone;
use parking_lot::Mutex;
use smpp_session::{MessageId, ReplyTo, SessionHandle, Verdict};
use tokio::sync::{Notify, oneshot};

use self::{
    carrier_link::CarrierLink,
    unowned::{NOBODY, Unowned},
};
use crate::{
    Accounts, CallRecord, Carrier, Config, Final, LogNumbers, MessageIds, SimulatorCarrier, StartError, Stat,
    account::Door,
    cdr,
    counts::Counts,
    deliveries::Deliveries,
    delivery::Delivery,
    departure::Departure,
    store::{Batch, Completion, Held, Store, StoreError},
    traffic::Traffic,
};

#[cfg(feature = "sqlite")]
use crate::{StoreKind, announcer, store::sqlite::Announcement};

/// What all sessions share.
pub(crate) struct Core {
    pub(crate) door: Arc<Door>,
    pub(crate) counts: Counts,
    pub(crate) ids: MessageIds,
    pub(crate) receipt_timezone: TimeZone,
    /// How long a message is worth delivering when it does not say so itself, in seconds.
    pub(crate) validity: u64,
    /// How long receipts and incoming messages wait for a client that takes them, in seconds.
    pub(crate) delivery_lifetime: u64,
    /// How often its store was started, this time included.
    #[cfg(feature = "admin")]
    pub(crate) starts: u32,
    pub(crate) departure: Arc<Departure>,
    pub(crate) next_session: AtomicU64,
    /// How the log shows numbers.
    log_numbers: LogNumbers,
    /// Whether messages that end are recorded.
    records: bool,
    /// How a message ended is asked for when it is gone, too.
    keeps_past: bool,
    store: Box<dyn Store>,
    /// Set once, right after this was made: the carrier calls back into it.
    carrier: OnceLock<Box<dyn Carrier>>,
    traffic: Mutex<Traffic>,
    deliveries: Mutex<HashMap<u32, Arc<Deliveries>>>,
    /// What came in for numbers that nobody owns.
    unowned: Unowned,
    /// What the store was asked and has not answered, by token.
    asked: Mutex<HashMap<u64, Asked>>,
    next_token: AtomicU64,
    /// What the store could not keep, though it must.
    unkept: Mutex<Unkept>,
    /// Maintenance that is planned.
    #[cfg(feature = "sqlite")]
    planned: Mutex<Vec<Announcement>>,
    /// The store has answers.
    answers: Arc<Notify>,
    /// Held while they are worked off.
    collecting: Mutex<()>,
}

/// What the store was asked.
enum Asked {
    /// To keep a batch.
    Batch(Waiting),
    /// For messages that the carrier has room for.
    ForCarrier(Vec<u64>),
    /// For deliveries of an account.
    ForAccount(u32, Vec<u64>),
    /// For messages that somebody waits for.
    Call(oneshot::Sender<Result<Vec<Held>, StoreError>>),
}

/// Who waits for a batch.
#[derive(Default)]
struct Waiting {
    /// The session whose messages are in it, and what is to be answered in their order.
    session: Option<SessionHandle>,
    /// Since when.
    since: Option<Instant>,
    replies: Vec<(ReplyTo, MessageId)>,
    /// What is to be delivered once it is kept.
    deliveries: Vec<Delivery>,
    /// How many messages left the carrier.
    ends: usize,
    /// Who repeats it when it is refused, and so must be told.
    kept: Option<oneshot::Sender<Result<(), StoreError>>>,
}

/// Ends and acknowledgements that were refused: unlike new messages nobody sends them again.
#[derive(Default)]
struct Unkept {
    batch: Batch,
    deliveries: Vec<Delivery>,
    ends: usize,
}

/// The answers that are known now.
pub(crate) type Verdicts = Vec<(ReplyTo, Verdict)>;

impl Core {
    pub(crate) fn start(
        config: &Config,
        accounts: Accounts,
        store: Box<dyn Store>,
    ) -> Result<Arc<Self>, StartError> {
        let recovered = store.recover()?;
        let ids = MessageIds::new(config.node, recovered.epoch, recovered.next_key, &recovered.id_secret)?;
        let (door, counts) = (Arc::new(Door::new(accounts, config.lockout)), Counts::default());
        let names = Arc::clone(&door);
        let name = move |id| names.accounts.by_id(id).map(|account| account.system_id.clone());
        let store = cdr::recording(store, config, name, Arc::clone(&counts.records))?;
        let answers = Arc::new(Notify::new());
        let bell = Arc::clone(&answers);
        store.wake_with(Arc::new(move || bell.notify_one()));
        let core = Arc::new(Self {
            door,
            counts,
            ids,
            receipt_timezone: config.receipt_timezone.clone(),
            validity: config.validity.as_secs(),
            delivery_lifetime: config.delivery_lifetime.as_secs(),
            #[cfg(feature = "admin")]
            starts: recovered.epoch,
            departure: Arc::default(),
            next_session: AtomicU64::new(0),
            log_numbers: config.log_numbers,
            records: config.cdr.is_some(),
            keeps_past: !config.store.retention.is_zero(),
            store,
            carrier: OnceLock::new(),
            traffic: Mutex::new(Traffic::of(recovered.waiting)),
            deliveries: Mutex::default(),
            unowned: Unowned::default(),
            asked: Mutex::default(),
            next_token: AtomicU64::new(0),
            unkept: Mutex::default(),
            #[cfg(feature = "sqlite")]
            planned: Mutex::default(),
            answers,
            collecting: Mutex::default(),
        });
        for (account, count) in recovered.queued {
            if let Some(account) = core.door.accounts.by_id(account) {
                account.recovered(count);
            }
        }
        for (account, keys) in recovered.deliveries {
            if account == NOBODY {
                core.unowned.push(keys);
                core.unowned.look_again();
            } else {
                core.deliveries(account).push_stored(keys);
            }
        }
        let carrier = SimulatorCarrier::start(&config.simulator, CarrierLink(Arc::downgrade(&core)));
        let _first = core.carrier.set(Box::new(carrier));
        tokio::spawn(answers::collect_answers(Arc::downgrade(&core), Arc::clone(&core.answers)));
        tokio::spawn(expiry::keep_up(Arc::downgrade(&core), core.unowned.bell(), config.delivery_lifetime));
        core.feed_carrier();
        #[cfg(feature = "sqlite")]
        if config.store.kind == StoreKind::Sqlite {
            tokio::spawn(announcer::run(Arc::downgrade(&core), config.database()));
        }
        Ok(core)
    }

    pub(crate) fn store_name(&self) -> &'static str {
        self.store.name()
    }

    /// What the store was asked and has not answered.
    #[cfg(feature = "admin")]
    pub(crate) fn store_depth(&self) -> usize {
        self.asked.lock().len()
    }

    /// True when the store needs messages whole.
    pub(crate) fn keeps_pdus(&self) -> bool {
        self.store.is_durable()
    }

    /// What is to be delivered to an account.
    pub(crate) fn deliveries(&self, account: u32) -> Arc<Deliveries> {
        Arc::clone(self.deliveries.lock().entry(account).or_default())
    }

    /// The accounts have changed.
    pub(crate) fn accounts_changed(&self) {
        self.unowned.look_again();
    }

    /// Incoming messages whose number nobody owns.
    #[cfg(feature = "admin")]
    pub(crate) fn unowned_count(&self) -> usize {
        self.unowned.len()
    }

    /// Keeps what a turn of a session brought. Gives the verdicts that are known now; the others reach the session once the store has
    /// kept the batch.
    pub(crate) fn accept(
        self: &Arc<Self>,
        batch: Batch,
        session: &SessionHandle,
        replies: &mut Vec<(ReplyTo, MessageId)>,
    ) -> Verdicts {
        let session = (!replies.is_empty()).then(|| session.clone());
        self.submit(batch, Waiting { session, replies: std::mem::take(replies), ..Waiting::default() })
    }

    /// Forgets messages that were acknowledged, or their receipts.
    pub(crate) fn forget(self: &Arc<Self>, keys: Vec<u64>) {
        let _nobody_waits = self.submit(Batch { gone: keys, ..Batch::default() }, Waiting::default());
    }

    /// Reads deliveries of an account that are in the store only, if it is time.
    pub(crate) fn feed_account(self: &Arc<Self>, account: u32) {
        if let Some(keys) = self.deliveries(account).to_read() {
            self.read(keys.clone(), Asked::ForAccount(account, keys));
        }
    }

    fn feed_carrier(self: &Arc<Self>) {
        let keys = self.traffic.lock().next_to_read();
        if let Some(keys) = keys {
            self.read(keys.clone(), Asked::ForCarrier(keys));
        }
    }

    /// Has the store work off what it was given, and give it up for another process; what it answers reaches the sessions.
    pub(crate) async fn close_store(self: &Arc<Self>) {
        self.departure.close_store();
        let core = Arc::clone(self);
        let _panicked = tokio::task::spawn_blocking(move || core.store.close()).await;
        self.collect(&mut Vec::new());
    }

    /// Messages reached their end: it is kept, and their receipts go to their accounts.
    fn finish(self: &Arc<Self>, finals: &[Final]) {
        // The process that has the store now carries them.
        if self.departure.is_store_closed() {
            return;
        }
        let (mut batch, mut deliveries) = (Batch::default(), Vec::new());
        let mut ended: HashMap<u32, u64> = HashMap::new();
        {
            let mut traffic = self.traffic.lock();
            for end in finals {
                let Some(message) = traffic.end(end.key) else { continue };
                *ended.entry(message.account).or_default() += 1;
                let Final { outcome, .. } = end;
                tracing::debug!(id = %message.id, stat = %outcome.stat, code = outcome.code, "message ended");
                if self.records {
                    batch.records.push(CallRecord::of(&message, end));
                }
                let wants_receipt =
                    message.registered_delivery.wants_receipt(end.outcome.stat == Stat::DELIVRD);
                if wants_receipt || self.keeps_past {
                    batch.ended.push(*end);
                }
                if wants_receipt {
                    deliveries.push(Delivery::receipt(message, *end));
                } else {
                    batch.gone.push(end.key);
                }
            }
        }
        for (account, count) in ended {
            self.left_queue(account, count);
        }
        let ends = deliveries.len() + batch.gone.len();
        let _nobody_waits = self.submit(batch, Waiting { deliveries, ends, ..Waiting::default() });
        self.feed_carrier();
    }

    /// So many messages of an account are not on their way any more.
    fn left_queue(&self, account: u32, count: u64) {
        if let Some(account) = self.door.accounts.by_id(account) {
            account.finished(count);
        }
    }

    fn submit(self: &Arc<Self>, batch: Batch, waiting: Waiting) -> Verdicts {
        // The answer may come on another thread before `submit` returns, so who waits is noted first.
        let token = self.ask(Asked::Batch(Waiting { since: Some(Instant::now()), ..waiting }));
        match self.store.submit(batch, token) {
            Poll::Ready(stored) => match self.asked.lock().remove(&token) {
                Some(Asked::Batch(waiting)) => Some((waiting, stored)),
                _ => None,
            }
            .map_or_else(Vec::new, |(waiting, stored)| self.settle(waiting, stored)),
            Poll::Pending => Vec::new(),
        }
    }

    fn read(self: &Arc<Self>, keys: Vec<u64>, asked: Asked) {
        let token = self.ask(asked);
        if let Poll::Ready(held) = self.store.read(keys, token) {
            self.answered(Completion::Read(token, held));
        }
    }

    /// Messages of the store, for who can wait for them.
    async fn held(self: &Arc<Self>, keys: Vec<u64>) -> Result<Vec<Held>, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.read(keys, Asked::Call(answer));
        answered.await.unwrap_or(Err(StoreError::Failed))
    }

    /// Keeps a batch that its caller repeats when it is refused.
    async fn keep(self: &Arc<Self>, batch: Batch, deliveries: Vec<Delivery>) -> Result<(), StoreError> {
        let (kept, answered) = oneshot::channel();
        let waiting = Waiting { deliveries, kept: Some(kept), ..Waiting::default() };
        let _no_session = self.submit(batch, waiting);
        answered.await.unwrap_or(Err(StoreError::Failed))
    }

    fn ask(&self, asked: Asked) -> u64 {
        let token = self.next_token.fetch_add(1, Ordering::Relaxed);
        self.asked.lock().insert(token, asked);
        token
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        self.answers.notify_one();
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Core({:?}, {:?})", self.door, self.store)
    }
}

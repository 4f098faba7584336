//! Who may bind, with which binds, how often at once, and how much.

pub mod accounts;
pub mod credential;
mod door;
mod hashing;
pub mod lockout;
pub mod numbers;
pub mod password_hash;
mod sign_of_life;
pub mod sources;

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use parking_lot::{Mutex, RwLock};
use smpp_session::{BindMode, CommandStatus, SessionHandle, TokenBucket};

pub(crate) use self::door::{Bid, Door, Judged, Judgement};
use crate::{AccountConfig, ConnectionModes, Credential, Verifier, handover::Verified};

/// A client of the gateway: what it may do, and what it has now.
#[derive(Debug)]
pub struct Account {
    /// The name it binds with.
    pub system_id: String,
    /// The account inside the gateway: the same after a restart, whatever else the config says.
    pub id: u32,
    settings: RwLock<Arc<AccountConfig>>,
    sessions: Mutex<BTreeMap<u64, Live>>,
    rate: Mutex<Option<TokenBucket>>,
    /// Messages accepted that did not reach their end.
    queued: AtomicU64,
    /// Messages accepted since the start.
    accepted: AtomicU64,
    /// Of an imported password that was right: its next bind costs no hash.
    verified: Mutex<Option<Verifier>>,
}

/// A live session of an account.
#[derive(Clone, Debug)]
pub struct Live {
    /// The session itself.
    pub session: SessionHandle,
    /// How it is bound.
    pub mode: BindMode,
    /// Where it comes from.
    pub address: IpAddr,
}

impl Account {
    fn new(config: &AccountConfig, now: Instant) -> Self {
        Self {
            system_id: config.system_id.clone(),
            id: config.id(),
            settings: RwLock::new(Arc::new(config.clone())),
            sessions: Mutex::default(),
            rate: Mutex::new(bucket(config, now)),
            queued: AtomicU64::new(0),
            accepted: AtomicU64::new(0),
            verified: Mutex::default(),
        }
    }

    /// What it may do now.
    #[must_use]
    pub fn settings(&self) -> Arc<AccountConfig> {
        Arc::clone(&self.settings.read())
    }

    /// Takes one of the account's seats, `None` when all are taken ([`CommandStatus::ESME_RALYBND`]).
    #[must_use]
    pub fn take_seat(self: &Arc<Self>, number: u64, live: Live) -> Option<Seat> {
        let max_binds = self.settings.read().max_binds as usize;
        let mut sessions = self.sessions.lock();
        if sessions.len() >= max_binds {
            return None;
        }
        sessions.insert(number, live);
        Some(Seat { account: Arc::clone(self), number })
    }

    /// How many sessions it has now.
    #[must_use]
    pub fn binds(&self) -> usize {
        self.sessions.lock().len()
    }

    /// Its sessions, the oldest first, with their numbers.
    #[must_use]
    pub fn sessions(&self) -> Vec<(u64, Live)> {
        self.sessions.lock().iter().map(|(number, live)| (*number, live.clone())).collect()
    }

    /// Messages accepted that did not reach their end.
    #[must_use]
    pub fn queued(&self) -> u64 {
        self.queued.load(Ordering::Relaxed)
    }

    /// Messages accepted since the start.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }

    /// Judges a message by what the account may send, and counts it as on its way.
    ///
    /// # Errors
    /// `ESME_RINVSRCADR` for a source address that is not the account's, `ESME_RMSGQFUL` above its queue limit, `ESME_RTHROTTLED`
    /// above its rate.
    pub fn admit(&self, settings: &AccountConfig, source: &[u8], now: Instant) -> Result<(), CommandStatus> {
        if !settings.may_send_from(source) {
            return Err(CommandStatus::ESME_RINVSRCADR);
        }
        if settings.queue_limit.is_some_and(|limit| self.queued() >= limit) {
            return Err(CommandStatus::ESME_RMSGQFUL);
        }
        if settings.messages_per_second.is_some()
            && self.rate.lock().as_mut().is_some_and(|rate| rate.take(now).is_err())
        {
            return Err(CommandStatus::ESME_RTHROTTLED);
        }
        self.queued.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Counts messages that were kept, and are answered ESME_ROK.
    pub fn kept(&self, count: u64) {
        self.accepted.fetch_add(count, Ordering::Relaxed);
    }

    /// Counts messages that a store kept from before a restart.
    pub fn recovered(&self, count: u64) {
        self.queued.fetch_add(count, Ordering::Relaxed);
    }

    /// Counts messages that reached their end, or were not kept.
    pub fn finished(&self, count: u64) {
        // Never below zero: an account that was removed and added again knows nothing of those it had before.
        let fewer = |queued: u64| Some(queued.saturating_sub(count));
        let _always = self.queued.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer);
    }

    /// Its imported password, if that was hashed and found right.
    fn verified(&self) -> Option<Verified> {
        let verifier = (*self.verified.lock())?;
        match &self.settings().credential {
            Credential::Imported(hash) => Some(Verified { account: self.id, verifier, hash: hash.clone() }),
            Credential::Generated(_) => None,
        }
    }

    /// Another process hashed its imported password.
    fn take_verified(&self, one: Verified) {
        if self.settings().credential == Credential::Imported(one.hash) {
            *self.verified.lock() = Some(one.verifier);
        }
    }

    /// Takes new settings, and ends the sessions that they no longer allow; how many that were.
    fn change(&self, config: &AccountConfig, now: Instant) -> usize {
        let old = std::mem::replace(&mut *self.settings.write(), Arc::new(config.clone()));
        if (old.messages_per_second, old.burst) != (config.messages_per_second, config.burst) {
            *self.rate.lock() = bucket(config, now);
        }
        let same_password = old.credential == config.credential;
        if !same_password {
            *self.verified.lock() = None;
        }
        let allowed = |live: &Live| {
            same_password && allows(config.modes, live.mode) && config.may_come_from(live.address)
        };
        self.end(|position, live| position >= config.max_binds as usize || !allowed(live))
    }

    /// Ends all its sessions; how many there were.
    fn close(&self) -> usize {
        self.end(|_, _| true)
    }

    /// Ends those for which it is true, told their place among the sessions, the oldest first.
    fn end(&self, must_go: impl Fn(usize, &Live) -> bool) -> usize {
        let sessions = self.sessions();
        let going = sessions.iter().enumerate().filter(|(position, (_, live))| must_go(*position, live));
        going.map(|(_, (_, live))| live.session.unbind()).count()
    }
}

/// One live session of an account; the seat is free again once this is dropped.
#[derive(Debug)]
pub struct Seat {
    account: Arc<Account>,
    number: u64,
}

impl Seat {
    /// Whose seat it is.
    #[must_use]
    pub const fn account(&self) -> &Arc<Account> {
        &self.account
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.account.sessions.lock().remove(&self.number);
    }
}

fn bucket(config: &AccountConfig, now: Instant) -> Option<TokenBucket> {
    let rate = config.messages_per_second?;
    Some(TokenBucket::new(rate, config.burst.unwrap_or(rate), now))
}

const fn allows(modes: ConnectionModes, mode: BindMode) -> bool {
    modes.allows(mode.command_id())
}

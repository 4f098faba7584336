//! A bind is judged: lock-out first, then the password, then what the account may do.
//!
//! A wrong password is answered at a fixed time after its bind, or a multiple of it: neither whether the id exists, nor how its password
//! is kept, shows in the time.

use std::{net::IpAddr, pin::Pin, sync::Arc, time::Duration};

use parking_lot::Mutex;
use smpp_session::{BindMode, CommandStatus};
use tokio::time::Instant;

use super::{Account, accounts::Accounts, allows, hashing::Hashing, lockout::Lockout};
use crate::{Credential, LockoutConfig, PasswordHash};

/// Where every bind comes by.
#[derive(Debug)]
pub(crate) struct Door {
    pub(crate) accounts: Accounts,
    lockout: Mutex<Lockout>,
    hashing: Hashing,
}

/// A bind, as it is judged.
#[derive(Clone, Debug)]
pub(crate) struct Bid {
    pub(crate) system_id: Box<[u8]>,
    pub(crate) mode: BindMode,
    pub(crate) address: IpAddr,
}

/// Whose bind it is, or the status to refuse it with.
pub(crate) type Judged = Result<Arc<Account>, CommandStatus>;

/// What is known of a bind at once.
pub(crate) enum Judgement {
    /// It is judged.
    Now(Judged),
    /// It takes time.
    Later(Pin<Box<dyn Future<Output = Judged> + Send>>),
}

impl Door {
    pub(crate) fn new(accounts: Accounts, lockout: LockoutConfig) -> Self {
        Self { accounts, lockout: Mutex::new(Lockout::new(lockout)), hashing: Hashing::new() }
    }

    pub(crate) fn set_lockout(&self, config: LockoutConfig) {
        self.lockout.lock().set_config(config);
    }

    /// Judges a bind, apart from the number of binds (see [`Account::take_seat`]): `ESME_RINVPASWD` for a wrong password and an unknown
    /// system_id alike, `ESME_RBINDFAIL` for who is locked out, or may not make this bind, or not from there.
    pub(crate) fn judge(self: &Arc<Self>, bid: Bid, password: &[u8]) -> Judgement {
        let begun = Instant::now();
        if self.lockout.lock().is_locked(bid.address, &bid.system_id, begun.into_std()) {
            return Judgement::Now(Err(CommandStatus::ESME_RBINDFAIL));
        }
        let (account, credential) = self.accounts.find(&bid.system_id);
        let matches = match credential {
            Credential::Generated(verifier) => self.accounts.matches(&verifier, &bid.system_id, password),
            Credential::Imported(hash) if !self.was_verified(account.as_deref(), &bid, password) => {
                return self.judge_later(bid, password.into(), account, hash, begun);
            }
            Credential::Imported(_) => true,
        };
        match account {
            Some(account) if matches => Judgement::Now(self.right(&bid, account)),
            _ => {
                let door = Arc::clone(self);
                Judgement::Later(Box::pin(async move { Err(door.wrong(&bid, begun).await) }))
            }
        }
    }

    /// Lets a bind in that found all seats taken, where that is because of sessions that are dead.
    pub(crate) fn make_room(account: Arc<Account>) -> Judgement {
        Judgement::Later(Box::pin(async move {
            account.evict_dead().await;
            Ok(account)
        }))
    }

    fn judge_later(
        self: &Arc<Self>,
        bid: Bid,
        password: Box<[u8]>,
        account: Option<Arc<Account>>,
        hash: PasswordHash,
        begun: Instant,
    ) -> Judgement {
        let door = Arc::clone(self);
        Judgement::Later(Box::pin(async move {
            let matches = door.hashing.matches(hash, password.clone()).await;
            match (matches, account) {
                // So many binds that they can't be judged: nobody's fault here, so it does not count as a wrong password.
                (None, _) => Err(CommandStatus::ESME_RBINDFAIL),
                (Some(true), Some(account)) => {
                    let verifier = door.accounts.verifier(&bid.system_id, &password);
                    *account.verified.lock() = Some(verifier);
                    door.right(&bid, account)
                }
                _ => Err(door.wrong(&bid, begun).await),
            }
        }))
    }

    /// True when this very password was hashed before and found right.
    fn was_verified(&self, account: Option<&Account>, bid: &Bid, password: &[u8]) -> bool {
        let verifier = account.and_then(|account| *account.verified.lock());
        verifier.is_some_and(|verifier| self.accounts.matches(&verifier, &bid.system_id, password))
    }

    fn right(&self, bid: &Bid, account: Arc<Account>) -> Judged {
        self.lockout.lock().succeeded(bid.address, &bid.system_id);
        let settings = account.settings();
        if allows(settings.modes, bid.mode) && settings.may_come_from(bid.address) {
            return Ok(account);
        }
        Err(CommandStatus::ESME_RBINDFAIL)
    }

    async fn wrong(&self, bid: &Bid, begun: Instant) -> CommandStatus {
        let delay = {
            let mut lockout = self.lockout.lock();
            lockout.failed(bid.address, &bid.system_id, begun.into_std());
            lockout.delay()
        };
        tokio::time::sleep_until(next_multiple(begun, delay)).await;
        CommandStatus::ESME_RINVPASWD
    }
}

/// The next instant that is a whole number of delays, one at least, after `begun`.
fn next_multiple(begun: Instant, delay: Duration) -> Instant {
    let mut next = begun + delay;
    while !delay.is_zero() && next < Instant::now() {
        next += delay;
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AccountConfig, ConnectionModes, PasswordHash, VerifierKey};

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn door() -> Arc<Door> {
        let key = VerifierKey::generate().unwrap();
        let generated = |system_id: &str, modes| AccountConfig {
            modes,
            ..AccountConfig::new(system_id, key.verifier(system_id.as_bytes(), b"secret08"))
        };
        let imported = AccountConfig::new("carol", PasswordHash::of(b"secret08").unwrap());
        let elsewhere = AccountConfig {
            networks: vec!["192.0.2.0/24".parse().unwrap()],
            ..generated("dora", ConnectionModes::ALL)
        };
        let configs = [
            generated("alice", ConnectionModes::TRANSMITTER),
            generated("bob", ConnectionModes::ALL),
            imported,
            elsewhere,
        ];
        let accounts = Accounts::new(&configs, key).unwrap();
        let config = LockoutConfig { attempts: 2, ..LockoutConfig::default() };
        Arc::new(Door::new(accounts, config))
    }

    async fn bind(door: &Arc<Door>, system_id: &str, password: &str) -> Result<String, CommandStatus> {
        let bid = Bid { system_id: system_id.as_bytes().into(), mode: BindMode::Transceiver, address: HERE };
        let verdict = match door.judge(bid, password.as_bytes()) {
            Judgement::Now(verdict) => verdict,
            Judgement::Later(verdict) => verdict.await,
        };
        verdict.map(|account| account.system_id.clone())
    }

    #[tokio::test(start_paused = true)]
    async fn the_right_password_finds_the_account_at_once() {
        let (door, begun) = (door(), Instant::now());
        for _ in 0..3 {
            assert_eq!(bind(&door, "bob", "secret08").await.unwrap(), "bob");
            assert_eq!(bind(&door, "carol", "secret08").await.unwrap(), "carol");
        }
        assert!(begun.elapsed() < Duration::from_secs(1));
    }

    #[tokio::test]
    async fn what_one_process_hashed_another_need_not_as_long_as_the_account_has_that_password() {
        let key = VerifierKey::generate().unwrap();
        let carol = |hash: PasswordHash| {
            let accounts = Accounts::new(&[AccountConfig::new("carol", hash)], key.clone()).unwrap();
            Arc::new(Door::new(accounts, LockoutConfig::default()))
        };
        let judged_at_once = |door: &Arc<Door>, password: &str| {
            let bid = Bid { system_id: b"carol"[..].into(), mode: BindMode::Receiver, address: HERE };
            matches!(door.judge(bid, password.as_bytes()), Judgement::Now(Ok(_)))
        };
        let hash = PasswordHash::of(b"secret08").unwrap();
        let (first, next) = (carol(hash.clone()), carol(hash));
        assert!(first.accounts.verified().is_empty());
        bind(&first, "carol", "secret08").await.unwrap();
        assert!(!judged_at_once(&next, "secret08"));
        next.accounts.take_verified(first.accounts.verified());
        assert!(judged_at_once(&next, "secret08"));
        assert!(!judged_at_once(&next, "secret09"));
        let changed = carol(PasswordHash::of(b"secret09").unwrap());
        changed.accounts.take_verified(first.accounts.verified());
        assert!(!judged_at_once(&changed, "secret08"), "the old password is good no more");
    }

    #[tokio::test(start_paused = true)]
    async fn a_wrong_password_and_an_unknown_id_get_the_same_answer_after_the_same_time() {
        let door = door();
        for (system_id, password) in
            [("bob", "Secret08"), ("bob", ""), ("carol", "wrong"), ("eve", "secret08"), ("", "")]
        {
            let begun = Instant::now();
            assert_eq!(bind(&door, system_id, password).await, Err(CommandStatus::ESME_RINVPASWD));
            let answered = begun.elapsed().as_millis();
            assert!(matches!(answered % 1000, 0..10), "{system_id} after {answered} ms");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_account_may_not_is_told_to_who_knows_the_password_only() {
        let door = door();
        for system_id in ["alice", "dora"] {
            assert_eq!(bind(&door, system_id, "secret08").await, Err(CommandStatus::ESME_RBINDFAIL));
            assert_eq!(bind(&door, system_id, "wrong").await, Err(CommandStatus::ESME_RINVPASWD));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_guesses_is_locked_out_unseen_whether_the_id_exists_or_not() {
        for system_id in ["bob", "carol", "eve"] {
            let door = door();
            for _ in 0..2 {
                assert_eq!(bind(&door, system_id, "wrong").await, Err(CommandStatus::ESME_RINVPASWD));
            }
            let begun = Instant::now();
            for password in ["wrong", "secret08"] {
                assert_eq!(bind(&door, system_id, password).await, Err(CommandStatus::ESME_RBINDFAIL));
            }
            assert_eq!(begun.elapsed(), Duration::ZERO, "no hash, no delay");
            assert!(bind(&door, if system_id == "bob" { "carol" } else { "bob" }, "secret08").await.is_ok());
        }
    }
}

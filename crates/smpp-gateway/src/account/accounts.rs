//! All accounts, found by their system_id or id; they follow the config while the gateway runs.

use std::{collections::HashMap, io, sync::Arc, time::Instant};

use parking_lot::RwLock;

use smpp_session::SessionHandle;

use super::{Account, numbers::NumberTable};
use crate::{
    AccountConfig, Credential, PasswordHash, Verifier, VerifierKey, generate_password, handover::Verified,
};

/// All accounts.
#[derive(Debug)]
pub struct Accounts {
    key: VerifierKey,
    table: RwLock<Arc<Table>>,
}

#[derive(Debug)]
struct Table {
    by_system_id: HashMap<Box<[u8]>, Arc<Account>>,
    by_id: HashMap<u32, Arc<Account>>,
    /// By the numbers of their incoming messages.
    owners: NumberTable<u32>,
    /// Of a password nobody knows: unknown ids are checked against it, so that they take as long as known ones.
    nobody: Credential,
}

/// What a reload changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Accounts that are new.
    pub added: usize,
    /// Accounts whose settings are others.
    pub changed: usize,
    /// Accounts that are gone.
    pub removed: usize,
    /// Sessions that are no longer allowed, and were ended.
    pub ended: usize,
}

impl Accounts {
    /// The accounts of a config, whose verifiers were made with `key`.
    ///
    /// # Errors
    /// When the system has no random octets to give.
    pub fn new(accounts: &[AccountConfig], key: VerifierKey) -> io::Result<Self> {
        let now = Instant::now();
        let new = accounts.iter().map(|config| Arc::new(Account::new(config, now)));
        let table = Table::new(new, nobody(accounts, &key)?);
        Ok(Self { key, table: RwLock::new(Arc::new(table)) })
    }

    /// The account with this system_id.
    #[must_use]
    pub fn get(&self, system_id: &[u8]) -> Option<Arc<Account>> {
        self.table().by_system_id.get(system_id).cloned()
    }

    /// The account with this [`Account::id`].
    #[must_use]
    pub fn by_id(&self, id: u32) -> Option<Arc<Account>> {
        self.table().by_id.get(&id).cloned()
    }

    /// The [`Account::id`] of whom incoming messages to this number belong to.
    #[must_use]
    pub fn owner_of(&self, number: &[u8]) -> Option<u32> {
        self.table().owners.of(number).copied()
    }

    /// All of them, by system_id.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Account>> {
        let mut all: Vec<_> = self.table().by_id.values().cloned().collect();
        all.sort_by(|one, other| one.system_id.cmp(&other.system_id));
        all
    }

    /// The sessions of all of them.
    pub(crate) fn sessions(&self) -> impl Iterator<Item = SessionHandle> {
        self.all().into_iter().flat_map(|account| account.sessions()).map(|(_, live)| live.session)
    }

    /// The passwords that were hashed and found right.
    pub(crate) fn verified(&self) -> Vec<Verified> {
        self.all().iter().filter_map(|account| account.verified()).collect()
    }

    /// Takes those that another process found right, where they still are.
    pub(crate) fn take_verified(&self, verified: Vec<Verified>) {
        for one in verified {
            if let Some(account) = self.by_id(one.account) {
                account.take_verified(one);
            }
        }
    }

    /// Follows a new config: who is still allowed notices nothing, who is not is sent unbind.
    ///
    /// # Errors
    /// When the system has no random octets to give: nothing was changed.
    pub fn reload(&self, accounts: &[AccountConfig]) -> io::Result<Changes> {
        let (now, nobody) = (Instant::now(), nobody(accounts, &self.key)?);
        let mut changes = Changes::default();
        let mut table = self.table.write();
        let next = accounts.iter().map(|config| match table.by_id.get(&config.id()) {
            Some(account) => {
                if *account.settings() != *config {
                    changes.changed += 1;
                    changes.ended += account.change(config, now);
                }
                Arc::clone(account)
            }
            None => {
                changes.added += 1;
                Arc::new(Account::new(config, now))
            }
        });
        let next = Arc::new(Table::new(next, nobody));
        let old = std::mem::replace(&mut *table, next);
        for account in old.by_id.values().filter(|account| !table.by_id.contains_key(&account.id)) {
            changes.removed += 1;
            changes.ended += account.close();
        }
        Ok(changes)
    }

    /// The account of a bind, and what its password is checked against.
    pub(super) fn find(&self, system_id: &[u8]) -> (Option<Arc<Account>>, Credential) {
        let table = self.table();
        let account = table.by_system_id.get(system_id).cloned();
        let credential = account.as_ref().map(|account| account.settings().credential.clone());
        (account, credential.unwrap_or_else(|| table.nobody.clone()))
    }

    pub(super) fn matches(&self, verifier: &Verifier, system_id: &[u8], password: &[u8]) -> bool {
        self.key.matches(verifier, system_id, password)
    }

    pub(super) fn verifier(&self, system_id: &[u8], password: &[u8]) -> Verifier {
        self.key.verifier(system_id, password)
    }

    fn table(&self) -> Arc<Table> {
        Arc::clone(&self.table.read())
    }
}

impl Table {
    fn new(accounts: impl Iterator<Item = Arc<Account>>, nobody: Credential) -> Self {
        let by_id: HashMap<_, _> = accounts.map(|account| (account.id, account)).collect();
        let named = by_id.values().map(|account| (account.system_id.as_bytes().into(), Arc::clone(account)));
        let by_system_id = named.collect();
        let owned = by_id.values().flat_map(|account: &Arc<Account>| {
            let numbers = account.settings().incoming_numbers.clone();
            numbers.into_iter().map(|number| (number, account.id))
        });
        let owners = NumberTable::new(owned);
        Self { by_system_id, by_id, owners, nobody }
    }
}

/// Where some passwords were imported, an unknown id is hashed as theirs are.
fn nobody(accounts: &[AccountConfig], key: &VerifierKey) -> io::Result<Credential> {
    let password = generate_password()?;
    let imported = |account: &AccountConfig| matches!(account.credential, Credential::Imported(_));
    if accounts.iter().any(imported) {
        return PasswordHash::of(password.as_bytes()).map(Credential::Imported);
    }
    Ok(Credential::Generated(key.verifier(b"", password.as_bytes())))
}

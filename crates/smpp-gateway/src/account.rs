//! Who may bind, with which binds, and how often at once.

use std::{
    collections::HashMap,
    io,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use smpp_wire::{CommandId, CommandStatus};

use crate::{AccountConfig, ConnectionModes, Verifier, VerifierKey, generate_password};

/// A client of the gateway.
#[derive(Debug)]
pub struct Account {
    /// The name it binds with.
    pub system_id: String,
    /// Which binds it may make.
    pub modes: ConnectionModes,
    /// How many sessions it may have at once.
    pub max_binds: u32,
    /// The account inside the gateway: its place in the config, from 0.
    pub id: u32,
    verifier: Verifier,
    binds: AtomicU32,
}

impl Account {
    /// Takes one of the account's seats, `None` when all are taken ([`CommandStatus::ESME_RALYBND`]).
    #[must_use]
    pub fn take_seat(self: &Arc<Self>) -> Option<Seat> {
        let one_more = |binds: u32| (binds < self.max_binds).then_some(binds + 1);
        self.binds.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).ok()?;
        Some(Seat { account: Arc::clone(self) })
    }

    /// How many sessions it has now.
    #[must_use]
    pub fn binds(&self) -> u32 {
        self.binds.load(Ordering::Relaxed)
    }
}

/// One live session of an account; the seat is free again once this is dropped.
#[derive(Debug)]
pub struct Seat {
    account: Arc<Account>,
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
        self.account.binds.fetch_sub(1, Ordering::Relaxed);
    }
}

/// All accounts, found by their system_id.
#[derive(Debug)]
pub struct Accounts {
    key: VerifierKey,
    by_system_id: HashMap<Box<[u8]>, Arc<Account>>,
    /// Of a password nobody knows: unknown ids are checked against it, so that they take as long as known ones.
    nobody: Verifier,
}

impl Accounts {
    /// The accounts of a config, whose verifiers were made with `key`.
    ///
    /// # Errors
    /// When the system has no random octets to give.
    pub fn new(accounts: &[AccountConfig], key: VerifierKey) -> io::Result<Self> {
        let nobody = key.verifier(b"", generate_password()?.as_bytes());
        let by_system_id = (0..)
            .zip(accounts)
            .map(|(id, config)| (config.system_id.as_bytes().into(), Arc::new(account(id, config))))
            .collect();
        Ok(Self { key, by_system_id, nobody })
    }

    /// The account with this system_id.
    #[must_use]
    pub fn get(&self, system_id: &[u8]) -> Option<&Arc<Account>> {
        self.by_system_id.get(system_id)
    }

    /// Judges a bind, apart from the number of binds (see [`Account::take_seat`]).
    ///
    /// # Errors
    /// `ESME_RINVPASWD` for a wrong password and for an unknown system_id alike, after the same work, so that
    /// ids can't be probed; `ESME_RBINDFAIL` when the account may not make this bind.
    pub fn check(
        &self,
        system_id: &[u8],
        password: &[u8],
        command_id: CommandId,
    ) -> Result<&Arc<Account>, CommandStatus> {
        let account = self.get(system_id);
        let verifier = account.map_or(&self.nobody, |account| &account.verifier);
        let matches = self.key.matches(verifier, system_id, password);
        match account {
            Some(account) if matches && account.modes.allows(command_id) => Ok(account),
            Some(_) if matches => Err(CommandStatus::ESME_RBINDFAIL),
            _ => Err(CommandStatus::ESME_RINVPASWD),
        }
    }
}

fn account(id: u32, config: &AccountConfig) -> Account {
    Account {
        system_id: config.system_id.clone(),
        modes: config.modes,
        max_binds: config.max_binds,
        id,
        verifier: config.verifier,
        binds: AtomicU32::new(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accounts() -> Accounts {
        let key = VerifierKey::generate().unwrap();
        let config = |system_id: &str, modes| AccountConfig {
            system_id: system_id.to_owned(),
            verifier: key.verifier(system_id.as_bytes(), b"secret"),
            modes,
            max_binds: 2,
        };
        let configs =
            [config("alice", ConnectionModes::TRANSMITTER), config("bob", ConnectionModes::TRANSCEIVER)];
        Accounts::new(&configs, key).unwrap()
    }

    #[test]
    fn the_right_password_finds_the_account() {
        let accounts = accounts();
        let bob = accounts.check(b"bob", b"secret", CommandId::BIND_TRANSCEIVER).unwrap();
        assert_eq!((bob.system_id.as_str(), bob.id), ("bob", 1));
    }

    #[test]
    fn a_wrong_password_and_an_unknown_id_are_answered_alike() {
        let accounts = accounts();
        for (system_id, password) in [("bob", "Secret"), ("bob", ""), ("carol", "secret"), ("", "")] {
            let answer =
                accounts.check(system_id.as_bytes(), password.as_bytes(), CommandId::BIND_TRANSCEIVER);
            assert_eq!(answer.err(), Some(CommandStatus::ESME_RINVPASWD), "{system_id} {password}");
        }
    }

    #[test]
    fn a_bind_outside_the_mode_fails_for_who_knows_the_password_only() {
        let accounts = accounts();
        let check = |password| accounts.check(b"alice", password, CommandId::BIND_RECEIVER).err();
        assert_eq!(check(b"secret"), Some(CommandStatus::ESME_RBINDFAIL));
        assert_eq!(check(b"wrong!"), Some(CommandStatus::ESME_RINVPASWD));
    }

    #[test]
    fn a_seat_is_free_again_once_it_is_dropped() {
        let accounts = accounts();
        let bob = accounts.get(b"bob").unwrap();
        let one = bob.take_seat().unwrap();
        let other = bob.take_seat().unwrap();
        assert!(bob.take_seat().is_none());
        assert_eq!(other.account().binds(), 2);
        drop(one);
        assert!(bob.take_seat().is_some());
        drop(other);
        assert_eq!(bob.binds(), 0);
    }
}

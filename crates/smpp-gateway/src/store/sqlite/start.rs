//! What a start reads and notes down: its epoch, the accounts, and who waits.

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OptionalExtension, Transaction, types::FromSql};

use super::{NO_ACCOUNT, OpenError, SqliteOptions, schema};
use crate::store::Recovered;

/// A database that is open, and what it said.
pub(super) struct Started {
    pub(super) path: PathBuf,
    pub(super) options: SqliteOptions,
    pub(super) connection: Connection,
    pub(super) lock: File,
    pub(super) accounts: AccountNumbers,
    pub(super) recovered: Recovered,
}

/// Accounts have numbers of their own in the database: their places in the config change.
#[derive(Debug)]
pub(super) struct AccountNumbers {
    numbers: Vec<i64>,
    places: HashMap<i64, u32>,
}

impl AccountNumbers {
    /// The number in the database.
    pub(super) fn number(&self, account: u32) -> i64 {
        usize::try_from(account).ok().and_then(|place| self.numbers.get(place)).copied().unwrap_or(0)
    }

    /// The place in the config.
    pub(super) fn account(&self, number: i64) -> u32 {
        self.places.get(&number).copied().unwrap_or(NO_ACCOUNT)
    }
}

pub(super) fn start(path: &Path, accounts: &[&str], options: SqliteOptions) -> Result<Started, OpenError> {
    let lock = schema::lock(path)?;
    let mut connection = schema::connect(path, options)?;
    let noted = note(&mut connection, accounts);
    let (accounts, recovered) = noted.map_err(|error| OpenError::of(path, error))?;
    Ok(Started { path: path.to_owned(), options, connection, lock, accounts, recovered })
}

fn note(connection: &mut Connection, accounts: &[&str]) -> rusqlite::Result<(AccountNumbers, Recovered)> {
    let transaction = connection.transaction()?;
    let accounts = number_accounts(&transaction, accounts)?;
    let mut recovered = Recovered {
        epoch: setting(&transaction, "epoch")?.unwrap_or(0) + 1,
        id_secret: id_secret(&transaction)?,
        ..who_waits(&transaction, &accounts)?
    };
    let mark: i64 = setting(&transaction, "next_key")?.unwrap_or(0);
    recovered.next_key = recovered.next_key.max(mark.unsigned_abs());
    set(&transaction, "epoch", recovered.epoch)?;
    set(&transaction, "next_key", i64::try_from(recovered.next_key).unwrap_or(i64::MAX))?;
    transaction.commit()?;
    Ok((accounts, recovered))
}

fn number_accounts(transaction: &Transaction<'_>, accounts: &[&str]) -> rusqlite::Result<AccountNumbers> {
    let mut add = transaction.prepare("INSERT OR IGNORE INTO account (system_id) VALUES (?1)")?;
    let mut find = transaction.prepare("SELECT number FROM account WHERE system_id = ?1")?;
    let mut numbers = Vec::with_capacity(accounts.len());
    for system_id in accounts {
        add.execute([system_id])?;
        numbers.push(find.query_row([system_id], |row| row.get(0))?);
    }
    let places = numbers.iter().copied().zip(0..).collect();
    Ok(AccountNumbers { numbers, places })
}

/// One walk over the rows, in the order of their keys.
fn who_waits(transaction: &Transaction<'_>, accounts: &AccountNumbers) -> rusqlite::Result<Recovered> {
    let mut statement = transaction.prepare("SELECT key, account, state FROM message ORDER BY key")?;
    let mut rows = statement.query(())?;
    let mut recovered = Recovered::default();
    let mut receipts = BTreeMap::<u32, Vec<u64>>::new();
    while let Some(row) = rows.next()? {
        let key: i64 = row.get(0)?;
        let key = key.unsigned_abs();
        if row.get::<_, i64>(2)? == 0 {
            recovered.waiting.push(key);
        } else {
            receipts.entry(accounts.account(row.get(1)?)).or_default().push(key);
        }
        recovered.next_key = key + 1;
    }
    recovered.receipts = receipts.into_iter().collect();
    Ok(recovered)
}

fn id_secret(transaction: &Transaction<'_>) -> rusqlite::Result<[u8; 16]> {
    if let Some(secret) = setting(transaction, "id_secret")? {
        return Ok(secret);
    }
    // SQLite's generator is seeded by the system's.
    transaction.execute("INSERT INTO setting (name, value) VALUES ('id_secret', randomblob(16))", ())?;
    setting(transaction, "id_secret")?.ok_or(rusqlite::Error::QueryReturnedNoRows)
}

fn setting<T: FromSql>(transaction: &Transaction<'_>, name: &str) -> rusqlite::Result<Option<T>> {
    transaction.query_row("SELECT value FROM setting WHERE name = ?1", [name], |row| row.get(0)).optional()
}

/// After a restore: nobody knows how many keys were handed out since the backup.
pub(super) fn skip_keys(connection: &Connection) -> rusqlite::Result<()> {
    let far = "UPDATE setting SET value = value + (1 << 40) WHERE name = 'next_key'";
    connection.execute(far, ()).map(drop)
}

/// Notes down a number under a name.
pub(super) fn set(connection: &Connection, name: &str, value: impl Into<i64>) -> rusqlite::Result<()> {
    let mut statement =
        connection.prepare_cached("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)")?;
    statement.execute((name, value.into())).map(drop)
}

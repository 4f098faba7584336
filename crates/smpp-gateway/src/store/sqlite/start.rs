//! What a start reads and notes down: its epoch, the accounts, and who waits.

use std::{
    collections::{BTreeMap, HashSet},
    fs::File,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OptionalExtension, Transaction, types::FromSql};

use super::{OpenError, SqliteOptions, schema};
use crate::store::Recovered;

/// A database that is open.
pub(super) struct Started {
    pub(super) path: PathBuf,
    pub(super) options: SqliteOptions,
    pub(super) connection: Connection,
    pub(super) lock: File,
    /// The first key that it would hand out.
    pub(super) mark: u64,
    /// The keys of announcements that are not acknowledged.
    pub(super) announced: HashSet<u64>,
}

pub(super) fn start(
    path: &Path,
    accounts: &[(u32, &str)],
    options: SqliteOptions,
) -> Result<(Started, Recovered), OpenError> {
    let lock = schema::lock(path)?;
    let mut connection = schema::connect(path, options)?;
    let noted = note(&mut connection, accounts);
    let recovered = noted.map_err(|error| OpenError::of(path, error))?;
    let mark = recovered.next_key;
    let announced = announced(&connection).map_err(|error| OpenError::of(path, error))?;
    Ok((Started { path: path.to_owned(), options, connection, lock, mark, announced }, recovered))
}

fn announced(connection: &Connection) -> rusqlite::Result<HashSet<u64>> {
    let mut statement =
        connection.prepare("SELECT key FROM announced WHERE way = 'deliver_sm' AND acknowledged_at = 0")?;
    statement.query_map((), |row| Ok(row.get::<_, i64>(0)?.unsigned_abs()))?.collect()
}

fn note(connection: &mut Connection, accounts: &[(u32, &str)]) -> rusqlite::Result<Recovered> {
    let transaction = connection.transaction()?;
    name_accounts(&transaction, accounts)?;
    let mut recovered = Recovered {
        epoch: setting(&transaction, "epoch")?.unwrap_or(0) + 1,
        id_secret: id_secret(&transaction)?,
        ..who_waits(&transaction)?
    };
    let mark: i64 = setting(&transaction, "next_key")?.unwrap_or(0);
    recovered.next_key = recovered.next_key.max(mark.unsigned_abs());
    set(&transaction, "epoch", recovered.epoch)?;
    set(&transaction, "next_key", i64::try_from(recovered.next_key).unwrap_or(i64::MAX))?;
    transaction.commit()?;
    Ok(recovered)
}

/// For those who look into the file: which account is which.
fn name_accounts(transaction: &Transaction<'_>, accounts: &[(u32, &str)]) -> rusqlite::Result<()> {
    let mut add = transaction.prepare("INSERT OR IGNORE INTO account (number, system_id) VALUES (?1, ?2)")?;
    accounts.iter().try_for_each(|account| add.execute(*account).map(drop))
}

/// One walk over the rows, in the order of their keys.
fn who_waits(transaction: &Transaction<'_>) -> rusqlite::Result<Recovered> {
    let mut statement = transaction.prepare("SELECT key, account, state FROM message ORDER BY key")?;
    let mut rows = statement.query(())?;
    let mut recovered = Recovered::default();
    let (mut deliveries, mut queued) = (BTreeMap::<u32, Vec<u64>>::new(), BTreeMap::<u32, u64>::new());
    while let Some(row) = rows.next()? {
        let key: i64 = row.get(0)?;
        let key = key.unsigned_abs();
        let account: u32 = row.get(1)?;
        if row.get::<_, i64>(2)? == 0 {
            recovered.waiting.push(key);
            *queued.entry(account).or_default() += 1;
        } else {
            deliveries.entry(account).or_default().push(key);
        }
        recovered.next_key = key + 1;
    }
    recovered.deliveries = deliveries.into_iter().collect();
    recovered.queued = queued.into_iter().collect();
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

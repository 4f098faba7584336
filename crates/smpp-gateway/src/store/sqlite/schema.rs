//! The tables, and whether a file is a database of ours.

use std::{
    fmt,
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    thread::sleep,
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

use super::SqliteOptions;
use crate::secret_file;

/// Takes the database for this process. Held for as long as the file is open.
pub(super) fn lock(path: &Path) -> Result<File, OpenError> {
    let file = File::options().create(true).write(true).truncate(false).open(lock_path(path));
    let file = file.map_err(|error| OpenError::unreadable(path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(OpenError::unreadable(path, &error)),
    }
}

/// Connects, and makes the tables where there are none.
pub(super) fn connect(path: &Path, options: SqliteOptions) -> Result<Connection, OpenError> {
    let explain = |error| OpenError::of(path, error);
    // Its log and the other files beside it get the same mode.
    secret_file::make_private(path).map_err(|error| OpenError::unreadable(path, &error))?;
    let connection = Connection::open(path).map_err(explain)?;
    let is_new = number(&connection, "SELECT count(*) FROM sqlite_schema").map_err(explain)? == 0;
    if is_new {
        connection.pragma_update(None, "page_size", PAGE).map_err(explain)?;
    } else {
        check(&connection, path)?;
    }
    tune(&connection, options).map_err(explain)?;
    if is_new {
        connection.execute_batch(TABLES).map_err(explain)?;
    }
    Ok(connection)
}

/// Connects to a database that there must be, to change it beside a gateway that may be at work.
pub(super) fn connect_existing(path: &Path, options: SqliteOptions) -> Result<Connection, OpenError> {
    let explain = |error| OpenError::of(path, error);
    let mut connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(explain)?;
    check(&connection, path)?;
    tune(&connection, options).map_err(explain)?;
    connection.busy_handler(Some(be_patient)).map_err(explain)?;
    Ok(connection)
}

/// A gateway under load begins its next transaction as soon as the last one has ended: whoever wants in between has to try often.
fn be_patient(tries: i32) -> bool {
    sleep(Duration::from_millis(1));
    tries < TRIES
}

/// Connects to look only. A gateway may be at work meanwhile.
pub(super) fn read_only(path: &Path) -> Result<Connection, OpenError> {
    let explain = |error| OpenError::of(path, error);
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(explain)?;
    check(&connection, path)?;
    Ok(connection)
}

/// Is it a database of ours, and of this version?
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let number = |sql| number(connection, sql).map_err(|error| OpenError::of(path, error));
    if number("PRAGMA application_id")? != APPLICATION_ID {
        return Err(OpenError::Foreign(path.to_owned()));
    }
    match number("PRAGMA user_version")? {
        VERSION => Ok(()),
        other => Err(OpenError::Version(path.to_owned(), other)),
    }
}

fn number(connection: &Connection, sql: &str) -> rusqlite::Result<i64> {
    connection.query_row(sql, (), |row| row.get(0))
}

/// Commits wait for the disk, checkpoints only when they are asked for.
fn tune(connection: &Connection, options: SqliteOptions) -> rusqlite::Result<()> {
    let journal: String = connection.query_row("PRAGMA journal_mode = WAL", (), |row| row.get(0))?;
    if journal != "wal" {
        tracing::warn!(journal, "the file system of the database can't do WAL: commits are slow");
    }
    connection.pragma_update(None, "synchronous", if options.synchronous { "FULL" } else { "OFF" })?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    // What is deleted is overwritten in its page, which is written anyway.
    connection.pragma_update(None, "secure_delete", "FAST")?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}

fn lock_path(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    path.with_file_name(name)
}

/// Why a database was not opened, and what helps.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
    /// Another process has it.
    InUse(PathBuf),
    /// It belongs to another program.
    Foreign(PathBuf),
    /// It has another version of the tables than this gateway knows.
    Version(PathBuf, i64),
    /// It is damaged, and how.
    Damaged(PathBuf, String),
    /// It can't be read or written, and why.
    Unreadable(PathBuf, String),
}

impl OpenError {
    pub(super) fn unreadable(path: &Path, error: &dyn fmt::Display) -> Self {
        Self::Unreadable(path.to_owned(), error.to_string())
    }

    #[expect(clippy::needless_pass_by_value, reason = "it is what map_err gives")]
    pub(super) fn of(path: &Path, error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                Self::Damaged(path.to_owned(), error.to_string())
            }
            _ => Self::unreadable(path, &error),
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse(path) => write!(
                f,
                "{} is in use by another process: stop it first, or give each gateway a state_dir of its own",
                path.display()
            ),
            Self::Foreign(path) => {
                write!(
                    f,
                    "{} is no database of smpp-gateway: name another one with store.path",
                    path.display()
                )
            }
            Self::Version(path, version) => write!(
                f,
                "{} has tables of version {version}, this gateway knows version {VERSION}: start the gateway that wrote it, \
                 or put a backup in its place with `smpp-gateway restore FILE`",
                path.display()
            ),
            Self::Damaged(path, how) => write!(
                f,
                "{} is damaged ({how}): put a backup in its place with `smpp-gateway restore FILE`",
                path.display()
            ),
            Self::Unreadable(path, why) => write!(f, "{} can't be used: {why}", path.display()),
        }
    }
}

impl std::error::Error for OpenError {}

/// Octets: a transaction of hundreds of messages costs a tenth less than with 4 KiB (`cargo bench -p smpp-benches --bench gateway -- store`).
const PAGE: i64 = 8_192;
/// "SMPG".
const APPLICATION_ID: i64 = 0x534D_5047;
const VERSION: i64 = 4;

/// `message` holds what somebody waits for, `past` what is kept for those who ask later. `state`: 0 without an end, 1 with a receipt to
/// deliver, 2 a deliver_sm that came in (of account 0: nobody owns its number). `filler` is empty but for a moment, while freed pages are
/// overwritten. A message without an end has the stat ENROUTE, and is done when it was submitted: rows keep their length. There is no
/// state for those that are with the carrier: it would cost one more change a message, and a carrier that was interrupted is given them
/// again anyway. `announced` tells who was told which announcement, in which way; 0: not yet. Types of numbers are TON x 256 + NPI; times
/// are seconds since 1970.
const TABLES: &str = "
BEGIN;
CREATE TABLE setting (name TEXT PRIMARY KEY, value ANY) WITHOUT ROWID, STRICT;
CREATE TABLE account (number INTEGER PRIMARY KEY, system_id TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE message (
    key INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    state INTEGER NOT NULL,
    done INTEGER NOT NULL,
    stat TEXT NOT NULL,
    code INTEGER NOT NULL,
    id BLOB NOT NULL,
    submitted_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    registered_delivery INTEGER NOT NULL,
    data_coding INTEGER NOT NULL,
    source_type INTEGER NOT NULL,
    source BLOB NOT NULL,
    destination_type INTEGER NOT NULL,
    destination BLOB NOT NULL,
    pdu BLOB NOT NULL
) STRICT;
CREATE TABLE past (
    number INTEGER PRIMARY KEY,
    gone_at INTEGER NOT NULL,
    key INTEGER NOT NULL,
    account INTEGER NOT NULL,
    state INTEGER NOT NULL,
    done INTEGER NOT NULL,
    stat TEXT NOT NULL,
    code INTEGER NOT NULL,
    id BLOB NOT NULL,
    submitted_at INTEGER NOT NULL,
    source BLOB NOT NULL,
    destination BLOB NOT NULL
) STRICT;
CREATE TABLE announcement (
    number INTEGER PRIMARY KEY,
    made_at INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE TABLE announced (
    announcement INTEGER NOT NULL,
    account INTEGER NOT NULL,
    way TEXT NOT NULL,
    key INTEGER NOT NULL,
    told_at INTEGER NOT NULL,
    acknowledged_at INTEGER NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (announcement, account, way)
) WITHOUT ROWID, STRICT;
CREATE TABLE filler (octets BLOB NOT NULL) STRICT;
PRAGMA application_id = 0x534D5047;
PRAGMA user_version = 4;
COMMIT;
";

/// 32 MiB of pages: what is worked on, whatever waits on the disk.
const CACHE_KIB: i64 = 32 * 1024;
/// Half a minute and more: many times as long as a transaction takes.
const TRIES: i32 = 30_000;
/// More than there are statements.
const STATEMENTS: usize = 32;

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Why a database is refused after `spoil`, in a directory of its own.
    fn refusal(spoil: impl FnOnce(&Path)) -> String {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("messages.sqlite");
        drop(connect(&path, SqliteOptions::default()).unwrap());
        spoil(&path);
        let error = connect(&path, SqliteOptions::default()).unwrap_err().to_string();
        assert_eq!(error.lines().count(), 1, "{error}");
        error
    }

    fn run(path: &Path, sql: &str) {
        Connection::open(path).unwrap().execute_batch(sql).unwrap();
    }

    #[test]
    fn a_database_of_ours_opens_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("messages.sqlite");
        for _ in 0..2 {
            let connection = connect(&path, SqliteOptions::default()).unwrap();
            let synchronous: i64 = connection.query_row("PRAGMA synchronous", (), |row| row.get(0)).unwrap();
            assert_eq!(synchronous, 2, "FULL");
        }
    }

    #[test]
    fn another_version_is_refused_with_the_command_that_helps() {
        let error = refusal(|path| run(path, "PRAGMA user_version = 7"));
        assert!(error.contains("tables of version 7, this gateway knows version 4"), "{error}");
        assert!(error.contains("smpp-gateway restore FILE"), "{error}");
    }

    #[test]
    fn a_database_of_somebody_else_is_refused() {
        let error = refusal(|path| run(path, "PRAGMA application_id = 5"));
        assert!(error.contains("is no database of smpp-gateway"), "{error}");
    }

    #[test]
    fn a_file_that_is_no_database_is_refused_with_the_command_that_helps() {
        let error = refusal(|path| fs::write(path, [b'x'; 4096]).unwrap());
        assert!(error.contains("is damaged") && error.contains("smpp-gateway restore FILE"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_database_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let widen = |path: &Path| fs::set_permissions(path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(refusal(widen).contains("its mode is 0640, allowed is 0600"));
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("messages.sqlite");
        let connection = connect(&path, SqliteOptions::default()).unwrap();
        run(&path, "INSERT INTO setting VALUES ('one', 1)");
        for end in ["", "-wal", "-shm"] {
            let metadata = fs::metadata(format!("{}{end}", path.display())).unwrap();
            assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{end}");
        }
        drop(connection);
    }

    #[test]
    fn a_database_has_one_owner() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("messages.sqlite");
        let first = lock(&path).unwrap();
        assert_eq!(lock(&path).unwrap_err(), OpenError::InUse(path.clone()));
        drop(first);
        assert!(lock(&path).is_ok());
    }
}

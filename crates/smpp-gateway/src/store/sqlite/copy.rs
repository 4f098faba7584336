//! Backup and restore: SQLite's own online backup, so that a gateway may be at work meanwhile.

use std::path::Path;

use rusqlite::{Connection, backup::Backup};

use super::{OpenError, SqliteOptions, schema, start};
use crate::secret_file;

/// Says whether this is a database that a gateway of this version can use. A gateway may be at work with it.
///
/// # Errors
/// What is wrong with it, and what helps.
pub fn check(path: &Path) -> Result<(), OpenError> {
    schema::read_only(path).map(drop)
}

/// Copies the database at `path` as it stands at one instant to `to`, which must not exist. A gateway may be at work with it.
///
/// # Errors
/// When one can't be read or the other not be written.
pub fn backup(path: &Path, to: &Path) -> Result<(), OpenError> {
    if to.exists() {
        return Err(OpenError::unreadable(to, &"it exists already"));
    }
    let from = schema::read_only(path)?;
    copy(&from, to)
}

/// Puts a backup in the place of the database at `path`, which must not be in use. Messages that were accepted after the backup are not
/// in it; those that were sent after it are sent again.
///
/// # Errors
/// When the backup is damaged or not of this version, or the database is in use.
pub fn restore(backup: &Path, path: &Path) -> Result<(), OpenError> {
    let from = schema::read_only(backup)?;
    let explain = |error| OpenError::of(backup, error);
    let sound: String = from.query_row("PRAGMA integrity_check(1)", (), |row| row.get(0)).map_err(explain)?;
    if sound != "ok" {
        return Err(OpenError::Damaged(backup.to_owned(), sound));
    }
    let _lock = schema::lock(path)?;
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        match std::fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(OpenError::unreadable(Path::new(&name), &error));
            }
            _ => {}
        }
    }
    copy(&from, path)?;
    // Keys that were handed out after the backup must not come again.
    let connection = schema::connect(path, SqliteOptions::default())?;
    start::skip_keys(&connection).map_err(|error| OpenError::of(path, error))
}

/// In one step: a backup in several begins anew whenever the gateway commits.
fn copy(from: &Connection, to: &Path) -> Result<(), OpenError> {
    let explain = |error| OpenError::of(to, error);
    secret_file::make_private(to).map_err(|error| OpenError::unreadable(to, &error))?;
    let mut target = Connection::open(to).map_err(explain)?;
    let backup = Backup::new(from, &mut target).map_err(explain)?;
    backup.step(-1).map(drop).map_err(explain)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::store::{
        Batch, Store,
        conformance::{accepting, ended},
        sqlite::SqliteStore,
    };

    fn open(path: &Path) -> SqliteStore {
        SqliteStore::open(path, &[(0, "other"), (1, "customer")], SqliteOptions::default()).unwrap()
    }

    #[test]
    fn a_backup_of_a_store_at_work_holds_what_was_kept_until_then() {
        let directory = tempfile::tempdir().unwrap();
        let (path, copy) = (directory.path().join("messages.sqlite"), directory.path().join("copy.sqlite"));
        let store = open(&path);
        let batch = Batch { ended: vec![ended(2)], ..accepting([1, 2]) };
        assert!(store.submit(batch, 0).is_pending());
        let mut out = Vec::new();
        while out.is_empty() {
            store.poll(&mut out);
            std::thread::yield_now();
        }
        backup(&path, &copy).unwrap();
        assert!(secret_file::refuse_wider_mode(&fs::metadata(&copy).unwrap()).is_ok());
        assert!(store.submit(accepting([3]), 1).is_pending());
        assert!(backup(&path, &copy).unwrap_err().to_string().contains("exists already"));
        assert!(restore(&copy, &path).unwrap_err().to_string().contains("in use by another process"));
        drop(store);

        let last = open(&path).recover().unwrap();
        assert_eq!(last.waiting, [1, 3]);
        restore(&copy, &path).unwrap();
        let restored = open(&path).recover().unwrap();
        assert_eq!((restored.waiting, restored.deliveries), (vec![1], vec![(1, vec![2])]));
        assert!(restored.next_key >= last.next_key, "keys after the backup don't come again");
    }

    #[test]
    fn a_damaged_backup_is_refused_and_the_database_stays() {
        let directory = tempfile::tempdir().unwrap();
        let (path, copy) = (directory.path().join("messages.sqlite"), directory.path().join("copy.sqlite"));
        drop(open(&path));
        backup(&path, &copy).unwrap();
        let mut octets = fs::read(&copy).unwrap();
        octets.truncate(octets.len() / 2);
        fs::write(&copy, octets).unwrap();
        assert!(restore(&copy, &path).is_err());
        assert!(open(&path).recover().is_ok());
    }
}

//! What the database has freed, overwritten.
//!
//! Pages that were freed keep their octets until they are used again. So all of them are used, by rows of zeros, and freed once more; a
//! transaction at a time, so that a gateway at work waits for none of them for long. `VACUUM` would do the same in one, and hold it up as
//! long as that takes. Space that was freed inside a page is overwritten at once (`secure_delete`).

use std::{thread::sleep, time::Duration};

use rusqlite::{Connection, TransactionBehavior};

/// Overwrites every freed page, and empties the log.
pub(super) fn freed(connection: &mut Connection) -> rusqlite::Result<()> {
    let mut filled = 0;
    while free_pages(connection)? > 0 {
        fill(connection)?;
        filled += 1;
        if filled % CHECKPOINT_EACH == 0 {
            connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", (), |_| Ok(()))?;
        }
    }
    // What is freed now holds zeros.
    connection.pragma_update(None, "secure_delete", "FAST")?;
    while connection.execute("DELETE FROM filler WHERE rowid IN (SELECT rowid FROM filler LIMIT 1)", ())? > 0
    {
    }
    empty_log(connection)
}

fn free_pages(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA freelist_count", (), |row| row.get(0))
}

/// One row: the pages that its octets flow over to are taken from those that are free.
fn fill(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let page: i64 = transaction.query_row("PRAGMA page_size", (), |row| row.get(0))?;
    let pages = free_pages(&transaction)?.min(PAGES_AT_ONCE);
    if pages > 0 {
        transaction
            .execute("INSERT INTO filler (octets) VALUES (zeroblob(?1))", [pages * (page - OVERFLOW_LINK)])?;
    }
    transaction.commit()
}

/// Writes the log back and cuts it to nothing; waits for those who read what is in it.
fn empty_log(connection: &Connection) -> rusqlite::Result<()> {
    for attempt in 1.. {
        let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get(0))?;
        if busy == 0 {
            return Ok(());
        }
        if attempt == ATTEMPTS {
            break;
        }
        sleep(PAUSE);
    }
    Err(rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY),
        Some("something reads the database for long, such as a backup: its log still holds old octets; try again".to_owned()),
    ))
}

/// 1 MiB: a few milliseconds.
const PAGES_AT_ONCE: i64 = 256;
/// A page of the overflow begins with the number of the next one.
const OVERFLOW_LINK: i64 = 4;
/// So that the log stays short.
const CHECKPOINT_EACH: u32 = 16;
const ATTEMPTS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

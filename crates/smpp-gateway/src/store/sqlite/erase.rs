//! A person's texts and numbers, taken out of the database. The gateway may be at work meanwhile.
//!
//! Rows are looked for by reading, and blanked a few at a time, so that no transaction of the gateway waits for long. A message that
//! somebody still has to get stays as it is: it can't be delivered without its number.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::{OpenError, SqliteOptions, schema, scrub};

/// Whose texts and numbers: what was sent to a number, what came from one, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// Messages to this number. A `+` in front means nothing.
    pub destination: Option<String>,
    /// Messages from this address.
    pub source: Option<String>,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Messages that have lost text and number.
    pub erased: usize,
    /// Messages that keep them, since they are on their way.
    pub on_their_way: usize,
}

impl Person {
    /// Blanks them in all messages that nobody has to get any more, also in those whose receipts are not acknowledged, and overwrites what
    /// the database has freed: when this returns no octet of them is in its files.
    ///
    /// # Errors
    /// When the database can't be read or written, or something reads it for so long that its log can't be emptied.
    pub fn erase(&self, database: &Path) -> Result<Erased, OpenError> {
        let explain = |error| OpenError::of(database, error);
        let mut connection = schema::connect_existing(database, SqliteOptions::default())?;
        connection.pragma_update(None, "secure_delete", "ON").map_err(explain)?;
        let mut done = Erased::default();
        // A message may become past between the two, but not the other way round.
        for table in [&MESSAGE, &PAST] {
            for (column, octets) in self.columns() {
                let keys = find(&connection, table, column, octets).map_err(explain)?;
                done.erased += blank(&mut connection, table, column, &keys).map_err(explain)?;
            }
        }
        done.on_their_way = self.on_their_way(&connection).map_err(explain)?.len();
        scrub::freed(&mut connection).map_err(explain)?;
        Ok(done)
    }

    /// The keys of messages that are on their way.
    ///
    /// # Errors
    /// When the database can't be read.
    pub(crate) fn waiting(&self, database: &Path) -> Result<Vec<u64>, OpenError> {
        let keys = self.on_their_way(&schema::read_only(database)?);
        let keys = keys.map_err(|error| OpenError::of(database, error))?;
        Ok(keys.into_iter().map(i64::unsigned_abs).collect())
    }

    fn on_their_way(&self, connection: &Connection) -> rusqlite::Result<Vec<i64>> {
        let waiting = Table { rows: "state <> 1", ..MESSAGE };
        let mut keys = Vec::new();
        for (column, number) in self.columns() {
            keys.extend(find(connection, &waiting, column, number)?);
        }
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }

    /// What identifies them, by its column.
    fn columns(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        let given = [("destination", &self.destination), ("source", &self.source)];
        given.into_iter().filter_map(|(column, number)| {
            Some((column, number.as_ref()?.trim_start_matches('+').as_bytes()))
        })
    }
}

/// A table with messages.
#[derive(Clone, Copy)]
struct Table {
    name: &'static str,
    key: &'static str,
    /// Which of its rows.
    rows: &'static str,
    /// What is blanked beside the number.
    blank: &'static str,
}

const MESSAGE: Table = Table { name: "message", key: "key", rows: "state = 1", blank: ", pdu = x''" };
const PAST: Table = Table { name: "past", key: "number", rows: "1", blank: "" };

fn find(
    connection: &Connection,
    Table { name, key, rows, .. }: &Table,
    column: &str,
    number: &[u8],
) -> rusqlite::Result<Vec<i64>> {
    let sql = format!("SELECT {key} FROM {name} WHERE {rows} AND {column} = ?1");
    let mut statement = connection.prepare(&sql)?;
    statement.query_map([number], |row| row.get(0))?.collect()
}

/// Blanks the number, and gives how many rows there still were.
fn blank(
    connection: &mut Connection,
    Table { name, key, blank, .. }: &Table,
    column: &str,
    keys: &[i64],
) -> rusqlite::Result<usize> {
    let sql = format!("UPDATE {name} SET {column} = x''{blank} WHERE {key} = ?1");
    let mut count = 0;
    for some in keys.chunks(AT_ONCE) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut statement = transaction.prepare_cached(&sql)?;
            for key in some {
                count += statement.execute([key])?;
            }
        }
        transaction.commit()?;
    }
    Ok(count)
}

/// Rows of one transaction: some milliseconds in which the gateway's next one waits.
const AT_ONCE: usize = 200;

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf, time::Duration};

    use smpp_wire::values::{Npi, Ton};
    use tempfile::TempDir;

    use super::*;
    use crate::{
        Address,
        store::{
            Batch, Completion, NewMessage, Store, Stored,
            conformance::{ended, message},
            sqlite::{Lookup, SqliteStore},
        },
    };

    const NUMBER: &str = "4599887766";

    struct Disk {
        _directory: TempDir,
        path: PathBuf,
        store: SqliteStore,
    }

    impl Disk {
        fn new() -> Self {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("messages.sqlite");
            let options = SqliteOptions { retention: Duration::from_secs(3_600), synchronous: true };
            let store = SqliteStore::open(&path, &[(1, "customer")], options).unwrap();
            Self { _directory: directory, path, store }
        }

        fn keep(&self, batch: Batch) {
            assert!(self.store.submit(batch, 0).is_pending());
            let mut out = Vec::new();
            while out.is_empty() {
                self.store.poll(&mut out);
                std::thread::yield_now();
            }
            assert!(matches!(&out[0], Completion::Stored(_, Stored { result: Ok(()), .. })), "{out:?}");
        }

        /// Which of these stand anywhere in the database's files.
        fn holds(&self, words: &[&str]) -> Vec<String> {
            let mut octets = Vec::new();
            for end in ["", "-wal"] {
                octets.extend(fs::read(format!("{}{end}", self.path.display())).unwrap());
            }
            let is_there = |word: &str| octets.windows(word.len()).any(|window| window == word.as_bytes());
            words.iter().filter(|word| is_there(word)).map(|word| (*word).to_owned()).collect()
        }
    }

    fn to(key: u64, number: &str) -> NewMessage {
        let destination = Address::new(Ton::INTERNATIONAL, Npi::ISDN, number.as_bytes()).unwrap();
        let pdu = format!("{number} secret text {}", "x".repeat(usize::try_from(key % 7 * 1_000).unwrap()));
        NewMessage { destination, pdu: pdu.into_bytes().into(), ..message(key) }
    }

    fn person() -> Person {
        Person { destination: Some(format!("+{NUMBER}")), source: None }
    }

    #[test]
    fn no_octet_of_a_person_stays_in_the_files_while_the_store_is_at_work() {
        let disk = Disk::new();
        let mut key = 0;
        // Past, with a receipt to deliver, freed long ago in pages and in whole pages; and somebody else's between them.
        for _ in 0..40 {
            let accepted: Vec<_> =
                (0..20).map(|n| to(key + n, if n % 2 == 0 { NUMBER } else { "4511111111" })).collect();
            let keys: Vec<_> = accepted.iter().map(|message| message.key).collect();
            disk.keep(Batch { accepted, ..Batch::default() });
            let ended = keys.iter().map(|key| ended(*key)).collect();
            disk.keep(Batch { ended, gone: keys[..18].to_vec(), ..Batch::default() });
            key += 20;
        }
        assert_eq!(disk.holds(&[NUMBER, "secret text"]).len(), 2);
        let done = person().erase(&disk.path).unwrap();
        assert_eq!(done, Erased { erased: 400, on_their_way: 0 });
        assert_eq!(disk.holds(&[NUMBER]), [""; 0]);
        let look = |destination: &str| {
            let destination = Some(destination.to_owned());
            Lookup { destination, limit: 1_000, ..Lookup::default() }.look(&disk.path).unwrap().messages.len()
        };
        assert_eq!((look(NUMBER), look("4511111111"), look("")), (0, 400, 400), "others keep theirs");
        disk.keep(Batch { accepted: vec![to(key, "4522222222")], ..Batch::default() });
        assert_eq!(person().erase(&disk.path).unwrap(), Erased::default(), "nothing is left to erase");
    }

    #[test]
    fn the_store_goes_on_while_a_person_is_erased() {
        let disk = Disk::new();
        let accepted: Vec<_> = (0..3_000).map(|key| to(key, NUMBER)).collect();
        let (ended, gone) =
            (accepted.iter().map(|message| ended(message.key)).collect(), (0..2_000).collect());
        disk.keep(Batch { accepted, ended, gone, ..Batch::default() });
        std::thread::scope(|scope| {
            let erasing = scope.spawn(|| person().erase(&disk.path).unwrap());
            let mut key = 10_000;
            while !erasing.is_finished() || key < 10_010 {
                disk.keep(Batch {
                    accepted: vec![to(key, "4511111111")],
                    gone: vec![key - 1],
                    ..Batch::default()
                });
                key += 1;
            }
            assert_eq!(erasing.join().unwrap(), Erased { erased: 3_000, on_their_way: 0 });
        });
        assert_eq!(disk.holds(&[NUMBER]), [""; 0]);
    }

    #[test]
    fn a_message_on_its_way_keeps_its_number_and_is_counted() {
        let disk = Disk::new();
        disk.keep(Batch { accepted: vec![to(1, NUMBER), to(2, NUMBER), to(3, "1")], ..Batch::default() });
        disk.keep(Batch { ended: vec![ended(2)], incoming: vec![to(4, NUMBER)], ..Batch::default() });
        assert_eq!(person().erase(&disk.path).unwrap(), Erased { erased: 1, on_their_way: 2 });
        assert_eq!(person().waiting(&disk.path).unwrap(), [1, 4]);
        disk.keep(Batch { ended: vec![ended(1)], gone: vec![4], ..Batch::default() });
        assert_eq!(person().erase(&disk.path).unwrap(), Erased { erased: 2, on_their_way: 0 });
    }

    #[test]
    fn a_person_may_be_a_source_too() {
        let disk = Disk::new();
        let source = Address::source(Ton::INTERNATIONAL, Npi::ISDN, NUMBER.as_bytes());
        let from = NewMessage { source, pdu: bytes::Bytes::new(), ..message(1) };
        disk.keep(Batch {
            accepted: vec![from, to(2, NUMBER)],
            ended: vec![ended(1), ended(2)],
            ..Batch::default()
        });
        let both = Person { source: Some(NUMBER.to_owned()), ..person() };
        assert_eq!(both.erase(&disk.path).unwrap(), Erased { erased: 2, on_their_way: 0 });
        assert_eq!(disk.holds(&[NUMBER]), [""; 0]);
    }
}

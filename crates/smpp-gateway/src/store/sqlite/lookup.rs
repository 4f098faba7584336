//! Which messages there are and were, for people who ask.
//!
//! A look is a scan over a connection of its own that only reads: nothing but the key is indexed, so that accepting stays fast. It is
//! bounded by a count and by a time, since as long as it reads, the log of the database can't be emptied.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode, OptionalExtension, ToSql};
use uuid::Uuid;

use super::{
    OpenError,
    found::{self, Found},
    schema,
};
use crate::MessageIds;

/// Which messages are looked for: those that fit all that is given; the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// The one with this id.
    pub id: Option<Uuid>,
    /// Those of this [`Account::id`](crate::Account).
    pub account: Option<u32>,
    /// Those to this number; with a `*` behind it, to any that begins so. A `+` in front means nothing.
    pub destination: Option<String>,
    /// At most so many.
    pub limit: usize,
    /// Whether their texts are shown.
    pub text: bool,
    /// How long it may take.
    pub time: Duration,
}

impl Default for Lookup {
    fn default() -> Self {
        Self { id: None, account: None, destination: None, limit: 100, text: false, time: LOOK_FOR }
    }
}

impl Lookup {
    /// Looks into the database, whether a gateway is at work with it or not.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn look(&self, database: &Path) -> Result<Found, OpenError> {
        let explain = |error| OpenError::of(database, error);
        let mut connection = schema::read_only(database)?;
        let until = Instant::now() + self.time;
        connection.progress_handler(STEPS, Some(move || Instant::now() >= until)).map_err(explain)?;
        let mut found = Found::default();
        match self.fill(&connection, &mut found) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
                found.cut = Some("time");
            }
            other => other.map_err(explain)?,
        }
        if found.messages.len() > self.limit {
            found.messages.truncate(self.limit);
            found.cut = Some("limit");
        }
        Ok(found)
    }

    /// What is held, then what is gone; one more than wanted tells that there are more.
    fn fill(&self, connection: &Connection, found: &mut Found) -> rusqlite::Result<()> {
        let mut filter = Filter::default();
        if let Some(account) = self.account {
            filter.add("account = ?", account);
        }
        if let Some(number) = &self.destination {
            match number.trim_start_matches('+').strip_suffix('*') {
                Some(beginning) => {
                    filter.add("substr(destination, 1, length(?)) = ?", beginning.as_bytes().to_owned());
                }
                None => filter.add("destination = ?", number.trim_start_matches('+').as_bytes().to_owned()),
            }
        }
        if let Some(id) = self.id {
            filter.add("id = ?", id.as_bytes().to_vec());
        }
        let mut held = filter.clone();
        if let Some(key) = self.id.map(|id| key_of(connection, id)).transpose()? {
            held.add("key = ?", key);
        }
        self.select(connection, found, found::HELD, &held)?;
        self.select(connection, found, found::PAST, &filter)
    }

    fn select(
        &self,
        connection: &Connection,
        found: &mut Found,
        columns: &str,
        filter: &Filter,
    ) -> rusqlite::Result<()> {
        let room = self.limit.saturating_add(1).saturating_sub(found.messages.len());
        let sql = columns.replace("{filter}", &filter.sql()).replace("{limit}", &room.to_string());
        let mut statement = connection.prepare(&sql)?;
        let values: Vec<&dyn ToSql> = filter.values.iter().map(|value| &**value as _).collect();
        let mut rows = statement.query(&*values)?;
        while let Some(row) = rows.next()? {
            found.messages.push(found::read(row, self.text)?);
        }
        Ok(())
    }
}

/// What must hold of a row, and the values for it.
#[derive(Clone, Default)]
struct Filter {
    conditions: Vec<String>,
    values: Vec<std::rc::Rc<dyn ToSql>>,
}

impl Filter {
    fn add(&mut self, condition: &str, value: impl ToSql + 'static) {
        self.values.push(std::rc::Rc::new(value));
        self.conditions.push(condition.replace('?', &format!("?{}", self.values.len())));
    }

    fn sql(&self) -> String {
        if self.conditions.is_empty() { "1".to_owned() } else { self.conditions.join(" AND ") }
    }
}

/// The key is in the id, for who has the secret of the database. A made-up id has none: no key is negative.
fn key_of(connection: &Connection, id: Uuid) -> rusqlite::Result<i64> {
    let secret = "SELECT value FROM setting WHERE name = 'id_secret'";
    let secret: Option<[u8; 16]> = connection.query_row(secret, (), |row| row.get(0)).optional()?;
    let ids = secret.and_then(|secret| MessageIds::new(0, 0, 0, &secret).ok());
    let key = ids.and_then(|ids| ids.key_of(id));
    Ok(key.and_then(|key| i64::try_from(key).ok()).unwrap_or(-1))
}

/// A few million rows.
const LOOK_FOR: Duration = Duration::from_secs(5);
/// Instructions of SQLite between two looks at the clock.
const STEPS: i32 = 10_000;

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::{
        Address,
        store::{
            Batch, NewMessage, Store,
            conformance::{accepting, ended, message},
            sqlite::{SqliteOptions, SqliteStore},
        },
    };
    use smpp_wire::values::{Npi, Ton};

    /// A store at work that holds these and lets `gone` go, and its database.
    fn holding(batches: Vec<Batch>) -> (TempDir, SqliteStore, std::path::PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("messages.sqlite");
        let options = SqliteOptions { retention: Duration::from_secs(3_600), synchronous: true };
        let store = SqliteStore::open(&path, &[(1, "customer"), (2, "other")], options).unwrap();
        let count = batches.len();
        for batch in batches {
            assert!(store.submit(batch, 0).is_pending());
        }
        let mut out = Vec::new();
        while out.len() < count {
            store.poll(&mut out);
            std::thread::yield_now();
        }
        (directory, store, path)
    }

    fn to(key: u64, account: u32, number: &[u8]) -> NewMessage {
        let destination = Address::new(Ton::INTERNATIONAL, Npi::ISDN, number).unwrap();
        NewMessage { account, destination, ..message(key) }
    }

    fn keys(found: &Found) -> Vec<u64> {
        found.messages.iter().map(|one| u64::try_from(one.id.as_u128() >> 64).unwrap()).collect()
    }

    #[test]
    fn a_message_says_in_words_how_far_it_is() {
        let ended = vec![ended(2), ended(3)];
        let first = Batch { ended, incoming: vec![message(4)], ..accepting([1, 2, 3]) };
        let (_directory, _store, path) = holding(vec![first, Batch { gone: vec![3], ..Batch::default() }]);
        let found = Lookup::default().look(&path).unwrap();
        assert_eq!(
            (keys(&found), found.cut),
            (vec![4, 2, 1, 3], None),
            "the newest first, then what is gone"
        );
        let states: Vec<_> =
            found.messages.iter().map(|one| (one.kind, one.state, one.stat.as_deref())).collect();
        let expected = [
            ("incoming", "delivery pending", None),
            ("submitted", "receipt pending", Some("UNDELIV")),
            ("submitted", "accepted", None),
            ("submitted", "gone", Some("UNDELIV")),
        ];
        assert_eq!(states, expected);
        let one = &found.messages[1];
        assert_eq!((one.account.as_str(), one.source.as_str()), ("customer", "TestCo"));
        assert_eq!((one.code, one.done_at.as_deref()), (Some(2), Some("2023-11-14T22:30:00Z")));
    }

    #[test]
    fn messages_are_found_by_account_and_by_number_or_its_beginning() {
        let accepted =
            vec![to(1, 1, b"4511"), to(2, 1, b"4512"), to(3, 2, b"4512"), to(4, 2, b"4612"), to(5, 9, b"1")];
        let (_directory, _store, path) = holding(vec![Batch { accepted, ..Batch::default() }]);
        let look = |account, destination: Option<&str>, limit| {
            let destination = destination.map(str::to_owned);
            let lookup = Lookup { account, destination, limit, ..Lookup::default() };
            let found = lookup.look(&path).unwrap();
            (keys(&found), found.cut)
        };
        assert_eq!(look(Some(1), None, 9), (vec![2, 1], None));
        assert_eq!(look(None, Some("+4512"), 9), (vec![3, 2], None));
        assert_eq!(look(None, Some("451*"), 9), (vec![3, 2, 1], None));
        assert_eq!(look(Some(2), Some("45*"), 9), (vec![3], None));
        assert_eq!(look(None, Some("451"), 9), (vec![], None));
        assert_eq!(look(None, None, 2), (vec![5, 4], Some("limit")));
        let all = Lookup::default().look(&path).unwrap();
        assert_eq!(all.messages[0].account, "#9", "an account that the database does not know by name");
    }

    #[test]
    fn a_message_is_found_by_its_id_before_and_after_it_is_gone() {
        let (_directory, store, path) = holding(Vec::new());
        let recovered = store.recover().unwrap();
        let ids = MessageIds::new(7, recovered.epoch, recovered.next_key, &recovered.id_secret).unwrap();
        let (key, id) = ids.next();
        let (other, _) = ids.next();
        let accepted = vec![NewMessage { id, ..message(key) }, message(other)];
        assert!(store.submit(Batch { accepted, ..Batch::default() }, 0).is_pending());
        let mut out = Vec::new();
        let mut states = |count| {
            while out.len() < count {
                store.poll(&mut out);
                std::thread::yield_now();
            }
            let found = Lookup { id: Some(id), ..Lookup::default() }.look(&path).unwrap();
            found.messages.iter().map(|one| (one.id, one.state)).collect::<Vec<_>>()
        };
        assert_eq!(states(1), [(id, "accepted")]);
        assert!(store.submit(Batch { gone: vec![key], ..Batch::default() }, 1).is_pending());
        assert_eq!(states(2), [(id, "gone")]);
        let nobody = Lookup { id: Some(Uuid::nil()), ..Lookup::default() }.look(&path).unwrap();
        assert_eq!(nobody.messages, []);
    }

    #[test]
    fn a_look_that_takes_too_long_says_so() {
        let (_directory, _store, path) = holding(vec![accepting(0..5_000)]);
        let lookup = Lookup { time: Duration::ZERO, destination: Some("1".to_owned()), ..Lookup::default() };
        assert_eq!(lookup.look(&path).unwrap().cut, Some("time"));
    }
}

//! The book of announcements: what was announced, and who was told.

use std::{fmt, path::Path};

use jiff::Timestamp;
use rusqlite::{Connection, Row};
use serde::{Serialize, Serializer};

use super::{OpenError, SqliteOptions, schema};
use crate::now::seconds;

/// Planned maintenance that accounts are told of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Announcement {
    /// Which one; they count up.
    pub number: i64,
    /// When it begins, in seconds since 1970; as JSON RFC 3339.
    #[serde(rename = "at", serialize_with = "as_time")]
    pub starts_at: u64,
    /// How long it takes, in seconds.
    #[serde(rename = "duration_seconds")]
    pub seconds: u64,
    /// What it is.
    pub text: String,
}

impl Announcement {
    /// When it is over, in seconds since 1970.
    #[must_use]
    pub const fn ends_at(&self) -> u64 {
        self.starts_at.saturating_add(self.seconds)
    }
}

/// As it is told to people.
impl fmt::Display for Announcement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Planned maintenance {}, {} s: {}", time(self.starts_at), self.seconds, self.text)
    }
}

/// How an account is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// As a deliver_sm.
    DeliverSm,
    /// By a POST to its webhook.
    Webhook,
}

/// What an account was told of an announcement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The announcement.
    #[serde(skip)]
    pub announcement: i64,
    /// The [`Account::id`](crate::Account).
    #[serde(skip)]
    pub account: u32,
    /// Its system_id; `#` and a number where the database knows no name.
    #[serde(rename = "account")]
    pub system_id: String,
    /// How.
    pub way: Way,
    /// When it was kept for delivery, or posted for the last time.
    #[serde(serialize_with = "as_time")]
    pub told_at: u64,
    /// When the account has acknowledged it: by ESME_ROK, or by a status of 2xx.
    #[serde(serialize_with = "as_maybe_time")]
    pub acknowledged_at: Option<u64>,
    /// `acknowledged`; `waiting` (it will be tried again) or `missed` (it was not acknowledged before its time was over).
    pub state: &'static str,
    /// Why the last post did not succeed.
    pub detail: String,
}

/// Writes an announcement down; a gateway at work tells it within seconds, another one once it runs. Gives its number.
///
/// # Errors
/// When there is no database, or it can't be written.
pub fn announce(database: &Path, starts_at: u64, duration: u64, text: &str) -> Result<i64, OpenError> {
    let explain = |error| OpenError::of(database, error);
    let connection = schema::connect_existing(database, SqliteOptions::default())?;
    let integer = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let insert = "INSERT INTO announcement (made_at, starts_at, seconds, text) VALUES (?1, ?2, ?3, ?4)";
    let row = (integer(seconds()), integer(starts_at), integer(duration), text);
    connection.execute(insert, row).map_err(explain)?;
    Ok(connection.last_insert_rowid())
}

/// All announcements, the newest first, each with who was told.
///
/// # Errors
/// When the database can't be read.
pub fn announcements(database: &Path) -> Result<Vec<(Announcement, Vec<Told>)>, OpenError> {
    since(database, 0)
}

/// Those that are not over then, in seconds since 1970.
pub(crate) fn since(database: &Path, then: u64) -> Result<Vec<(Announcement, Vec<Told>)>, OpenError> {
    let connection = schema::read_only(database)?;
    read(&connection, then).map_err(|error| OpenError::of(database, error))
}

fn read(connection: &Connection, then: u64) -> rusqlite::Result<Vec<(Announcement, Vec<Told>)>> {
    let mut all = connection.prepare(ANNOUNCEMENTS)?;
    let then = i64::try_from(then).unwrap_or(i64::MAX);
    let all: Vec<_> = all.query_map([then], announcement)?.collect::<rusqlite::Result<_>>()?;
    let mut told = connection.prepare(TOLD)?;
    let tell = |announcement: Announcement| {
        let rows = told.query_map([announcement.number], |row| read_told(row, &announcement))?;
        let told = rows.collect::<rusqlite::Result<_>>()?;
        Ok((announcement, told))
    };
    all.into_iter().map(tell).collect()
}

fn announcement(row: &Row<'_>) -> rusqlite::Result<Announcement> {
    Ok(Announcement {
        number: row.get(0)?,
        starts_at: row.get::<_, i64>(1)?.unsigned_abs(),
        seconds: row.get::<_, i64>(2)?.unsigned_abs(),
        text: row.get(3)?,
    })
}

fn read_told(row: &Row<'_>, announcement: &Announcement) -> rusqlite::Result<Told> {
    let way = if row.get_ref(2)?.as_str()? == "webhook" { Way::Webhook } else { Way::DeliverSm };
    let acknowledged_at = Some(row.get::<_, i64>(4)?.unsigned_abs()).filter(|at| *at > 0);
    let is_held: bool = row.get(6)?;
    let is_waiting = match way {
        Way::DeliverSm => is_held,
        Way::Webhook => seconds() < announcement.starts_at,
    };
    Ok(Told {
        announcement: announcement.number,
        account: row.get(0)?,
        system_id: row.get(1)?,
        way,
        told_at: row.get::<_, i64>(3)?.unsigned_abs(),
        acknowledged_at,
        state: match acknowledged_at {
            Some(_) => "acknowledged",
            None if is_waiting => "waiting",
            None => "missed",
        },
        detail: row.get(5)?,
    })
}

/// Notes how the post to a webhook ended.
pub(crate) fn note_post(
    database: &Path,
    announcement: i64,
    account: u32,
    posted: &Result<(), String>,
) -> Result<(), OpenError> {
    let connection = schema::connect_existing(database, SqliteOptions::default())?;
    let now = i64::try_from(seconds()).unwrap_or(i64::MAX);
    let acknowledged_at = if posted.is_ok() { now } else { 0 };
    let detail = posted.as_ref().err().map_or("", String::as_str);
    let row = (announcement, account, now, acknowledged_at, detail);
    connection.execute(NOTE, row).map(drop).map_err(|error| OpenError::of(database, error))
}

/// RFC 3339; an instant beyond the calendar gives the calendar's last.
fn time(seconds: u64) -> Timestamp {
    let instant = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    instant.unwrap_or(Timestamp::MAX)
}

fn as_time<S: Serializer>(seconds: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&time(*seconds))
}

fn as_maybe_time<S: Serializer>(seconds: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    match seconds {
        Some(seconds) => as_time(seconds, serializer),
        None => serializer.serialize_none(),
    }
}

const ANNOUNCEMENTS: &str = "SELECT number, starts_at, seconds, text FROM announcement \
     WHERE starts_at + seconds > ?1 ORDER BY number DESC";
const TOLD: &str = "SELECT account, coalesce((SELECT system_id FROM account WHERE number = announced.account), '#' || account), \
     way, told_at, acknowledged_at, detail, EXISTS (SELECT 1 FROM message WHERE key = announced.key) \
     FROM announced WHERE announcement = ?1";
const NOTE: &str = "INSERT OR REPLACE INTO announced VALUES (?1, ?2, 'webhook', 0, ?3, ?4, ?5)";

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use tempfile::TempDir;

    use super::*;
    use crate::store::{
        Announced, Batch, Completion, NewMessage, Store, Stored, conformance::message, sqlite::SqliteStore,
    };

    fn open(path: &Path) -> SqliteStore {
        SqliteStore::open(path, &[(1, "customer")], SqliteOptions::default()).unwrap()
    }

    fn keep(store: &SqliteStore, batch: Batch) {
        assert!(store.submit(batch, 0).is_pending());
        let mut out = Vec::new();
        while out.is_empty() {
            store.poll(&mut out);
            std::thread::yield_now();
        }
        assert!(matches!(&out[0], Completion::Stored(_, Stored { result: Ok(()), .. })), "{out:?}");
    }

    /// A book with one announcement in an hour, told to account 1 as message 5.
    fn told(expires_at: u64) -> (TempDir, PathBuf, SqliteStore, i64) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("messages.sqlite");
        let store = open(&path);
        let number = announce(&path, seconds() + 3_600, 2, "a new cable").unwrap();
        let announced = vec![Announced { announcement: number, account: 1, key: 5 }];
        let incoming = vec![NewMessage { expires_at, ..message(5) }];
        keep(&store, Batch { incoming, announced, ..Batch::default() });
        (directory, path, store, number)
    }

    fn states(path: &Path) -> Vec<(String, Way, &'static str)> {
        let all = announcements(path).unwrap();
        assert_eq!(all.len(), 1);
        all[0].1.iter().map(|told| (told.system_id.clone(), told.way, told.state)).collect()
    }

    #[test]
    fn who_acknowledged_an_announcement_is_known_across_restarts() {
        let (_directory, path, store, _) = told(u64::MAX / 4);
        let of_customer = |state| [("customer".to_owned(), Way::DeliverSm, state)];
        assert_eq!(states(&path), of_customer("waiting"));
        drop(store);
        let store = open(&path);
        keep(&store, Batch { gone: vec![4, 5], ..Batch::default() });
        assert_eq!(states(&path), of_customer("acknowledged"));
    }

    #[test]
    fn what_went_because_its_time_was_over_was_not_acknowledged() {
        let (_directory, path, store, _) = told(1);
        keep(&store, Batch { gone: vec![5], ..Batch::default() });
        assert_eq!(states(&path), [("customer".to_owned(), Way::DeliverSm, "missed")]);
    }

    #[test]
    fn a_post_is_noted_with_why_it_failed_and_when_it_succeeded() {
        let (_directory, path, _store, number) = told(u64::MAX / 4);
        note_post(&path, number, 9, &Err("status 500".to_owned())).unwrap();
        let webhook = |path: &Path| announcements(path).unwrap()[0].1.last().unwrap().clone();
        assert_eq!((webhook(&path).state, webhook(&path).detail.as_str()), ("waiting", "status 500"));
        assert_eq!(webhook(&path).system_id, "#9");
        note_post(&path, number, 9, &Ok(())).unwrap();
        assert_eq!((webhook(&path).state, webhook(&path).detail.as_str()), ("acknowledged", ""));
    }

    #[test]
    fn what_is_over_is_planned_no_more_and_stays_in_the_book() {
        let (_directory, path, _store, _) = told(u64::MAX / 4);
        announce(&path, 1_000, 2, "long ago").unwrap();
        assert_eq!(since(&path, 1_001).unwrap().len(), 2);
        assert_eq!(since(&path, 1_002).unwrap().len(), 1);
        let (newest, _) = &announcements(&path).unwrap()[0];
        assert_eq!(newest.to_string(), "Planned maintenance 1970-01-01T00:16:40Z, 2 s: long ago");
    }
}

//! A batch as statements.

use std::collections::HashSet;

use rusqlite::Transaction;

use super::row;
use crate::{
    Final,
    now::seconds,
    store::{Announced, Batch, NewMessage},
};

/// Writes batches into one transaction.
pub(super) struct Change<'a> {
    pub(super) transaction: &'a Transaction<'a>,
    /// When nobody needs a message any more: when that was, if it is to be kept for a while.
    pub(super) keep_past: Option<i64>,
    /// The keys of announcements that are not acknowledged.
    pub(super) announced: &'a HashSet<u64>,
}

impl Change<'_> {
    pub(super) fn apply(&self, batch: &Batch) -> rusqlite::Result<()> {
        self.insert(row::INSERT_ACCEPTED, &batch.accepted)?;
        if !batch.incoming.is_empty() {
            self.insert(row::INSERT_INCOMING, &batch.incoming)?;
        }
        self.end(&batch.ended)?;
        self.assign(&batch.assigned)?;
        self.announce(&batch.announced)?;
        self.acknowledge(&batch.gone)?;
        self.forget(&batch.gone)
    }

    fn insert(&self, sql: &str, messages: &[NewMessage]) -> rusqlite::Result<()> {
        let mut statement = self.transaction.prepare_cached(sql)?;
        messages.iter().try_for_each(|message| row::insert(&mut statement, message))
    }

    fn end(&self, ended: &[Final]) -> rusqlite::Result<()> {
        let mut statement = self.transaction.prepare_cached(END)?;
        for Final { key, outcome, done } in ended {
            let stat = str::from_utf8(outcome.stat.octets())?;
            statement.execute((row::integer(*key)?, row::integer(*done)?, stat, outcome.code))?;
        }
        Ok(())
    }

    fn assign(&self, assigned: &[(u64, u32)]) -> rusqlite::Result<()> {
        if assigned.is_empty() {
            return Ok(());
        }
        let mut statement = self.transaction.prepare_cached(ASSIGN)?;
        for (key, account) in assigned {
            statement.execute((row::integer(*key)?, account))?;
        }
        Ok(())
    }

    fn announce(&self, announced: &[Announced]) -> rusqlite::Result<()> {
        if announced.is_empty() {
            return Ok(());
        }
        let mut statement = self.transaction.prepare_cached(ANNOUNCE)?;
        for Announced { announcement, account, key } in announced {
            statement.execute((announcement, account, row::integer(*key)?, row::integer(seconds())?))?;
        }
        Ok(())
    }

    /// Notes which of those that go are announcements. One that went because its time was over was not acknowledged.
    fn acknowledge(&self, gone: &[u64]) -> rusqlite::Result<()> {
        if self.announced.is_empty() {
            return Ok(());
        }
        for key in gone.iter().filter(|key| self.announced.contains(key)) {
            let mut statement = self.transaction.prepare_cached(ACKNOWLEDGE)?;
            statement.execute((row::integer(*key)?, row::integer(seconds())?))?;
        }
        Ok(())
    }

    pub(super) fn forget(&self, keys: &[u64]) -> rusqlite::Result<()> {
        if let Some(now) = self.keep_past {
            let mut statement = self.transaction.prepare_cached(TO_THE_PAST)?;
            for key in keys {
                statement.execute((row::integer(*key)?, now))?;
            }
        }
        let mut statement = self.transaction.prepare_cached(DELETE)?;
        for key in keys {
            statement.execute([row::integer(*key)?])?;
        }
        Ok(())
    }

    /// Forgets the past before `until`, some of it at a time: a long idle gateway must not stall its first messages.
    pub(super) fn forget_past(&self, until: i64) -> rusqlite::Result<usize> {
        self.transaction.prepare_cached(FORGET_PAST)?.execute((until, PAST_AT_ONCE))
    }
}

const END: &str = "UPDATE message SET state = 1, done = ?2, stat = ?3, code = ?4 WHERE key = ?1";
const ASSIGN: &str = "UPDATE message SET account = ?2 WHERE key = ?1";
const ANNOUNCE: &str = "INSERT OR IGNORE INTO announced VALUES (?1, ?2, 'deliver_sm', ?3, ?4, 0, '')";
const ACKNOWLEDGE: &str = "UPDATE announced SET acknowledged_at = ?2 WHERE key = ?1 AND way = 'deliver_sm' \
     AND ?2 < (SELECT expires_at FROM message WHERE key = ?1)";
const DELETE: &str = "DELETE FROM message WHERE key = ?1";
const TO_THE_PAST: &str = "INSERT INTO past (gone_at, key, account, state, done, stat, code, id, submitted_at, source, destination) \
     SELECT ?2, key, account, state, done, stat, code, id, submitted_at, source, destination FROM message WHERE key = ?1";
/// `past` is filled in the order of time, so what is old stands in front.
const FORGET_PAST: &str = "DELETE FROM past WHERE number IN \
     (SELECT number FROM (SELECT number, gone_at FROM past ORDER BY number LIMIT ?2) WHERE gone_at < ?1)";
/// Many more than a transaction adds to it, so that the past shrinks.
const PAST_AT_ONCE: i64 = 10_000;

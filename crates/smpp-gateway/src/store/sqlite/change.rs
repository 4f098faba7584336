//! A batch as statements.

use std::collections::HashSet;

use rusqlite::Transaction;

use super::row;
use crate::{
    Final,
    now::seconds,
    store::{Announced, Batch},
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
        row::INSERT_ACCEPTED.execute(self.transaction, &batch.accepted)?;
        row::INSERT_INCOMING.execute(self.transaction, &batch.incoming)?;
        self.end(&batch.ended)?;
        self.assign(&batch.assigned)?;
        self.announce(&batch.announced)?;
        self.acknowledge(&batch.gone)?;
        self.forget(&batch.gone)
    }

    fn end(&self, ended: &[Final]) -> rusqlite::Result<()> {
        let mut ended: Vec<_> = ended.iter().collect();
        ended.sort_by_key(|end| end.key);
        let mut statement = self.transaction.prepare_cached(END)?;
        for run in ended.chunk_by(|one, next| is_next(one.key, next.key) && is_alike(one, next)) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
            let (stat, done) = (str::from_utf8(first.outcome.stat.octets())?, row::integer(first.done)?);
            let keys = (row::integer(first.key)?, row::integer(last.key)?);
            statement.execute((keys.0, keys.1, done, stat, first.outcome.code))?;
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
        let mut keys = keys.to_vec();
        keys.sort_unstable();
        let runs = keys.chunk_by(|key, next| is_next(*key, *next));
        for (first, last) in runs.filter_map(|run| run.first().zip(run.last())) {
            let run = (row::integer(*first)?, row::integer(*last)?);
            if let Some(now) = self.keep_past {
                self.transaction.prepare_cached(TO_THE_PAST)?.execute((run.0, run.1, now))?;
            }
            self.transaction.prepare_cached(DELETE)?.execute(run)?;
        }
        Ok(())
    }

    /// Forgets the past before `until`, some of it at a time: a long idle gateway must not stall its first messages.
    pub(super) fn forget_past(&self, until: i64) -> rusqlite::Result<usize> {
        self.transaction.prepare_cached(FORGET_PAST)?.execute((until, PAST_AT_ONCE))
    }
}

/// Neighbours in the table are changed by one statement, which finds its way once.
fn is_next(key: u64, next: u64) -> bool {
    key.checked_add(1) == Some(next)
}

fn is_alike(one: &Final, other: &Final) -> bool {
    (one.outcome, one.done) == (other.outcome, other.done)
}

const END: &str =
    "UPDATE OR FAIL message SET state = 1, done = ?3, stat = ?4, code = ?5 WHERE key BETWEEN ?1 AND ?2";
const ASSIGN: &str = "UPDATE message SET account = ?2 WHERE key = ?1";
const ANNOUNCE: &str = "INSERT OR IGNORE INTO announced VALUES (?1, ?2, 'deliver_sm', ?3, ?4, 0, '')";
const ACKNOWLEDGE: &str = "UPDATE announced SET acknowledged_at = ?2 WHERE key = ?1 AND way = 'deliver_sm' \
     AND ?2 < (SELECT expires_at FROM message WHERE key = ?1)";
const DELETE: &str = "DELETE FROM message WHERE key BETWEEN ?1 AND ?2";
const TO_THE_PAST: &str = "INSERT INTO past (gone_at, key, account, state, done, stat, code, id, submitted_at, source, destination) \
     SELECT ?3, key, account, state, done, stat, code, id, submitted_at, source, destination FROM message WHERE key BETWEEN ?1 AND ?2";
/// `past` is filled in the order of time, so what is old stands in front.
const FORGET_PAST: &str = "DELETE FROM past WHERE number IN \
     (SELECT number FROM (SELECT number, gone_at FROM past ORDER BY number LIMIT ?2) WHERE gone_at < ?1)";
/// Many more than a transaction adds to it, so that the past shrinks.
const PAST_AT_ONCE: i64 = 10_000;

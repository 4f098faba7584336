//! Call detail records: one line a message that reached its end, on the disk before the message is forgotten.
//!
//! | file | subject |
//! |---|---|
//! | `line` | what a line holds, as CSV or JSON |
//! | `files` | files that are appended to, synced, finished and removed |
//! | `recording`, `recorder` | a store whose ends are recorded first, and the thread that writes them |

mod files;
mod line;
mod recorder;
mod recording;

use std::sync::{Arc, atomic::AtomicU64};

use uuid::Uuid;

use self::recording::RecordingStore;
use crate::{Address, Config, Final, Outcome, StartError, Store, store::NewMessage};

/// Has the ends of messages recorded before the store forgets them, where that is wanted. `names` gives the system_ids of accounts; one
/// that was taken out of the configuration while its messages were on their way has none.
pub(crate) fn recording(
    store: Box<dyn Store>,
    config: &Config,
    names: impl Fn(u32) -> Option<String> + Send + 'static,
    counts: Arc<RecordCounts>,
) -> Result<Box<dyn Store>, StartError> {
    let Some(cdr) = &config.cdr else { return Ok(store) };
    let names = move |id| names(id).unwrap_or_else(|| format!("#{id}"));
    let started = RecordingStore::start(store, cdr, &config.state_dir, Box::new(names), counts);
    let directory = || config.state_dir.join(&cdr.directory);
    Ok(Box::new(started.map_err(|error| StartError::Records(directory(), error))?))
}

/// Whether records could be written, as far as that shows before they are.
pub(crate) fn judge(config: &Config) -> Result<(), StartError> {
    let Some(cdr) = &config.cdr else { return Ok(()) };
    let directory = config.state_dir.join(&cdr.directory);
    files::Files::judge(&directory).map_err(|error| StartError::Records(directory, error))
}

/// What is recorded of a message at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallRecord {
    /// As its customer knows it.
    pub id: Uuid,
    /// The [`Account::id`](crate::Account) that submitted it.
    pub account: u32,
    /// Where it came from.
    pub source: Address,
    /// Where it went.
    pub destination: Address,
    /// How its text was written (SMPP v3.4 §5.2.19).
    pub data_coding: u8,
    /// Which receipt was asked for (SMPP v3.4 §5.2.17).
    pub registered_delivery: u8,
    /// When it was accepted, in seconds since 1970.
    pub submitted_at: u64,
    /// When it ended, in seconds since 1970.
    pub done_at: u64,
    /// How it ended.
    pub outcome: Outcome,
}

impl CallRecord {
    /// The record of a message that ended so.
    #[must_use]
    pub const fn of(message: &NewMessage, end: &Final) -> Self {
        Self {
            id: message.id,
            account: message.account,
            source: message.source,
            destination: message.destination,
            data_coding: message.data_coding.0,
            registered_delivery: message.registered_delivery.0,
            submitted_at: message.submitted_at,
            done_at: end.done,
            outcome: end.outcome,
        }
    }
}

/// Counts since the start.
#[derive(Debug, Default)]
pub(crate) struct RecordCounts {
    /// Records that are on the disk.
    pub(crate) written: AtomicU64,
    /// Times that records could not be written.
    pub(crate) failures: AtomicU64,
}

//! A person's messages that are on their way, taken from it, so that their texts and numbers can be erased.

use std::sync::{
    Arc,
    mpsc::{Receiver, channel},
};
use std::task::Poll;

use crate::{
    Address, CallRecord, Config, Final, Outcome, StartError, Stat, Store, cdr,
    gateway::open_store,
    now::seconds,
    store::{Batch, Completion, Held, Stage, StoreError, Stored, sqlite::Person},
};

/// Ends them as DELETED, with the internal status code 6: removed from the gateway. Their receipts, where one was asked for, are sent once
/// the gateway runs again, and their records hold the number no more. What came in and was not acknowledged is forgotten. Gives how many there were. The gateway must not run.
///
/// # Errors
/// When the gateway runs, or its database or the records can't be written: some of the messages may have ended.
pub fn cancel(config: &Config, person: &Person) -> Result<usize, StartError> {
    let keys = person.waiting(&config.database())?;
    let desk = Desk::open(config)?;
    let mut count = 0;
    for some in keys.chunks(AT_ONCE) {
        let held = desk.read(some.to_vec())?;
        count += held.len();
        desk.keep(ends(&held, person, config.cdr.is_some()))?;
    }
    Ok(count)
}

fn ends(held: &[Held], person: &Person, records: bool) -> Batch {
    let mut batch = Batch::default();
    for Held { message, stage } in held {
        match stage {
            Stage::Accepted => {}
            Stage::Ended(_) => continue,
            Stage::Incoming => {
                batch.gone.push(message.key);
                continue;
            }
        }
        let end = Final { key: message.key, outcome: REMOVED, done: seconds() };
        if message.registered_delivery.wants_receipt(false) {
            batch.ended.push(end);
        } else {
            batch.gone.push(message.key);
        }
        if records {
            batch.records.push(without(person, CallRecord::of(message, &end)));
        }
    }
    batch
}

/// The record without what is to be erased.
fn without(person: &Person, mut record: CallRecord) -> CallRecord {
    for (number, address) in
        [(&person.destination, &mut record.destination), (&person.source, &mut record.source)]
    {
        if number.as_ref().is_some_and(|number| number.trim_start_matches('+').as_bytes() == address.octets())
        {
            *address = Address::default();
        }
    }
    record
}

/// The store of a gateway that does not run, asked one thing at a time.
struct Desk {
    store: Box<dyn Store>,
    rung: Receiver<()>,
}

impl Desk {
    fn open(config: &Config) -> Result<Self, StartError> {
        let known: Vec<_> =
            config.accounts.iter().map(|account| (account.id(), account.system_id.clone())).collect();
        let name =
            move |id| known.iter().find(|(known, _)| *known == id).map(|(_, system_id)| system_id.clone());
        let store = cdr::recording(open_store(config)?, config, name, Arc::default())?;
        store.recover()?;
        let (bell, rung) = channel();
        store.wake_with(Arc::new(move || {
            let _is_over = bell.send(());
        }));
        Ok(Self { store, rung })
    }

    fn read(&self, keys: Vec<u64>) -> Result<Vec<Held>, StoreError> {
        match self.store.read(keys, 0) {
            Poll::Ready(held) => held,
            Poll::Pending => match self.answer()? {
                Completion::Read(_, held) => held,
                Completion::Stored(..) => Err(StoreError::Failed),
            },
        }
    }

    fn keep(&self, batch: Batch) -> Result<(), StoreError> {
        match self.store.submit(batch, 0) {
            Poll::Ready(Stored { result, .. }) => result,
            Poll::Pending => match self.answer()? {
                Completion::Stored(_, Stored { result, .. }) => result,
                Completion::Read(..) => Err(StoreError::Failed),
            },
        }
    }

    fn answer(&self) -> Result<Completion, StoreError> {
        let mut answers = Vec::new();
        loop {
            self.store.poll(&mut answers);
            if let Some(answer) = answers.pop() {
                return Ok(answer);
            }
            self.rung.recv().map_err(|_| StoreError::Failed)?;
        }
    }
}

const REMOVED: Outcome = Outcome { stat: Stat::DELETED, code: -6 };
/// Messages of one transaction.
const AT_ONCE: usize = 1_000;

//! The store without a gateway: messages that are made up, and batches that are waited for.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use bytes::Bytes;
use smpp_gateway::store::sqlite::{SqliteOptions, SqliteStore};
use smpp_gateway::store::{Batch, Completion, NewMessage, Store};
use smpp_gateway::{Address, Config, MessageIds};
use smpp_wire::values::{DataCoding, Npi, RegisteredDelivery, Ton};
use smpp_wire::{CommandStatus, SubmitSm, encode};

/// A store, and who makes messages for it.
pub(crate) struct Desk {
    store: SqliteStore,
    bell: Receiver<()>,
    ids: MessageIds,
    account: u32,
    pdu: Bytes,
    open: usize,
    answers: Vec<Completion>,
}

impl Desk {
    /// Opens the database of a gateway that does not run.
    pub(crate) fn open(config: &Config, synchronous: bool) -> io::Result<Self> {
        let path = config.database();
        if let Some(directory) = path.parent() {
            std::fs::create_dir_all(directory)?;
        }
        let account = config.accounts.first().map_or(0, smpp_gateway::AccountConfig::id);
        let options = SqliteOptions { synchronous, ..SqliteOptions::default() };
        let store = SqliteStore::open(&path, &[(account, "load")], options).map_err(io::Error::other)?;
        let (rung, bell) = channel();
        store.wake_with(Arc::new(move || {
            let _nobody_listens = rung.send(());
        }));
        let recovered = store.recover().map_err(io::Error::other)?;
        let ids = MessageIds::new(config.node, recovered.epoch, recovered.next_key, &recovered.id_secret)
            .map_err(io::Error::other)?;
        Ok(Self { store, bell, ids, account, pdu: pdu()?, open: 0, answers: Vec::new() })
    }

    /// So many new messages, with receipts.
    pub(crate) fn messages(&self, count: usize) -> Vec<NewMessage> {
        (0..count).map(|_| self.message()).collect()
    }

    /// Hands a batch over, and waits while more than `open_max` are not answered.
    pub(crate) fn submit(&mut self, batch: Batch, open_max: usize) -> io::Result<()> {
        self.open += usize::from(self.store.submit(batch, 0).is_pending());
        while self.open > open_max {
            self.bell.recv().map_err(io::Error::other)?;
            self.store.poll(&mut self.answers);
            for answer in self.answers.drain(..) {
                self.open -= 1;
                if let Completion::Stored(_, stored) = answer {
                    stored.result.map_err(io::Error::other)?;
                }
            }
        }
        Ok(())
    }

    fn message(&self) -> NewMessage {
        let (key, id) = self.ids.next();
        NewMessage {
            key,
            id,
            account: self.account,
            source: Address::source(Ton::ALPHANUMERIC, Npi::UNKNOWN, b"TestCo"),
            destination: Address::new(Ton::INTERNATIONAL, Npi::ISDN, DESTINATION).expect("a short number"),
            registered_delivery: RegisteredDelivery::ALWAYS,
            data_coding: DataCoding(0),
            submitted_at: 1_700_000_000,
            // Never, whatever the simulator's delay.
            expires_at: u64::MAX,
            pdu: self.pdu.clone(),
        }
    }
}

fn pdu() -> io::Result<Bytes> {
    let message = SubmitSm { destination_addr: DESTINATION, short_message: &[b'x'; 120], ..SubmitSm::EMPTY };
    let mut octets = Vec::new();
    encode(&message, CommandStatus::ESME_ROK, 1, &mut octets).map_err(io::Error::other)?;
    Ok(octets.into())
}

const DESTINATION: &[u8] = b"4512345678";

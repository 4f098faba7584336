//! A database in which messages wait.

use std::io;
use std::sync::Arc;
use std::sync::mpsc;

use bytes::Bytes;
use smpp_gateway::store::sqlite::{SqliteOptions, SqliteStore};
use smpp_gateway::store::{Batch, Completion, NewMessage, Store};
use smpp_gateway::{Address, MessageIds};
use smpp_wire::values::{DataCoding, Npi, RegisteredDelivery, Ton};
use smpp_wire::{CommandStatus, SubmitSm, encode};

use crate::home::Home;

/// Puts that many messages with receipts into the database of a gateway that does not run.
pub(crate) fn fill(home: &Home, count: u64) -> io::Result<()> {
    let config = home.config()?;
    let account = config.accounts.first().map_or(0, smpp_gateway::AccountConfig::id);
    let options = SqliteOptions { synchronous: false, ..SqliteOptions::default() };
    let store =
        SqliteStore::open(&config.database(), &[(account, "load")], options).map_err(io::Error::other)?;
    let (rung, bell) = mpsc::channel();
    store.wake_with(Arc::new(move || {
        let _nobody_listens = rung.send(());
    }));
    let recovered = store.recover().map_err(io::Error::other)?;
    let ids = MessageIds::new(config.node, recovered.epoch, recovered.next_key, &recovered.id_secret)
        .map_err(io::Error::other)?;
    let pdu = pdu()?;
    let (mut open, mut answers) = (0, Vec::new());
    for first in (0..count).step_by(AT_ONCE) {
        let many = (count - first).min(AT_ONCE as u64);
        let accepted = (0..many).map(|_| message(&ids, account, &pdu)).collect();
        if store.submit(Batch { accepted, ..Batch::default() }, first).is_pending() {
            open += 1;
        }
        while open > OPEN_MAX || (first + many == count && open > 0) {
            bell.recv().map_err(io::Error::other)?;
            store.poll(&mut answers);
            for answer in answers.drain(..) {
                open -= 1;
                match answer {
                    Completion::Stored(_, stored) => stored.result.map_err(io::Error::other)?,
                    Completion::Read(..) => {}
                }
            }
        }
    }
    Ok(())
}

fn message(ids: &MessageIds, account: u32, pdu: &Bytes) -> NewMessage {
    let (key, id) = ids.next();
    NewMessage {
        key,
        id,
        account,
        source: Address::source(Ton::ALPHANUMERIC, Npi::UNKNOWN, b"TestCo"),
        destination: Address::new(Ton::INTERNATIONAL, Npi::ISDN, DESTINATION).expect("a short number"),
        registered_delivery: RegisteredDelivery::ALWAYS,
        data_coding: DataCoding(0),
        submitted_at: 1_700_000_000,
        // No later: it would never end otherwise, whatever the simulator's delay.
        expires_at: u64::MAX,
        pdu: pdu.clone(),
    }
}

fn pdu() -> io::Result<Bytes> {
    let message = SubmitSm { destination_addr: DESTINATION, short_message: &[b'x'; 120], ..SubmitSm::EMPTY };
    let mut octets = Vec::new();
    encode(&message, CommandStatus::ESME_ROK, 1, &mut octets).map_err(io::Error::other)?;
    Ok(octets.into())
}

const DESTINATION: &[u8] = b"4512345678";
const AT_ONCE: usize = 1_000;
const OPEN_MAX: u32 = 8;

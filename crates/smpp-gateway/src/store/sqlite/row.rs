//! A message as a row.

use bytes::Bytes;
use rusqlite::{Error, Row, Statement, types::Type};
use smpp_wire::values::{DataCoding, Npi, RegisteredDelivery, Ton};
use uuid::Uuid;

use crate::{
    Address, Final, Outcome, Stat,
    store::{Held, NewMessage, Stage},
};

pub(super) const INSERT_ACCEPTED: &str =
    "INSERT INTO message VALUES (?1, ?2, 0, 0, '', 0, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
pub(super) const INSERT_INCOMING: &str =
    "INSERT INTO message VALUES (?1, ?2, 2, 0, '', 0, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
pub(super) const SELECT: &str = "SELECT * FROM message WHERE key = ?1";

/// A number of ours as SQLite has them.
pub(super) fn integer(value: u64) -> rusqlite::Result<i64> {
    i64::try_from(value).map_err(|_| Error::IntegralValueOutOfRange(0, i64::MAX))
}

pub(super) fn insert(statement: &mut Statement<'_>, message: &NewMessage) -> rusqlite::Result<()> {
    let inserted = statement.execute((
        integer(message.key)?,
        message.account,
        message.id.as_bytes(),
        integer(message.submitted_at)?,
        i64::try_from(message.expires_at).unwrap_or(i64::MAX),
        message.registered_delivery.0,
        message.data_coding.0,
        type_of(&message.source),
        message.source.octets(),
        type_of(&message.destination),
        message.destination.octets(),
        &*message.pdu,
    ));
    inserted.map(drop)
}

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Held> {
    let key = row.get::<_, i64>(0)?.unsigned_abs();
    let message = NewMessage {
        key,
        account: row.get(1)?,
        id: Uuid::from_bytes(row.get(6)?),
        submitted_at: row.get::<_, i64>(7)?.unsigned_abs(),
        expires_at: row.get::<_, i64>(8)?.unsigned_abs(),
        registered_delivery: RegisteredDelivery(row.get(9)?),
        data_coding: DataCoding(row.get(10)?),
        source: address(row, 11)?,
        destination: address(row, 13)?,
        pdu: Bytes::copy_from_slice(row.get_ref(15)?.as_blob()?),
    };
    let stage = match row.get::<_, i64>(2)? {
        0 => Stage::Accepted,
        1 => Stage::Ended(ended(key, row)?),
        2 => Stage::Incoming,
        _ => return Err(not_ours(2, Type::Integer)),
    };
    Ok(Held { message, stage })
}

fn ended(key: u64, row: &Row<'_>) -> rusqlite::Result<Final> {
    let stat = Stat::from_name(row.get_ref(4)?.as_str()?).ok_or_else(|| not_ours(4, Type::Text))?;
    let outcome = Outcome { stat, code: row.get(5)? };
    Ok(Final { key, outcome, done: row.get::<_, i64>(3)?.unsigned_abs() })
}

fn address(row: &Row<'_>, column: usize) -> rusqlite::Result<Address> {
    let [ton, npi] = row.get::<_, u16>(column)?.to_be_bytes();
    let octets = row.get_ref(column + 1)?.as_blob()?;
    Address::new(Ton(ton), Npi(npi), octets).ok_or_else(|| not_ours(column + 1, Type::Blob))
}

const fn type_of(address: &Address) -> u16 {
    u16::from_be_bytes([address.ton.0, address.npi.0])
}

fn not_ours(column: usize, kind: Type) -> Error {
    Error::FromSqlConversionFailure(column, kind, "no value that the gateway writes".into())
}

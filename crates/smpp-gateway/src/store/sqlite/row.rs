//! A message as a row.

use std::sync::LazyLock;

use bytes::Bytes;
use rusqlite::{Connection, Error, Row, Statement, ToSql, types::Type};
use smpp_wire::values::{DataCoding, Npi, RegisteredDelivery, Ton};
use uuid::Uuid;

use crate::{
    Address, Final, Outcome, Stat,
    store::{Held, NewMessage, Stage},
};

pub(super) static INSERT_ACCEPTED: LazyLock<Insert> = LazyLock::new(|| Insert::of(0));
pub(super) static INSERT_INCOMING: LazyLock<Insert> = LazyLock::new(|| Insert::of(2));
pub(super) const SELECT: &str = "SELECT * FROM message WHERE key = ?1";

/// The stat of a row without an end.
pub(super) const NO_END: &str = "ENROUTE";

/// A number of ours as SQLite has them.
pub(super) fn integer(value: u64) -> rusqlite::Result<i64> {
    i64::try_from(value).map_err(|_| Error::IntegralValueOutOfRange(0, i64::MAX))
}

/// New rows in one state, as one statement for one of them and another one for many: those of one statement share its begin, its end and
/// the way into the table. `OR FAIL` needs no copies of pages to undo a statement: its transaction is undone anyway.
pub(super) struct Insert {
    one: String,
    many: String,
}

impl Insert {
    fn of(state: u8) -> Self {
        let rows = |count| {
            let rows: Vec<_> = (0..count).map(|number| values(state, number * PARAMETERS)).collect();
            format!("INSERT OR FAIL INTO message VALUES {}", rows.join(", "))
        };
        Self { one: rows(1), many: rows(MANY) }
    }

    pub(super) fn execute(&self, connection: &Connection, messages: &[NewMessage]) -> rusqlite::Result<()> {
        let (chunks, rest) = messages.as_chunks::<MANY>();
        for (sql, rows) in [(&self.many, chunks.as_flattened().chunks(MANY)), (&self.one, rest.chunks(1))] {
            if rows.len() == 0 {
                continue;
            }
            let mut statement = connection.prepare_cached(sql)?;
            for rows in rows {
                for (number, message) in rows.iter().enumerate() {
                    bind(&mut statement, number * PARAMETERS, message)?;
                }
                statement.raw_execute()?;
            }
        }
        Ok(())
    }
}

/// The values of a row whose parameters stand behind so many others. What its end will change has its length already: it is then written
/// over in its place, where a longer row would not fit into its page.
fn values(state: u8, before: usize) -> String {
    let parameter = |number: usize| format!("?{}", before + number);
    let [key, account, submitted_at] = [1, 2, 4].map(parameter);
    let others = (3..=PARAMETERS).map(parameter).collect::<Vec<_>>().join(", ");
    format!("({key}, {account}, {state}, {submitted_at}, '{NO_END}', 0, {others})")
}

/// Binds a row whose parameters stand behind so many others.
fn bind(statement: &mut Statement<'_>, before: usize, message: &NewMessage) -> rusqlite::Result<()> {
    let (key, submitted_at) = (integer(message.key)?, integer(message.submitted_at)?);
    let expires_at = i64::try_from(message.expires_at).unwrap_or(i64::MAX);
    let values: [&dyn ToSql; PARAMETERS] = [
        &key,
        &message.account,
        message.id.as_bytes(),
        &submitted_at,
        &expires_at,
        &message.registered_delivery.0,
        &message.data_coding.0,
        &type_of(&message.source),
        &message.source.octets(),
        &type_of(&message.destination),
        &message.destination.octets(),
        &&*message.pdu,
    ];
    values.into_iter().zip(before + 1..).try_for_each(|(value, at)| statement.raw_bind_parameter(at, value))
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

/// Values of a new row.
const PARAMETERS: usize = 12;
/// Rows of one statement.
const MANY: usize = 16;

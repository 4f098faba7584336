//! A message as it is shown to people who ask for it.

use jiff::Timestamp;
use rusqlite::Row;
use serde::Serialize;
use smpp_wire::{
    Pdu, split_frame,
    text::Meaning,
    values::{DataCoding, EsmClass},
};
use uuid::Uuid;

use super::row::NO_END;
use crate::address::Printable;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The newest that are held first, then those that are gone.
    pub messages: Vec<FoundMessage>,
    /// Why there may be more: `limit` or `time`.
    pub cut: Option<&'static str>,
}

/// A message, in words. Times are RFC 3339, in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FoundMessage {
    /// As its customer knows it.
    #[serde(serialize_with = "as_text")]
    pub id: Uuid,
    /// The system_id of its account; `#` and a number where the database knows no name.
    pub account: String,
    /// `submitted`, by the account, or `incoming`, for it.
    pub kind: &'static str,
    /// `accepted`, `receipt pending`, `delivery pending` (it is incoming) or `gone` (nobody waits for it any more).
    pub state: &'static str,
    /// How it ended, as in its receipt.
    pub stat: Option<String>,
    /// The `err` of its receipt.
    pub code: Option<u16>,
    /// Octets that are not printable ASCII are written as `\xNN`.
    pub source: String,
    /// Likewise.
    pub destination: String,
    /// When it was accepted.
    pub submitted_at: String,
    /// When it is no longer worth delivering.
    pub expires_at: Option<String>,
    /// When it ended.
    pub done_at: Option<String>,
    /// When nobody waited for it any more.
    pub gone_at: Option<String>,
    /// Its text, or its octets in hexadecimal where they are none; only where it was asked for and is still held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Both give the same columns.
pub(super) const HELD: &str = "SELECT id, coalesce((SELECT system_id FROM account WHERE number = message.account), '#' || account), \
     state, stat, code, source, destination, submitted_at, expires_at, done, NULL, pdu, 0 FROM message \
     WHERE {filter} ORDER BY key DESC LIMIT {limit}";
pub(super) const PAST: &str = "SELECT id, coalesce((SELECT system_id FROM account WHERE number = past.account), '#' || account), \
     state, stat, code, source, destination, submitted_at, NULL, done, gone_at, NULL, 1 FROM past \
     WHERE {filter} ORDER BY number DESC LIMIT {limit}";

/// The state of what came in.
const INCOMING: i64 = 2;

pub(super) fn read(row: &Row<'_>, with_text: bool) -> rusqlite::Result<FoundMessage> {
    let stat = row.get::<_, String>(3)?;
    let has_end = !stat.is_empty() && stat != NO_END;
    let state: i64 = row.get(2)?;
    let text = match row.get_ref(11)?.as_blob_or_null()? {
        Some(pdu) if with_text => text_of(pdu),
        _ => None,
    };
    Ok(FoundMessage {
        id: Uuid::from_bytes(row.get(0)?),
        account: row.get(1)?,
        kind: if state == INCOMING { "incoming" } else { "submitted" },
        state: match state {
            _ if row.get(12)? => "gone",
            0 => "accepted",
            1 => "receipt pending",
            _ => "delivery pending",
        },
        code: has_end.then(|| row.get::<_, i16>(4)).transpose()?.map(i16::unsigned_abs),
        source: Printable(row.get_ref(5)?.as_blob()?).to_string(),
        destination: Printable(row.get_ref(6)?.as_blob()?).to_string(),
        submitted_at: time(row.get(7)?),
        expires_at: row.get::<_, Option<i64>>(8)?.map(time),
        done_at: has_end.then(|| row.get(9)).transpose()?.map(time),
        gone_at: row.get::<_, Option<i64>>(10)?.map(time),
        stat: has_end.then_some(stat),
        text,
    })
}

/// The text of a submit_sm or deliver_sm.
fn text_of(pdu: &[u8]) -> Option<String> {
    let raw = split_frame(pdu, u32::MAX).ok()??;
    let (esm_class, data_coding, octets, tlvs) = match raw.parse().ok()? {
        Pdu::SubmitSm(pdu) => (pdu.esm_class, pdu.data_coding, pdu.short_message, pdu.tlvs),
        Pdu::DeliverSm(pdu) => (pdu.esm_class, pdu.data_coding, pdu.short_message, pdu.tlvs),
        _ => return None,
    };
    let text = user_text(esm_class, octets, tlvs).unwrap_or(octets);
    Some(readable(data_coding, text))
}

fn user_text<'a>(esm_class: EsmClass, octets: &'a [u8], tlvs: smpp_wire::Tlvs<'a>) -> Option<&'a [u8]> {
    smpp_wire::text::UserData::new(esm_class, octets, tlvs).ok().map(|data| data.text)
}

fn readable(data_coding: DataCoding, octets: &[u8]) -> String {
    let hexadecimal = || octets.iter().map(|octet| format!("{octet:02x}")).collect();
    Meaning::of(data_coding).to_text(octets).unwrap_or_else(|_| hexadecimal())
}

/// RFC 3339; an instant beyond the calendar gives the calendar's last.
fn time(seconds: i64) -> String {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX).to_string()
}

fn as_text<S: serde::Serializer>(id: &Uuid, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&id.hyphenated())
}

#[cfg(test)]
mod tests {
    use smpp_wire::{CommandStatus, SubmitSm, encode};

    use super::*;

    fn shown(message: &SubmitSm<'_>) -> Option<String> {
        let mut pdu = Vec::new();
        encode(message, CommandStatus::ESME_ROK, 1, &mut pdu).unwrap();
        text_of(&pdu)
    }

    #[test]
    fn a_text_is_shown_as_people_wrote_it() {
        let gsm = SubmitSm { short_message: b"Caf\x05 \x1be", ..SubmitSm::EMPTY };
        assert_eq!(shown(&gsm).as_deref(), Some("Caf\u{e9} \u{20ac}"));
        let short_message = &[5, 0, 3, 1, 2, 1, 0x04, 0x16];
        let long = SubmitSm {
            esm_class: EsmClass::UDHI,
            data_coding: DataCoding::UCS2,
            short_message,
            ..SubmitSm::EMPTY
        };
        assert_eq!(shown(&long).as_deref(), Some("\u{416}"), "without its header");
        let binary = SubmitSm { data_coding: DataCoding(4), short_message: &[0, 255], ..SubmitSm::EMPTY };
        assert_eq!(shown(&binary).as_deref(), Some("00ff"));
        assert_eq!(text_of(b""), None, "nothing was kept");
    }
}

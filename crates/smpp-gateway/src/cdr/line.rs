//! What a line holds, as CSV (RFC 4180) or as a JSON object.
//!
//! Written in one pass into the octets of a batch: a gateway that carries two hundred thousand messages a second writes as many lines.

use jiff::Timestamp;
use uuid::fmt::Hyphenated;

use super::CallRecord;
use crate::{Address, config::CdrFormat};

impl CdrFormat {
    /// What stands in the first line of a file.
    pub(super) const fn header(self) -> &'static str {
        match self {
            Self::Csv => COLUMNS,
            Self::Json => "",
        }
    }

    /// What the names of files end with.
    pub(super) const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "jsonl",
        }
    }
}

/// Writes lines.
pub(super) struct LineWriter {
    format: CdrFormat,
    /// Many messages of one second stand side by side: its text is kept until another one needs the place.
    times: [(u64, [u8; TIME_LEN]); KEPT_TIMES],
}

impl LineWriter {
    pub(super) const fn new(format: CdrFormat) -> Self {
        Self { format, times: [(u64::MAX, LAST); KEPT_TIMES] }
    }

    /// Appends a line; `account` is the system_id.
    pub(super) fn write(&mut self, record: &CallRecord, account: &str, out: &mut Vec<u8>) {
        let (submitted_at, done_at) = (self.time(record.submitted_at), self.time(record.done_at));
        let mut id = [0; Hyphenated::LENGTH];
        let mut line = Line { format: self.format, out, is_begun: false };
        line.plain("id", record.id.hyphenated().encode_lower(&mut id).as_bytes());
        line.text("account", account);
        line.address("source", &record.source);
        line.number("source_ton", record.source.ton.0.into());
        line.number("source_npi", record.source.npi.0.into());
        line.address("destination", &record.destination);
        line.number("destination_ton", record.destination.ton.0.into());
        line.number("destination_npi", record.destination.npi.0.into());
        line.number("data_coding", record.data_coding.into());
        line.number("registered_delivery", record.registered_delivery.into());
        line.plain("submitted_at", &submitted_at);
        line.plain("done_at", &done_at);
        line.plain("state", record.outcome.stat.octets());
        line.number("code", record.outcome.code.unsigned_abs());
        line.end();
    }

    /// RFC 3339 in UTC; an instant beyond the calendar gives the calendar's last.
    fn time(&mut self, seconds: u64) -> [u8; TIME_LEN] {
        let place = usize::try_from(seconds % KEPT_TIMES as u64).unwrap_or(0);
        match self.times.get_mut(place) {
            Some((kept, text)) if *kept == seconds => *text,
            Some(kept) => {
                *kept = (seconds, time(seconds));
                kept.1
            }
            None => time(seconds),
        }
    }
}

/// A line under construction.
struct Line<'o> {
    format: CdrFormat,
    out: &'o mut Vec<u8>,
    is_begun: bool,
}

impl Line<'_> {
    fn name(&mut self, name: &str) {
        match (self.format, self.is_begun) {
            (CdrFormat::Csv, false) => {}
            (CdrFormat::Json, false) => self.out.push(b'{'),
            (_, true) => self.out.push(b','),
        }
        self.is_begun = true;
        if self.format == CdrFormat::Json {
            self.out.push(b'"');
            self.out.extend_from_slice(name.as_bytes());
            self.out.extend_from_slice(b"\":");
        }
    }

    /// A value in which nothing has to be written otherwise.
    fn plain(&mut self, name: &str, octets: &[u8]) {
        self.name(name);
        match self.format {
            CdrFormat::Csv => self.out.extend_from_slice(octets),
            CdrFormat::Json => {
                self.out.push(b'"');
                self.out.extend_from_slice(octets);
                self.out.push(b'"');
            }
        }
    }

    fn text(&mut self, name: &str, text: &str) {
        if text.bytes().all(is_plain) {
            return self.plain(name, text.as_bytes());
        }
        self.name(name);
        let escaped = match self.format {
            CdrFormat::Csv => format!("\"{}\"", text.replace('"', "\"\"")),
            CdrFormat::Json => serde_json::Value::from(text).to_string(),
        };
        self.out.extend_from_slice(escaped.as_bytes());
    }

    fn address(&mut self, name: &str, address: &Address) {
        if address.octets().iter().copied().all(is_plain) {
            self.plain(name, address.octets());
        } else {
            self.text(name, &address.to_string());
        }
    }

    fn number(&mut self, name: &str, value: u16) {
        self.name(name);
        let mut scale = [10_000, 1_000, 100, 10].into_iter().find(|scale| value >= *scale).unwrap_or(1);
        while scale > 0 {
            let digit = u8::try_from(value / scale % 10).unwrap_or(0);
            self.out.push(b'0' + digit);
            scale /= 10;
        }
    }

    fn end(self) {
        if self.format == CdrFormat::Json {
            self.out.push(b'}');
        }
        self.out.push(b'\n');
    }
}

/// Neither CSV nor JSON has a meaning of its own for it.
const fn is_plain(octet: u8) -> bool {
    matches!(octet, b' '..=b'~') && !matches!(octet, b',' | b'"' | b'\\')
}

fn time(seconds: u64) -> [u8; TIME_LEN] {
    let instant = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    let text = instant.map(|instant| instant.to_string()).filter(|text| text.len() == TIME_LEN);
    text.and_then(|text| text.as_bytes().try_into().ok()).unwrap_or(LAST)
}

const COLUMNS: &str = "id,account,source,source_ton,source_npi,destination,destination_ton,destination_npi,data_coding,\
                       registered_delivery,submitted_at,done_at,state,code\n";
/// `YYYY-MM-DDThh:mm:ssZ`.
const TIME_LEN: usize = 20;
/// The calendar's.
const LAST: [u8; TIME_LEN] = *b"9999-12-31T23:59:59Z";
/// A minute.
const KEPT_TIMES: usize = 64;

#[cfg(test)]
pub(super) mod tests {
    use smpp_wire::values::{Npi, Ton};

    use super::*;
    use crate::store::conformance::{ended, message};

    /// The record of a message of the store's suite.
    pub(in crate::cdr) fn record(key: u64) -> CallRecord {
        CallRecord::of(&message(key), &ended(key))
    }

    fn written(format: CdrFormat, record: &CallRecord, account: &str) -> String {
        let mut out = Vec::new();
        LineWriter::new(format).write(record, account, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_line_of_csv_has_what_the_columns_say() {
        let line = written(CdrFormat::Csv, &record(5), "customer1");
        let expected = "00000000-0000-0005-0000-000000000f00,customer1,TestCo,5,0,4512345678,1,1,8,1,\
                        2023-11-14T22:13:25Z,2023-11-14T22:30:00Z,UNDELIV,5\n";
        assert_eq!(line, expected);
        assert_eq!(line.split(',').count(), CdrFormat::Csv.header().split(',').count());
    }

    #[test]
    fn an_account_or_a_source_with_a_comma_or_a_quote_stays_one_field() {
        let source = Address::source(Ton::ALPHANUMERIC, Npi::UNKNOWN, b"A,\"B\"");
        let line = written(CdrFormat::Csv, &CallRecord { source, ..record(5) }, "a,b");
        assert!(line.contains("f00,\"a,b\",\"A,\"\"B\"\"\",5,0,"), "{line}");
    }

    #[test]
    fn a_line_of_json_has_the_same_names() {
        let line = written(CdrFormat::Json, &record(5), "customer1");
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&line).unwrap();
        let mut columns: Vec<_> = CdrFormat::Csv.header().trim_end().split(',').collect();
        columns.sort_unstable();
        let mut names: Vec<_> = object.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, columns);
        assert_eq!((&object["state"], &object["code"]), (&"UNDELIV".into(), &5.into()));
    }

    #[test]
    fn what_json_would_misread_is_escaped() {
        let source = Address::source(Ton::ALPHANUMERIC, Npi::UNKNOWN, b"A\\\"B\x01");
        let line = written(CdrFormat::Json, &CallRecord { source, ..record(5) }, "a\"b");
        let object: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&object["account"], &object["source"]), (&"a\"b".into(), &"A\\\\\"B\\x01".into()));
    }

    #[test]
    fn numbers_and_times_are_written_whole_wherever_they_lie() {
        let mut writer = LineWriter::new(CdrFormat::Csv);
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (64, "1970-01-01T00:01:04Z"),
            (0, "1970-01-01T00:00:00Z"),
            (u64::MAX, "9999-12-31T23:59:59Z"),
            (1 << 62, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(writer.time(seconds), text.as_bytes());
        }
        for value in [0, 1, 9, 10, 42, 99, 100, 255, 999, 1_000, 12_345, u16::MAX] {
            let mut out = Vec::new();
            Line { format: CdrFormat::Csv, out: &mut out, is_begun: false }.number("code", value);
            assert_eq!(out, value.to_string().as_bytes());
        }
    }
}

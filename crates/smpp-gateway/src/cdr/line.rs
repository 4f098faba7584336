//! What a line holds, as CSV (RFC 4180) or as a JSON object.

use std::io::Write as _;

use jiff::Timestamp;
use serde::Serialize;

use super::CallRecord;
use crate::config::CdrFormat;

/// A record as people and programs read it; the names are the columns.
#[derive(Serialize)]
struct Line<'a> {
    id: String,
    account: &'a str,
    source: String,
    source_ton: u8,
    source_npi: u8,
    destination: String,
    destination_ton: u8,
    destination_npi: u8,
    data_coding: u8,
    registered_delivery: u8,
    submitted_at: String,
    done_at: String,
    state: String,
    code: u16,
}

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

    /// Appends a line; `account` is the system_id.
    pub(super) fn write(self, record: &CallRecord, account: &str, out: &mut Vec<u8>) {
        let line = Line {
            id: record.id.hyphenated().to_string(),
            account,
            source: record.source.to_string(),
            source_ton: record.source.ton.0,
            source_npi: record.source.npi.0,
            destination: record.destination.to_string(),
            destination_ton: record.destination.ton.0,
            destination_npi: record.destination.npi.0,
            data_coding: record.data_coding,
            registered_delivery: record.registered_delivery,
            submitted_at: time(record.submitted_at),
            done_at: time(record.done_at),
            state: record.outcome.stat.to_string(),
            code: record.outcome.code.unsigned_abs(),
        };
        // A vector has room, and no part of a line can fail to be JSON.
        let _always = match self {
            Self::Csv => line.write_csv(out),
            Self::Json => serde_json::to_writer(&mut *out, &line).map_err(Into::into),
        };
        out.push(b'\n');
    }
}

impl Line<'_> {
    fn write_csv(&self, out: &mut Vec<u8>) -> std::io::Result<()> {
        write!(
            out,
            "{},{},{},{},{},{},{},{},{},{},{},{},{},{}",
            self.id,
            quoted(self.account),
            quoted(&self.source),
            self.source_ton,
            self.source_npi,
            quoted(&self.destination),
            self.destination_ton,
            self.destination_npi,
            self.data_coding,
            self.registered_delivery,
            self.submitted_at,
            self.done_at,
            self.state,
            self.code
        )
    }
}

/// In quotes where it must be.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// RFC 3339 in UTC; an instant beyond the calendar gives the calendar's last.
fn time(seconds: u64) -> String {
    let instant = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    instant.unwrap_or(Timestamp::MAX).to_string()
}

const COLUMNS: &str = "id,account,source,source_ton,source_npi,destination,destination_ton,destination_npi,data_coding,\
                       registered_delivery,submitted_at,done_at,state,code\n";

#[cfg(test)]
pub(super) mod tests {
    use smpp_wire::values::{Npi, Ton};

    use super::*;
    use crate::{
        Address,
        store::conformance::{ended, message},
    };

    /// The record of a message of the store's suite.
    pub(in crate::cdr) fn record(key: u64) -> CallRecord {
        CallRecord::of(&message(key), &ended(key))
    }

    fn written(format: CdrFormat, record: &CallRecord, account: &str) -> String {
        let mut out = Vec::new();
        format.write(record, account, &mut out);
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
}

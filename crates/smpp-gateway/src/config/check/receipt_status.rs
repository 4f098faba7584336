//! `[receipt_status]` against what is allowed.

use super::stats;
use crate::{Stat, StatusTable, config::reader::Section};

pub(super) fn receipt_status(section: &Section<'_>) -> StatusTable {
    let mut table = StatusTable::default();
    if let Some(stat) = section.get("other").and_then(|entry| entry.parsed(&stats(), Stat::from_name)) {
        table = table.with_other(stat);
    }
    for (key, entry) in
        section.numbered(CODES, |key| key.len() == 3 && key.bytes().all(|octet| octet.is_ascii_digit()))
    {
        if let (Ok(code), Some(stat)) = (key.parse(), entry.parsed(&stats(), Stat::from_name)) {
            table = table.with(code, stat);
        }
    }
    table
}

const CODES: &str = "000 to 999";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::check::testing::{error, parse};

    #[test]
    fn a_table_replaces_what_it_names_and_no_more() {
        let table = parse("[receipt_status]\n005 = \"UNDELIV\"\n777 = \"ACCEPTD\"\nother = \"UNKNOWN\"")
            .receipt_status;
        let codes = [0, -5, -6, -777, -778].map(|code| table.stat(code));
        assert_eq!(codes, [Stat::DELIVRD, Stat::UNDELIV, Stat::DELETED, Stat::ACCEPTD, Stat::UNKNOWN]);
    }

    #[test]
    fn what_is_no_code_or_no_state_is_refused() {
        assert_eq!(
            error("[receipt_status]\n5 = \"EXPIRED\""),
            "receipt_status.5 is unknown, allowed is other, 000 to 999"
        );
        let allowed = "DELIVRD, EXPIRED, DELETED, UNDELIV, ACCEPTD, UNKNOWN, REJECTD";
        assert_eq!(
            error("[receipt_status]\n005 = \"LATE\""),
            format!("receipt_status.005 is \"LATE\", allowed is {allowed}")
        );
    }
}

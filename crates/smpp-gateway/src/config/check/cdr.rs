//! `[cdr]` against what is allowed.

use std::time::Duration;

use crate::config::{CdrConfig, CdrFormat, reader::Section};

pub(super) fn cdr(section: &Section<'_>) -> CdrConfig {
    let default = CdrConfig::default();
    let megabytes = section.optional("rotate_megabytes", 1..=10_000_u64);
    let minutes = section.optional("rotate_minutes", 1..=MONTH_MINUTES);
    let days = section.optional("keep_days", 0..=36_600_u64).filter(|days| *days > 0);
    CdrConfig {
        directory: section.path("directory").unwrap_or(default.directory),
        format: section.parsed("format", default.format, "\"csv\" or \"json\"", format),
        rotate_octets: megabytes.map_or(default.rotate_octets, |megabytes| megabytes << 20),
        rotate_after: minutes.map_or(default.rotate_after, |minutes| Duration::from_secs(minutes * 60)),
        keep: days.map(|days| Duration::from_secs(days * 86_400)),
    }
}

fn format(name: &str) -> Option<CdrFormat> {
    match name {
        "csv" => Some(CdrFormat::Csv),
        "json" => Some(CdrFormat::Json),
        _ => None,
    }
}

const MONTH_MINUTES: u64 = 31 * 24 * 60;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::check::testing::{error, parse};

    #[test]
    fn there_are_records_where_the_table_is() {
        assert_eq!(parse("").cdr, None);
        assert_eq!(parse("[cdr]").cdr, Some(CdrConfig::default()));
        let config = parse(
            "[cdr]\ndirectory = \"d\"\nformat = \"json\"\nrotate_megabytes = 2\nrotate_minutes = 3\nkeep_days = 4",
        );
        let expected = CdrConfig {
            directory: "d".into(),
            format: CdrFormat::Json,
            rotate_octets: 2 << 20,
            rotate_after: Duration::from_secs(180),
            keep: Some(Duration::from_secs(4 * 86_400)),
        };
        assert_eq!(config.cdr, Some(expected));
        assert_eq!(parse("[cdr]\nkeep_days = 0").cdr, Some(CdrConfig::default()), "for ever");
    }

    #[test]
    fn records_are_checked() {
        for (line, expected) in [
            ("format = \"xml\"", "cdr.format is \"xml\", allowed is \"csv\" or \"json\""),
            ("rotate_megabytes = 0", "cdr.rotate_megabytes is 0, allowed is 1 to 10000"),
            ("rotate_minutes = 0", "cdr.rotate_minutes is 0, allowed is 1 to 44640"),
            ("keep_days = -1", "cdr.keep_days is -1, allowed is 0 to 36600"),
        ] {
            assert_eq!(error(&format!("[cdr]\n{line}")), expected);
        }
    }
}

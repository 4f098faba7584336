//! `[store]` against what is allowed.

use std::time::Duration;

use super::YEAR_SECONDS;
use crate::{StoreConfig, StoreKind, config::reader::Section};

pub(super) fn store(section: &Section<'_>) -> StoreConfig {
    let default = StoreConfig::default();
    let retention = section.optional("retention_seconds", 0..=YEAR_SECONDS);
    StoreConfig {
        kind: section.parsed("kind", default.kind, &kinds(), kind),
        path: section.path("path").unwrap_or(default.path),
        retention: retention.map_or(default.retention, Duration::from_secs),
        synchronous: section.parsed("synchronous", default.synchronous, "\"full\" or \"off\"", synchronous),
    }
}

fn kind(name: &str) -> Option<StoreKind> {
    StoreKind::NAMES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
}

fn kinds() -> String {
    let known: Vec<_> = StoreKind::NAMES.iter().map(|(known, _)| format!("{known:?}")).collect();
    known.join(" or ")
}

fn synchronous(name: &str) -> Option<bool> {
    match name {
        "full" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::check::testing::{error, parse};

    #[test]
    fn every_key_is_kept() {
        let config = parse(
            "state_dir = \"s\"\n[store]\nkind = \"memory\"\npath = \"m.db\"\nretention_seconds = 60\nsynchronous = \"off\"",
        );
        let expected = StoreConfig {
            kind: StoreKind::Memory,
            path: "m.db".into(),
            retention: Duration::from_secs(60),
            synchronous: false,
        };
        assert_eq!(config.store, expected);
        assert_eq!(config.database(), std::path::Path::new("s/m.db"));
    }

    #[test]
    #[cfg(feature = "sqlite")]
    fn messages_are_durable_unless_somebody_says_otherwise() {
        let store = parse("").store;
        assert_eq!((store.kind, store.synchronous), (StoreKind::Sqlite, true));
    }

    #[test]
    fn a_text_that_is_not_known_names_those_that_are() {
        let wrong = error("[store]\nkind = \"paper\"");
        assert!(wrong.starts_with("store.kind is \"paper\", allowed is "), "{wrong}");
        assert!(wrong.ends_with("\"memory\""), "{wrong}");
        assert_eq!(
            error("[store]\nsynchronous = \"on\""),
            "store.synchronous is \"on\", allowed is \"full\" or \"off\""
        );
    }
}

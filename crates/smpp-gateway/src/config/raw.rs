//! The file as TOML has it: every key is optional and every number wide, so that `check` can say what is allowed.

use std::path::PathBuf;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    pub(super) listen: Option<String>,
    pub(super) state_dir: Option<PathBuf>,
    pub(super) certificate: Option<PathBuf>,
    pub(super) private_key: Option<PathBuf>,
    pub(super) node: Option<i64>,
    pub(super) receipt_timezone: Option<String>,
    pub(super) store: Option<String>,
    #[serde(default)]
    pub(super) limits: Limits,
    #[serde(default)]
    pub(super) simulator: Simulator,
    #[serde(default)]
    pub(super) account: Vec<Account>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub(super) window: Option<i64>,
    pub(super) max_pdu_octets: Option<i64>,
    pub(super) session_init_seconds: Option<i64>,
    pub(super) enquire_link_seconds: Option<i64>,
    pub(super) response_seconds: Option<i64>,
    pub(super) inactivity_seconds: Option<i64>,
    pub(super) max_connections: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Simulator {
    pub(super) outcomes: Option<Vec<Outcome>>,
    pub(super) delay: Option<Delay>,
    pub(super) seed: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Outcome {
    pub(super) stat: String,
    pub(super) code: Option<i64>,
    pub(super) share: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Delay {
    pub(super) kind: String,
    pub(super) milliseconds: Option<i64>,
    pub(super) min_milliseconds: Option<i64>,
    pub(super) max_milliseconds: Option<i64>,
    pub(super) mean_milliseconds: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Account {
    pub(super) system_id: String,
    pub(super) verifier: String,
    pub(super) connection_mode: OneOrMany,
    pub(super) max_binds: Option<i64>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a connection mode or a list of them")]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub(super) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

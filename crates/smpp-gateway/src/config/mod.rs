//! The operator's file: what it may say, and its defaults.

mod account;
mod cdr;
mod check;
mod error;
mod reader;
mod simulator;

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::tz::TimeZone;
use smpp_session::Network;

pub use account::{AccountConfig, ReceiptPolicy};
pub use cdr::{CdrConfig, CdrFormat};
pub use error::{ConfigError, ConfigProblem};
pub use simulator::{Behaviour, Delay, IncomingConfig, OutcomeShare, SimulatorConfig, SimulatorRule};

use self::reader::{Document, Section};
use crate::{LockoutConfig, LogNumbers, StatusTable};

/// How a gateway runs. Every value was checked; [`Config::default`] is what an empty file says.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where the gateway listens.
    pub listen: SocketAddr,
    /// Load balancers, whose connections say with a PROXY header of version 2 for whom they speak.
    pub proxies: Vec<Network>,
    /// Where the gateway keeps what it makes itself: `certificate.pem`, `key.pem`, `server.key`.
    pub state_dir: PathBuf,
    /// The certificate to show; `None`: one that the gateway makes.
    pub certificate: Option<CertificateFiles>,
    /// The keys of session tickets; `None`: in memory, so that nobody resumes after a restart.
    pub ticket_keys: Option<PathBuf>,
    /// Which gateway of several this is; a part of its message ids.
    pub node: u8,
    /// The time zone of the dates in receipts.
    pub receipt_timezone: TimeZone,
    /// How long a message is worth delivering when it does not say so itself.
    pub validity: Duration,
    /// How long receipts and incoming messages wait for a client that takes them.
    pub delivery_lifetime: Duration,
    /// Which final state receipts tell for each internal status code.
    pub receipt_status: StatusTable,
    /// Where messages are kept.
    pub store: StoreConfig,
    /// What one session, and all of them, may use.
    pub limits: Limits,
    /// When who guesses passwords is locked out.
    pub lockout: LockoutConfig,
    /// How it ends.
    pub restart: RestartConfig,
    /// How the simulated network behaves.
    pub simulator: SimulatorConfig,
    /// How the log is written.
    pub log_format: LogFormat,
    /// How the log shows the numbers of messages.
    pub log_numbers: LogNumbers,
    /// Where messages that ended are recorded; `None`: nowhere.
    pub cdr: Option<CdrConfig>,
    /// Where operators look; `None`: nowhere.
    #[cfg(feature = "admin")]
    pub admin: Option<AdminConfig>,
    /// Who may bind.
    pub accounts: Vec<AccountConfig>,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The listener for operators.
#[cfg(feature = "admin")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminConfig {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The file of the token that a request must show, from `state_dir` on; `None`, on a loopback address only: none.
    pub token_file: Option<PathBuf>,
}

/// Two PEM files that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The chain, the gateway's own certificate first.
    pub certificate: PathBuf,
    /// Its key.
    pub private_key: PathBuf,
}

/// Where messages are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreConfig {
    /// The kind of store.
    pub kind: StoreKind,
    /// The database, from the `state_dir` on.
    pub path: PathBuf,
    /// How long messages are kept after nobody needs them any more.
    pub retention: Duration,
    /// False: accepted messages are lost in a power loss.
    pub synchronous: bool,
}

/// The kinds of store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreKind {
    /// In memory: lost with the process.
    Memory,
    /// In a SQLite database: survives a power loss.
    #[cfg(feature = "sqlite")]
    Sqlite,
}

impl StoreKind {
    /// Every kind by its name.
    pub(crate) const NAMES: &[(&str, Self)] = &[
        #[cfg(feature = "sqlite")]
        ("sqlite", Self::Sqlite),
        ("memory", Self::Memory),
    ];

    /// The most durable one there is.
    #[cfg(feature = "sqlite")]
    const DEFAULT: Self = Self::Sqlite;
    #[cfg(not(feature = "sqlite"))]
    const DEFAULT: Self = Self::Memory;
}

/// What one session, and all of them, may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many requests of one session may be unanswered.
    pub window: u16,
    /// The longest PDU, in octets.
    pub max_pdu_octets: u32,
    /// How long a client may take from connecting to binding.
    pub session_init: Duration,
    /// How long a session is silent before it is asked for a sign of life.
    pub enquire_link: Duration,
    /// How long a client may take to answer.
    pub response: Duration,
    /// How long a session may carry nothing but signs of life.
    pub inactivity: Duration,
    /// How long a client may stall inside a PDU, or not read what is written.
    pub stall: Duration,
    /// Requests to a client that may be unanswered: receipts and incoming messages.
    pub delivery_window: u16,
    /// How many connections there may be that are not bound; `None`: a quarter of all.
    pub max_unbound: Option<u32>,
    /// How many connections there may be, bound or not; `None`: 10,000, or what the limit on open files leaves.
    pub max_connections: Option<u32>,
}

/// How a stop and a restart go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestartConfig {
    /// How long clients may take to answer what was delivered to them, before they are unbound and are given it again later.
    pub deadline: Duration,
}

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    /// Every mistake, each with its line, the key, its value and what is allowed.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let origin = path.display().to_string();
        match fs::read_to_string(path) {
            Ok(text) => Self::from_toml(&text, &origin),
            Err(error) => {
                let problem =
                    ConfigProblem { line: None, key: "can't be read:".to_owned(), what: error.to_string() };
                Err(ConfigError { origin, problems: vec![problem] })
            }
        }
    }

    /// Reads the text of a file; `origin` is what errors call it.
    ///
    /// # Errors
    /// Every mistake, each with its line, the key, its value and what is allowed.
    pub fn from_toml(text: &str, origin: &str) -> Result<Self, ConfigError> {
        let (document, table) = Document::parse(text);
        let config = check::config(&Section::top(&document, &table));
        let problems = document.into_problems();
        if problems.is_empty() {
            Ok(config)
        } else {
            Err(ConfigError { origin: origin.to_owned(), problems })
        }
    }
}

impl Config {
    /// The database of the store.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.state_dir.join(&self.store.path)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 2775)),
            proxies: Vec::new(),
            state_dir: PathBuf::from("smpp-gateway-state"),
            certificate: None,
            ticket_keys: None,
            node: 0,
            receipt_timezone: TimeZone::UTC,
            validity: DEFAULT_VALIDITY,
            delivery_lifetime: DEFAULT_DELIVERY_LIFETIME,
            receipt_status: StatusTable::default(),
            store: StoreConfig::default(),
            limits: Limits::default(),
            lockout: LockoutConfig::default(),
            restart: RestartConfig::default(),
            simulator: SimulatorConfig::default(),
            log_format: LogFormat::Text,
            log_numbers: LogNumbers::default(),
            cdr: None,
            #[cfg(feature = "admin")]
            admin: None,
            accounts: Vec::new(),
        }
    }
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self {
            kind: StoreKind::DEFAULT,
            path: PathBuf::from("messages.sqlite"),
            retention: Duration::ZERO,
            synchronous: true,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            window: 1000,
            max_pdu_octets: 65_536,
            session_init: Duration::from_secs(10),
            enquire_link: Duration::from_secs(30),
            response: Duration::from_secs(30),
            inactivity: Duration::from_secs(300),
            stall: Duration::from_secs(10),
            delivery_window: 64,
            max_unbound: None,
            max_connections: None,
        }
    }
}

impl Default for RestartConfig {
    fn default() -> Self {
        Self { deadline: Duration::from_millis(250) }
    }
}

/// A week: longer than any client is away for.
const DEFAULT_DELIVERY_LIFETIME: Duration = Duration::from_secs(7 * 86_400);
/// Two days, as most operators of networks have it.
const DEFAULT_VALIDITY: Duration = Duration::from_secs(2 * 86_400);

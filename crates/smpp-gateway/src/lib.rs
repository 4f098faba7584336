//! A TLS SMPP v3.4 gateway: accounts, the life of a message, receipts.
//!
//! # Rooms
//! | module | what it knows |
//! |---|---|
//! | [`config`] | the operator's file: keys, limits, defaults; every mistake is one line |
//! | [`account`] | who may bind and how often; passwords are kept as keyed verifiers only |
//! | [`certificate`] | the certificate and key the gateway shows, made on the first start if none is given |
//! | [`message_id`] | keys for the store, ids for the client |
//! | [`store`] | where accepted messages are kept: a trait, SQLite, and [`MemoryStore`] |
//! | [`carrier`] | where messages go: a trait, and [`SimulatorCarrier`] |
//! | [`cdr`] | a line a message that ended, on the disk before it is forgotten |
//! | [`receipt`] | the text of a receipt |
//! | [`gateway`] | ties them together and starts the server |
#![forbid(unsafe_code)]

pub mod account;
pub mod address;
#[cfg(feature = "admin")]
mod admin;
#[cfg(feature = "sqlite")]
mod announcer;
mod bind;
pub mod carrier;
pub mod cdr;
pub mod certificate;
pub mod config;
pub mod connection_mode;
mod core;
mod counts;
mod deliveries;
mod delivery;
mod delivery_writer;
mod departure;
#[cfg(feature = "sqlite")]
pub mod erasure;
pub mod gateway;
mod handover;
mod incoming;
mod keys;
mod log_numbers;
pub mod message_id;
mod now;
pub mod outcome;
mod prepared;
pub mod receipt;
mod receivers;
pub mod reload;
mod secret_file;
mod self_signed;
mod server;
mod session;
pub mod simulator;
pub mod simulator_carrier;
mod simulator_incoming;
mod simulator_queue;
#[cfg(test)]
mod slow_store_tests;
mod start_error;
pub mod status_table;
mod stop;
pub mod store;
mod traffic;
mod validation;
mod validity;
pub mod verifier;
#[cfg(feature = "sqlite")]
mod webhook;

pub use account::{
    Account, Live, Seat,
    accounts::{Accounts, Changes},
    credential::Credential,
    lockout::LockoutConfig,
    password_hash::PasswordHash,
    sources::SourcePattern,
};
pub use address::Address;
pub use carrier::{Attempt, Carried, Carrier, CarrierEvents, Final};
pub use cdr::CallRecord;
pub use certificate::{Identity, IdentityError};
#[cfg(feature = "admin")]
pub use config::AdminConfig;
pub use config::{
    AccountConfig, Behaviour, CdrConfig, CdrFormat, CertificateFiles, Config, ConfigError, Delay,
    IncomingConfig, Limits, LogFormat, OutcomeShare, ReceiptPolicy, RestartConfig, SimulatorConfig,
    SimulatorRule, StoreConfig, StoreKind,
};
pub use connection_mode::ConnectionModes;
pub use gateway::Gateway;
pub use handover::{Secrets, Sockets};
pub use log_numbers::LogNumbers;
pub use message_id::MessageIds;
pub use outcome::{Outcome, Stat};
pub use prepared::Prepared;
pub use receipt::{Clock, Receipt};
pub use reload::Reload;
pub use simulator::Simulator;
pub use simulator_carrier::SimulatorCarrier;
pub use start_error::StartError;
pub use status_table::StatusTable;
pub use stop::Leaving;
pub use store::{MemoryStore, Store};
pub use verifier::{Verifier, VerifierKey, generate_password};

//! A load generator for SMPP v3.4 servers.
//!
//! One command sends by the answers (a closed loop, which measures capacity) or by the clock (an open loop, which measures what
//! customers see), counts each answer and each receipt, and prints a report whose figures say how they were measured. Without a
//! target it measures a gateway that it starts in its own process.
//!
//! # Rooms
//! | module | subject |
//! |---|---|
//! | `command`, `options`, `refusal`, `duration` | the command line, and its one-line errors |
//! | `target` | the URL of the server, and where the password comes from |
//! | `account`, `content` | who sends what: submit_sm that are encoded before the run |
//! | `goal`, `schedule` | when a run ends, and when each message is to leave |
//! | `load` | the run itself: connect, send, wait for what is open |
//! | `record` | counts, histograms and receipts while it goes on |
//! | `serve`, `through` | a server whose behaviour is chosen; one on the other side of a relay |
//! | `storm`, `open_files` | many sessions bound at once, and whether they may be open |
//! | `ledger` | each message's fate in a file, and what it proves |
//! | `embedded` | the gateway of a run without a target |
//! | `watch`, `figures` | who looks at it while it runs: people, Prometheus, signals, rules that end it |
//! | `report` | what is shown and written when it is over |
#![forbid(unsafe_code)]

mod account;
mod command;
mod content;
mod duration;
#[cfg(feature = "embedded")]
mod embedded;
mod figures;
mod goal;
mod ledger;
mod load;
mod open_files;
mod options;
mod record;
mod refusal;
mod report;
mod schedule;
mod serve;
mod storm;
mod target;
mod through;
mod watch;

pub use account::check;
pub use command::{Compare, Parsed, Verify};
pub use content::{Destination, Encoding, Long, Receipts, Validity};
#[cfg(feature = "embedded")]
pub use embedded::Embedded;
pub use goal::Goal;
pub use ledger::{Entry, Fate, Head, IdDigest, LedgerError, LedgerReader, LedgerWriter, Verdict, verify};
pub use load::{INSECURE, Server, run};
pub use open_files::allow_sessions;
pub use options::{
    ContentOptions, IdForm, LoadOptions, Options, ReceiptOptions, ReportOptions, SessionOptions,
    TargetOptions,
};
pub use record::{Counts, Histograms, Interval, Latency, LatencySummary, ReceiptCounts};
pub use report::{
    CLOSED_LOOP, Checked, Comparison, Cpu, EMBEDDED, Load, Machine, MaxRegress, Network, OPEN_LOOP, Rates,
    Report, SCHEMA, Step, Threshold, timestamp,
};
pub use schedule::{Curve, Schedule, Spacing, Stage, Stages};
pub use serve::{Behaviour, Delay, Refusals, ServeOptions, Share, Sink, SinkCounts, Stall, States};
pub use storm::{STORM_SCHEMA, StormReport, storm};
pub use target::Target;
pub use through::{FarSide, Through, ThroughOptions};

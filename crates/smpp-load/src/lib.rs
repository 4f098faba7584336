//! A load generator for SMPP v3.4 servers.
//!
//! One command keeps the window of every connection full (a closed loop), counts each answer and each receipt, and
//! prints a report whose figures say how they were measured. Without a target it measures a gateway that it starts
//! in its own process.
//!
//! # Rooms
//! | module | subject |
//! |---|---|
//! | `options`, `refusal`, `duration` | the command line, and its one-line errors |
//! | `target` | the URL of the server, and where the password comes from |
//! | `goal` | when a run ends |
//! | `schedule` | when each message is to leave, in an open loop |
//! | `ledger` | each message's fate in a file, and what it proves |
//! | `latency` | how long answers took |
//! | `receipts` | which receipt belongs to which message |
//! | `engine`, `run`, `loader` | the run itself: connect, keep windows full, wait for what is open |
//! | `embedded` | the gateway of a run without a target |
//! | `progress` | what is shown while it runs |
//! | `report`, `print`, `machine`, `figures` | what is shown and written when it is over |
#![forbid(unsafe_code)]

mod duration;
#[cfg(feature = "embedded")]
mod embedded;
mod engine;
mod figures;
mod goal;
mod latency;
mod ledger;
mod loader;
mod machine;
mod options;
mod print;
mod progress;
mod receipts;
mod refusal;
mod report;
mod run;
mod schedule;
mod target;

#[cfg(feature = "embedded")]
pub use embedded::Embedded;
pub use engine::{Server, run};
pub use goal::Goal;
pub use latency::{Latency, LatencySummary};
pub use ledger::{Entry, Fate, Head, IdDigest, LedgerError, LedgerReader, LedgerWriter, Verdict, verify};
pub use machine::Machine;
pub use options::{Options, Parsed};
pub use progress::{Progress, Snapshot};
pub use receipts::{Arrival, ReceiptCounts, Receipts, receipt_id};
pub use report::{CLOSED_LOOP, EMBEDDED, Messages, Report, timestamp};
pub use schedule::{Curve, Schedule, Spacing, Stage, Stages};
pub use target::Target;

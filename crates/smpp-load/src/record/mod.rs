//! What is counted and timed while a run goes on.
//!
//! Each connection keeps a [`Tally`] of its turn and adds it to the one [`Recorder`] at the turn's end: one lock a turn, not one a
//! message. The recorder's histograms have a fixed size, so that a long run needs no more memory than a short one.

mod counts;
mod interval;
mod latency;
mod receipts;
mod recorder;
mod tally;

pub use counts::Counts;
pub use interval::Interval;
pub use latency::{Latency, LatencySummary};
pub use receipts::ReceiptCounts;
pub(crate) use receipts::{Arrival, Receipts};
pub(crate) use recorder::{Recorded, Recorder};
pub(crate) use tally::{Tally, note};

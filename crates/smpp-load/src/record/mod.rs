//! What is counted and timed while a run goes on.
//!
//! Each connection keeps a [`Tally`] of its turn and adds it to the one [`Recorder`] at the turn's end: one lock a turn, not one a
//! message. Once a second the [`Archive`] takes the interval away. Histograms have a fixed size, so that a long run needs no more
//! memory than a short one.

mod archive;
mod counts;
mod hdr;
mod interval;
mod latency;
mod receipts;
mod recorder;
mod tally;

pub(crate) use archive::{Archive, Recorded};
pub use counts::Counts;
pub(crate) use hdr::HdrLog;
pub use hdr::Histograms;
pub use interval::Interval;
pub use latency::{Latency, LatencySummary};
pub use receipts::ReceiptCounts;
pub(crate) use receipts::{Arrival, Receipts};
pub(crate) use recorder::Recorder;
pub(crate) use tally::{Tally, note};

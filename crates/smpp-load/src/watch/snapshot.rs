//! The state of a run at one moment.

use std::{collections::BTreeMap, time::Duration};

use smpp_wire::CommandStatus;

use crate::record::{Counts, Interval, ReceiptCounts};

/// The state of a run at one moment, about once a second.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Snapshot {
    /// Since the start of the run.
    pub(crate) elapsed: Duration,
    /// Counts since the start.
    pub(crate) totals: Counts,
    /// The last second or so.
    pub(crate) interval: Interval,
    /// Answers since the start, by their status.
    pub(crate) statuses: BTreeMap<CommandStatus, u64>,
    /// Receipts since the start.
    pub(crate) receipts: ReceiptCounts,
    /// Connections that are bound.
    pub(crate) connections: u64,
}

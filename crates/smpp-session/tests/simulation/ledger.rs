//! What happened in a schedule.

use std::collections::BTreeMap;

/// How often each thing happened; schedules are only worth something when everything does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ledger(BTreeMap<&'static str, u64>);

/// Everything that can happen.
const ALL: [&str; 23] = [
    "answered",
    "throttled",
    "answered ESME_RSYSERR",
    "lost, unanswered in time",
    "lost, with the session",
    "an answer ended nothing",
    "window full",
    "buffer full",
    "blocked",
    "not read from",
    "a number after the wrap",
    "answered too late",
    "jump",
    "end: Unbind",
    "end: Closed",
    "end: Io",
    "end: SessionInitTimeout",
    "end: EnquireLinkTimeout",
    "end: no sign of life",
    "end: InactivityTimeout",
    "end: Stalled",
    "honest",
    "refused for the state",
];

impl Ledger {
    pub(crate) fn note(&mut self, what: &'static str) {
        debug_assert!(ALL.contains(&what), "{what}");
        *self.0.entry(what).or_default() += 1;
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (what, count) in &other.0 {
            *self.0.entry(what).or_default() += count;
        }
    }

    /// What did not happen even once.
    pub(crate) fn never(&self) -> Vec<&'static str> {
        ALL.into_iter().filter(|what| !self.0.contains_key(what)).collect()
    }
}

//! `smpp-load verify`: adds up ledgers and matches every receipt with its message.

use std::{io, path::PathBuf};

use serde::Serialize;

use super::{Entry, Fate, IdDigest, LedgerError, LedgerReader};
use crate::figures::thousands;

/// What the ledgers of a run prove.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Messages that came to an end.
    pub messages: u64,
    /// Answered with ESME_ROK.
    pub accepted: u64,
    /// Answered with another status.
    pub refused: u64,
    /// Sent, not answered in time.
    pub timed_out: u64,
    /// Sent, and their connection ended: their fate is unknown.
    pub unknown_fate: u64,
    /// Never sent.
    pub shed: u64,
    /// Receipts that came, repeated ones included.
    pub receipts: u64,
    /// Accepted messages without a receipt, where receipts were asked for.
    pub lost: u64,
    /// Receipts beyond a message's first.
    pub duplicates: u64,
    /// Receipts for which no message was accepted: its answer may have been lost.
    pub unmatched: u64,
    /// Accepted messages that share their message_id with another.
    pub shared_ids: u64,
    /// Files that end inside a block.
    pub cut_files: u64,
}

impl Verdict {
    /// Writes it for people.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn print(&self, out: &mut impl io::Write) -> io::Result<()> {
        let rows = [
            ("messages", self.messages),
            ("accepted", self.accepted),
            ("refused", self.refused),
            ("timed out", self.timed_out),
            ("fate unknown", self.unknown_fate),
            ("shed", self.shed),
            ("receipts", self.receipts),
            ("lost", self.lost),
            ("duplicates", self.duplicates),
            ("unmatched", self.unmatched),
            ("shared ids", self.shared_ids),
        ];
        for (name, count) in rows {
            writeln!(out, "  {name:<14}{:>16}", thousands(count))?;
        }
        if self.cut_files > 0 {
            writeln!(
                out,
                "  warning: {} ledger files end inside a block, the generator was stopped while it wrote",
                self.cut_files
            )?;
        }
        let (accepted, receipts) = (thousands(self.accepted), thousands(self.receipts));
        let (lost, duplicates) = (thousands(self.lost), thousands(self.duplicates));
        writeln!(out, "\n  accepted {accepted}, receipts {receipts}, lost {lost}, duplicates {duplicates}")
    }

    /// True when every accepted message has its receipt, once.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.lost == 0 && self.duplicates == 0 && self.shared_ids == 0
    }
}

/// Reads the ledgers as one run. Memory: at most `memory` octets for ids, in as many passes over the files as that takes.
///
/// # Errors
/// The first file that can't be read or is damaged.
pub fn verify(paths: &[PathBuf], memory: usize) -> Result<Verdict, LedgerError> {
    let mut verdict = Verdict::default();
    let mut receipts_asked = false;
    let mut ids = 0_usize;
    for path in paths {
        let mut reader = LedgerReader::open(path)?;
        receipts_asked |= reader.head().receipts;
        while let Some(block) = reader.next_block()? {
            block.iter().for_each(|entry| verdict.count(entry));
            ids += block.iter().filter(|entry| id_of(entry).is_some()).count();
        }
        verdict.cut_files += u64::from(reader.is_cut());
    }
    let passes = (ids * size_of::<IdDigest>()).div_ceil(memory.max(1)).next_power_of_two();
    for pass in 0..passes {
        match_ids(paths, pass, passes, receipts_asked, &mut verdict)?;
    }
    Ok(verdict)
}

impl Verdict {
    const fn count(&mut self, entry: &Entry) {
        match entry {
            Entry::Receipt { .. } => {
                self.receipts += 1;
                return;
            }
            Entry::Message { fate: Fate::Answered(0), .. } => self.accepted += 1,
            Entry::Message { fate: Fate::Answered(_), .. } => self.refused += 1,
            Entry::Message { fate: Fate::TimedOut, .. } => self.timed_out += 1,
            Entry::Message { fate: Fate::Lost, .. } => self.unknown_fate += 1,
            Entry::Message { fate: Fate::Shed, .. } => self.shed += 1,
        }
        self.messages += 1;
    }
}

/// The id of an accepted message (true) or of a receipt (false).
fn id_of(entry: &Entry) -> Option<(IdDigest, bool)> {
    match *entry {
        Entry::Message { fate: Fate::Answered(0), id, .. } => Some((id, true)),
        Entry::Message { .. } => None,
        Entry::Receipt { id, .. } => Some((id, false)),
    }
}

/// Matches the ids of one share of all ids: digests are even, so shares are alike.
fn match_ids(
    paths: &[PathBuf],
    pass: usize,
    passes: usize,
    receipts_asked: bool,
    verdict: &mut Verdict,
) -> Result<(), LedgerError> {
    let (mut accepted, mut receipts) = (Vec::new(), Vec::new());
    for path in paths {
        let mut reader = LedgerReader::open(path)?;
        while let Some(block) = reader.next_block()? {
            for (id, is_message) in block.iter().filter_map(id_of) {
                if usize::try_from(id.0 % passes as u128) == Ok(pass) {
                    if is_message { &mut accepted } else { &mut receipts }.push(id);
                }
            }
        }
    }
    accepted.sort_unstable();
    receipts.sort_unstable();
    let messages = accepted.chunk_by(|a, b| a == b);
    let mut arrived = receipts.chunk_by(|a, b| a == b).peekable();
    for same in messages {
        let Some(id) = same.first() else { continue };
        verdict.shared_ids += count(same) - 1;
        while let Some(other) = arrived.next_if(|group| group.first() < Some(id)) {
            verdict.unmatched += count(other);
        }
        let found = arrived.next_if(|group| group.first() == Some(id)).map_or(0, count);
        if receipts_asked {
            verdict.lost += count(same).saturating_sub(found);
        }
        verdict.duplicates += found.saturating_sub(count(same));
    }
    verdict.unmatched += arrived.map(count).sum::<u64>();
    Ok(())
}

fn count(group: &[IdDigest]) -> u64 {
    group.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Head, LedgerWriter};

    fn message(number: u64, fate: Fate) -> Entry {
        Entry::Message { number, fate, intended: 0, sent: 0, ended: 1, id: id(number) }
    }

    fn receipt(number: u64) -> Entry {
        Entry::Receipt { at: 2, id: id(number) }
    }

    fn id(number: u64) -> IdDigest {
        IdDigest::of(&number.to_le_bytes())
    }

    fn verdict(entries: &[Entry], memory: usize) -> Verdict {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut writer = LedgerWriter::create(file.path(), &Head { seed: 1, receipts: true }).unwrap();
        entries.iter().for_each(|entry| writer.record(entry));
        writer.finish().unwrap();
        verify(&[file.path().to_owned()], memory).unwrap()
    }

    #[test]
    fn every_fate_is_counted_and_every_receipt_matched() {
        let entries = [
            message(0, Fate::Answered(0)),
            message(1, Fate::Answered(0)),
            message(2, Fate::Answered(0)),
            message(3, Fate::Answered(0x58)),
            message(4, Fate::TimedOut),
            message(5, Fate::Lost),
            message(6, Fate::Shed),
            receipt(0),
            receipt(1),
            receipt(1),
            receipt(99),
        ];
        let expected = Verdict {
            messages: 7,
            accepted: 3,
            refused: 1,
            timed_out: 1,
            unknown_fate: 1,
            shed: 1,
            receipts: 4,
            lost: 1,
            duplicates: 1,
            unmatched: 1,
            ..Verdict::default()
        };
        assert_eq!(verdict(&entries, 1 << 20), expected);
        assert!(!expected.is_clean());
    }

    #[test]
    fn little_memory_gives_the_same_verdict_in_more_passes() {
        let messages = (0..10_000).map(|number| message(number, Fate::Answered(0)));
        let receipts = (0..10_000).rev().filter(|number| number % 1_000 != 3).map(receipt);
        let entries: Vec<_> = messages.chain(receipts).collect();
        let verdict_in = |memory| verdict(&entries, memory);
        assert_eq!(verdict_in(1 << 30).lost, 10);
        assert_eq!(verdict_in(4_096), verdict_in(1 << 30));
    }

    #[test]
    fn a_server_that_gives_one_id_twice_is_found_out() {
        let twice = [message(1, Fate::Answered(0)), message(1, Fate::Answered(0)), receipt(1), receipt(1)];
        let verdict = verdict(&twice, 1 << 20);
        assert_eq!((verdict.shared_ids, verdict.lost, verdict.duplicates), (1, 0, 0));
        assert!(!verdict.is_clean());
    }
}

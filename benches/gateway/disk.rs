//! The disk's own speed: what a commit costs at least.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Instant;

/// The p99 of so many syncs, in milliseconds. As a log does, each writes over a part of a file that has its length already.
pub(crate) fn sync_p99(directory: &Path, syncs: u64) -> io::Result<f64> {
    let file = File::options().create(true).truncate(true).write(true).open(directory.join("syncs"))?;
    let pages = [0x55; PAGES * PAGE];
    for at in 0..LAP {
        file.write_all_at(&pages, at * pages.len() as u64)?;
    }
    file.sync_all()?;
    let mut took = Vec::new();
    for sync in 0..syncs {
        file.write_all_at(&pages, sync % LAP * pages.len() as u64)?;
        let start = Instant::now();
        file.sync_data()?;
        took.push(start.elapsed().as_secs_f64() * 1e3);
    }
    took.sort_by(f64::total_cmp);
    let last = took.len().saturating_sub(1);
    Ok(took.get((took.len() * 99 / 100).min(last)).copied().unwrap_or(f64::NAN))
}

const PAGE: usize = 4096;
/// A commit of about a hundred messages.
const PAGES: usize = 8;
/// Writes until the first part's turn comes again: as long as the store's log.
const LAP: u64 = 125;

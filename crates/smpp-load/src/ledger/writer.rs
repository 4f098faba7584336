//! Appends entries; a thread of its own writes the blocks, so that a slow disk stalls nobody's clock.

use std::{
    fs::File,
    io::{self, Write},
    path::Path,
    sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
    thread::JoinHandle,
};

use super::{BLOCK_MAX, Entry, Head, entry::ENTRY_MAX};

/// A ledger that is being written.
#[derive(Debug)]
pub struct LedgerWriter {
    payload: Vec<u8>,
    full: SyncSender<Vec<u8>>,
    spare: Receiver<Vec<u8>>,
    task: JoinHandle<io::Result<()>>,
}

impl LedgerWriter {
    /// Creates the file, or empties it.
    ///
    /// # Errors
    /// When it can't be created or written.
    pub fn create(path: &Path, head: &Head) -> io::Result<Self> {
        let mut file = File::create(path)?;
        file.write_all(&head.octets())?;
        let (full, blocks) = sync_channel(BLOCKS_AHEAD);
        let (emptied, spare) = channel();
        let task = std::thread::Builder::new()
            .name("ledger".to_owned())
            .spawn(move || write_blocks(file, &blocks, &emptied))?;
        Ok(Self { payload: Vec::with_capacity(BLOCK_MAX), full, spare, task })
    }

    /// Appends an entry; waits when the disk is 4 MiB behind. What can't be written is told by [`finish`](Self::finish).
    pub fn record(&mut self, entry: &Entry) {
        entry.write(&mut self.payload);
        if self.payload.len() > BLOCK_MAX - ENTRY_MAX {
            self.hand_over();
        }
    }

    /// True when the disk refused a block: nothing after it is kept.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.task.is_finished()
    }

    /// Writes what is left and syncs the file.
    ///
    /// # Errors
    /// The first write that failed, such as a full disk; the file holds whole blocks up to there.
    pub fn finish(mut self) -> io::Result<()> {
        self.hand_over();
        let Self { full, task, .. } = self;
        drop(full);
        task.join().unwrap_or_else(|_| Err(io::Error::other("the ledger's thread ended early")))
    }

    fn hand_over(&mut self) {
        let mut next = self.spare.try_recv().unwrap_or_else(|_| Vec::with_capacity(BLOCK_MAX));
        next.clear();
        let payload = std::mem::replace(&mut self.payload, next);
        // It fails only when the thread has ended, which `finish` tells.
        let _ended = self.full.send(payload);
    }
}

fn write_blocks(mut file: File, blocks: &Receiver<Vec<u8>>, emptied: &Sender<Vec<u8>>) -> io::Result<()> {
    while let Ok(payload) = blocks.recv() {
        if !payload.is_empty() {
            let len = u32::try_from(payload.len()).unwrap_or(u32::MAX);
            file.write_all(&len.to_le_bytes())?;
            file.write_all(&crc32fast::hash(&payload).to_le_bytes())?;
            file.write_all(&payload)?;
        }
        let _nobody_left = emptied.send(payload);
    }
    file.sync_all()
}

/// 4 MiB: a tenth of a second at a million messages a second.
const BLOCKS_AHEAD: usize = 64;

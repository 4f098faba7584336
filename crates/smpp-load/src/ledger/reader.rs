//! Reads a ledger block by block, and tells a cut end from damage.

use std::{
    fmt,
    fs::File,
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
};

use super::{BLOCK_MAX, Entry, Head};

/// A ledger that is being read.
#[derive(Debug)]
pub struct LedgerReader {
    file: BufReader<File>,
    path: PathBuf,
    head: Head,
    /// Where the next block starts.
    offset: u64,
    cut: bool,
}

/// Why a ledger can't be read.
#[derive(Debug)]
pub enum LedgerError {
    /// The file can't be read.
    Io(PathBuf, io::Error),
    /// It is no ledger, or one of another version.
    NotALedger(PathBuf),
    /// A block is not what was written.
    Damaged {
        /// The file.
        path: PathBuf,
        /// The first octet of the block.
        offset: u64,
        /// What is wrong with it.
        what: &'static str,
    },
}

impl LedgerReader {
    /// Opens a file and reads its head.
    ///
    /// # Errors
    /// When it can't be read or is no ledger.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        let failed = |error| LedgerError::Io(path.to_owned(), error);
        let mut file = BufReader::with_capacity(4 * BLOCK_MAX, File::open(path).map_err(failed)?);
        let mut octets = [0; Head::LEN];
        let whole = fill(&mut file, &mut octets).map_err(failed)?;
        let head = Head::read(&octets).filter(|_| whole);
        let head = head.ok_or_else(|| LedgerError::NotALedger(path.to_owned()))?;
        Ok(Self { file, path: path.to_owned(), head, offset: Head::LEN as u64, cut: false })
    }

    /// What the file starts with.
    #[must_use]
    pub const fn head(&self) -> Head {
        self.head
    }

    /// True when the file ends inside a block: the generator was stopped while it wrote.
    #[must_use]
    pub const fn is_cut(&self) -> bool {
        self.cut
    }

    /// The entries of the next block; `None` at the end.
    ///
    /// # Errors
    /// When the file can't be read, or a block is damaged.
    pub fn next_block(&mut self) -> Result<Option<Vec<Entry>>, LedgerError> {
        let mut front = [0; 8];
        if !self.fill(&mut front)? {
            return Ok(None);
        }
        let [a, b, c, d, checksum @ ..] = front;
        let len = u32::from_le_bytes([a, b, c, d]) as usize;
        if len == 0 || len > BLOCK_MAX {
            return Err(self.damaged("its length is impossible"));
        }
        let mut payload = vec![0; len];
        if !self.fill(&mut payload)? {
            self.cut = true;
            return Ok(None);
        }
        if crc32fast::hash(&payload) != u32::from_le_bytes(checksum) {
            return Err(self.damaged("its checksum is wrong"));
        }
        let mut rest = &payload[..];
        let mut entries = Vec::with_capacity(len / 32);
        while !rest.is_empty() {
            entries.push(Entry::read(&mut rest).ok_or_else(|| self.damaged("it holds what is no entry"))?);
        }
        self.offset += (front.len() + len) as u64;
        Ok(Some(entries))
    }

    fn fill(&mut self, place: &mut [u8]) -> Result<bool, LedgerError> {
        let whole = fill_or_cut(&mut self.file, place, &mut self.cut);
        whole.map_err(|error| LedgerError::Io(self.path.clone(), error))
    }

    fn damaged(&self, what: &'static str) -> LedgerError {
        LedgerError::Damaged { path: self.path.clone(), offset: self.offset, what }
    }
}

fn fill(file: &mut impl Read, place: &mut [u8]) -> io::Result<bool> {
    fill_or_cut(file, place, &mut false)
}

/// Fills `place`; false at the end of the file, which is cut when a part of `place` was there.
fn fill_or_cut(file: &mut impl Read, place: &mut [u8], cut: &mut bool) -> io::Result<bool> {
    let mut filled = 0;
    while let Some(rest @ [_, ..]) = place.get_mut(filled..) {
        match file.read(rest) {
            Ok(0) => {
                *cut |= filled > 0;
                return Ok(false);
            }
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "the ledger {} can't be read: {error}", path.display()),
            Self::NotALedger(path) => {
                write!(
                    f,
                    "{} is no ledger of this version, allowed is a file that --ledger wrote",
                    path.display()
                )
            }
            Self::Damaged { path, offset, what } => {
                write!(f, "the ledger {} is damaged: in the block at octet {offset} {what}", path.display())
            }
        }
    }
}

impl std::error::Error for LedgerError {}

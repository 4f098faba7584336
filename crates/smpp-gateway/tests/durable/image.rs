//! What a disk holds at each moment of a traced run: what was synced, and what was only written.

use std::{
    collections::BTreeMap,
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
};

/// What the traced process did next.
#[derive(Debug)]
pub(crate) enum Event {
    /// Wrote to a file, or cut it to a length.
    Changed,
    /// The content of this file is on the disk.
    Synced(String),
    /// Wrote this line to the file of its notes.
    Noted(String),
}

/// The files of a directory, as a power loss may leave them.
#[derive(Default)]
pub(crate) struct Disk {
    files: BTreeMap<String, File>,
}

#[derive(Default)]
struct File {
    synced: Vec<u8>,
    /// Since the last sync, in order.
    open: Vec<Change>,
}

enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
}

impl Disk {
    /// Does what a line of `strace -f -yy -x` says; `None` where it is about nothing of `directory`, or did not succeed.
    pub(crate) fn replay(&mut self, line: &Line<'_>, directory: &Path) -> Option<Event> {
        let name = Path::new(line.file).strip_prefix(directory).ok()?.to_str()?.to_owned();
        if line.call == "write" {
            return Some(Event::Noted(String::from_utf8(octets(line.rest)?).ok()?));
        }
        // The directory is synced too; the index of the log is made anew at every start, and a journal is there only before the first
        // table is.
        if name.is_empty() || name.ends_with("-shm") || name.ends_with("-journal") {
            return None;
        }
        let file = self.files.entry(name.clone()).or_default();
        match line.call {
            "pwrite64" => {
                let (data, numbers) = line.rest.rsplit_once('"')?;
                let at = numbers.split([',', ')']).nth(2)?.trim().parse().ok()?;
                file.open.push(Change::Write(at, octets(data)?));
            }
            "ftruncate" => {
                let length = line.rest.trim_start_matches(", ").split(')').next()?.parse().ok()?;
                file.open.push(Change::Cut(length));
            }
            "fsync" | "fdatasync" if line.rest.ends_with("= 0") => {
                let open = std::mem::take(&mut file.open);
                open.iter().for_each(|change| change.apply(&mut file.synced));
                return Some(Event::Synced(name));
            }
            _ => return None,
        }
        Some(Event::Changed)
    }

    /// Writes the files as they are when of what was not synced only those changes reached the disk that `survives` lets through.
    pub(crate) fn write(&self, directory: &Path, mut survives: impl FnMut() -> bool) {
        for (name, file) in &self.files {
            let mut octets = file.synced.clone();
            file.open.iter().filter(|_| survives()).for_each(|change| change.apply(&mut octets));
            let path = directory.join(name);
            fs::write(&path, octets).unwrap();
            // The store takes no database that others may read.
            fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        }
    }
}

impl Change {
    fn apply(&self, octets: &mut Vec<u8>) {
        match self {
            Self::Write(at, data) => {
                let end = at + data.len();
                octets.resize(octets.len().max(end), 0);
                octets[*at..end].copy_from_slice(data);
            }
            Self::Cut(length) => octets.resize(*length, 0),
        }
    }
}

/// A call on a file: `123 pwrite64(4</directory/name>, "\x00..", 24, 32) = 24`.
pub(crate) struct Line<'a> {
    call: &'a str,
    file: &'a str,
    rest: &'a str,
}

impl<'a> Line<'a> {
    pub(crate) fn parse(line: &'a str) -> Option<Self> {
        let (call, arguments) = line.split_once(' ')?.1.trim_start().split_once('(')?;
        let (file, rest) = arguments.split_once('<')?.1.split_once('>')?;
        Some(Self { call, file, rest })
    }
}

/// The octets of `, "\x01\x02", ..`, or of `, "text", ..`.
fn octets(text: &str) -> Option<Vec<u8>> {
    let text = text.split('"').nth(1)?;
    if !text.starts_with("\\x") {
        return Some(text.into());
    }
    text.split("\\x").skip(1).map(|digits| u8::from_str_radix(digits, 16).ok()).collect()
}

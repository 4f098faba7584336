//! Files of records: appended to, synced, finished when they are long or old, and removed when their time is over.
//!
//! The file that is written is `NAME.open`; finished it is `NAME`, and never changes again. So whoever collects `*.csv` gets whole files.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use jiff::Timestamp;

use crate::{config::CdrConfig, secret_file};

/// The files of one gateway.
pub(super) struct Files {
    config: CdrConfig,
    directory: PathBuf,
    open: Option<Open>,
}

struct Open {
    file: File,
    /// Without `.open`.
    path: PathBuf,
    /// Octets that are on the disk.
    len: u64,
    since: SystemTime,
}

impl Files {
    /// Makes the directory if there is none, and finishes what a crash left open.
    pub(super) fn new(config: CdrConfig, state_dir: &Path) -> io::Result<Self> {
        let directory = state_dir.join(&config.directory);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&directory)?;
        let files = Self { config, directory, open: None };
        for path in files.ending_with(".open")? {
            finish_after_crash(&path)?;
        }
        Ok(files)
    }

    /// Whether there could be files: another process may have some open.
    pub(super) fn judge(directory: &Path) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        let tried = directory.join(format!("{}.tried", std::process::id()));
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&tried)?;
        fs::remove_file(&tried)
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Adds lines: on the disk when this returns. After an error none of them is there, or the disk lost them and will not say.
    pub(super) fn append(&mut self, lines: &[u8], now: SystemTime) -> io::Result<()> {
        self.tick(now)?;
        let mut open = match self.open.take() {
            Some(open) => open,
            None => self.begin(now)?,
        };
        match open.file.write_all(lines).and_then(|()| open.file.sync_data()) {
            Ok(()) => {
                open.len += lines.len() as u64;
                self.open = Some(open);
                Ok(())
            }
            Err(error) => {
                // What the system believes of this file after a failure is not trusted: another one is begun.
                open.give_up(self.config.format.header().len());
                Err(error)
            }
        }
    }

    /// Finishes the file when it is long or old.
    pub(super) fn tick(&mut self, now: SystemTime) -> io::Result<()> {
        let is_due = self.open.as_ref().is_some_and(|open| {
            let age = now.duration_since(open.since).unwrap_or_default();
            open.len >= self.config.rotate_octets || age >= self.config.rotate_after
        });
        if is_due { self.finish(now) } else { Ok(()) }
    }

    /// Finishes the file, if one is open, and removes those whose time is over.
    pub(super) fn finish(&mut self, now: SystemTime) -> io::Result<()> {
        if let Some(open) = self.open.take() {
            fs::rename(opened(&open.path), &open.path)?;
            sync_directory(&self.directory)?;
        }
        self.remove_old(now)
    }

    fn begin(&self, now: SystemTime) -> io::Result<Open> {
        let stamp = Timestamp::try_from(now).unwrap_or_default().strftime("%Y%m%dT%H%M%SZ").to_string();
        let extension = self.config.format.extension();
        for number in 1.. {
            let path = self.directory.join(format!("cdr-{stamp}-{number}.{extension}"));
            if path.exists() {
                continue;
            }
            let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(opened(&path));
            let file = match file {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                other => other?,
            };
            let header = self.config.format.header().as_bytes();
            let mut open = Open { file, path, len: header.len() as u64, since: now };
            let begun = open.file.write_all(header).and_then(|()| sync_directory(&self.directory));
            if let Err(error) = begun {
                open.give_up(header.len());
                return Err(error);
            }
            return Ok(open);
        }
        Err(io::Error::other("there are too many files"))
    }

    fn remove_old(&self, now: SystemTime) -> io::Result<()> {
        let Some(keep) = self.config.keep else { return Ok(()) };
        let end = format!(".{}", self.config.format.extension());
        for path in self.ending_with(&end)? {
            let age = now.duration_since(fs::metadata(&path)?.modified()?).unwrap_or(Duration::ZERO);
            if age > keep {
                fs::remove_file(&path)?;
                tracing::info!(path = %path.display(), "records removed, their time is over");
            }
        }
        Ok(())
    }

    /// Files of ours whose names end so.
    fn ending_with(&self, end: &str) -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.directory)? {
            let entry = entry?;
            let name = entry.file_name();
            if name.to_str().is_some_and(|name| name.starts_with("cdr-") && name.ends_with(end)) {
                found.push(entry.path());
            }
        }
        Ok(found)
    }
}

impl Open {
    /// Takes back what is not known to be on the disk. Where even that fails, a line may be there that comes again in another file.
    fn give_up(self, header_len: usize) {
        let cut = self.file.set_len(self.len).and_then(|()| self.file.sync_all());
        let ended = if self.len <= header_len as u64 {
            fs::remove_file(opened(&self.path))
        } else {
            fs::rename(opened(&self.path), &self.path)
        };
        if let Err(error) = cut.and(ended) {
            tracing::warn!(%error, path = %self.path.display(), "a file of records may end with lines that come again");
        }
    }
}

fn opened(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".open");
    name.into()
}

/// Cuts half a line off, and gives the file its name; one without any line goes.
fn finish_after_crash(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    secret_file::refuse_wider_mode(&file.metadata()?)?;
    let len = file.metadata()?.len();
    let tail_from = len.saturating_sub(TAIL);
    file.seek(SeekFrom::Start(tail_from))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let whole = tail.iter().rposition(|octet| *octet == b'\n').map_or(0, |at| tail_from + at as u64 + 1);
    if whole == 0 {
        return fs::remove_file(path);
    }
    file.set_len(whole)?;
    file.sync_all()?;
    fs::rename(path, path.with_extension(""))?;
    path.parent().map_or(Ok(()), sync_directory)
}

fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Many lines.
const TAIL: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::config::CdrFormat;

    const HEADER: &str = CdrFormat::Csv.header();

    fn files(state_dir: &Path, change: impl FnOnce(&mut CdrConfig)) -> Files {
        let mut config = CdrConfig::default();
        change(&mut config);
        Files::new(config, state_dir).unwrap()
    }

    /// Names and contents, in order.
    fn found(state_dir: &Path) -> Vec<(String, String)> {
        let entries = fs::read_dir(state_dir.join("cdr")).unwrap().map(|entry| entry.unwrap().path());
        let mut found: Vec<_> = entries
            .map(|path| {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                (name, fs::read_to_string(path).unwrap())
            })
            .collect();
        found.sort();
        found
    }

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + seconds)
    }

    #[test]
    fn lines_are_added_to_a_file_that_gets_its_name_when_it_is_finished() {
        let state = tempfile::tempdir().unwrap();
        let mut files = files(state.path(), |_| {});
        files.append(b"a\n", at(0)).unwrap();
        files.append(b"b\n", at(1)).unwrap();
        let text = format!("{HEADER}a\nb\n");
        assert_eq!(found(state.path()), [("cdr-20231114T221320Z-1.csv.open".to_owned(), text.clone())]);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&state.path().join("cdr")), 0o700);
        assert_eq!(mode(&state.path().join("cdr/cdr-20231114T221320Z-1.csv.open")), 0o600);
        files.finish(at(2)).unwrap();
        assert_eq!(found(state.path()), [("cdr-20231114T221320Z-1.csv".to_owned(), text)]);
    }

    #[test]
    fn a_file_is_finished_when_it_is_long_or_old() {
        let state = tempfile::tempdir().unwrap();
        let mut files = files(state.path(), |config| {
            config.rotate_octets = HEADER.len() as u64 + 4;
            config.rotate_after = Duration::from_secs(60);
        });
        for line in ["a\n", "b\n", "c\n"] {
            files.append(line.as_bytes(), at(0)).unwrap();
        }
        files.tick(at(59)).unwrap();
        assert_eq!(found(state.path()).len(), 2);
        files.tick(at(60)).unwrap();
        let expected = [("1.csv", "a\nb\n"), ("2.csv", "c\n")]
            .map(|(end, lines)| (format!("cdr-20231114T221320Z-{end}"), format!("{HEADER}{lines}")));
        assert_eq!(found(state.path()), expected);
    }

    #[test]
    fn what_a_crash_left_open_is_finished_without_half_a_line() {
        let state = tempfile::tempdir().unwrap();
        let directory = state.path().join("cdr");
        drop(files(state.path(), |_| {}));
        for (name, text) in
            [("cdr-1.csv.open", "a\nb\nhalf a"), ("cdr-2.csv.open", "half"), ("other.open", "x")]
        {
            fs::write(directory.join(name), text).unwrap();
            fs::set_permissions(directory.join(name), fs::Permissions::from_mode(0o600)).unwrap();
        }
        drop(files(state.path(), |_| {}));
        let expected = [("cdr-1.csv", "a\nb\n"), ("other.open", "x")];
        assert_eq!(found(state.path()), expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
        fs::write(directory.join("cdr-3.csv.open"), "a\n").unwrap();
        fs::set_permissions(directory.join("cdr-3.csv.open"), fs::Permissions::from_mode(0o644)).unwrap();
        let refused = Files::new(CdrConfig::default(), state.path()).err().unwrap();
        assert!(refused.to_string().contains("0644, allowed is 0600"), "{refused}");
    }

    #[test]
    fn files_are_removed_when_their_time_is_over() {
        let state = tempfile::tempdir().unwrap();
        let mut files = files(state.path(), |config| config.keep = Some(Duration::from_secs(86_400)));
        files.append(b"a\n", SystemTime::now()).unwrap();
        files.finish(SystemTime::now()).unwrap();
        assert_eq!(found(state.path()).len(), 1);
        files.finish(SystemTime::now() + Duration::from_secs(86_500)).unwrap();
        assert_eq!(found(state.path()), []);
    }

    #[test]
    fn after_a_failed_write_the_lines_come_once_in_another_file() {
        let state = tempfile::tempdir().unwrap();
        let mut files = files(state.path(), |_| {});
        files.append(b"a\n", at(0)).unwrap();
        // A file that can't be written to, as on a disk that fails.
        let open = files.open.as_mut().unwrap();
        open.file = File::open(opened(&open.path)).unwrap();
        files.append(b"b\n", at(1)).unwrap_err();
        files.append(b"b\n", at(1)).unwrap();
        files.finish(at(2)).unwrap();
        let lines: String =
            found(state.path()).into_iter().map(|(_, text)| text.replace(HEADER, "")).collect();
        assert_eq!(lines, "a\nb\n");
    }
}

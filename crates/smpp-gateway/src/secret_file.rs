//! Files that only their owner may read: secrets, which are made once, and what holds texts and numbers.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

/// Reads the secret, or makes and keeps it if there is no such file. A file that others may read is refused: its
/// secret must be taken for known.
pub(crate) fn read_or_create<E: From<io::Error>>(
    path: &Path,
    make: impl FnOnce() -> Result<Vec<u8>, E>,
) -> Result<Vec<u8>, E> {
    match fs::read(path) {
        Ok(secret) => {
            refuse_wider_mode(&fs::metadata(path)?)?;
            Ok(secret)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let secret = make()?;
            create(path, &secret)?;
            Ok(secret)
        }
        Err(error) => Err(error.into()),
    }
}

/// Makes an empty file that only its owner may read, unless there is a file already; one that others may read is refused.
#[cfg(any(feature = "sqlite", test))]
pub(crate) fn make_private(path: &Path) -> io::Result<()> {
    match open_for_owner(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => refuse_wider_mode(&fs::metadata(path)?),
        made => made.map(drop),
    }
}

/// Under another name first: a crash never leaves half a secret behind.
fn create(path: &Path, secret: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = open_for_owner(&unfinished)?;
    file.write_all(secret)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)
}

#[cfg(unix)]
fn open_for_owner(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn open_for_owner(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(unix)]
pub(crate) fn refuse_wider_mode(metadata: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let what = format!("its mode is {mode:04o}, allowed is 0600: others may have read it");
    Err(io::Error::new(io::ErrorKind::PermissionDenied, what))
}

#[cfg(not(unix))]
pub(crate) fn refuse_wider_mode(_: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(path: &Path, new: &[u8]) -> io::Result<Vec<u8>> {
        read_or_create(path, || Ok(new.to_vec()))
    }

    #[test]
    fn a_secret_is_made_once_and_then_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.key");
        assert_eq!(secret(&path, b"one").unwrap(), b"one");
        assert_eq!(secret(&path, b"two").unwrap(), b"one");
    }

    #[test]
    fn what_a_crash_left_behind_does_not_stop_a_start() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.unfinished"), b"ha").unwrap();
        assert_eq!(secret(&dir.path().join("a.key"), b"one").unwrap(), b"one");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_made_private_and_one_that_is_not_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.sqlite");
        for _ in 0..2 {
            make_private(&path).unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o604)).unwrap();
        assert!(make_private(&path).unwrap_err().to_string().contains("0604, allowed is 0600"));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.key");
        secret(&path, b"one").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = secret(&path, b"two").unwrap_err();
        assert_eq!(error.to_string(), "its mode is 0640, allowed is 0600: others may have read it");
    }
}

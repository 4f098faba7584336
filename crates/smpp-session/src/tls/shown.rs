//! The certificate that a server shows, and how a new one takes its place.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use parking_lot::Mutex;
use rustls::{
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

use super::{TlsError, identity::IdentityFiles};

/// What new handshakes are shown.
pub(super) struct Shown {
    /// Locked once a handshake.
    current: Mutex<Arc<CertifiedKey>>,
    files: Option<Files>,
}

struct Files {
    chain: PathBuf,
    key: PathBuf,
    /// Of what is shown.
    digest: Mutex<[u8; 32]>,
}

impl Shown {
    /// For ever the same.
    pub(super) fn fixed(identity: CertifiedKey) -> Self {
        Self { current: Mutex::new(Arc::new(identity)), files: None }
    }

    /// What the files hold.
    pub(super) fn from_files(chain: &Path, key: &Path) -> Result<Self, TlsError> {
        let read = IdentityFiles::read(chain, key)?;
        let files = Files { chain: chain.into(), key: key.into(), digest: Mutex::new(read.digest()) };
        Ok(Self { current: Mutex::new(read.parse(chain, key)?), files: Some(files) })
    }

    /// Takes what the files hold now, when that is new and good; true when it is.
    pub(super) fn reload(&self) -> Result<bool, TlsError> {
        let Some(files) = &self.files else {
            return Ok(false);
        };
        let read = IdentityFiles::read(&files.chain, &files.key)?;
        let digest = read.digest();
        let mut shown = files.digest.lock();
        if *shown == digest {
            return Ok(false);
        }
        *self.current.lock() = read.parse(&files.chain, &files.key)?;
        *shown = digest;
        Ok(true)
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.lock()))
    }
}

/// Shows no key.
impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.files {
            Some(files) => write!(f, "Shown({})", files.chain.display()),
            None => f.write_str("Shown"),
        }
    }
}

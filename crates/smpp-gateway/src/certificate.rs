//! The certificate and private key that the gateway shows its clients.

use std::{
    fmt::{self, Write as _},
    fs, io,
    path::{Path, PathBuf},
};

use aws_lc_rs::digest;
use rcgen::KeyPair;
use rustls::{
    crypto::aws_lc_rs::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject as _},
    server::ParsedCertificate,
    sign::CertifiedKey,
};
use smpp_session::{ServerTls, TlsError};

use crate::{secret_file, self_signed::self_signed};

/// A certificate chain with the private key of its first certificate; they are known to belong together.
#[derive(Debug)]
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    fingerprint: String,
    /// Where it was read.
    files: Option<(PathBuf, PathBuf)>,
}

impl Identity {
    /// Reads a chain and a key from PEM files.
    ///
    /// # Errors
    /// Says which file and what is wrong with it: others may not read the key.
    pub fn load(certificate: &Path, private_key: &Path) -> Result<Self, IdentityError> {
        let wrong = |error| IdentityError::new(private_key, error);
        let pem = fs::read(private_key).map_err(wrong)?;
        let key = parse_key(private_key, &pem)?;
        fs::metadata(private_key)
            .and_then(|metadata| secret_file::refuse_wider_mode(&metadata))
            .map_err(wrong)?;
        Ok(Self::new(certificate, read_chain(certificate)?, key)?.of_files(certificate, private_key))
    }

    /// Reads `certificate.pem` and `key.pem` of a directory. What is missing is made first: the directory, the key (mode 0600),
    /// a self-signed certificate for localhost of ten years. A new certificate for a kept key keeps the fingerprint.
    ///
    /// # Errors
    /// Says which file and what is wrong with it.
    pub fn load_or_make(state_dir: &Path) -> Result<Self, IdentityError> {
        fs::create_dir_all(state_dir).map_err(|error| IdentityError::new(state_dir, error))?;
        let (certificate, private_key) = (state_dir.join("certificate.pem"), state_dir.join("key.pem"));
        let pem = secret_file::read_or_create(&private_key, new_key_pem)
            .map_err(|error| IdentityError::new(&private_key, error))?;
        if !certificate.exists() {
            make_certificate(&certificate, &private_key, &pem)?;
        }
        let identity = Self::new(&certificate, read_chain(&certificate)?, parse_key(&private_key, &pem)?)?;
        Ok(identity.of_files(&certificate, &private_key))
    }

    /// A self-signed certificate that touches no disk: for tests and embedded gateways.
    ///
    /// # Errors
    /// When the system has no random octets to give.
    pub fn ephemeral() -> Result<Self, IdentityError> {
        let origin = Path::new("ephemeral certificate");
        let made = KeyPair::generate().and_then(|pair| Ok((self_signed(&pair)?, pair)));
        let (certificate, pair) = made.map_err(|error| IdentityError::new(origin, error))?;
        let key = PrivateKeyDer::Pkcs8(pair.serialize_der().into());
        Self::new(origin, vec![certificate.der().clone()], key)
    }

    /// The chain, the gateway's own certificate first.
    #[must_use]
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        &self.chain
    }

    /// The private key.
    #[must_use]
    pub const fn key(&self) -> &PrivateKeyDer<'static> {
        &self.key
    }

    /// What a client pins: SHA-256 of the public key (`SubjectPublicKeyInfo`), in lower-case hexadecimal.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// TLS with this identity; one that was read from files follows their changes.
    ///
    /// # Errors
    /// When TLS can't use it.
    pub fn server_tls(&self) -> Result<ServerTls, TlsError> {
        match &self.files {
            Some((certificate, private_key)) => ServerTls::from_files(certificate, private_key),
            None => ServerTls::new(self.chain.clone(), self.key.clone_key()),
        }
    }

    /// The chain and the key, as a TLS server takes them.
    #[must_use]
    pub fn into_parts(self) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        (self.chain, self.key)
    }

    fn new(
        origin: &Path,
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, IdentityError> {
        let fingerprint = fingerprint(&chain, &key).map_err(|error| IdentityError::new(origin, error))?;
        Ok(Self { chain, key, fingerprint, files: None })
    }

    fn of_files(mut self, certificate: &Path, private_key: &Path) -> Self {
        self.files = Some((certificate.to_owned(), private_key.to_owned()));
        self
    }
}

/// Why there is no usable certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityError {
    /// The file it is about.
    pub path: PathBuf,
    /// What is wrong with it.
    pub what: String,
}

impl IdentityError {
    fn new(path: &Path, what: impl fmt::Display) -> Self {
        Self { path: path.to_owned(), what: what.to_string() }
    }
}

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.what)
    }
}

impl std::error::Error for IdentityError {}

fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, IdentityError> {
    let pem = fs::read(path).map_err(|error| IdentityError::new(path, error))?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|error| IdentityError::new(path, error))?;
    if chain.is_empty() {
        return Err(IdentityError::new(path, "no certificate in PEM form"));
    }
    Ok(chain)
}

fn parse_key(path: &Path, pem: &[u8]) -> Result<PrivateKeyDer<'static>, IdentityError> {
    PrivateKeyDer::from_pem_slice(pem).map_err(|error| match error {
        pem::Error::NoItemsFound => IdentityError::new(path, "no private key in PEM form"),
        error => IdentityError::new(path, error),
    })
}

/// Checks that key and certificate belong together on the way.
fn fingerprint(
    chain: &[CertificateDer<'static>],
    key: &PrivateKeyDer<'static>,
) -> Result<String, rustls::Error> {
    let certified = CertifiedKey::from_der(chain.to_vec(), key.clone_key(), &default_provider())?;
    let public_key = ParsedCertificate::try_from(certified.end_entity_cert()?)?.subject_public_key_info();
    let mut text = String::with_capacity(64);
    for octet in digest::digest(&digest::SHA256, &public_key).as_ref() {
        // Writing to a string can't fail.
        let _ = write!(text, "{octet:02x}");
    }
    Ok(text)
}

fn new_key_pem() -> io::Result<Vec<u8>> {
    let pair = KeyPair::generate().map_err(io::Error::other)?;
    Ok(pair.serialize_pem().into_bytes())
}

fn make_certificate(path: &Path, private_key: &Path, key_pem: &[u8]) -> Result<(), IdentityError> {
    let pair = KeyPair::from_pem(&String::from_utf8_lossy(key_pem))
        .map_err(|error| IdentityError::new(private_key, error))?;
    let certificate = self_signed(&pair).map_err(|error| IdentityError::new(path, error))?;
    // Under another name first: a crash never leaves half a certificate behind.
    let unfinished = path.with_extension("unfinished");
    fs::write(&unfinished, certificate.pem())
        .and_then(|()| fs::rename(&unfinished, path))
        .map_err(|error| IdentityError::new(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_identity_is_the_same_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let state_dir = dir.path().join("state");
        let first = Identity::load_or_make(&state_dir).unwrap();
        let second = Identity::load_or_make(&state_dir).unwrap();
        assert_eq!(first.chain(), second.chain());
        assert_eq!(first.fingerprint(), second.fingerprint());
        assert_eq!(first.fingerprint().len(), 64);
    }

    #[test]
    fn a_new_certificate_for_a_kept_key_keeps_the_fingerprint() {
        let dir = tempfile::tempdir().unwrap();
        let first = Identity::load_or_make(dir.path()).unwrap();
        fs::remove_file(dir.path().join("certificate.pem")).unwrap();
        let second = Identity::load_or_make(dir.path()).unwrap();
        assert_ne!(first.chain(), second.chain());
        assert_eq!(first.fingerprint(), second.fingerprint());
    }

    #[cfg(unix)]
    #[test]
    fn a_made_key_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        Identity::load_or_make(dir.path()).unwrap();
        let mode = fs::metadata(dir.path().join("key.pem")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn the_fingerprint_is_the_hash_of_the_public_key() {
        let dir = tempfile::tempdir().unwrap();
        let identity = Identity::load_or_make(dir.path()).unwrap();
        let pem = fs::read_to_string(dir.path().join("key.pem")).unwrap();
        let public_key = rcgen::PublicKeyData::subject_public_key_info(&KeyPair::from_pem(&pem).unwrap());
        let hash = digest::digest(&digest::SHA256, &public_key);
        let expected: String = hash.as_ref().iter().map(|octet| format!("{octet:02x}")).collect();
        assert_eq!(identity.fingerprint(), expected);
    }

    #[test]
    fn an_ephemeral_identity_is_new_each_time() {
        let (one, other) = (Identity::ephemeral().unwrap(), Identity::ephemeral().unwrap());
        assert_ne!(one.fingerprint(), other.fingerprint());
    }

    #[test]
    fn an_error_names_its_file() {
        let dir = tempfile::tempdir().unwrap();
        Identity::load_or_make(dir.path()).unwrap();
        let (certificate, key) = (dir.path().join("certificate.pem"), dir.path().join("key.pem"));
        let error = |one: &Path, other: &Path| Identity::load(one, other).unwrap_err().to_string();
        assert!(Identity::load(&certificate, &key).is_ok());
        assert_eq!(error(&key, &key), format!("{}: no certificate in PEM form", key.display()));
        assert_eq!(
            error(&certificate, &certificate),
            format!("{}: no private key in PEM form", certificate.display())
        );
        let missing = dir.path().join("missing.pem");
        assert!(error(&missing, &key).starts_with(&format!("{}: No such file", missing.display())));
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        Identity::load_or_make(dir.path()).unwrap();
        let (certificate, key) = (dir.path().join("certificate.pem"), dir.path().join("key.pem"));
        fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
        let error = Identity::load(&certificate, &key).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("{}: its mode is 0640, allowed is 0600: others may have read it", key.display())
        );
    }

    #[test]
    fn a_key_of_another_certificate_is_refused() {
        let (mine, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        Identity::load_or_make(mine.path()).unwrap();
        Identity::load_or_make(other.path()).unwrap();
        let certificate = mine.path().join("certificate.pem");
        let error = Identity::load(&certificate, &other.path().join("key.pem")).unwrap_err();
        assert_eq!(error.path, certificate);
        assert!(error.what.contains("KeyMismatch"), "{error}");
    }
}

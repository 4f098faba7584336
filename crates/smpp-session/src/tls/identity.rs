//! A certificate chain with its private key, from PEM files.

use std::{fs, path::Path, sync::Arc};

use aws_lc_rs::digest;
use rustls::{
    crypto::aws_lc_rs::default_provider,
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{Error, PemObject},
    },
    sign::CertifiedKey,
};

use super::TlsError;

/// What two files hold, read at once, so that it can be told from what they held before.
pub(super) struct IdentityFiles {
    chain: Vec<u8>,
    key: Vec<u8>,
}

impl IdentityFiles {
    pub(super) fn read(chain: &Path, key: &Path) -> Result<Self, TlsError> {
        let read = |path: &Path| fs::read(path).map_err(|error| TlsError::about(path, error));
        Ok(Self { chain: read(chain)?, key: read(key)? })
    }

    /// Changes when one of the files does.
    pub(super) fn digest(&self) -> [u8; 32] {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(&self.chain.len().to_be_bytes());
        context.update(&self.chain);
        context.update(&self.key);
        context.finish().as_ref().try_into().unwrap_or_default()
    }

    /// The chain and its key, which are known to belong together; `chain` and `key` are the paths, for errors.
    pub(super) fn parse(&self, chain: &Path, key: &Path) -> Result<Arc<CertifiedKey>, TlsError> {
        let certificates = CertificateDer::pem_slice_iter(&self.chain)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| TlsError::about(chain, error))?;
        if certificates.is_empty() {
            return Err(TlsError::about(chain, "no certificate in PEM form"));
        }
        let private = PrivateKeyDer::from_pem_slice(&self.key).map_err(|error| match error {
            Error::NoItemsFound => TlsError::about(key, "no private key in PEM form"),
            error => TlsError::about(key, error),
        })?;
        CertifiedKey::from_der(certificates, private, &default_provider())
            .map(Arc::new)
            .map_err(|error| TlsError::about(chain, format!("with the key {}: {error}", key.display())))
    }
}

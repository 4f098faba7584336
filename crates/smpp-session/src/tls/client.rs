//! How a client knows its server.

use std::{path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    client::danger::ServerCertVerifier,
    crypto::{CryptoProvider, aws_lc_rs::default_provider},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::{CertifiedKey, SingleCertAndKey},
};

use super::{
    Fingerprint, TlsError,
    identity::IdentityFiles,
    key_holder::{KeyHolder, Trusted},
};

/// How a client knows its server.
#[derive(Clone, Debug)]
pub struct ClientTls(pub(crate) Arc<ClientConfig>);

impl ClientTls {
    /// Trusts the certificate authorities of the system.
    ///
    /// # Errors
    /// When the system has none.
    pub fn system_roots() -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self::roots(roots, "the system's certificate store")
    }

    /// Trusts the certificate authorities in a PEM file.
    ///
    /// # Errors
    /// When the file can't be read or holds no certificate.
    pub fn ca_file(path: &Path) -> Result<Self, TlsError> {
        let failed = |error| TlsError(format!("{}: {error}", path.display()));
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(path).map_err(failed)? {
            roots.add(certificate.map_err(failed)?).map_err(TlsError::from_rustls)?;
        }
        Self::roots(roots, &path.display().to_string())
    }

    /// Trusts servers that hold the key of one of these fingerprints, whatever their certificate says.
    ///
    /// # Errors
    /// When the list is empty.
    pub fn pinned(pins: Vec<Fingerprint>) -> Result<Self, TlsError> {
        if pins.is_empty() {
            return Err(TlsError("no fingerprint to pin".into()));
        }
        Self::key_holder(Trusted::Pinned(pins))
    }

    /// Trusts every server: the connection is encrypted, but whoever stands in its way reads and writes everything, the password
    /// included. For tests of servers that nobody can verify.
    ///
    /// # Errors
    /// When the cryptography can't be set up.
    pub fn dangerously_unverified() -> Result<Self, TlsError> {
        Self::key_holder(Trusted::Anyone)
    }

    /// Shows this certificate to servers that ask for one.
    ///
    /// # Errors
    /// When the key does not belong to the certificate, or can't be used.
    pub fn client_certificate(
        self,
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, TlsError> {
        let shown = CertifiedKey::from_der(chain, key, &default_provider()).map_err(TlsError::from_rustls)?;
        Ok(self.showing(Arc::new(shown)))
    }

    /// As [`client_certificate`](Self::client_certificate), from two PEM files.
    ///
    /// # Errors
    /// When a file can't be read or does not hold what it should.
    pub fn client_certificate_files(self, chain: &Path, key: &Path) -> Result<Self, TlsError> {
        let shown = IdentityFiles::read(chain, key)?.parse(chain, key)?;
        Ok(self.showing(shown))
    }

    fn showing(mut self, shown: Arc<CertifiedKey>) -> Self {
        let config = Arc::make_mut(&mut self.0);
        config.client_auth_cert_resolver = Arc::new(SingleCertAndKey::from(shown));
        self
    }

    fn key_holder(trusted: Trusted) -> Result<Self, TlsError> {
        let provider = Arc::new(default_provider());
        let verifier = Arc::new(KeyHolder { trusted, provider: Arc::clone(&provider) });
        Self::judged_by(verifier, provider)
    }

    fn judged_by(
        verifier: Arc<dyn ServerCertVerifier>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, TlsError> {
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TlsError::from_rustls)?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        Ok(Self(Arc::new(config)))
    }

    fn roots(roots: RootCertStore, origin: &str) -> Result<Self, TlsError> {
        if roots.is_empty() {
            return Err(TlsError(format!("{origin}: no certificate found")));
        }
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(TlsError::from_rustls)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(Arc::new(config)))
    }
}

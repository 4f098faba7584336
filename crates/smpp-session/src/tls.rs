//! TLS on both sides: rustls with aws-lc-rs, 1.2 and 1.3.

use std::{fmt, path::Path, str::FromStr, sync::Arc};

use aws_lc_rs::digest;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, ServerConfig, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, aws_lc_rs::default_provider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
    server::ParsedCertificate,
};

/// The SHA-256 of a certificate's public key (SubjectPublicKeyInfo), as 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of a certificate's public key.
    ///
    /// # Errors
    /// When the certificate can't be read.
    pub fn of(certificate: &CertificateDer<'_>) -> Result<Self, TlsError> {
        let parsed = ParsedCertificate::try_from(certificate).map_err(TlsError::from_rustls)?;
        let digest = digest::digest(&digest::SHA256, &parsed.subject_public_key_info());
        digest.as_ref().try_into().map(Self).map_err(|_| TlsError("a SHA-256 is not 32 octets".into()))
    }
}

impl From<[u8; 32]> for Fingerprint {
    fn from(octets: [u8; 32]) -> Self {
        Self(octets)
    }
}

impl FromStr for Fingerprint {
    type Err = TlsError;

    fn from_str(text: &str) -> Result<Self, TlsError> {
        let digits = text.strip_prefix("sha256:").unwrap_or(text);
        let wrong = || TlsError(format!("fingerprint {text} is not 64 hex digits"));
        if digits.len() != 64 || !digits.is_ascii() {
            return Err(wrong());
        }
        let mut octets = [0; 32];
        for (octet, pair) in octets.iter_mut().zip(digits.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
            *octet = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
        }
        Ok(Self(octets))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// TLS could not be set up; says what and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsError(String);

impl TlsError {
    #[expect(clippy::needless_pass_by_value, reason = "used as a function for map_err")]
    fn from_rustls(error: rustls::Error) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TlsError {}

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
        let provider = Arc::new(default_provider());
        let verifier = Arc::new(PinnedKey { pins, provider: Arc::clone(&provider) });
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

/// A server's certificate chain and key.
#[derive(Clone, Debug)]
pub struct ServerTls(pub(crate) Arc<ServerConfig>);

impl ServerTls {
    /// TLS 1.2 and 1.3 with this identity.
    ///
    /// # Errors
    /// When the key does not belong to the certificate, or can't be used.
    pub fn new(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<Self, TlsError> {
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(TlsError::from_rustls)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(TlsError::from_rustls)?;
        Ok(Self(Arc::new(config)))
    }
}

/// Accepts a certificate by its key alone. The handshake's signature is checked as always: who shows a pinned certificate without
/// its key fails.
#[derive(Debug)]
struct PinnedKey {
    pins: Vec<Fingerprint>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for PinnedKey {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let shown = Fingerprint::of(end_entity).map_err(|error| rustls::Error::General(error.to_string()))?;
        if self.pins.contains(&shown) {
            return Ok(ServerCertVerified::assertion());
        }
        Err(rustls::Error::InvalidCertificate(CertificateError::Other(rustls::OtherError(Arc::new(
            TlsError(format!("the server's key sha256:{shown} is not pinned")),
        )))))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

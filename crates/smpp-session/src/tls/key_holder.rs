//! Trust in whoever holds a key, whatever the certificate says.

use std::{fmt, sync::Arc};

use rustls::{
    CertificateError, DigitallySignedStruct, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use super::Fingerprint;

/// Accepts a certificate by its key alone. The handshake's signature is checked as always: who shows a certificate without its key
/// fails.
#[derive(Debug)]
pub(super) struct KeyHolder {
    pub(super) trusted: Trusted,
    pub(super) provider: Arc<CryptoProvider>,
}

/// Whose keys are accepted.
#[derive(Debug)]
pub(super) enum Trusted {
    Pinned(Vec<Fingerprint>),
    /// Everybody's: whoever stands in the way reads and writes everything.
    Anyone,
}

impl ServerCertVerifier for KeyHolder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Trusted::Pinned(pins) = &self.trusted else {
            return Ok(ServerCertVerified::assertion());
        };
        let shown = Fingerprint::of(end_entity).map_err(|error| rustls::Error::General(error.to_string()))?;
        if pins.contains(&shown) {
            return Ok(ServerCertVerified::assertion());
        }
        let reason = rustls::OtherError(Arc::new(NotPinned(shown)));
        Err(rustls::Error::InvalidCertificate(CertificateError::Other(reason)))
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

/// The key that was shown instead of a pinned one.
#[derive(Debug)]
pub(super) struct NotPinned(pub(super) Fingerprint);

impl fmt::Display for NotPinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the key sha256:{} is not pinned", self.0)
    }
}

impl std::error::Error for NotPinned {}

//! A public key by its hash, as people pin it.

use std::{fmt, str::FromStr};

use aws_lc_rs::digest;
use rustls::{pki_types::CertificateDer, server::ParsedCertificate};

use super::TlsError;

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

//! Why a TLS handshake failed, in words that say what to do.

use std::{fmt, io, time::Duration};

use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};

use super::{Fingerprint, key_holder::NotPinned};

/// Why a client has no TLS with its server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsFailure {
    /// The server's certificate expired so long ago.
    Expired(Duration),
    /// The server's certificate becomes valid in so long.
    NotYetValid(Duration),
    /// The server's certificate is for other names.
    WrongName {
        /// Who was asked for.
        expected: String,
        /// Whom the certificate is for.
        presented: Vec<String>,
    },
    /// The server's certificate comes from an authority that is not trusted.
    UnknownAuthority,
    /// The server holds another key than those that are pinned.
    NotPinned(Fingerprint),
    /// A signature is wrong: the server does not hold the key of the certificate that it showed, or no authority signed that.
    BadSignature,
    /// The server does not speak TLS here.
    NotTls,
    /// The server closed the connection in the middle of the handshake.
    Closed,
    /// The server wants a client certificate, or another one.
    ClientCertificateRefused,
    /// The server gave up without a reason: no cipher suite in common, or under TLS 1.2 no client certificate.
    NothingInCommon,
    /// Anything else.
    Other(String),
}

impl TlsFailure {
    /// What a failed handshake, or a read after it, means. `None` when TLS is not at fault.
    pub(crate) fn of(error: &io::Error) -> Option<Self> {
        if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
            return Some(Self::of_rustls(error));
        }
        (error.kind() == io::ErrorKind::UnexpectedEof).then_some(Self::Closed)
    }

    fn of_rustls(error: &Error) -> Self {
        match error {
            Error::InvalidCertificate(error) => Self::of_certificate(error),
            Error::InvalidMessage(
                InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion,
            ) => Self::NotTls,
            Error::AlertReceived(
                AlertDescription::CertificateRequired
                | AlertDescription::BadCertificate
                | AlertDescription::UnsupportedCertificate
                | AlertDescription::CertificateRevoked
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateUnknown
                | AlertDescription::UnknownCA
                | AlertDescription::AccessDenied,
            ) => Self::ClientCertificateRefused,
            Error::AlertReceived(AlertDescription::HandshakeFailure) => Self::NothingInCommon,
            other => Self::Other(other.to_string()),
        }
    }

    fn of_certificate(error: &CertificateError) -> Self {
        match error {
            CertificateError::ExpiredContext { time, not_after } => {
                Self::Expired(seconds(time.as_secs().saturating_sub(not_after.as_secs())))
            }
            CertificateError::NotValidYetContext { time, not_before } => {
                Self::NotYetValid(seconds(not_before.as_secs().saturating_sub(time.as_secs())))
            }
            CertificateError::NotValidForNameContext { expected, presented } => {
                let presented = presented.iter().map(|name| bare(name).to_owned()).collect();
                Self::WrongName { expected: expected.to_str().into_owned(), presented }
            }
            CertificateError::UnknownIssuer => Self::UnknownAuthority,
            CertificateError::BadSignature => Self::BadSignature,
            CertificateError::Other(error) => match error.0.downcast_ref::<NotPinned>() {
                Some(NotPinned(shown)) => Self::NotPinned(*shown),
                None => Self::Other(error.to_string()),
            },
            other => Self::Other(other.to_string()),
        }
    }
}

impl fmt::Display for TlsFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired(ago) => {
                let ago = Days(*ago);
                write!(f, "the server's certificate expired {ago} ago: its operator must renew it, if this machine's clock is right")
            }
            Self::NotYetValid(until) => {
                let until = Days(*until);
                write!(f, "the server's certificate becomes valid in {until}: check this machine's clock")
            }
            Self::WrongName { expected, presented } => {
                let presented = if presented.is_empty() { "nobody" } else { &*presented.join(", ") };
                write!(
                    f,
                    "the server's certificate is not for {expected} but for {presented}: connect by that name, set it with \
                     server_name, or pin the server's key"
                )
            }
            Self::UnknownAuthority => f.write_str(
                "the server's certificate comes from an authority that is not trusted: give its CA file, or pin the server's key",
            ),
            Self::NotPinned(shown) => write!(
                f,
                "the server's key sha256:{shown} is not pinned: pin it too, if its operator confirms that the key is new"
            ),
            Self::BadSignature => f.write_str(
                "a signature is wrong, so the server does not hold the key of the certificate that it showed, or the authority \
                 did not sign it: somebody may be in between",
            ),
            Self::NotTls => {
                f.write_str("the server does not speak TLS on this port: use its TLS port, or connect without TLS")
            }
            Self::Closed => f.write_str(
                "the server closed the connection in the TLS handshake: it may not speak TLS on this port",
            ),
            Self::ClientCertificateRefused => f.write_str(
                "the server refused this client's certificate, or its lack of one: set the one it knows with client_certificate",
            ),
            Self::NothingInCommon => f.write_str(
                "the server gave up the TLS handshake: it wants a client certificate, or no cipher suite of this client",
            ),
            Self::Other(what) => write!(f, "the TLS handshake failed: {what}"),
        }
    }
}

impl std::error::Error for TlsFailure {}

/// The name in `DnsName("smsc.example")` and `IpAddress(192.0.2.1)`.
fn bare(presented: &str) -> &str {
    let inner = presented.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(presented).trim_matches('"')
}

/// A long time, in days where it has some.
struct Days(Duration);

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_secs() / SECONDS_A_DAY {
            0 => write!(f, "{} s", self.0.as_secs()),
            1 => f.write_str("1 day"),
            days => write!(f, "{days} days"),
        }
    }
}

const SECONDS_A_DAY: u64 = 86_400;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

//! Why a gateway did not start.

use std::{fmt, io, net::SocketAddr, path::PathBuf};

use smpp_session::TlsError;

use crate::{IdentityError, store::StoreError};

/// Why the gateway did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The certificate or its key.
    Identity(IdentityError),
    /// TLS with that identity.
    Tls(TlsError),
    /// The key of the verifiers.
    Key(io::Error),
    /// The cipher that makes message ids.
    Ids,
    /// The database of the store.
    #[cfg(feature = "sqlite")]
    Database(crate::store::sqlite::OpenError),
    /// What the store holds.
    Store(StoreError),
    /// The records of messages that ended, and their directory.
    Records(PathBuf, io::Error),
    /// The listener for operators.
    #[cfg(feature = "admin")]
    Admin(SocketAddr, io::Error),
    /// The address.
    Listen(SocketAddr, io::Error),
}

impl From<IdentityError> for StartError {
    fn from(error: IdentityError) -> Self {
        Self::Identity(error)
    }
}

impl From<TlsError> for StartError {
    fn from(error: TlsError) -> Self {
        Self::Tls(error)
    }
}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> Self {
        Self::Key(error)
    }
}

impl From<aws_lc_rs::error::Unspecified> for StartError {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self::Ids
    }
}

#[cfg(feature = "sqlite")]
impl From<crate::store::sqlite::OpenError> for StartError {
    fn from(error: crate::store::sqlite::OpenError) -> Self {
        Self::Database(error)
    }
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identity(error) => write!(f, "{error}"),
            Self::Tls(error) => write!(f, "the certificate can't be used: {error}"),
            Self::Key(error) => write!(f, "the verifier key can't be used: {error}"),
            Self::Ids => f.write_str("the cipher that makes message ids can't be used"),
            #[cfg(feature = "sqlite")]
            Self::Database(error) => write!(f, "{error}"),
            Self::Store(error) => write!(f, "{error}"),
            Self::Records(directory, error) => {
                write!(f, "records can't be written to {}: {error}", directory.display())
            }
            #[cfg(feature = "admin")]
            Self::Admin(address, error) => write!(f, "admin.listen is {address}: {error}"),
            Self::Listen(address, error) => write!(f, "listen is {address}: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

//! Why there is no session, and why a client ended.

use std::{fmt, io, sync::Arc, time::Duration};

use smpp_wire::{CommandStatus, EncodeError};

use super::endpoint::Endpoint;
use crate::{SessionError, TlsFailure};

/// Why there is no session with an endpoint.
#[derive(Clone, Debug)]
pub struct ConnectError {
    /// With whom.
    pub endpoint: Endpoint,
    /// What happened.
    pub cause: ConnectCause,
}

/// What stood in the way of a session.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ConnectCause {
    /// A step failed.
    Io(ConnectStep, Arc<io::Error>),
    /// A step took longer than its deadline.
    TimedOut(ConnectStep, Duration),
    /// There is no TLS with this server: says whose mistake it is and what to do.
    Tls(TlsFailure),
    /// The server speaks TLS, and this client was told not to.
    SpeaksTls,
    /// The host is no name that a certificate could be for.
    Name,
    /// The server refused the bind.
    Refused(CommandStatus),
    /// The connection ended before the bind was answered.
    Lost(SessionError),
    /// What was configured does not fit in a bind; no octet was sent.
    Bind(EncodeError),
}

/// A step on the way to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectStep {
    /// Find the addresses of the host.
    Resolve,
    /// Connect to one of them.
    Connect,
    /// The TLS handshake.
    Handshake,
    /// The bind.
    Bind,
}

impl ConnectError {
    /// The status that the server refused the bind with; `None` when something else happened.
    #[must_use]
    pub const fn refused(&self) -> Option<CommandStatus> {
        match self.cause {
            ConnectCause::Refused(status) => Some(status),
            _ => None,
        }
    }
}

impl fmt::Display for ConnectStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Resolve => "the name lookup",
            Self::Connect => "the connection",
            Self::Handshake => "the TLS handshake",
            Self::Bind => "the bind",
        })
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.endpoint, self.cause)
    }
}

impl fmt::Display for ConnectCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(step, error) => write!(f, "{step} failed: {error}"),
            Self::TimedOut(step, after) => write!(f, "{step} took longer than {after:?}"),
            Self::Tls(failure) => write!(f, "{failure}"),
            Self::SpeaksTls => f.write_str("the server speaks TLS on this port: connect with TLS"),
            Self::Name => f.write_str("the host is no name that a certificate could be for"),
            Self::Refused(status) => write!(f, "the server refused the bind with {status}"),
            Self::Lost(error) => write!(f, "the bind was not answered: {error}"),
            Self::Bind(error) => write!(f, "the bind can't be sent: {error}"),
        }
    }
}

impl std::error::Error for ConnectError {}

/// Why a supervised client ended for good.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ClientEnd {
    /// It was asked to: [`Client::shutdown`](super::Client::shutdown), its token, or the last handle was dropped.
    Shutdown,
    /// The server refused the credentials, and [`Retry::stop_on_auth_error`](super::Retry::stop_on_auth_error) is set.
    AuthenticationRefused(ConnectError),
    /// Its task is gone: the runtime was shut down, or the application's code panicked in it.
    Aborted,
}

impl fmt::Display for ClientEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shutdown => f.write_str("the client was shut down"),
            Self::AuthenticationRefused(error) => write!(f, "{error}"),
            Self::Aborted => f.write_str("the client's task was aborted"),
        }
    }
}

impl std::error::Error for ClientEnd {}

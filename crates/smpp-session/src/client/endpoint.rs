//! Where a server listens.

use std::fmt;

use super::error::{ConnectCause, ConnectError};

/// A host, by name or address, and a port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// A DNS name, an IPv4 address, or an IPv6 address without brackets.
    pub host: String,
    /// 2775 is registered for SMPP, 3550 for SMPP over TLS.
    pub port: u16,
}

impl Endpoint {
    /// This host and port.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self { host: host.into(), port }
    }

    pub(super) fn failed(&self, cause: ConnectCause) -> ConnectError {
        ConnectError { endpoint: self.clone(), cause }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            return write!(f, "[{}]:{}", self.host, self.port);
        }
        write!(f, "{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_address_is_told_from_its_port() {
        assert_eq!(Endpoint::new("smsc.example", 2775).to_string(), "smsc.example:2775");
        assert_eq!(Endpoint::new("::1", 2775).to_string(), "[::1]:2775");
    }
}

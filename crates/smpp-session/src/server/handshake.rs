//! From an accepted connection to one that a session can run on.

use std::{fmt, io, net::SocketAddr, sync::Arc};

use rustls::AlertDescription;
use tokio::{net::TcpStream, sync::Semaphore};
use tokio_rustls::TlsAcceptor;

use super::{
    network::Network,
    proxy_protocol::{ProxyError, read_header},
    turns::InTurn,
};
use crate::{ServerTls, read_ahead::ReadAhead, transport::Transport};

/// What every connection goes through.
#[derive(Debug)]
pub(super) struct Handshake {
    pub(super) tls: Option<ServerTls>,
    pub(super) turns: Arc<Semaphore>,
    pub(super) proxies: Vec<Network>,
}

/// Why a connection got no session.
#[derive(Debug)]
pub(super) enum Refused {
    Io(io::Error),
    Proxy(ProxyError),
    /// The octets are no TLS.
    NotTls(io::Error),
    Tls(io::Error),
}

impl Handshake {
    /// Whom a connection is for: `peer`, or who a load balancer at that address says.
    pub(super) async fn client(
        &self,
        stream: &mut TcpStream,
        peer: SocketAddr,
    ) -> Result<SocketAddr, Refused> {
        // A lone PDU leaves at once: the driver's batches are the only ones wanted.
        stream.set_nodelay(true).map_err(Refused::Io)?;
        if !self.proxies.iter().any(|network| network.contains(peer.ip())) {
            return Ok(peer);
        }
        let named = read_header(stream).await.map_err(Refused::Proxy)?;
        Ok(named.unwrap_or(peer))
    }

    pub(super) async fn secure(&self, stream: TcpStream) -> Result<Transport, Refused> {
        let Some(tls) = &self.tls else {
            return Ok(Transport::Plain(stream));
        };
        let accept = TlsAcceptor::from(tls.config()).accept(ReadAhead::new(stream));
        match InTurn::new(Arc::clone(&self.turns), accept).await {
            Ok(stream) => Ok(Transport::Tls(Box::new(stream.into()))),
            Err(error) if is_not_tls(&error) => Err(Refused::NotTls(error)),
            Err(error) => Err(Refused::Tls(error)),
        }
    }
}

fn reason(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

fn is_not_tls(error: &io::Error) -> bool {
    matches!(reason(error), Some(rustls::Error::InvalidMessage(_)))
}

/// What a client's alert says of our certificate.
const fn objection(alert: AlertDescription) -> Option<&'static str> {
    Some(match alert {
        AlertDescription::CertificateExpired => "it has expired, or is not valid yet",
        AlertDescription::UnknownCA => "it is of no authority that the client trusts",
        AlertDescription::CertificateRevoked => "it was revoked",
        AlertDescription::BadCertificate | AlertDescription::CertificateUnknown => {
            "it is not the one, or not for the name, that the client wants"
        }
        AlertDescription::DecryptError => {
            "a signature is wrong: its own, or its authority is a namesake of one that the client trusts"
        }
        AlertDescription::UnsupportedCertificate => "its kind is not supported",
        _ => return None,
    })
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "the connection failed: {error}"),
            Self::Proxy(error) => write!(f, "{error}"),
            Self::NotTls(error) => write!(f, "the client does not speak TLS: {error}"),
            Self::Tls(error) => {
                if let Some(rustls::Error::AlertReceived(alert)) = reason(error)
                    && let Some(objection) = objection(*alert)
                {
                    return write!(f, "the client refuses our certificate, {objection}: {error}");
                }
                write!(f, "TLS handshake failed: {error}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn an_accepted_connection_sends_without_nagles_delay() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (mut stream, peer) = listener.accept().await.unwrap();
        assert!(!stream.nodelay().unwrap());
        let handshake = Handshake { tls: None, turns: Arc::new(Semaphore::new(1)), proxies: Vec::new() };
        assert_eq!(handshake.client(&mut stream, peer).await.unwrap(), peer);
        let Ok(Transport::Plain(stream)) = handshake.secure(stream).await else { panic!("it is plain") };
        assert!(stream.nodelay().unwrap());
    }
}

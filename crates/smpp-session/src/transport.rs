//! The connection of a session, plain or TLS, so that the driver need not know which.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::TlsStream;

use crate::{TlsFailure, read_ahead::ReadAhead};

/// A connection.
pub(crate) enum Transport {
    Plain(TcpStream),
    Tls(Box<TlsStream<ReadAhead>>),
}

/// Calls a method on whichever connection this is.
macro_rules! on_connection {
    ($self:expr, $stream:ident => $call:expr) => {
        match $self.get_mut() {
            Transport::Plain($stream) => $call,
            Transport::Tls($stream) => $call,
        }
    };
}

impl AsyncRead for Transport {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(context, buffer).map_err(certificate_refused),
        }
    }
}

impl AsyncWrite for Transport {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        on_connection!(self, stream => Pin::new(stream).poll_write(context, octets))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        on_connection!(self, stream => Pin::new(stream).poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        on_connection!(self, stream => Pin::new(stream).poll_shutdown(context))
    }
}

/// Under TLS 1.3 a client believes that its handshake is over before the server has judged its certificate: what the server thinks of
/// it is read later, and must be told from a connection that broke.
fn certificate_refused(error: io::Error) -> io::Error {
    match TlsFailure::of(&error) {
        Some(TlsFailure::ClientCertificateRefused) => io::Error::new(io::ErrorKind::PermissionDenied, error),
        _ => error,
    }
}

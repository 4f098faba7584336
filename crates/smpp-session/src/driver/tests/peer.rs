//! A connection in memory: it counts writes and takes as many octets as the test allows.

use std::{
    future::poll_fn,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use parking_lot::Mutex;
use smpp_wire::{Bind, CommandId, Header};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{headers, pdu};

/// Both directions of a connection, as the test sees them.
#[derive(Clone, Default)]
pub(super) struct Peer(Arc<Mutex<Wire>>);

/// The session's end of it.
pub(super) struct Connection(pub(super) Peer);

#[derive(Default)]
struct Wire {
    /// Octets for the session, all given to one read.
    to_session: Vec<u8>,
    reader: Option<Waker>,
    /// Octets that the session wrote, and in how many writes.
    written: Vec<u8>,
    write_count: usize,
    writer: Option<Waker>,
    /// How many octets the peer takes yet; `None` for all.
    allowance: Option<usize>,
    /// The session closed; the peer does so then.
    closed: bool,
    /// The next write fails: the peer is gone, and this is what it said before.
    last_words: Option<Vec<u8>>,
    /// Who waits for octets of the session.
    watcher: Option<Waker>,
}

impl Peer {
    /// Binds as transceiver.
    pub(super) async fn bind(&self) {
        self.send(&pdu(&Bind { command_id: CommandId::BIND_TRANSCEIVER, ..Bind::default() }, 1));
        self.pdus(1).await;
    }

    pub(super) fn send(&self, octets: &[u8]) {
        let mut wire = self.0.lock();
        wire.to_session.extend_from_slice(octets);
        wire.reader.take().map(Waker::wake).unwrap_or_default();
    }

    pub(super) fn allow(&self, octets: usize) {
        let mut wire = self.0.lock();
        wire.allowance = Some(octets);
        wire.writer.take().map(Waker::wake).unwrap_or_default();
    }

    /// Waits until so many octets were written in all.
    pub(super) async fn octets(&self, count: usize) {
        poll_fn(|context| self.watch(context, |wire| wire.written.len() >= count)).await;
    }

    /// Waits until so many PDUs were written in all, and gives their headers.
    pub(super) async fn pdus(&self, count: usize) -> Vec<Header> {
        poll_fn(|context| self.watch(context, |wire| headers(&wire.written).len() >= count)).await;
        headers(&self.0.lock().written)
    }

    /// All octets that the session wrote.
    pub(super) fn written(&self) -> Vec<u8> {
        self.0.lock().written.clone()
    }

    /// The next write fails: the peer is gone, and this is what it said before.
    pub(super) fn fail(&self, last_words: Vec<u8>) {
        self.0.lock().last_words = Some(last_words);
    }

    fn watch(&self, context: &Context<'_>, arrived: impl Fn(&Wire) -> bool) -> Poll<()> {
        let mut wire = self.0.lock();
        if arrived(&wire) {
            return Poll::Ready(());
        }
        wire.watcher = Some(context.waker().clone());
        Poll::Pending
    }

    pub(super) fn write_count(&self) -> usize {
        self.0.lock().write_count
    }

    pub(super) fn unread(&self) -> usize {
        self.0.lock().to_session.len()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut wire = self.0.0.lock();
        if wire.to_session.is_empty() && !wire.closed {
            wire.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        let count = buffer.remaining().min(wire.to_session.len());
        buffer.put_slice(&wire.to_session[..count]);
        wire.to_session.drain(..count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        let mut wire = self.0.0.lock();
        if let Some(last_words) = wire.last_words.take() {
            wire.to_session.extend(last_words);
            wire.closed = true;
        }
        if wire.closed {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let count = wire.allowance.unwrap_or(usize::MAX).min(octets.len());
        if count == 0 {
            wire.writer = Some(context.waker().clone());
            return Poll::Pending;
        }
        wire.allowance = wire.allowance.map(|allowance| allowance - count);
        wire.write_count += 1;
        wire.written.extend_from_slice(&octets[..count]);
        wire.watcher.take().map(Waker::wake).unwrap_or_default();
        Poll::Ready(Ok(count))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.0.lock().closed = true;
        Poll::Ready(Ok(()))
    }
}

//! A socket that is read in large pieces: rustls asks for 4 KiB at a time, which would be four system calls for a full record.

use std::{
    cell::RefCell,
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// Octets that one read may bring: as many as the driver reads.
const AHEAD: usize = crate::core::READ_CHUNK;

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A socket, and what was read of it and not asked for yet. The buffer is the thread's, and lent while it holds something.
#[derive(Debug)]
pub(crate) struct ReadAhead {
    socket: TcpStream,
    held: Vec<u8>,
    start: usize,
    end: usize,
}

impl ReadAhead {
    pub(crate) const fn new(socket: TcpStream) -> Self {
        Self { socket, held: Vec::new(), start: 0, end: 0 }
    }

    /// Reads once; when it is ready and holds nothing, the socket is at its end.
    fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut room = SCRATCH.take();
        room.resize(AHEAD, 0);
        let mut read = ReadBuf::new(&mut room);
        let result = Pin::new(&mut self.socket).poll_read(context, &mut read);
        (self.start, self.end) = (0, read.filled().len());
        self.held = room;
        self.release();
        result
    }

    /// Gives the buffer back when nothing is held.
    fn release(&mut self) {
        if self.start == self.end {
            SCRATCH.set(std::mem::take(&mut self.held));
        }
    }
}

impl AsyncRead for ReadAhead {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.start == this.end {
            ready!(this.poll_fill(context))?;
        }
        let held = this.held.get(this.start..this.end).unwrap_or_default();
        let (given, _) = held.split_at(held.len().min(buffer.remaining()));
        buffer.put_slice(given);
        this.start += given.len();
        this.release();
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for ReadAhead {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().socket).poll_write(context, octets)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().socket).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    #[tokio::test]
    async fn octets_come_in_order_whatever_is_asked_for_and_nothing_is_held_at_the_end() {
        let sent: Vec<u8> = (0..=255).cycle().take(3 * AHEAD + 7).collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut peer = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let mut stream = ReadAhead::new(listener.accept().await.unwrap().0);
        let reading = async {
            let (mut got, mut piece) = (Vec::new(), [0; 300]);
            for size in (1..=300).cycle() {
                match stream.read(piece.get_mut(..size).unwrap()).await.unwrap() {
                    0 => break,
                    count => got.extend_from_slice(piece.get(..count).unwrap()),
                }
            }
            got
        };
        let writing = async {
            peer.write_all(&sent).await.unwrap();
            peer.shutdown().await.unwrap();
        };
        let (got, ()) = tokio::join!(reading, writing);
        assert!(got == sent);
        assert_eq!(stream.held.capacity(), 0);
    }
}

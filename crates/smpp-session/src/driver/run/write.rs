//! From the core to the connection.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Instant,
};

use tokio::io::{AsyncRead, AsyncWrite};

use super::Driver;
use crate::Handler;

impl<T: AsyncRead + AsyncWrite + Unpin, H: Handler> Driver<T, H> {
    /// Writes everything that became ready in this turn; what the connection does not take is kept. True when the connection took all
    /// of it, having been blocked before.
    pub(super) fn write(&mut self, now: Instant, context: &mut Context<'_>) -> bool {
        let (was_blocked, before) = (self.blocked, self.out.len());
        let result = self.poll_write(context);
        self.blocked = result.is_pending();
        self.session.note_writing(self.blocked, self.out.len() < before, now);
        if let Poll::Ready(Err(error)) = result {
            self.read_to_the_end(now, context);
            self.session.handle_io_error(error.kind());
        }
        was_blocked && !self.blocked
    }

    pub(super) fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.meter.outgoing(&self.out);
        let mut written = 0;
        let result = self.poll_write_all(&mut written, context);
        self.meter.written(written);
        if written > 0 {
            // What is left moves to the front, so that a peer that never catches up does not make the buffer grow.
            self.out.copy_within(written.., 0);
            self.out.truncate(self.out.len() - written);
        }
        ready!(result)?;
        if !self.flushed {
            ready!(Pin::new(&mut self.transport).poll_flush(context))?;
            self.flushed = true;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_write_all(&mut self, written: &mut usize, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest @ [_, ..]) = self.out.get(*written..) {
            self.flushed = false;
            match ready!(Pin::new(&mut self.transport).poll_write(context, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => *written += count,
            }
        }
        Poll::Ready(Ok(()))
    }
}

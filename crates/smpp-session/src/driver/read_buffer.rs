//! Reads go through a buffer of the thread: an idle session holds none, only the start of an unfinished PDU is kept between reads.

use std::{
    cell::RefCell,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, ReadBuf};

/// Octets that one read may bring. Larger reads make larger batches; beyond this they no longer pay.
const READ_CHUNK: usize = 64 * 1024;

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// What a session keeps between reads.
#[derive(Debug, Default)]
pub(super) struct ReadBuffer {
    unfinished: Vec<u8>,
}

/// What one read brought.
pub(super) struct Read {
    scratch: Vec<u8>,
    len: usize,
}

impl ReadBuffer {
    /// Reads once, behind what was left unfinished; no new octets mean that the peer closed.
    pub(super) fn poll_read<T: AsyncRead + Unpin>(
        &mut self,
        transport: &mut T,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<Option<Read>>> {
        let mut scratch = SCRATCH.with(RefCell::take);
        let kept = self.unfinished.len();
        if scratch.len() < kept + READ_CHUNK {
            scratch.resize(kept + READ_CHUNK, 0);
        }
        let (head, room) = scratch.split_at_mut(kept);
        let mut room = ReadBuf::new(room);
        let result = Pin::new(transport).poll_read(context, &mut room);
        let read = room.filled().len();
        if !matches!(result, Poll::Ready(Ok(()))) || read == 0 {
            SCRATCH.set(scratch);
            return Poll::Ready(ready!(result).map(|()| None));
        }
        head.copy_from_slice(&self.unfinished);
        self.unfinished.clear();
        Poll::Ready(Ok(Some(Read { scratch, len: kept + read })))
    }

    /// Keeps what is left of a read, and gives the buffer back to the thread.
    pub(super) fn keep(&mut self, read: Read, consumed: usize) {
        self.unfinished.extend_from_slice(read.scratch.get(consumed..read.len).unwrap_or_default());
        if self.unfinished.is_empty() {
            self.unfinished = Vec::new();
        }
        SCRATCH.set(read.scratch);
    }

    /// True when the peer is inside a PDU.
    pub(super) fn is_inside_pdu(&self) -> bool {
        !self.unfinished.is_empty()
    }
}

impl Read {
    pub(super) fn octets(&self) -> &[u8] {
        self.scratch.get(..self.len).unwrap_or_default()
    }
}

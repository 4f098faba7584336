//! Reads go through a buffer of the thread: an idle session holds none. Kept between reads is the start of an unfinished PDU, or what
//! was not looked at because the peer does not read its answers.

use std::{
    cell::RefCell,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, ReadBuf};

use crate::core::READ_CHUNK;

/// So much may an idle session keep: a busy one whose reads end inside PDUs would allocate it again and again.
const SMALL: usize = 1_024;

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// What a session keeps between reads.
#[derive(Debug, Default)]
pub(super) struct ReadBuffer {
    kept: Vec<u8>,
    /// What is kept may begin with a whole PDU: it is given again before anything is read.
    whole: bool,
}

/// What one read brought.
pub(super) struct Read {
    scratch: Vec<u8>,
    len: usize,
}

impl ReadBuffer {
    /// Reads once, behind what was kept; no new octets mean that the peer closed.
    pub(super) fn poll_read<T: AsyncRead + Unpin>(
        &mut self,
        transport: &mut T,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<Option<Read>>> {
        let mut scratch = SCRATCH.with(RefCell::take);
        let kept = self.kept.len();
        if scratch.len() < kept + READ_CHUNK {
            scratch.resize(kept + READ_CHUNK, 0);
        }
        let (head, room) = scratch.split_at_mut(kept);
        let mut read = 0;
        if !self.whole {
            let mut room = ReadBuf::new(room);
            let result = Pin::new(transport).poll_read(context, &mut room);
            read = room.filled().len();
            if !matches!(result, Poll::Ready(Ok(()))) || read == 0 {
                SCRATCH.set(scratch);
                return Poll::Ready(ready!(result).map(|()| None));
            }
        }
        head.copy_from_slice(&self.kept);
        self.kept.clear();
        Poll::Ready(Ok(Some(Read { scratch, len: kept + read })))
    }

    /// Keeps what is left of a read, and gives the buffer back to the thread.
    pub(super) fn keep(&mut self, read: Read, consumed: usize, whole: bool) {
        let rest = read.scratch.get(consumed..read.len).unwrap_or_default();
        if rest.is_empty() && self.kept.capacity() > SMALL {
            self.kept = Vec::new();
        }
        self.kept.reserve_exact(rest.len());
        self.kept.extend_from_slice(rest);
        self.whole = whole;
        SCRATCH.set(read.scratch);
    }

    /// True when the peer is inside a PDU.
    pub(super) const fn is_inside_pdu(&self) -> bool {
        !self.whole && !self.kept.is_empty()
    }
}

impl Read {
    pub(super) fn octets(&self) -> &[u8] {
        self.scratch.get(..self.len).unwrap_or_default()
    }
}

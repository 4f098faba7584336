//! Futures: the least that a client with one future a message takes. It encodes every message, parses every answer and gives it to its
//! future. One lock over the octets to send and the slots to wait in; a task that reads, wakes and writes. No timers, no states, no limits.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

use super::pdus::{LIMIT, Pdus, SUBMIT_SM, SUBMIT_SM_RESP, message};
use crate::floor::{decode, encode};

/// What futures and the task share.
#[derive(Clone)]
pub(crate) struct Client(Arc<Mutex<Half>>);

#[derive(Default)]
struct Half {
    out: Vec<u8>,
    slots: Vec<Slot>,
    free: Vec<u32>,
    driver: Option<Waker>,
}

enum Slot {
    Waiting(Waker),
    Done(Answer),
}

/// What a future gets: the status, and the id, which has at most 65 octets.
#[derive(Clone, Copy)]
pub(crate) struct Answer {
    pub(crate) command_status: u32,
    message_id: [u8; 65],
    len: usize,
}

impl Answer {
    fn new(answer: &decode::Resp<'_>) -> Option<Self> {
        let mut message_id = [0; 65];
        let len = answer.message_id.len();
        message_id.get_mut(..len)?.copy_from_slice(answer.message_id);
        Some(Self { command_status: answer.command_status, message_id, len })
    }

    pub(crate) fn message_id(&self) -> &[u8] {
        self.message_id.get(..self.len).unwrap_or_default()
    }
}

impl Client {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    pub(crate) const fn submit(&self) -> Sending<'_> {
        Sending { client: self, slot: None }
    }

    /// Moves octets until the server closes.
    pub(crate) async fn drive<S: AsyncRead + AsyncWrite>(self, stream: S) -> io::Result<()> {
        let mut stream = pin!(stream);
        let mut input = vec![0; 64 * 1024];
        let (mut held, mut out, mut written) = (0, Vec::new(), 0);
        let (mut woken, mut gave_way) = (Vec::new(), false);
        poll_fn(|context| {
            // Senders that are ready too come first: what they send leaves in the same write.
            gave_way = !gave_way && !self.0.lock().out.is_empty();
            if gave_way {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            loop {
                let mut room = ReadBuf::new(input.get_mut(held..).unwrap_or_default());
                let read = stream.as_mut().poll_read(context, &mut room)?;
                let count = room.filled().len();
                if read.is_ready() && count == 0 {
                    return Poll::Ready(Ok(()));
                }
                let end = held + count;
                held = self.complete(input.get(..end).unwrap_or_default(), &mut woken);
                input.copy_within(end - held..end, 0);
                woken.drain(..).for_each(Waker::wake);
                if out.is_empty() {
                    let mut half = self.0.lock();
                    std::mem::swap(&mut out, &mut half.out);
                    half.driver = Some(context.waker().clone());
                }
                let wrote = write(stream.as_mut(), context, &mut out, &mut written)?;
                if read.is_pending() && !wrote {
                    return Poll::Pending;
                }
            }
        })
        .await
    }

    /// Ends the requests that these octets answer; how many octets are left over.
    fn complete(&self, mut rest: &[u8], woken: &mut Vec<Waker>) -> usize {
        let mut half = self.0.lock();
        while let Some(frame) = decode::frame(rest, LIMIT, SUBMIT_SM_RESP) {
            rest = frame.behind;
            let answer = decode::resp(&frame).expect("a good answer");
            let slot = half.slots.get_mut(answer.sequence_number as usize - 1).expect("somebody asked");
            let done = Slot::Done(Answer::new(&answer).expect("a good id"));
            if let Slot::Waiting(waker) = std::mem::replace(slot, done) {
                woken.push(waker);
            }
        }
        rest.len()
    }
}

/// Binds: the one exchange before messages.
pub(crate) async fn bind(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    let pdus = Pdus::new();
    stream.write_all(&pdus.bind.request).await?;
    stream.flush().await?;
    let mut answer = vec![0; pdus.bind.answer.len()];
    stream.read_exact(&mut answer).await?;
    assert_eq!(answer, pdus.bind.answer);
    Ok(())
}

/// True when something left.
fn write(
    mut stream: Pin<&mut impl AsyncWrite>,
    context: &mut Context<'_>,
    out: &mut Vec<u8>,
    written: &mut usize,
) -> io::Result<bool> {
    let before = *written;
    while let Some(rest @ [_, ..]) = out.get(*written..) {
        match stream.as_mut().poll_write(context, rest)? {
            Poll::Ready(count) => *written += count,
            Poll::Pending => return Ok(*written != before),
        }
    }
    let wrote = *written != before;
    out.clear();
    *written = 0;
    if wrote && let Poll::Ready(flushed) = stream.poll_flush(context) {
        flushed?;
    }
    Ok(wrote)
}

/// A message on its way.
pub(crate) struct Sending<'c> {
    client: &'c Client,
    slot: Option<u32>,
}

impl Future for Sending<'_> {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer> {
        let half = &mut *self.client.0.lock();
        let Some(slot) = self.slot else {
            let slot = half.free.pop().unwrap_or_else(|| u32::try_from(half.slots.len()).unwrap_or(u32::MAX));
            let waiting = Slot::Waiting(context.waker().clone());
            match half.slots.get_mut(slot as usize) {
                Some(place) => *place = waiting,
                None => half.slots.push(waiting),
            }
            encode::message(&message(slot + 1), &[], SUBMIT_SM, &mut half.out).expect("it fits");
            self.slot = Some(slot);
            if let Some(driver) = half.driver.take() {
                driver.wake();
            }
            return Poll::Pending;
        };
        match half.slots.get_mut(slot as usize) {
            Some(Slot::Done(answer)) => {
                half.free.push(slot);
                Poll::Ready(*answer)
            }
            Some(Slot::Waiting(waker)) => {
                waker.clone_from(context.waker());
                Poll::Pending
            }
            None => Poll::Pending,
        }
    }
}

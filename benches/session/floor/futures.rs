//! Futures: the least that a client with one future a message takes. One lock over the octets to send and the slots to wait in; a
//! task that reads, wakes and writes. No timers, no states, no limits.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::pdus::{Pdus, push, sequence_of, split};

/// What futures and the task share.
#[derive(Clone)]
pub(crate) struct Client(Arc<(Mutex<Half>, Pdus)>);

#[derive(Default)]
struct Half {
    out: Vec<u8>,
    slots: Vec<Slot>,
    free: Vec<u32>,
    driver: Option<Waker>,
}

enum Slot {
    Waiting(Waker),
    Done,
}

impl Client {
    pub(crate) fn new() -> Self {
        Self(Arc::new((Mutex::default(), Pdus::new())))
    }

    /// Binds, then ends once the server has answered.
    pub(crate) fn bind(&self) -> Sending<'_> {
        Sending { client: self, pdu: &self.0.1.bind.request, slot: None }
    }

    pub(crate) fn submit(&self) -> Sending<'_> {
        Sending { client: self, pdu: &self.0.1.message.request, slot: None }
    }

    /// Moves octets until the server closes.
    pub(crate) async fn drive<S: AsyncRead + AsyncWrite>(self, stream: S) -> io::Result<()> {
        let mut stream = pin!(stream);
        let mut input = vec![0; 64 * 1024];
        let (mut held, mut out, mut written) = (0, Vec::new(), 0);
        let (mut woken, mut gave_way) = (Vec::new(), false);
        poll_fn(|context| {
            // Senders that are ready too come first: what they send leaves in the same write.
            gave_way = !gave_way && !self.0.0.lock().out.is_empty();
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
                    let mut half = self.0.0.lock();
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
        let (half, pdus) = &*self.0;
        let mut half = half.lock();
        while let Some((pdu, behind)) = split(rest) {
            rest = behind;
            let answered =
                sequence_of(pdu, &pdus.message.answer).or_else(|| sequence_of(pdu, &pdus.bind.answer));
            let number = u32::from_be_bytes(answered.expect("the answer is right"));
            let slot = half.slots.get_mut(number as usize - 1).expect("somebody asked");
            if let Slot::Waiting(waker) = std::mem::replace(slot, Slot::Done) {
                woken.push(waker);
            }
        }
        rest.len()
    }
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

/// A request on its way.
pub(crate) struct Sending<'c> {
    client: &'c Client,
    pdu: &'c [u8],
    slot: Option<u32>,
}

impl Future for Sending<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let half = &mut *self.client.0.0.lock();
        let Some(slot) = self.slot else {
            let slot = half.free.pop().unwrap_or_else(|| {
                half.slots.push(Slot::Done);
                u32::try_from(half.slots.len() - 1).unwrap_or(u32::MAX)
            });
            if let Some(place) = half.slots.get_mut(slot as usize) {
                *place = Slot::Waiting(context.waker().clone());
            }
            push(&mut half.out, self.pdu, (slot + 1).to_be_bytes());
            self.slot = Some(slot);
            if let Some(driver) = half.driver.take() {
                driver.wake();
            }
            return Poll::Pending;
        };
        match half.slots.get_mut(slot as usize) {
            Some(Slot::Waiting(waker)) => {
                waker.clone_from(context.waker());
                Poll::Pending
            }
            _ => {
                half.free.push(slot);
                Poll::Ready(())
            }
        }
    }
}

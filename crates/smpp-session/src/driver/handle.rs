//! What an application holds of a session: send requests, answer late, unbind.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll, Waker},
};

use smpp_wire::{DeliverSm, Encode, SubmitSm};
use tokio::time::Instant;

use super::{
    Counters,
    cells::Cell,
    outbox::{Owner, Shared},
};
use crate::{Outcome, ReplyTo, SessionError, State, SubmitError, Verdict};

/// A handle to a running session; cheap to clone. The session goes on when all handles are dropped.
#[derive(Clone, Debug)]
pub struct SessionHandle {
    shared: Shared,
}

impl SessionHandle {
    pub(super) const fn new(shared: Shared) -> Self {
        Self { shared }
    }

    pub(super) const fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Sends a submit_sm, waits for room in the window first, then for the answer.
    ///
    /// Cancellation: dropped before it was sent, nothing is sent; dropped later, the message may be accepted and its answer is
    /// discarded. The window is right either way.
    ///
    /// # Errors
    /// Nothing was sent. What became of a message that was sent is the [`Outcome`].
    pub async fn submit_sm(&self, message: &SubmitSm<'_>) -> Result<Outcome, SubmitError> {
        self.send(message).await
    }

    /// Sends a deliver_sm; as [`submit_sm`](Self::submit_sm).
    ///
    /// # Errors
    /// Nothing was sent.
    pub async fn deliver_sm(&self, message: &DeliverSm<'_>) -> Result<Outcome, SubmitError> {
        self.send(message).await
    }

    /// Sends any request; as [`submit_sm`](Self::submit_sm).
    pub fn send<'a, E: Encode + ?Sized>(&'a self, pdu: &'a E) -> Sending<'a, E> {
        Sending { session: self, pdu, step: Step::New }
    }

    /// Sends a request without waiting, and gives its end to [`Handler::completed`](super::Handler::completed).
    ///
    /// # Errors
    /// Nothing was sent: the window or the buffer is full, the session not bound, or the value does not fit.
    pub fn try_submit<E: Encode + ?Sized>(&self, pdu: &E, token: u64) -> Result<(), SubmitError> {
        self.submit(pdu, Owner::Token(token)).map(drop)
    }

    /// Answers requests that were left for later: one lock and at most one wake for all of them.
    pub fn answer(&self, verdicts: impl IntoIterator<Item = (ReplyTo, Verdict)>) {
        let waker = {
            let mut half = self.shared.lock();
            let first = half.late.is_empty();
            half.late.extend(verdicts);
            half.waker_if(first)
        };
        wake(waker);
    }

    /// Has [`Handler::turn_end`](super::Handler::turn_end) called soon.
    pub fn wake(&self) {
        let waker = self.shared.lock().waker_if(true);
        wake(waker);
    }

    /// Ends the session in order: nothing new begins, what is in flight is answered, unbind is exchanged, the connection closed.
    pub fn unbind(&self) {
        let waker = {
            let mut half = self.shared.lock();
            half.unbind = true;
            half.waker_if(true)
        };
        wake(waker);
    }

    /// As [`unbind`](Self::unbind), without waiting: unbind is sent at once, and what is not answered by the time that it is
    /// answered is lost.
    pub fn unbind_now(&self) {
        let waker = {
            let mut half = self.shared.lock();
            half.unbind = true;
            half.hurry = true;
            half.waker_if(true)
        };
        wake(waker);
    }

    /// Waits until the peer asks for the end of the session. One at a time may wait. Cancellation: nothing is changed.
    pub(crate) async fn unbind_received(&self) {
        poll_fn(|context| {
            let mut half = self.shared.lock();
            if half.unbind_received {
                return Poll::Ready(());
            }
            half.unbind_watcher = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Where the session stands.
    #[must_use]
    pub fn state(&self) -> State {
        self.shared.lock().state
    }

    /// Requests sent and not answered yet.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.shared.lock().window.in_flight()
    }

    /// What went over the session, as of the driver's last turn.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.shared.lock().counters
    }

    /// Why the session ended; `None` while it lives.
    #[must_use]
    pub fn ended(&self) -> Option<SessionError> {
        self.shared.lock().ended.clone()
    }

    pub(super) fn submit<E: Encode + ?Sized>(&self, pdu: &E, owner: Owner) -> Result<u32, SubmitError> {
        let now = Instant::now().into_std();
        let (sent, waker) = {
            let mut half = self.shared.lock();
            if !matches!(owner, Owner::Driver) && half.cells.queued() {
                return Err(SubmitError::WindowFull);
            }
            let first = half.tx.is_empty();
            let sent = half.submit_into(pdu, owner, now, None);
            (sent, half.waker_if(first))
        };
        wake(waker);
        sent
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// A request on its way; see [`SessionHandle::send`].
#[derive(Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct Sending<'a, E: ?Sized> {
    session: &'a SessionHandle,
    pdu: &'a E,
    step: Step,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    New,
    /// In the queue for room.
    Queued(u32),
    InFlight(u32),
    Over,
}

impl<E: Encode + ?Sized> Future for Sending<'_, E> {
    type Output = Result<Outcome, SubmitError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.step {
            Step::New | Step::Queued(_) => self.poll_send(context),
            Step::InFlight(cell) => self.poll_answer(cell, context),
            Step::Over => Poll::Pending,
        }
    }
}

impl<E: Encode + ?Sized> Sending<'_, E> {
    fn poll_send(&mut self, context: &Context<'_>) -> Poll<Result<Outcome, SubmitError>> {
        let now = Instant::now().into_std();
        let mut half = self.session.shared.lock();
        let over = half.ended.is_some();
        if let Step::Queued(cell) = self.step {
            match half.cells.get_mut(cell) {
                Some(Cell::Queued(waker)) if !over => {
                    waker.clone_from(context.waker());
                    return Poll::Pending;
                }
                Some(Cell::Granted) => {
                    half.cells.redeem();
                    half.cells.remove(cell);
                }
                _ => half.cells.leave_queue(cell),
            }
        } else if !over && half.window_free() == 0 {
            self.step = Step::Queued(half.cells.queue(context.waker().clone()));
            return Poll::Pending;
        }
        let cell = half.cells.insert(Cell::InFlight(Some(context.waker().clone())));
        let first = half.tx.is_empty();
        let sent = half.submit_into(self.pdu, Owner::Cell(cell), now, None);
        if let Err(error) = sent {
            half.cells.remove(cell);
            self.step = Step::Over;
            // The room it was promised goes to the next in the queue.
            let (room, mut wakers) = (half.window.free(), Vec::new());
            half.cells.grant(room, &mut wakers);
            drop(half);
            wakers.into_iter().for_each(Waker::wake);
            return Poll::Ready(Err(error));
        }
        let waker = half.waker_if(first);
        drop(half);
        wake(waker);
        self.step = Step::InFlight(cell);
        Poll::Pending
    }

    fn poll_answer(&mut self, cell: u32, context: &Context<'_>) -> Poll<Result<Outcome, SubmitError>> {
        let mut half = self.session.shared.lock();
        if let Some(Cell::InFlight(waker)) = half.cells.get_mut(cell) {
            match waker {
                Some(waker) => waker.clone_from(context.waker()),
                None => *waker = Some(context.waker().clone()),
            }
            return Poll::Pending;
        }
        self.step = Step::Over;
        match half.cells.remove(cell) {
            Cell::Done(outcome) => Poll::Ready(Ok(outcome)),
            _ => Poll::Pending,
        }
    }
}

impl<E: ?Sized> Drop for Sending<'_, E> {
    fn drop(&mut self) {
        let mut wakers = Vec::new();
        {
            let mut half = self.session.shared.lock();
            match self.step {
                Step::Queued(cell) => {
                    if let Some(Cell::Granted) = half.cells.get_mut(cell) {
                        half.cells.redeem();
                    }
                    half.cells.leave_queue(cell);
                    // The room it was promised goes to the next in the queue.
                    let room = half.window.free();
                    half.cells.grant(room, &mut wakers);
                }
                Step::InFlight(cell) => match half.cells.get_mut(cell) {
                    Some(Cell::InFlight(_)) => half.cells.set(cell, Cell::Abandoned),
                    _ => drop(half.cells.remove(cell)),
                },
                Step::New | Step::Over => {}
            }
        }
        wakers.into_iter().for_each(Waker::wake);
    }
}

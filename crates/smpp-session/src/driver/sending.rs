//! A request as a future: it waits for room in the window, then for its answer.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use smpp_wire::Encode;

use super::{
    cells::Cell,
    handle::{SessionHandle, wake},
    lock::Guard,
    outbox::{Outbox, Owner, ToTell},
};
use crate::{Outcome, SubmitError};

/// A request on its way; see [`SessionHandle::send`].
///
/// Cancellation: dropped before it was sent, nothing is sent; dropped later, the request may be carried out and its answer is
/// discarded. The window is right either way.
#[derive(Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct Sending<'a, E: ?Sized> {
    session: &'a SessionHandle,
    pdu: &'a E,
    step: Step,
    /// How long it waited for room.
    waited: Duration,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    New,
    /// In the queue for room, or granted it.
    Queued {
        cell: u32,
        since: Instant,
    },
    InFlight(u32),
    Over,
}

impl<'a, E: ?Sized> Sending<'a, E> {
    pub(super) const fn new(session: &'a SessionHandle, pdu: &'a E) -> Self {
        Self { session, pdu, step: Step::New, waited: Duration::ZERO }
    }
}

impl<E: Encode + ?Sized> Future for Sending<'_, E> {
    type Output = Result<Outcome, SubmitError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.step {
            Step::New => self.poll_new(context.waker()),
            Step::Queued { cell, since } => self.poll_queued(cell, since, context.waker()),
            Step::InFlight(cell) => self.poll_answer(cell, context.waker()),
            Step::Over => Poll::Pending,
        }
    }
}

impl<E: Encode + ?Sized> Sending<'_, E> {
    #[inline]
    fn poll_new(&mut self, waker: &Waker) -> Poll<Result<Outcome, SubmitError>> {
        let now = super::now();
        let mut outbox = self.session.shared().lock();
        let cell = outbox.cells.insert(Cell::InFlight(Some(waker.clone())));
        if outbox.room_is_promised() {
            outbox.cells.enqueue(cell, waker.clone());
            self.step = Step::Queued { cell, since: now };
            return Poll::Pending;
        }
        match self.submit(&mut outbox, cell, now) {
            Ok(driver) => self.in_flight(outbox, cell, driver),
            Err(SubmitError::WindowFull | SubmitError::BufferFull) => {
                outbox.cells.enqueue(cell, waker.clone());
                self.step = Step::Queued { cell, since: now };
                Poll::Pending
            }
            Err(error) => self.refused(outbox, cell, error),
        }
    }

    fn poll_queued(
        &mut self,
        cell: u32,
        since: Instant,
        waker: &Waker,
    ) -> Poll<Result<Outcome, SubmitError>> {
        let mut outbox = self.session.shared().lock();
        if let Some(Cell::Queued(queued)) = outbox.cells.get_mut(cell) {
            queued.clone_from(waker);
            return Poll::Pending;
        }
        let now = super::now();
        outbox.cells.redeem();
        outbox.cells.set(cell, Cell::InFlight(Some(waker.clone())));
        match self.submit(&mut outbox, cell, now) {
            Ok(driver) => {
                self.waited = now.saturating_duration_since(since);
                self.in_flight(outbox, cell, driver)
            }
            Err(SubmitError::WindowFull | SubmitError::BufferFull) => {
                outbox.cells.enqueue_first(cell, waker.clone());
                Poll::Pending
            }
            Err(error) => self.refused(outbox, cell, error),
        }
    }

    fn poll_answer(&mut self, cell: u32, waker: &Waker) -> Poll<Result<Outcome, SubmitError>> {
        let mut outbox = self.session.shared().lock();
        if let Some(Cell::InFlight(place)) = outbox.cells.get_mut(cell) {
            match place {
                Some(place) => place.clone_from(waker),
                None => *place = Some(waker.clone()),
            }
            return Poll::Pending;
        }
        self.step = Step::Over;
        match outbox.cells.remove(cell) {
            Cell::Done(mut outcome) => {
                if let Outcome::Answered(response) = &mut outcome {
                    response.waited = self.waited;
                }
                Poll::Ready(Ok(outcome))
            }
            _ => Poll::Pending,
        }
    }

    #[inline]
    fn submit(&self, outbox: &mut Outbox, cell: u32, now: Instant) -> Result<Option<Waker>, SubmitError> {
        let first = outbox.half.tx_is_empty();
        outbox.half.submit(self.pdu, Owner::Cell(cell), now)?;
        Ok(outbox.waker_if(first))
    }

    #[inline]
    fn in_flight(
        &mut self,
        outbox: Guard<'_, Outbox>,
        cell: u32,
        driver: Option<Waker>,
    ) -> Poll<Result<Outcome, SubmitError>> {
        drop(outbox);
        wake(driver);
        self.step = Step::InFlight(cell);
        Poll::Pending
    }

    #[cold]
    fn refused(
        &mut self,
        mut outbox: Guard<'_, Outbox>,
        cell: u32,
        error: SubmitError,
    ) -> Poll<Result<Outcome, SubmitError>> {
        self.step = Step::Over;
        outbox.cells.remove(cell);
        pass_on_room(outbox);
        Poll::Ready(Err(error))
    }
}

impl<E: ?Sized> Drop for Sending<'_, E> {
    fn drop(&mut self) {
        let (cell, queued) = match self.step {
            Step::New | Step::Over => return,
            Step::Queued { cell, .. } => (cell, true),
            Step::InFlight(cell) => (cell, false),
        };
        let mut outbox = self.session.shared().lock();
        match outbox.cells.get_mut(cell) {
            Some(Cell::InFlight(_)) if !queued => outbox.cells.set(cell, Cell::Abandoned),
            _ if !queued => drop(outbox.cells.remove(cell)),
            place => {
                if let Some(Cell::Granted) = place {
                    outbox.cells.redeem();
                }
                outbox.cells.leave_queue(cell);
                pass_on_room(outbox);
            }
        }
    }
}

/// The room that somebody was promised and does not use goes to the next in the queue.
fn pass_on_room(mut outbox: Guard<'_, Outbox>) {
    let mut tell = ToTell::default();
    outbox.grant(&mut tell);
    drop(outbox);
    tell.wakers.into_iter().for_each(Waker::wake);
}

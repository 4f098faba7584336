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
    outbox::{Outbox, Owner},
    place::{Place, pass_on_room},
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
    step: Step<'a>,
    /// How long it waited for room, and for the rate of the session.
    waited: Duration,
}

#[derive(Debug)]
enum Step<'a> {
    New,
    /// In the queue for room.
    Queued(Place<'a>),
    InFlight(u32),
    Over,
}

impl<'a, E: ?Sized> Sending<'a, E> {
    pub(super) const fn new(session: &'a SessionHandle, pdu: &'a E) -> Self {
        Self { session, pdu, step: Step::New, waited: Duration::ZERO }
    }
}

impl<E: Encode> Future for Sending<'_, E> {
    type Output = Result<Outcome, SubmitError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.step {
            Step::New | Step::Queued(_) => self.poll_send(context.waker()),
            Step::InFlight(cell) => self.poll_answer(cell, context.waker()),
            Step::Over => Poll::Pending,
        }
    }
}

impl<E: Encode> Sending<'_, E> {
    #[inline]
    fn poll_send(&mut self, waker: &Waker) -> Poll<Result<Outcome, SubmitError>> {
        let mut outbox = self.session.shared().lock();
        let now = outbox.now();
        if let Step::Queued(place) = &mut self.step {
            if place.poll(&mut outbox, waker).is_pending() {
                return Poll::Pending;
            }
            self.waited = now.saturating_duration_since(place.since);
        } else if outbox.room_is_promised() {
            self.wait(outbox, waker, now);
            return Poll::Pending;
        }
        match submit(&mut outbox, self.pdu, waker, now) {
            Ok((cell, driver)) => {
                drop(outbox);
                wake(driver);
                self.step = Step::InFlight(cell);
            }
            Err(SubmitError::WindowFull | SubmitError::BufferFull | SubmitError::RateLimited) => {
                self.wait(outbox, waker, now);
            }
            Err(error) => {
                pass_on_room(outbox);
                self.step = Step::Over;
                return Poll::Ready(Err(error));
            }
        }
        Poll::Pending
    }

    fn wait(&mut self, mut outbox: Guard<'_, Outbox>, waker: &Waker, now: Instant) {
        match &mut self.step {
            Step::Queued(place) => place.again(&mut outbox, waker),
            step => *step = Step::Queued(Place::last(self.session.shared(), &mut outbox, waker, now)),
        }
        let timekeeper = outbox.timekeeper();
        drop(outbox);
        wake(timekeeper);
    }

    fn poll_answer(&mut self, cell: u32, waker: &Waker) -> Poll<Result<Outcome, SubmitError>> {
        let mut outbox = self.session.shared().lock();
        if let Some(Cell::InFlight(place)) = outbox.cells.get_mut(cell) {
            place.clone_from(waker);
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
}

/// Sends, and gives the cell where the answer will be, and the driver's waker.
#[inline]
fn submit<E: Encode>(
    outbox: &mut Outbox,
    pdu: &E,
    waker: &Waker,
    now: Instant,
) -> Result<(u32, Option<Waker>), SubmitError> {
    let first = outbox.half.tx_is_empty();
    let cell = outbox.cells.insert(Cell::Free);
    match outbox.paced(now, |half| half.submit(pdu, Owner::Cell(cell), now)) {
        Ok(()) => {
            outbox.cells.set(cell, Cell::InFlight(waker.clone()));
            Ok((cell, outbox.waker_if(first)))
        }
        Err(error) => {
            outbox.cells.remove(cell);
            Err(error)
        }
    }
}

impl<E: ?Sized> Drop for Sending<'_, E> {
    fn drop(&mut self) {
        let Step::InFlight(cell) = self.step else {
            return;
        };
        let mut outbox = self.session.shared().lock();
        match outbox.cells.get_mut(cell) {
            Some(Cell::InFlight(_)) => outbox.cells.set(cell, Cell::Abandoned),
            _ => drop(outbox.cells.remove(cell)),
        }
    }
}

//! Sending in batches: submit many requests under one lock, collect their ends in batches, with no future a request.

use std::{
    future::poll_fn,
    task::{Poll, Waker},
    time::{Duration, Instant},
};

use smpp_wire::Encode;

use super::{
    handle::{SessionHandle, wake},
    outbox::ToTell,
    place::{Place, pass_on_room},
    queues::Completed,
};
use crate::{SessionError, SubmitError};

/// Sends requests in batches, each with a number of the application's, and gives their ends in batches.
///
/// For throughput: a batch is submitted under one lock and collected under another, nothing is allocated or woken for each request.
/// Every submitted request ends exactly once, in an order of the peer's. Two windows of requests may be in flight or wait to be
/// collected, so that the session's memory is bounded even when nobody collects. Needs no runtime: a thread may block on its futures.
/// Dropped, what is in flight stays so, and nobody hears how it ends.
#[derive(Debug)]
pub struct CompletionQueue {
    session: SessionHandle,
    index: u32,
}

/// What [`CompletionQueue::submit`] has sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// So many, from the front of the batch.
    pub count: usize,
    /// How long the batch waited before it was sent: for room, and for the rate of the session.
    pub waited: Duration,
}

impl CompletionQueue {
    pub(super) fn new(session: SessionHandle) -> Self {
        let index = session.shared().lock().queues.open();
        Self { session, index }
    }

    /// Submits as many requests as there is room for, from the front; how many that were.
    ///
    /// # Errors
    /// Not even the first was sent: the window or the buffer is full, it is too early for the rate of the session, the session is not
    /// bound, or the value does not fit.
    pub fn try_submit<E: Encode>(&self, requests: &[(u64, E)]) -> Result<usize, SubmitError> {
        let now = super::now();
        let (sent, driver) = {
            let mut outbox = self.session.shared().lock();
            let first = outbox.half.tx_is_empty();
            let sent = outbox.submit_batch(self.index, requests, now);
            let driver = outbox.waker_if(first && sent.is_ok());
            (sent, driver)
        };
        wake(driver);
        sent
    }

    /// Waits until there is room for the first request, and submits as many as there is room for by then.
    ///
    /// Waits, too, while two windows of requests are in flight or not collected: somebody else must collect them then.
    /// Cancellation: nothing was submitted.
    ///
    /// # Errors
    /// Not even the first was sent: the session is not bound, or the value does not fit.
    pub async fn submit<E: Encode>(&self, requests: &[(u64, E)]) -> Result<Submitted, SubmitError> {
        let since = super::now();
        let (mut now, mut polled, mut place) = (since, false, None);
        let count = poll_fn(|context| {
            // Only who has waited needs to look at the clock again.
            now = if std::mem::replace(&mut polled, true) { super::now() } else { since };
            self.poll_submit(requests, &mut place, now, context.waker())
        })
        .await?;
        Ok(Submitted { count, waited: now.saturating_duration_since(since) })
    }

    /// Moves every completion there is into `into`, behind what it holds; how many that were. The fastest way is an empty buffer that
    /// is used again and again.
    pub fn try_completed(&self, into: &mut Vec<Completed>) -> usize {
        self.collect(into, None).unwrap_or(0)
    }

    /// As [`try_completed`](Self::try_completed), waiting for the first completion. Several may wait at once.
    ///
    /// Cancellation: nothing was collected.
    ///
    /// # Errors
    /// The session has ended, and everything was collected.
    pub async fn completed(&self, into: &mut Vec<Completed>) -> Result<usize, SessionError> {
        poll_fn(|context| match self.collect(into, Some(context.waker())) {
            Ok(0) => Poll::Pending,
            collected => Poll::Ready(collected),
        })
        .await
    }

    /// The session it belongs to.
    #[must_use]
    pub const fn session(&self) -> &SessionHandle {
        &self.session
    }

    fn poll_submit<'q, E: Encode>(
        &'q self,
        requests: &[(u64, E)],
        place: &mut Option<Place<'q>>,
        now: Instant,
        waker: &Waker,
    ) -> Poll<Result<usize, SubmitError>> {
        let shared = self.session.shared();
        let mut outbox = shared.lock();
        if let Some(place) = place
            && place.poll(&mut outbox, waker).is_pending()
        {
            return Poll::Pending;
        }
        let first = outbox.half.tx_is_empty();
        let sent = outbox.submit_batch(self.index, requests, now);
        if !matches!(sent, Err(SubmitError::WindowFull | SubmitError::BufferFull | SubmitError::RateLimited))
        {
            let driver = outbox.waker_if(first && sent.is_ok());
            pass_on_room(outbox);
            wake(driver);
            return Poll::Ready(sent);
        }
        if outbox.waits_for_collection(self.index, waker) {
            *place = None;
            pass_on_room(outbox);
            return Poll::Pending;
        }
        match place {
            Some(place) => place.again(&mut outbox, waker),
            None => *place = Some(Place::last(shared, &mut outbox, waker, now)),
        }
        let timekeeper = outbox.timekeeper();
        drop(outbox);
        wake(timekeeper);
        Poll::Pending
    }

    /// Collects; where there is nothing, has `waker` woken when there is, unless the session is over.
    fn collect(&self, into: &mut Vec<Completed>, waker: Option<&Waker>) -> Result<usize, SessionError> {
        let mut tell = ToTell::default();
        let mut outbox = self.session.shared().lock();
        let ended = outbox.half.ended().cloned();
        let Some(queue) = outbox.queues.get_mut(self.index) else {
            return Ok(0);
        };
        let count = queue.collect(into, &mut tell);
        if count == 0 {
            waker.into_iter().for_each(|waker| queue.wait_to_collect(waker));
        }
        drop(outbox);
        tell.wakers.into_iter().for_each(Waker::wake);
        ended.filter(|_| count == 0).map_or(Ok(count), Err)
    }
}

impl Drop for CompletionQueue {
    fn drop(&mut self) {
        let _closed = self.session.shared().lock().queues.close(self.index);
    }
}

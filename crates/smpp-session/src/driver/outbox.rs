//! What handles and driver share, behind one small lock: the sending half of the core, who waits for what, and late answers.

use std::{
    sync::Arc,
    task::{Poll, Waker},
    time::{Duration, Instant},
};

use bytes::BytesMut;
use smpp_wire::Encode;

use super::{
    Counters,
    cells::Cells,
    late::Late,
    lock::{Guard, Lock},
    pace::Pace,
    queues::Queues,
};
use crate::{Answer, Limits, Outcome, ReplyTo, Role, SendHalf, Session, SessionError, SubmitError, Verdict};

/// Who waits for the answer to a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Owner {
    /// The handler, by its own number.
    Token(u64),
    /// A future.
    Cell(u32),
    /// A completion queue, by the application's number.
    Queue(u32, u64),
}

/// [`Limits::max_session_octets`] counts on it.
const _: () = assert!(size_of::<Option<Owner>>() == size_of::<Option<u64>>());

/// What handles and driver share.
#[derive(Debug)]
pub(crate) struct Outbox {
    pub(super) half: SendHalf<Owner>,
    pub(super) cells: Cells,
    pub(super) queues: Queues,
    pub(super) late: Late,
    pub(super) pace: Pace,
    /// What the driver has counted, as of its last turn.
    pub(super) counters: Counters,
    /// Set while the driver rests.
    driver: Option<Waker>,
    /// When the requests that wait for the driver were begun.
    begun: Instant,
    /// The peer asked for the end of the session.
    unbind_received: bool,
    /// Who waits for that.
    unbind_watcher: Option<Waker>,
}

/// The lock.
#[derive(Clone, Debug)]
pub(crate) struct Shared(Arc<Lock<Outbox>>);

/// Whom to tell once the lock is released.
#[derive(Debug, Default)]
pub(super) struct ToTell {
    pub(super) wakers: Vec<Waker>,
    /// The handler's requests that ended without an answer.
    pub(super) lost: Vec<(u64, SessionError)>,
}

impl Shared {
    pub(super) fn new(role: Role, limits: &Limits) -> Self {
        Self(Arc::new(Lock::new(Outbox {
            half: SendHalf::new(role, limits.clone()),
            cells: Cells::default(),
            queues: Queues::default(),
            late: Late::new(limits.inbound_window),
            pace: Pace::default(),
            counters: Counters::default(),
            driver: None,
            begun: super::now(),
            unbind_received: false,
            unbind_watcher: None,
        })))
    }

    pub(crate) fn lock(&self) -> Guard<'_, Outbox> {
        self.0.lock()
    }
}

impl Outbox {
    /// Submits for somebody who does not wait: never into room that was promised to one who does. Gives the driver's waker, to be
    /// woken outside the lock: only the first octet of a batch needs it.
    #[inline]
    pub(super) fn submit<E: Encode>(
        &mut self,
        pdu: &E,
        owner: Owner,
        now: Instant,
    ) -> (Result<(), SubmitError>, Option<Waker>) {
        if self.room_is_promised() {
            return (Err(self.no_room()), None);
        }
        let first = self.half.tx_is_empty();
        let sent = self.paced(now, |half| half.submit(pdu, owner, now));
        let waker = self.waker_if(first && sent.is_ok());
        (sent, waker)
    }

    /// What time it is, for those who come one by one: requests that leave in one write share one look at the clock. A driver that was
    /// woken is about to take them; one that rests, because its connection takes nothing, says nothing about the time.
    #[inline]
    pub(super) fn now(&mut self) -> Instant {
        if self.half.tx_is_empty() || self.driver.is_some() || self.pace.is_set() {
            self.begun = super::now();
        }
        self.begun
    }

    /// Submits a batch for a completion queue, from the front, until one is refused; how many were sent. The first refused alone is
    /// an error.
    pub(super) fn submit_batch<E: Encode>(
        &mut self,
        queue: u32,
        requests: &[(u64, E)],
        now: Instant,
    ) -> Result<usize, SubmitError> {
        let places = self.places(queue);
        let mut count = 0;
        let mut refused = None;
        for (token, pdu) in requests {
            let sent = if count == places {
                Err(SubmitError::WindowFull)
            } else if self.room_is_promised() {
                Err(self.no_room())
            } else {
                self.paced(now, |half| half.submit(pdu, Owner::Queue(queue, *token), now))
            };
            match sent {
                Ok(()) => count += 1,
                Err(error) => {
                    refused = Some(error);
                    break;
                }
            }
        }
        self.queues.submitted(queue, count);
        refused.filter(|_| count == 0).map_or(Ok(count), Err)
    }

    /// Submits, unless that is too early for the rate of the session.
    #[inline]
    pub(super) fn paced(
        &mut self,
        now: Instant,
        submit: impl FnOnce(&mut SendHalf<Owner>) -> Result<u32, SubmitError>,
    ) -> Result<(), SubmitError> {
        self.refill(now);
        if self.pace.allowed(1) == 0 && self.half.takes_requests() {
            return Err(SubmitError::RateLimited);
        }
        submit(&mut self.half)?;
        self.pace.sent();
        Ok(())
    }

    /// True when something waits to be written, and there is room for more.
    pub(super) fn takes_more(&self) -> bool {
        !self.half.tx_is_empty() && self.half.room() > 0
    }

    /// Why nothing is sent into room that is promised.
    pub(super) fn no_room(&self) -> SubmitError {
        if self.half.room() > self.cells.granted() {
            SubmitError::RateLimited
        } else {
            SubmitError::WindowFull
        }
    }

    /// Sees what time has brought for the rate of the session, unless it belongs to those who wait.
    #[inline]
    pub(super) fn refill(&mut self, now: Instant) {
        if !self.cells.queued() {
            self.pace.refill(now);
        }
    }

    /// When those who wait only for the rate of the session may go on.
    pub(super) fn next_at_pace(&self) -> Option<Instant> {
        let granted = self.cells.granted();
        let waits = self.cells.queued() && self.half.room() > granted;
        if waits { self.pace.next(granted + 1) } else { None }
    }

    /// The driver's waker when somebody has begun to wait, and time may bring room: the driver keeps the timer.
    pub(super) const fn timekeeper(&mut self) -> Option<Waker> {
        self.waker_if(self.pace.is_set())
    }

    /// True when nothing can be submitted for a completion queue before something of it is collected; wakes then.
    pub(super) fn waits_for_collection(&mut self, queue: u32, waker: &Waker) -> bool {
        let waits = self.places(queue) == 0 && self.half.takes_requests();
        if waits {
            self.queues.wait_for_places(queue, waker);
        }
        waits
    }

    /// Requests that a completion queue may submit before something of it is collected.
    fn places(&self, queue: u32) -> usize {
        self.queues.places(queue, 2 * self.half.window())
    }

    /// True when all the room there is belongs to those who wait for it.
    #[inline]
    pub(super) fn room_is_promised(&self) -> bool {
        self.cells.take_all(self.paced_room()) && self.half.takes_requests()
    }

    /// Requests that may be submitted now by somebody who does not wait.
    pub(super) fn room(&self) -> usize {
        self.paced_room().saturating_sub(self.cells.granted())
    }

    /// Requests that window, buffer and rate allow.
    #[inline]
    fn paced_room(&self) -> usize {
        self.pace.allowed(self.half.room())
    }

    /// Promises the room there is to those who wait for it; lets them all know when there will be none.
    #[inline]
    pub(super) fn grant(&mut self, tell: &mut ToTell) {
        if !self.cells.queued() {
            return;
        }
        if self.half.takes_requests() {
            let room = self.paced_room();
            self.cells.grant(room, &mut tell.wakers);
        } else {
            self.cells.wake_queue(&mut tell.wakers);
        }
    }

    /// The peer answered this request. The handler's own are told outside the lock.
    #[inline]
    pub(super) fn answered(
        &mut self,
        owner: Owner,
        answer: &Answer<'_>,
        round_trip: impl FnOnce() -> Duration,
        tell: &mut ToTell,
    ) -> Option<u64> {
        let outcome = || Outcome::Answered(answer.to_response(round_trip()));
        let place = match owner {
            Owner::Token(token) => return Some(token),
            Owner::Cell(cell) => self.cells.complete(cell, outcome, &mut tell.wakers),
            Owner::Queue(queue, token) => self.queues.complete(queue, token, outcome, tell),
        };
        if let Some(Outcome::Answered(response)) = place {
            answer.copy_id(response);
        }
        None
    }

    /// This request was sent and its fate is unknown.
    pub(super) fn lost(&mut self, owner: Owner, error: &SessionError, tell: &mut ToTell) {
        match owner {
            Owner::Token(token) => tell.lost.push((token, error.clone())),
            Owner::Cell(cell) => {
                self.cells.complete(cell, || Outcome::Lost(error.clone()), &mut tell.wakers);
            }
            Owner::Queue(queue, token) => {
                self.queues.complete(queue, token, || Outcome::Lost(error.clone()), tell);
            }
        }
    }

    /// The session is over: every request that was not answered is lost, everybody who waits for room is woken.
    pub(super) fn end(&mut self, error: &SessionError, tell: &mut ToTell) {
        self.half.end(error);
        while let Some(owner) = self.half.poll_unanswered() {
            self.lost(owner, error, tell);
        }
        self.queues.end(tell);
        self.grant(tell);
    }

    /// The peer asked for the end of the session.
    pub(super) fn unbind_received(&mut self, tell: &mut ToTell) {
        self.unbind_received = true;
        tell.wakers.extend(self.unbind_watcher.take());
    }

    pub(super) fn poll_unbind_received(&mut self, waker: &Waker) -> Poll<()> {
        if self.unbind_received {
            return Poll::Ready(());
        }
        self.unbind_watcher = Some(waker.clone());
        Poll::Pending
    }

    /// The driver's waker, to be woken outside the lock.
    #[inline]
    pub(super) const fn waker_if(&mut self, first: bool) -> Option<Waker> {
        if first { self.driver.take() } else { None }
    }

    /// The driver takes what handles left, and is woken when they leave more: both at once, so that nothing is left unnoticed. While
    /// its connection takes nothing, requests stay here, under their limit.
    pub(super) fn take(
        &mut self,
        session: &Session,
        waker: &Waker,
        blocked: bool,
        out: &mut BytesMut,
        late: &mut Vec<(ReplyTo, Verdict)>,
    ) {
        match &mut self.driver {
            Some(driver) => driver.clone_from(waker),
            None => self.driver = Some(waker.clone()),
        }
        self.half.follow(session);
        self.late.swap(late);
        if !blocked {
            // All that was taken before is written.
            self.half.note_unwritten(0);
            self.half.take(out);
        }
    }
}

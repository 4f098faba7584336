//! The driver: one task a session, which moves octets between the connection, the core and the application.
//!
//! A turn: read what is there and hand over every PDU; act on timers; take what handles left; let the handler end its turn; write
//! everything in one write. A turn that read all there was and wrote all there was is the last one: the task rests until the
//! connection, a handle or the timer wakes it.

mod close;
mod read;
mod write;

use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
    time::Instant,
};

use bytes::BytesMut;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::Sleep,
};

use self::close::Closing;
use super::{
    handle::SessionHandle,
    handler::{Completion, Handler, Turn},
    meter::Meter,
    now,
    outbox::{Shared, ToTell},
    read_buffer::ReadBuffer,
};
use crate::{Cause, EndedBy, Limits, ReplyTo, Role, Session, SessionError, Verdict};

/// A session on its connection.
pub(crate) struct Driver<T, H> {
    transport: T,
    handler: H,
    session: Session,
    handle: SessionHandle,
    read: ReadBuffer,
    /// Octets to be written: answers and turns write here, what handles send is moved here.
    out: BytesMut,
    flushed: bool,
    /// The connection took no more: what handles send stays with them, under their limit.
    blocked: bool,
    timer: Pin<Box<Sleep>>,
    timer_at: Instant,
    closing: Option<Closing>,
    /// The last poll let senders finish.
    gave_way: bool,
    /// Answers of handles, taken out of the lock.
    late: Vec<(ReplyTo, Verdict)>,
    tell: ToTell,
    meter: Meter,
}

/// Turns in one poll. Each reads less than 128 KiB, so that the other sessions of a thread wait for some four thousand messages of a
/// flooded one at most; to go to the end of the queue costs it nothing beside that many. Not one, because after a long pause the
/// answers of a large window are to be read before its requests count as unanswered.
const MAX_TURNS: usize = 4;

impl<T: AsyncRead + AsyncWrite + Unpin, H: Handler> Driver<T, H> {
    pub(crate) fn new(transport: T, role: Role, limits: Limits, handler: H) -> Self {
        let now = now();
        let handle = SessionHandle::new(Shared::new(role, &limits));
        let timer_at = now + limits.session_init;
        Self {
            transport,
            handler,
            session: Session::new(role, limits, now),
            handle,
            read: ReadBuffer::default(),
            out: BytesMut::new(),
            flushed: true,
            blocked: false,
            timer: Box::pin(tokio::time::sleep_until(timer_at.into())),
            timer_at,
            closing: None,
            gave_way: false,
            late: Vec::new(),
            tell: ToTell::default(),
            meter: Meter::default(),
        }
    }

    pub(crate) const fn handle(&self) -> &SessionHandle {
        &self.handle
    }

    /// Runs the session to its end.
    pub(crate) async fn run(mut self) -> SessionError {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<SessionError> {
        if self.lets_senders_finish() {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        for turn in 1..=MAX_TURNS {
            if self.closing.is_some() {
                return self.poll_close(context);
            }
            let again = self.turn(turn == MAX_TURNS, context);
            if let Some(error) = self.session.ended().cloned() {
                self.begin_close(&error);
            } else if !again {
                self.rearm(context);
                return Poll::Pending;
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// A sender's wake runs the driver next, before the other senders that are ready too: go to the end of the queue once, so that
    /// what they send leaves in the same write. An idle runtime comes back at once. A full window has no other senders.
    fn lets_senders_finish(&mut self) -> bool {
        let sending = !self.gave_way && self.handle.shared().lock().takes_more();
        self.gave_way = sending;
        sending
    }

    /// One turn; true when there may be more to do.
    fn turn(&mut self, last: bool, context: &mut Context<'_>) -> bool {
        let now = now();
        let more_to_read = self.read(now, context);
        if now >= self.timer_at {
            let outbox = &mut *self.handle.shared().lock();
            self.session.handle_timeout(now, &mut outbox.half, &mut self.out);
        }
        // After a long pause of this task, answers that came in time may be among what is not read yet.
        let expire = !more_to_read || last;
        let leaving = self.take_from_handles(expire, now, context.waker());
        self.tell();
        let held_bind = self.session.holds_bind();
        let mut turn = Turn { session: &mut self.session, handle: &self.handle, out: &mut self.out, now };
        self.handler.turn_end(&mut turn);
        // What came behind the bind waits to be read.
        let bind_answered = held_bind && !self.session.holds_bind();
        if leaving {
            let outbox = &mut *self.handle.shared().lock();
            self.session.settle(now, &mut outbox.half, &mut self.out);
        }
        let unblocked = self.write(now, context);
        more_to_read || unblocked || bind_answered
    }

    /// Takes what handles left: encoded requests, late answers, the wish to unbind. Ends requests that were not answered in time. True
    /// when the session is about to end in order.
    fn take_from_handles(&mut self, expire: bool, now: Instant, waker: &Waker) -> bool {
        let leaving = {
            let outbox = &mut *self.handle.shared().lock();
            outbox.counters = self.meter.counters();
            outbox.take(&self.session, waker, self.blocked, &mut self.out, &mut self.late);
            while expire && let Some(owner) = self.session.poll_lost(now, &mut outbox.half) {
                self.meter.expired();
                let error = SessionError { by: EndedBy::Peer, cause: Cause::ResponseTimeout };
                outbox.lost(owner, &error, &mut self.tell);
            }
            outbox.pace.refill(now);
            outbox.grant(&mut self.tell);
            if self.session.unbind_received() {
                outbox.unbind_received(&mut self.tell);
            }
            outbox.half.is_leaving() || self.session.unbind_received()
        };
        for (reply_to, verdict) in self.late.drain(..) {
            self.session.answer(reply_to, &verdict, &mut self.out);
        }
        leaving
    }

    /// Wakes and calls back, the lock being released.
    fn tell(&mut self) {
        self.tell.wakers.drain(..).for_each(Waker::wake);
        for (token, error) in self.tell.lost.drain(..) {
            self.handler.completed(token, Completion::Lost(&error));
        }
    }

    /// Sets the timer to the next deadline, only when that is earlier than what is set: activity moves deadlines away all the time.
    fn rearm(&mut self, context: &mut Context<'_>) {
        let next = {
            let outbox = &mut *self.handle.shared().lock();
            outbox.counters = self.meter.counters();
            outbox.half.note_unwritten(self.out.len());
            outbox.grant(&mut self.tell);
            self.session.poll_timeout(&outbox.half).into_iter().chain(outbox.next_at_pace()).min()
        };
        self.tell();
        let Some(next) = next else {
            return;
        };
        let fired = self.timer.is_elapsed();
        if fired || next < self.timer_at {
            self.timer_at = next;
            self.timer.as_mut().reset(next.into());
        }
        if self.timer.as_mut().poll(context).is_ready() {
            context.waker().wake_by_ref();
        }
    }
}

//! The driver: one task a session, which moves octets between the connection, the core and the application.
//!
//! A turn: read once; hand over every PDU; act on timers; take what handles left; let the handler end its turn; write everything in one
//! write. Turns repeat while something moves, up to a cap, then the task rests.

mod close;

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, Waker, ready},
    time::Instant,
};

use bytes::BytesMut;
use smpp_wire::{EnquireLink, MessageId, Unbind, split_frame};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::Sleep,
};

use self::close::Closing;
use super::{
    handle::SessionHandle,
    handler::{Completion, Handler, Reply, Turn},
    meter::Meter,
    outbox::{Owner, SendHalf},
    read_buffer::{Read, ReadBuffer},
};
use crate::{Answer, Cause, Event, Expired, Limits, Outcome, Response, Role, Session, SessionError, State};

/// A session on its connection.
pub(crate) struct Driver<T, H> {
    transport: T,
    handler: H,
    session: Session,
    handle: SessionHandle,
    limits: Limits,
    read: ReadBuffer,
    /// Octets to be written: answers and turns write here, what handles send is moved here.
    out: BytesMut,
    /// How much of `out` is written.
    written: usize,
    flushed: bool,
    /// The connection took no more: what handles send stays with them, under their limit.
    blocked: bool,
    timer: Pin<Box<Sleep>>,
    timer_at: Instant,
    /// Set when the session is over; what remains is to write `out` and to close.
    end: Option<SessionError>,
    closing: Option<Closing>,
    unbinding: bool,
    /// The last poll let senders finish.
    gave_way: bool,
    meter: Meter,
    wakers: Vec<Waker>,
    /// Requests that ended without an answer in this turn.
    lost: Vec<(u64, SessionError)>,
}

/// Turns in one poll, so that a busy session doesn't starve the others of its thread.
const MAX_TURNS: usize = 16;
/// Answers that are matched under one lock.
const ANSWERS_A_LOCK: usize = 64;

impl<T: AsyncRead + AsyncWrite + Unpin, H: Handler> Driver<T, H> {
    pub(crate) fn new(transport: T, role: Role, limits: Limits, handler: H) -> Self {
        let now = now();
        let session = Session::new(role, limits.clone(), now);
        let handle = SessionHandle::new(super::outbox::Shared::new(role, &limits));
        let timer_at = now + limits.session_init;
        Self {
            transport,
            handler,
            session,
            handle,
            limits,
            read: ReadBuffer::default(),
            out: BytesMut::new(),
            written: 0,
            flushed: true,
            blocked: false,
            timer: Box::pin(tokio::time::sleep_until(timer_at.into())),
            timer_at,
            end: None,
            closing: None,
            unbinding: false,
            gave_way: false,
            meter: Meter::default(),
            wakers: Vec::new(),
            lost: Vec::new(),
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
        for _ in 0..MAX_TURNS {
            if self.closing.is_some() {
                return self.poll_close(context);
            }
            let moved = self.turn(context);
            if self.end.is_some() {
                self.begin_close();
            } else if !moved {
                self.rearm(context);
                return Poll::Pending;
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// A sender's wake runs the driver next, before the other senders that are ready too: go to the end of the queue once, so that
    /// what they send leaves in the same write. An idle runtime comes back at once.
    fn lets_senders_finish(&mut self) -> bool {
        let sending = !self.gave_way && !self.handle.shared().lock().tx.is_empty();
        self.gave_way = sending;
        sending
    }

    /// One turn; true when something moved.
    fn turn(&mut self, context: &mut Context<'_>) -> bool {
        let now = now();
        let heard = self.read_once(now, context);
        self.act_on_timers(now);
        let taken = self.take_from_handles(now, context.waker());
        self.report_lost();
        let mut turn = Turn { session: &mut self.session, handle: &self.handle, out: &mut self.out, now };
        self.handler.turn_end(&mut turn);
        self.finish_unbind();
        let written = self.write(now, context);
        heard || taken || written
    }

    /// Reads once and hands over every whole PDU. A peer that does not read our answers is not read from.
    fn read_once(&mut self, now: Instant, context: &mut Context<'_>) -> bool {
        if self.out.len() - self.written > self.limits.outgoing_ceiling() {
            return false;
        }
        match self.read.poll_read(&mut self.transport, context) {
            Poll::Pending => false,
            Poll::Ready(Ok(Some(read))) => {
                let consumed = self.handle_octets(&read, now);
                self.read.keep(read, consumed);
                self.session.note_reading(self.read.is_inside_pdu(), consumed > 0, now);
                true
            }
            Poll::Ready(Ok(None)) => {
                self.end = self.end.take().or_else(|| Some(self.closed_by_peer()));
                false
            }
            Poll::Ready(Err(error)) => {
                self.end = self.end.take().or_else(|| Some(self.failed(&error)));
                false
            }
        }
    }

    fn handle_octets(&mut self, read: &Read, now: Instant) -> usize {
        let octets = read.octets();
        let mut answers: [Option<Answer<'_>>; ANSWERS_A_LOCK] = [None; ANSWERS_A_LOCK];
        let (mut consumed, mut count) = (0, 0);
        while self.end.is_none() {
            let rest = octets.get(consumed..).unwrap_or_default();
            match split_frame(rest, self.session.max_pdu()) {
                Ok(None) => break,
                Ok(Some(raw)) => {
                    consumed += raw.octets().len();
                    self.meter.received(&raw);
                    match self.session.handle_frame(raw, now, &mut self.out) {
                        Event::Answer(answer) => {
                            if let Some(place) = answers.get_mut(count) {
                                *place = Some(answer);
                                count += 1;
                            }
                            if count == ANSWERS_A_LOCK {
                                self.complete(answers.get(..count).unwrap_or_default());
                                count = 0;
                            }
                        }
                        event => {
                            // The application sees answers and requests in the peer's order: a receipt after its submit_sm_resp.
                            self.complete(answers.get(..count).unwrap_or_default());
                            count = 0;
                            self.handle_event(event);
                        }
                    }
                }
                Err(error) => {
                    self.end = Some(self.session.handle_bad_frame(error, rest, &mut self.out));
                }
            }
        }
        self.complete(answers.get(..count).unwrap_or_default());
        consumed
    }

    fn handle_event(&mut self, event: Event<'_>) {
        match event {
            Event::Request(request, reply_to) => match self.handler.request(&request, reply_to) {
                Reply::Now(verdict) => {
                    self.session.answer(reply_to, &verdict, &mut self.out);
                }
                Reply::Later => {}
                Reply::Unsupported => self.session.answer_unsupported(reply_to, &mut self.out),
            },
            Event::Bind(bind, header) => match self.handler.bind(&bind, &self.handle) {
                Ok(()) => self.session.accept_bind(&header, bind.system_id, &mut self.out),
                Err(status) => self.end = Some(self.session.refuse_bind(&header, status, &mut self.out)),
            },
            Event::Unbind => {
                let half = &mut *self.handle.shared().lock();
                half.state = self.session.state();
                half.unbind_received = true;
                self.wakers.extend(half.unbind_watcher.take());
            }
            Event::Handled | Event::Answer(_) => {}
        }
    }

    /// Matches answers with their requests under one lock; wakes and calls back after it.
    fn complete(&mut self, answers: &[Option<Answer<'_>>]) {
        if answers.is_empty() {
            return;
        }
        let mut tokens = [None; ANSWERS_A_LOCK];
        {
            let half = &mut *self.handle.shared().lock();
            half.state = self.session.state();
            for (answer, token) in answers.iter().flatten().zip(&mut tokens) {
                let Some(pending) = half.window.complete(answer.sequence_number, answer.command_id) else {
                    continue;
                };
                match pending.owner {
                    Owner::Token(number) => *token = Some((number, *answer)),
                    Owner::Cell(cell) => half.cells.complete(cell, answered(answer), &mut self.wakers),
                    Owner::Driver if pending.command_id == smpp_wire::CommandId::UNBIND => {
                        self.end = Some(SessionError::us(Cause::Unbind));
                    }
                    Owner::Driver => {}
                }
            }
            let room = half.window.free();
            half.cells.grant(room, &mut self.wakers);
        }
        self.wakers.drain(..).for_each(Waker::wake);
        for (token, answer) in tokens.into_iter().flatten() {
            self.handler.completed(token, Completion::Answered(answer));
        }
    }

    fn act_on_timers(&mut self, now: Instant) {
        if now < self.timer_at {
            return;
        }
        match self.session.handle_timeout(now, &mut self.out) {
            Some(Expired::EnquireLink) => {
                let mut half = self.handle.shared().lock();
                let _in_flight =
                    half.submit_into(&EnquireLink::default(), Owner::Driver, now, Some(&mut self.out));
            }
            Some(Expired::End(error)) => self.end = Some(error),
            None => {}
        }
    }

    /// Takes what handles left: encoded requests, late answers, the wish to unbind. Ends requests that nobody answered.
    fn take_from_handles(&mut self, now: Instant, waker: &Waker) -> bool {
        let half = &mut *self.handle.shared().lock();
        half.rest(waker);
        half.state = self.session.state();
        half.counters = self.meter.counters();
        let taken = !half.late.is_empty() || (!half.tx.is_empty() && !self.blocked);
        for (reply_to, verdict) in half.late.drain(..) {
            self.session.answer(reply_to, &verdict, &mut self.out);
        }
        if !self.blocked {
            half.taken = half.tx.len();
            if self.out.is_empty() {
                std::mem::swap(&mut self.out, &mut half.tx);
            } else {
                self.out.extend_from_slice(&half.tx);
                half.tx.clear();
            }
        }
        while let Some(pending) = half.window.expire(now) {
            self.meter.expired();
            let error = SessionError::peer(Cause::ResponseTimeout);
            match (pending.owner, pending.command_id) {
                (Owner::Token(token), _) => self.lost.push((token, error)),
                (Owner::Cell(cell), _) => half.cells.complete(cell, Outcome::Lost(error), &mut self.wakers),
                (Owner::Driver, smpp_wire::CommandId::UNBIND) => {
                    self.end = Some(SessionError::us(Cause::Unbind));
                }
                (Owner::Driver, _) => self.end = Some(SessionError::peer(Cause::EnquireLinkTimeout)),
            }
        }
        if !self.wakers.is_empty() || !self.lost.is_empty() {
            let room = half.window.free();
            half.cells.grant(room, &mut self.wakers);
        }
        if half.unbind {
            self.unbinding |= send_unbind(half, &mut self.session, &mut self.out, now, self.unbinding);
            if !matches!(self.session.state(), State::Bound(_) | State::Unbound) {
                self.end = Some(SessionError::us(Cause::Unbind));
            }
        }
        taken
    }

    fn report_lost(&mut self) {
        self.wakers.drain(..).for_each(Waker::wake);
        for (token, error) in self.lost.drain(..) {
            self.handler.completed(token, Completion::Lost(&error));
        }
    }

    /// Writes everything that became ready in this turn; what the connection does not take is kept.
    fn write(&mut self, now: Instant, context: &mut Context<'_>) -> bool {
        let before = self.written;
        let result = self.poll_write(context);
        self.blocked = result.is_pending();
        self.session.note_writing(self.blocked, self.written != before, now);
        match result {
            Poll::Ready(Ok(moved)) => moved,
            Poll::Ready(Err(error)) => {
                self.read_to_the_end(now, context);
                self.end = self.end.take().or_else(|| Some(self.failed(&error)));
                false
            }
            Poll::Pending => false,
        }
    }

    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let mut moved = false;
        self.meter.outgoing(&self.out);
        while let Some(rest @ [_, ..]) = self.out.get(self.written..) {
            self.flushed = false;
            let count = ready!(Pin::new(&mut self.transport).poll_write(context, rest))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written += count;
            self.meter.written(count);
            moved = true;
        }
        self.out.clear();
        self.written = 0;
        self.meter.emptied();
        if !self.flushed {
            ready!(Pin::new(&mut self.transport).poll_flush(context))?;
            self.flushed = true;
        }
        Poll::Ready(Ok(moved))
    }

    /// Sets the timer to the next deadline, only when that is earlier than what is set: activity moves deadlines away all the time.
    fn rearm(&mut self, context: &mut Context<'_>) {
        let window = {
            let half = &mut *self.handle.shared().lock();
            half.taken = half.taken.min(self.out.len() - self.written);
            half.window.oldest_deadline()
        };
        let deadlines = [window, self.session.poll_timeout()];
        let Some(next) = deadlines.into_iter().flatten().min() else {
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

/// Sends unbind once nothing is open any more, either way, or at once in a hurry; true when it left.
fn send_unbind(
    half: &mut SendHalf,
    session: &mut Session,
    out: &mut BytesMut,
    now: Instant,
    sent: bool,
) -> bool {
    let idle = half.window.in_flight() == 0 && session.unanswered() == 0 && half.tx.is_empty();
    if sent || !(idle || half.hurry) || !matches!(session.state(), State::Bound(_)) {
        return false;
    }
    session.unbind_sent();
    half.state = session.state();
    half.submit_into(&Unbind::default(), Owner::Driver, now, Some(out)).is_ok()
}

fn answered(answer: &Answer<'_>) -> Outcome {
    Outcome::Answered(Response {
        command_id: answer.command_id,
        command_status: answer.command_status,
        // An id longer than 65 octets is no id that a receipt could carry.
        message_id: MessageId::new(answer.message_id).unwrap_or_default(),
    })
}

/// The clock of the runtime, so that tests can pause it.
fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

//! What an application gives a session: one synchronous [`Handler`], owned by the session's driver.

use std::time::Instant;

use bytes::BytesMut;
use smpp_wire::{Bind, CommandStatus, Encode};

use super::{handle::SessionHandle, outbox::Owner};
use crate::{
    Answer, AnswerError, BindReply, ReplyTo, Request, Session, SessionError, State, SubmitError, Verdict,
};

/// The application's side of one session. Called by the driver between reads, so nothing here may block.
pub trait Handler: Send + 'static {
    /// A client asks to bind (servers only). The handle may be kept, to deliver messages and to answer later.
    ///
    /// # Errors
    /// The status to refuse the bind with; the connection is closed behind it.
    fn bind(&mut self, bind: &Bind<'_>, session: &SessionHandle) -> Result<(), CommandStatus> {
        let _ = (bind, session);
        Err(CommandStatus::ESME_RBINDFAIL)
    }

    /// As [`bind`](Self::bind), for a handler that needs time to judge (a password that is costly to verify), or gives each client a
    /// window of its own. The default asks [`bind`](Self::bind).
    fn judge_bind(&mut self, bind: &Bind<'_>, session: &SessionHandle) -> BindReply {
        self.bind(bind, session).into()
    }

    /// The peer sent a request.
    fn request(&mut self, request: &Request<'_>, reply_to: ReplyTo) -> Reply {
        let _ = (request, reply_to);
        Reply::Unsupported
    }

    /// A request that was sent with a token has ended.
    fn completed(&mut self, token: u64, completion: Completion<'_>) {
        let _ = (token, completion);
    }

    /// All PDUs of a read were handed over: the place to hand one batch on, to answer, and to send.
    fn turn_end(&mut self, turn: &mut Turn<'_>) {
        let _ = turn;
    }

    /// The session is over; nothing is called after this.
    fn ended(&mut self, error: &SessionError) {
        let _ = error;
    }
}

/// A handler for sessions that receive nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRequests;

impl Handler for NoRequests {}

/// What is to become of a request.
#[derive(Clone, Copy, Debug)]
pub enum Reply {
    /// Answer it in this turn.
    Now(Verdict),
    /// It will be answered through its `ReplyTo`, by a [`Turn`] or a [`SessionHandle`].
    Later,
    /// This end does not serve it: generic_nack, ESME_RINVCMDID.
    Unsupported,
}

/// How a request ended.
#[derive(Clone, Copy, Debug)]
pub enum Completion<'f> {
    /// The peer answered.
    Answered(Answer<'f>),
    /// Sent and never answered: its fate is unknown.
    Lost(&'f SessionError),
}

/// The session, lent to [`Handler::turn_end`]: what is written here leaves with this turn's batch.
#[derive(Debug)]
pub struct Turn<'t> {
    pub(super) session: &'t mut Session,
    pub(super) handle: &'t SessionHandle,
    pub(super) out: &'t mut BytesMut,
    pub(super) now: Instant,
}

impl Turn<'_> {
    /// Answers the bind that was left for [`Later`](BindReply::Later); false when none waits.
    pub fn answer_bind(&mut self, reply: BindReply) -> bool {
        self.session.answer_bind(reply, self.out)
    }

    /// True when the peer is bound.
    pub(crate) const fn is_bound(&self) -> bool {
        matches!(self.session.state(), State::Bound(_))
    }

    /// True while a bind that was left for later waits for its answer.
    #[must_use]
    pub const fn holds_bind(&self) -> bool {
        self.session.holds_bind()
    }

    /// Answers a request; false when it was answered before, or took too long.
    pub fn answer(&mut self, reply_to: ReplyTo, verdict: &Verdict) -> bool {
        self.session.answer(reply_to, verdict, self.out)
    }

    /// Answers a request with a response of the caller's, for those that say more than a message_id.
    ///
    /// # Errors
    /// Nothing was written. Unless it is [`Gone`](AnswerError::Gone), the request still waits for its answer.
    pub fn answer_with<E: Encode>(
        &mut self,
        reply_to: ReplyTo,
        status: CommandStatus,
        response: &E,
    ) -> Result<(), AnswerError> {
        self.session.answer_with(reply_to, status, response, self.out)
    }

    /// Sends a request, and gives its end to [`Handler::completed`] with this token.
    ///
    /// # Errors
    /// Nothing was sent: the window or the buffer is full, it is too early for the rate of the session, the session is not bound, or the
    /// value does not fit.
    #[inline]
    pub fn submit<E: Encode>(&mut self, pdu: &E, token: u64) -> Result<(), SubmitError> {
        let mut outbox = self.handle.shared().lock();
        if outbox.room_is_promised() {
            return Err(outbox.no_room());
        }
        outbox.paced(self.now, |half| half.submit_to(pdu, Owner::Token(token), self.now, self.out))
    }

    /// Requests that may be sent now: the window has room for them, and the rate of the session allows them.
    #[must_use]
    pub fn window_free(&self) -> usize {
        let mut outbox = self.handle.shared().lock();
        outbox.refill(self.now);
        outbox.room()
    }

    /// The instant of this turn: one clock read for all that it does.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// The session's handle.
    #[must_use]
    pub const fn session(&self) -> &SessionHandle {
        self.handle
    }
}

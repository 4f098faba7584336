//! How a session ends: every open request is lost, what is written still leaves, and the peer has time to read it.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, Waker, ready},
    time::{Duration, Instant},
};

use tokio::io::{AsyncRead, AsyncWrite};

use super::{Driver, now};
use crate::{Cause, Handler, SessionError, State};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    /// Write what is left, then tell the peer that no more comes.
    Finishing,
    /// Let the peer read it: closing with unread octets would reset the connection and destroy what is on its way.
    Lingering,
}

impl<T: AsyncRead + AsyncWrite + Unpin, H: Handler> Driver<T, H> {
    /// Answers the peer's unbind once nothing is open any more, either way: who unbinds may still answer what it was sent before.
    pub(super) fn finish_unbind(&mut self) {
        if self.session.state() != State::Unbound || self.handle.in_flight() > 0 {
            return;
        }
        if self.session.finish_unbind(&mut self.out) {
            self.end.get_or_insert(SessionError::peer(Cause::Unbind));
        }
    }

    /// The connection takes nothing more, but answers may have come before it failed: they are read before anything counts as lost.
    pub(super) fn read_to_the_end(&mut self, now: Instant, context: &mut Context<'_>) {
        while self.end.is_none() {
            self.out.clear();
            self.written = 0;
            self.meter.emptied();
            if !self.read_once(now, context) {
                return;
            }
        }
    }

    /// Nothing new begins; every request that was not answered is lost now.
    pub(super) fn begin_close(&mut self) {
        let Some(error) = self.end.clone() else {
            return;
        };
        self.handle.shared().lock().end(&error, &mut self.lost, &mut self.wakers);
        self.report_lost();
        // Before the peer can see the end: what the handler holds (a seat of its account) is free when the peer comes back.
        self.handler.ended(&error);
        self.closing = Some(Closing::Finishing);
        self.timer_at = now() + LINGER;
        self.timer.as_mut().reset(self.timer_at.into());
    }

    pub(super) fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<SessionError> {
        let error = self.end.clone().unwrap_or(SessionError::us(Cause::Closed));
        if self.timer.as_mut().poll(context).is_ready() {
            return Poll::Ready(error);
        }
        if self.closing == Some(Closing::Finishing) {
            let written = ready!(self.poll_write(context));
            let shut =
                written.is_ok() && ready!(Pin::new(&mut self.transport).poll_shutdown(context)).is_ok();
            if !shut || matches!(error.cause, Cause::Closed | Cause::Io(_)) {
                return Poll::Ready(error);
            }
            self.closing = Some(Closing::Lingering);
        }
        while let Some(read) = ready!(self.read.poll_read(&mut self.transport, context)).ok().flatten() {
            let len = read.octets().len();
            self.read.keep(read, len);
        }
        Poll::Ready(error)
    }

    pub(super) fn closed_by_peer(&self) -> SessionError {
        match self.session.state() {
            // The peer may close as soon as it has our unbind.
            State::Unbound if self.unbinding => SessionError::us(Cause::Unbind),
            // It unbound, and did not wait for our answer.
            State::Unbound => SessionError::peer(Cause::Unbind),
            _ => SessionError::peer(Cause::Closed),
        }
    }

    pub(super) fn failed(&self, error: &io::Error) -> SessionError {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => self.closed_by_peer(),
            kind => SessionError::peer(Cause::Io(kind)),
        }
    }
}

impl<T, H> Drop for Driver<T, H> {
    /// Its task was cancelled, or the handler panicked: nobody may go on waiting for a session that is gone.
    fn drop(&mut self) {
        let error = SessionError::us(Cause::Closed);
        {
            let half = &mut *self.handle.shared().lock();
            half.counters = self.meter.counters();
            half.end(&error, &mut self.lost, &mut self.wakers);
        }
        self.wakers.drain(..).for_each(Waker::wake);
    }
}

/// How long a peer may take to close its end after ours.
const LINGER: Duration = Duration::from_secs(1);

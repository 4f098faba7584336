//! How a session ends: every open request is lost, what is written still leaves, and the peer has time to read it.

use std::{
    pin::Pin,
    task::{Context, Poll, Waker, ready},
    time::{Duration, Instant},
};

use tokio::io::{AsyncRead, AsyncWrite};

use super::Driver;
use crate::{Cause, EndedBy, Handler, SessionError, driver::now};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    /// Write what is left, then tell the peer that no more comes.
    Finishing,
    /// Let the peer read it: closing with unread octets would reset the connection and destroy what is on its way.
    Lingering,
}

impl<T: AsyncRead + AsyncWrite + Unpin, H: Handler> Driver<T, H> {
    /// The connection takes nothing more, but answers may have come before it failed: they are read before anything counts as lost.
    pub(super) fn read_to_the_end(&mut self, now: Instant, context: &mut Context<'_>) {
        loop {
            self.out.clear();
            self.meter.emptied();
            if !self.read(now, context) {
                return;
            }
        }
    }

    /// Nothing new begins; every request that was not answered is lost now.
    pub(super) fn begin_close(&mut self, error: &SessionError) {
        self.handle.shared().lock().end(error, &mut self.tell);
        self.tell();
        // Before the peer can see the end: what the handler holds (a seat of its account) is free when the peer comes back.
        self.handler.ended(error);
        self.closing = Some(Closing::Finishing);
        self.timer_at = now() + LINGER;
        self.timer.as_mut().reset(self.timer_at.into());
    }

    pub(super) fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<SessionError> {
        let error = self.session.ended().cloned().unwrap_or(CANCELLED);
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
            self.read.keep(read, len, false);
        }
        Poll::Ready(error)
    }
}

impl<T, H> Drop for Driver<T, H> {
    /// Its task was cancelled, or the handler panicked: nobody may go on waiting for a session that is gone.
    fn drop(&mut self) {
        {
            let outbox = &mut *self.handle.shared().lock();
            outbox.counters = self.meter.counters();
            if outbox.half.ended().is_none() {
                outbox.end(&CANCELLED, &mut self.tell);
            }
        }
        self.tell.wakers.drain(..).for_each(Waker::wake);
    }
}

const CANCELLED: SessionError = SessionError { by: EndedBy::Us, cause: Cause::Closed };

/// How long a peer may take to close its end after ours.
const LINGER: Duration = Duration::from_secs(1);

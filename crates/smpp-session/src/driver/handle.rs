//! What an application holds of a session: send requests, answer late, unbind.

use std::{future::poll_fn, task::Waker, time::Duration};

use smpp_wire::{DeliverSm, Encode, SubmitSm};

use super::{
    Counters,
    completion_queue::CompletionQueue,
    outbox::{Owner, Shared, ToTell},
    sending::Sending,
};
use crate::{Outcome, ReplyTo, SessionError, State, SubmitError, TokenBucket, Verdict};

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

    /// Sends a deliver_sm; as [`submit_sm`](Self::submit_sm), and so is its cancellation.
    ///
    /// # Errors
    /// Nothing was sent.
    pub async fn deliver_sm(&self, message: &DeliverSm<'_>) -> Result<Outcome, SubmitError> {
        self.send(message).await
    }

    /// Sends any request; as [`submit_sm`](Self::submit_sm).
    pub const fn send<'a, E: Encode>(&'a self, pdu: &'a E) -> Sending<'a, E> {
        Sending::new(self, pdu)
    }

    /// Sends a request without waiting, and gives its end to [`Handler::completed`](super::Handler::completed).
    ///
    /// # Errors
    /// Nothing was sent: the window or the buffer is full, it is too early for the rate of the session, the session is not bound, or the
    /// value does not fit.
    pub fn try_submit<E: Encode>(&self, pdu: &E, token: u64) -> Result<(), SubmitError> {
        let now = super::now();
        let (sent, waker) = self.shared.lock().submit(pdu, Owner::Token(token), now);
        wake(waker);
        sent
    }

    /// Sends at most `messages_per_second` on average from now on, and at most `burst` at once; see [`TokenBucket`]. A new rate takes the
    /// place of the old; default none.
    ///
    /// Every request of the application counts as one message. Who awaits room waits for the rate too, first come, first served, and is
    /// told so in [`Response::waited`](crate::Response::waited); who does not wait gets [`SubmitError::RateLimited`]. A future that is
    /// dropped while it waits uses nothing of the rate. Timers are precise to a millisecond: a burst of two milliseconds' worth, or more,
    /// lets the whole rate be used.
    pub fn limit_rate(&self, messages_per_second: u32, burst: u32) {
        let bucket = TokenBucket::new(messages_per_second, burst, super::now());
        let waker = {
            let mut outbox = self.shared.lock();
            outbox.pace.set(bucket);
            outbox.waker_if(true)
        };
        wake(waker);
    }

    /// A queue to send in batches with.
    #[must_use]
    pub fn completion_queue(&self) -> CompletionQueue {
        CompletionQueue::new(self.clone())
    }

    /// Sends a PDU that has no response: alert_notification, outbind.
    ///
    /// # Errors
    /// Nothing was sent: the buffer is full, the session not in a state that allows it, or the value does not fit.
    pub fn notify<E: Encode>(&self, pdu: &E) -> Result<(), SubmitError> {
        let waker = {
            let mut outbox = self.shared.lock();
            let first = outbox.half.tx_is_empty();
            outbox.half.notify(pdu)?;
            outbox.waker_if(first)
        };
        wake(waker);
        Ok(())
    }

    /// Answers requests that were left for later: one lock and at most one wake for all of them.
    pub fn answer(&self, verdicts: impl IntoIterator<Item = (ReplyTo, Verdict)>) {
        let waker = {
            let mut outbox = self.shared.lock();
            let first = outbox.late.is_empty();
            verdicts.into_iter().for_each(|(reply_to, verdict)| outbox.late.push(reply_to, verdict));
            outbox.waker_if(first)
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
        let mut tell = ToTell::default();
        let waker = {
            let mut outbox = self.shared.lock();
            outbox.half.unbind();
            outbox.grant(&mut tell);
            outbox.waker_if(true)
        };
        tell.wakers.into_iter().chain(waker).for_each(Waker::wake);
    }

    /// As [`unbind`](Self::unbind), without waiting: unbind is sent at once, and what is not answered by the time that it is
    /// answered is lost.
    pub fn unbind_now(&self) {
        self.shared.lock().half.unbind_now();
        self.unbind();
    }

    /// Asks a bound peer for a sign of life with an enquire_link, and gives it so long for one: if nothing has come from it by then, the
    /// session ends with [`Cause::EnquireLinkTimeout`](crate::Cause::EnquireLinkTimeout).
    ///
    /// For a server whose client binds again while its account has no seat left: the seat of a session that died unnoticed is free
    /// when [`Handler::ended`](super::Handler::ended) is called, and the client, answered ESME_RALYBND meanwhile, finds it when it comes
    /// back.
    pub fn probe(&self, within: Duration) {
        let waker = {
            let mut outbox = self.shared.lock();
            outbox.half.probe(within, super::now());
            outbox.waker_if(true)
        };
        wake(waker);
    }

    /// Waits until the peer asks for the end of the session. One at a time may wait. Cancellation: nothing is changed.
    pub(crate) async fn unbind_received(&self) {
        poll_fn(|context| self.shared.lock().poll_unbind_received(context.waker())).await;
    }

    /// Where the session stands.
    #[must_use]
    pub fn state(&self) -> State {
        self.shared.lock().half.state()
    }

    /// Requests sent and not answered yet.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.shared.lock().half.in_flight()
    }

    /// What went over the session, as of the driver's last turn.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.shared.lock().counters
    }

    /// Why the session ended; `None` while it lives.
    #[must_use]
    pub fn ended(&self) -> Option<SessionError> {
        self.shared.lock().half.ended().cloned()
    }
}

pub(super) fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

//! What handles and driver share, behind one small lock: the window and the octets that wait to be written.

use std::{sync::Arc, task::Waker, time::Instant};

use bytes::BytesMut;
use parking_lot::{Mutex, MutexGuard};
use smpp_wire::{CommandStatus, Encode, encode};

use super::{Counters, cells::Cells};
use crate::{
    Limits, Outcome, Pending, ReplyTo, Role, SessionError, State, SubmitError, Verdict,
    core::{Window, WindowFull},
};

/// Who waits for the answer to a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Owner {
    /// The handler, by its own number.
    Token(u64),
    /// A future.
    Cell(u32),
    /// The driver: enquire_link, unbind.
    Driver,
}

/// The shared half of a session.
#[derive(Debug)]
pub(crate) struct SendHalf {
    pub(super) window: Window<Owner>,
    pub(super) cells: Cells,
    /// Encoded requests, swapped out by the driver.
    pub(super) tx: BytesMut,
    /// Octets of requests that the driver took and the connection may not have taken yet.
    pub(super) taken: usize,
    /// Answers that came after their turn.
    pub(super) late: Vec<(ReplyTo, Verdict)>,
    /// Mirrors the core's state, for checks before anything is written.
    pub(super) state: State,
    /// Set once, when the session is over.
    pub(super) ended: Option<SessionError>,
    /// What the driver has counted, as of its last turn.
    pub(super) counters: Counters,
    /// Somebody asked for the session to end in order.
    pub(super) unbind: bool,
    /// And not to wait for what is in flight.
    pub(super) hurry: bool,
    /// The peer asked for it.
    pub(super) unbind_received: bool,
    /// Who waits for that.
    pub(super) unbind_watcher: Option<Waker>,
    driver: Option<Waker>,
    role: Role,
    limits: Limits,
}

/// The lock.
#[derive(Clone, Debug)]
pub(crate) struct Shared(Arc<Mutex<SendHalf>>);

impl Shared {
    pub(super) fn new(role: Role, limits: &Limits) -> Self {
        Self(Arc::new(Mutex::new(SendHalf {
            window: Window::new(limits.window),
            cells: Cells::default(),
            tx: BytesMut::new(),
            taken: 0,
            late: Vec::new(),
            state: State::Open,
            ended: None,
            counters: Counters::default(),
            unbind: false,
            hurry: false,
            unbind_received: false,
            unbind_watcher: None,
            driver: None,
            role,
            limits: limits.clone(),
        })))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, SendHalf> {
        self.0.lock()
    }
}

impl SendHalf {
    /// Checks, takes a slot and encodes: on `Err` not one octet was written. The slot is taken before a byte leaves, so an answer
    /// can't come too early. Octets go to `turn` when the driver itself asks, else to `tx`.
    #[inline]
    pub(super) fn submit_into<E: Encode + ?Sized>(
        &mut self,
        pdu: &E,
        owner: Owner,
        now: Instant,
        turn: Option<&mut BytesMut>,
    ) -> Result<u32, SubmitError> {
        let command_id = pdu.command_id();
        if let Some(error) = &self.ended {
            return Err(SubmitError::Closed(error.clone()));
        }
        let by_driver = matches!(owner, Owner::Driver);
        let binding = command_id.is_bind() && self.state == State::Open;
        if !by_driver && !binding && (self.unbind || !self.state.allows(self.role, command_id)) {
            return Err(SubmitError::NotBound);
        }
        if self.tx.len() + self.taken >= self.limits.request_buffer {
            return Err(SubmitError::BufferFull);
        }
        let sequence_number = self
            .window
            .insert(command_id, now + self.limits.response, owner)
            .map_err(|WindowFull| SubmitError::WindowFull)?;
        let of_turn = turn.is_some();
        let out = turn.unwrap_or(&mut self.tx);
        match encode(pdu, CommandStatus::ESME_ROK, sequence_number, out) {
            Ok(len) if of_turn => self.taken += len,
            Ok(_) => {}
            Err(error) => {
                self.window.withdraw(sequence_number);
                return Err(SubmitError::Encode(error));
            }
        }
        Ok(sequence_number)
    }

    /// The session is over, once: every request that was not answered is lost. Collects whom to tell once the lock is released.
    pub(super) fn end(
        &mut self,
        error: &SessionError,
        lost: &mut Vec<(u64, SessionError)>,
        wakers: &mut Vec<Waker>,
    ) {
        if self.ended.is_some() {
            return;
        }
        self.state = State::Closed;
        self.ended = Some(error.clone());
        for Pending { owner, .. } in self.window.drain() {
            match owner {
                Owner::Token(token) => lost.push((token, error.clone())),
                Owner::Cell(cell) => self.cells.complete(cell, Outcome::Lost(error.clone()), wakers),
                Owner::Driver => {}
            }
        }
        self.cells.wake_queue(wakers);
    }

    /// Room in the window that nobody queues for.
    pub(super) fn window_free(&self) -> usize {
        self.window.free().saturating_sub(self.cells.granted())
    }

    /// The driver's waker, to be woken outside the lock; only the first octet of a batch needs it.
    pub(super) fn waker_if(&mut self, first: bool) -> Option<Waker> {
        if first { self.driver.take() } else { None }
    }

    /// The driver is about to rest.
    pub(super) fn rest(&mut self, waker: &Waker) {
        match &mut self.driver {
            Some(driver) => driver.clone_from(waker),
            None => self.driver = Some(waker.clone()),
        }
    }
}

//! A place in the queue for room in the window: first come, first served.

use std::{
    task::{Poll, Waker},
    time::Instant,
};

use super::{
    cells::Cell,
    lock::Guard,
    outbox::{Outbox, Shared, ToTell},
};

/// A place in the queue. Whoever leaves it passes on what it was promised.
#[derive(Debug)]
pub(super) struct Place<'s> {
    shared: &'s Shared,
    cell: Option<u32>,
    /// When it was taken.
    pub(super) since: Instant,
}

impl<'s> Place<'s> {
    /// The last place.
    pub(super) fn last(shared: &'s Shared, outbox: &mut Outbox, waker: &Waker, since: Instant) -> Self {
        let cell = outbox.cells.insert(Cell::Free);
        outbox.cells.enqueue(cell, waker.clone());
        Self { shared, cell: Some(cell), since }
    }

    /// Ready when it is this place's turn, which then is over.
    pub(super) fn poll(&mut self, outbox: &mut Outbox, waker: &Waker) -> Poll<()> {
        let Some(cell) = self.cell else {
            return Poll::Ready(());
        };
        if let Some(Cell::Queued { waker: queued, .. }) = outbox.cells.get_mut(cell) {
            queued.clone_from(waker);
            return Poll::Pending;
        }
        outbox.cells.redeem();
        outbox.cells.remove(cell);
        self.cell = None;
        Poll::Ready(())
    }

    /// It was its turn, and the room was gone: waits for the next.
    pub(super) fn again(&mut self, outbox: &mut Outbox, waker: &Waker) {
        let cell = outbox.cells.insert(Cell::Free);
        outbox.cells.enqueue_first(cell, waker.clone());
        self.cell = Some(cell);
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let Some(cell) = self.cell else {
            return;
        };
        let mut outbox = self.shared.lock();
        outbox.cells.leave(cell);
        pass_on_room(outbox);
    }
}

/// The room that somebody was promised and does not use goes to the next in the queue.
pub(super) fn pass_on_room(mut outbox: Guard<'_, Outbox>) {
    let mut tell = ToTell::default();
    outbox.grant(&mut tell);
    drop(outbox);
    tell.wakers.into_iter().for_each(Waker::wake);
}

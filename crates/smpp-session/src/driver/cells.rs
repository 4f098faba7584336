//! Where futures wait: first for room in the window, in order, then for their answer.
//!
//! A slab in the shared half, so that a request costs no allocation. A cell outlives its window slot: the slot is free when the answer
//! comes, the cell when the future has taken it.

use std::{collections::VecDeque, task::Waker};

use crate::Outcome;

/// The cells of one session's futures.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    cells: Vec<Cell>,
    free: Vec<u32>,
    /// Futures that wait for room, first come first served. May hold cells that gave up since.
    queue: VecDeque<u32>,
    /// Room that was promised to futures which did not take it yet.
    granted: usize,
}

/// What a future waits for.
#[derive(Debug)]
pub(crate) enum Cell {
    /// Nobody's.
    Free,
    /// Room in the window.
    Queued(Waker),
    /// It may send now.
    Granted,
    /// The answer.
    InFlight(Waker),
    /// The end of its request.
    Done(Outcome),
    /// The future was dropped; the request is still in flight.
    Abandoned,
}

impl Cells {
    /// A new cell.
    pub(super) fn insert(&mut self, cell: Cell) -> u32 {
        if let Some(index) = self.free.pop() {
            self.set(index, cell);
            return index;
        }
        self.cells.push(cell);
        u32::try_from(self.cells.len() - 1).unwrap_or(u32::MAX)
    }

    /// Lets a cell wait for room behind all others.
    pub(super) fn enqueue(&mut self, index: u32, waker: Waker) {
        self.set(index, Cell::Queued(waker));
        self.queue.push_back(index);
    }

    /// Lets a cell wait for room again: it was its turn, and the room was gone.
    pub(super) fn enqueue_first(&mut self, index: u32, waker: Waker) {
        self.set(index, Cell::Queued(waker));
        self.queue.push_front(index);
    }

    pub(super) fn set(&mut self, index: u32, cell: Cell) {
        if let Some(place) = self.cells.get_mut(index as usize) {
            *place = cell;
        }
    }

    pub(super) fn get_mut(&mut self, index: u32) -> Option<&mut Cell> {
        self.cells.get_mut(index as usize)
    }

    /// Frees a cell and gives what it held.
    pub(super) fn remove(&mut self, index: u32) -> Cell {
        let Some(place) = self.cells.get_mut(index as usize) else {
            return Cell::Free;
        };
        self.free.push(index);
        std::mem::replace(place, Cell::Free)
    }

    /// True when those who wait have a right to all of the room.
    #[inline]
    pub(super) fn take_all(&self, room: usize) -> bool {
        (self.granted > 0 || self.queued()) && room <= self.granted
    }

    /// True when others queue for room.
    pub(super) fn queued(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Room that was promised and not taken.
    pub(super) const fn granted(&self) -> usize {
        self.granted
    }

    /// A granted future sends, or gives up its room.
    pub(super) const fn redeem(&mut self) {
        self.granted = self.granted.saturating_sub(1);
    }

    /// Promises `room` to those who queue, and collects whom to wake once the lock is released.
    pub(super) fn grant(&mut self, room: usize, wakers: &mut Vec<Waker>) {
        while self.granted < room {
            let Some(index) = self.queue.pop_front() else {
                return;
            };
            let Some(cell) = self.cells.get_mut(index as usize) else {
                continue;
            };
            if let Cell::Queued(_) = cell
                && let Cell::Queued(waker) = std::mem::replace(cell, Cell::Granted)
            {
                self.granted += 1;
                wakers.push(waker);
            }
        }
    }

    /// Takes a cell out of the queue: its future was dropped while it waited.
    pub(super) fn leave_queue(&mut self, index: u32) {
        self.queue.retain(|&queued| queued != index);
        self.remove(index);
    }

    /// Ends a request; collects whom to wake, and gives the place where its end is kept.
    #[inline]
    pub(super) fn complete(
        &mut self,
        index: u32,
        outcome: impl FnOnce() -> Outcome,
        wakers: &mut Vec<Waker>,
    ) -> Option<&mut Outcome> {
        let cell = self.cells.get_mut(index as usize)?;
        if let Cell::InFlight(_) = cell {
            if let Cell::InFlight(waker) = std::mem::replace(cell, Cell::Done(outcome())) {
                wakers.push(waker);
            }
            return if let Cell::Done(outcome) = cell { Some(outcome) } else { None };
        }
        if let Cell::Abandoned = cell {
            *cell = Cell::Free;
            self.free.push(index);
        }
        None
    }

    /// The session is over: wakes everybody who still waits for room.
    pub(super) fn wake_queue(&mut self, wakers: &mut Vec<Waker>) {
        let room = self.granted + self.queue.len();
        self.grant(room, wakers);
    }
}

//! Where futures wait: first for room in the window, in order, then for their answer.
//!
//! A slab in the shared half, so that a request costs no allocation. A cell outlives its window slot: the slot is free when the answer
//! comes, the cell when the future has taken it.

use std::task::Waker;

use crate::Outcome;

/// The cells of one session's futures.
#[derive(Debug)]
pub(crate) struct Cells {
    cells: Vec<Cell>,
    free: Vec<u32>,
    /// Those that wait for room are a list, first come first served; whoever gives up leaves it without a search. [`NONE`] when empty.
    first: u32,
    last: u32,
    /// Room that was promised to futures which did not take it yet.
    granted: usize,
}

/// What a future waits for.
#[derive(Debug)]
pub(crate) enum Cell {
    /// Nobody's.
    Free,
    /// Room in the window.
    Queued {
        /// Whom to wake.
        waker: Waker,
        /// Who waits before it; [`NONE`] for the first.
        earlier: u32,
        /// Who waits behind it; [`NONE`] for the last.
        later: u32,
    },
    /// It may send now.
    Granted,
    /// The answer.
    InFlight(Waker),
    /// The end of its request.
    Done(Outcome),
    /// The future was dropped; the request is still in flight.
    Abandoned,
}

impl Default for Cells {
    fn default() -> Self {
        Self { cells: Vec::new(), free: Vec::new(), first: NONE, last: NONE, granted: 0 }
    }
}

impl Cells {
    /// A new cell.
    #[inline]
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
        let earlier = self.last;
        self.set(index, Cell::Queued { waker, earlier, later: NONE });
        self.link(earlier, index);
        self.link(index, NONE);
    }

    /// Lets a cell wait for room again: it was its turn, and the room was gone.
    pub(super) fn enqueue_first(&mut self, index: u32, waker: Waker) {
        let later = self.first;
        self.set(index, Cell::Queued { waker, earlier: NONE, later });
        self.link(NONE, index);
        self.link(index, later);
    }

    /// In place, so that of the variants only the one that is set is written: the largest is an answer.
    #[inline(always)]
    pub(super) fn set(&mut self, index: u32, cell: Cell) {
        if let Some(place) = self.cells.get_mut(index as usize) {
            *place = cell;
        }
    }

    pub(super) fn get_mut(&mut self, index: u32) -> Option<&mut Cell> {
        self.cells.get_mut(index as usize)
    }

    /// Frees a cell and gives what it held.
    #[inline]
    pub(super) fn remove(&mut self, index: u32) -> Cell {
        let Some(place) = self.cells.get_mut(index as usize) else {
            return Cell::Free;
        };
        self.free.push(index);
        std::mem::replace(place, Cell::Free)
    }

    /// True when those who wait have a right to all of the room.
    #[inline]
    pub(super) const fn take_all(&self, room: usize) -> bool {
        (self.granted > 0 || self.queued()) && room <= self.granted
    }

    /// True when others queue for room.
    pub(super) const fn queued(&self) -> bool {
        self.first != NONE
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
        while self.granted < room
            && let Some(cell @ Cell::Queued { .. }) = self.cells.get_mut(self.first as usize)
            && let Cell::Queued { waker, later, .. } = std::mem::replace(cell, Cell::Granted)
        {
            self.link(NONE, later);
            self.granted += 1;
            wakers.push(waker);
        }
    }

    /// Frees the cell of a future that was dropped while it waited for room.
    pub(super) fn leave(&mut self, index: u32) {
        match self.remove(index) {
            Cell::Queued { earlier, later, .. } => self.link(earlier, later),
            Cell::Granted => self.redeem(),
            _ => {}
        }
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
        self.grant(usize::MAX, wakers);
    }

    /// Makes two cells neighbours in the queue; [`NONE`] on the left makes the right one the first, and on the right the left one the
    /// last.
    fn link(&mut self, before: u32, behind: u32) {
        match self.get_mut(before) {
            Some(Cell::Queued { later, .. }) => *later = behind,
            _ => self.first = behind,
        }
        match self.get_mut(behind) {
            Some(Cell::Queued { earlier, .. }) => *earlier = before,
            _ => self.last = before,
        }
    }
}

/// No cell: there are never so many.
const NONE: u32 = u32::MAX;

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;

    /// The cells that are promised room, one after the other.
    fn drain(cells: &mut Cells) -> Vec<u32> {
        let order: Vec<_> = std::iter::from_fn(|| {
            let first = cells.first;
            cells.grant(cells.granted() + 1, &mut Vec::new());
            (first != NONE).then_some(first)
        })
        .collect();
        assert!(!cells.queued());
        order
    }

    proptest! {
        #[test]
        fn whoever_gives_up_leaves_the_queue_and_the_others_keep_their_order(
            steps in prop::collection::vec((0..4_u8, any::<prop::sample::Index>()), 0..60),
        ) {
            let (mut cells, mut expected) = (Cells::default(), VecDeque::new());
            for (step, index) in steps {
                match step {
                    0 if !expected.is_empty() => {
                        let gone = expected.remove(index.index(expected.len())).unwrap();
                        cells.leave(gone);
                    }
                    1 => {
                        let cell = cells.insert(Cell::Free);
                        cells.enqueue_first(cell, Waker::noop().clone());
                        expected.push_front(cell);
                    }
                    _ => {
                        let cell = cells.insert(Cell::Free);
                        cells.enqueue(cell, Waker::noop().clone());
                        expected.push_back(cell);
                    }
                }
            }
            prop_assert_eq!(drain(&mut cells), Vec::from(expected));
        }
    }
}

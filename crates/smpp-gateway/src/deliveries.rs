//! Receipts and incoming messages on their way to their account: kept until a session of it answers ESME_ROK, or their time is over.

use std::{collections::VecDeque, mem, sync::Arc, time::Duration};

use parking_lot::Mutex;
use smpp_session::SessionHandle;
use tokio::time::sleep;

use crate::{delivery::Delivery, keys::Keys, receivers::Receivers};

/// The deliveries of one account, and the sessions that may take them.
///
/// Sessions pull: each takes as many as its window has room for, so a slow client holds nobody up. A bounded number of them is in
/// memory; the others are keys of what lies in the store.
#[derive(Debug, Default)]
pub(crate) struct Deliveries {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    ready: VecDeque<Delivery>,
    /// In the store only; behind those that are ready.
    stored: Keys,
    /// One read at a time.
    reading: bool,
    /// Deliveries that were refused and wait for their next turn.
    refused: usize,
    receivers: Receivers,
}

impl Deliveries {
    /// Adds deliveries that were kept just now, and wakes a session that may take them.
    pub(crate) fn push(&self, deliveries: impl IntoIterator<Item = Delivery>) {
        {
            let mut state = self.state.lock();
            for delivery in deliveries {
                // Nobody overtakes who waits in the store, or is on their way from there.
                if state.stored.is_empty() && !state.reading && state.ready.len() < READY_MAX {
                    state.ready.push_back(delivery);
                } else {
                    state.stored.push(delivery.message.key);
                }
            }
        }
        self.wake();
    }

    /// Adds deliveries that lie in the store from before the start.
    pub(crate) fn push_stored(&self, keys: Vec<u64>) {
        self.state.lock().stored.extend(keys);
    }

    /// What was asked for by [`to_read`](Self::to_read), read.
    pub(crate) fn push_read(&self, deliveries: impl IntoIterator<Item = Delivery>) {
        {
            let mut state = self.state.lock();
            state.reading = false;
            state.ready.extend(deliveries);
        }
        self.wake();
    }

    /// A read did not succeed.
    pub(crate) fn put_back_read(&self, keys: Vec<u64>) {
        let mut state = self.state.lock();
        state.reading = false;
        state.stored.put_back(keys);
    }

    /// Takes up to `room` deliveries; none while the client refuses what it is given.
    pub(crate) fn pull(&self, room: usize, out: &mut Vec<Delivery>) {
        let mut state = self.state.lock();
        if state.refused < REFUSED_MAX {
            let count = room.min(state.ready.len());
            out.extend(state.ready.drain(..count));
        }
    }

    /// What is to be read from the store, when few deliveries are left in memory.
    pub(crate) fn to_read(&self) -> Option<Vec<u64>> {
        self.take_stored(READY_MIN, READ_AT_ONCE)
    }

    /// The one to look at when nobody pulls: has the time come for the oldest? It is read when there is none in memory.
    pub(crate) fn oldest_to_read(&self) -> Option<Vec<u64>> {
        self.take_stored(0, 1)
    }

    fn take_stored(&self, ready_max: usize, count: usize) -> Option<Vec<u64>> {
        let mut state = self.state.lock();
        if state.reading || state.stored.is_empty() || state.ready.len() > ready_max {
            return None;
        }
        state.reading = true;
        Some(state.stored.take(count))
    }

    /// Takes out of memory what `is_over` says of.
    pub(crate) fn take_over(&self, mut is_over: impl FnMut(&Delivery) -> bool) -> Vec<Delivery> {
        let mut state = self.state.lock();
        if !state.ready.iter().any(&mut is_over) {
            return Vec::new();
        }
        let (over, ready) =
            mem::take(&mut state.ready).into_iter().partition::<VecDeque<_>, _>(|one| is_over(one));
        state.ready = ready;
        over.into()
    }

    /// Gives back what a session could not send, in front and without waking anybody: it sends them itself once it has room again.
    pub(crate) fn put_back(&self, deliveries: Vec<Delivery>) {
        let mut state = self.state.lock();
        for delivery in deliveries.into_iter().rev() {
            state.ready.push_front(delivery);
        }
    }

    /// Gives back what a session sent and nobody answered: another session takes it at once.
    pub(crate) fn give_back(&self, delivery: Delivery) {
        self.state.lock().ready.push_front(delivery);
        self.wake();
    }

    /// A client refused this one: it comes back after a pause that doubles with each refusal.
    pub(crate) fn retry(self: &Arc<Self>, mut delivery: Delivery) {
        let pause = FIRST_PAUSE * 2u32.pow(delivery.refusals.min(MAX_DOUBLINGS));
        delivery.refusals += 1;
        self.state.lock().refused += 1;
        let deliveries = Arc::clone(self);
        tokio::spawn(async move {
            sleep(pause).await;
            deliveries.state.lock().refused -= 1;
            deliveries.give_back(delivery);
        });
    }

    /// How many are not acknowledged, apart from those that a session has sent, and since when the oldest waits (seconds since 1970).
    #[cfg(feature = "admin")]
    pub(crate) fn standing(&self) -> (usize, Option<u64>) {
        let state = self.state.lock();
        let oldest = state.ready.iter().map(Delivery::since).min();
        (state.ready.len() + state.stored.len() + state.refused, oldest)
    }

    /// A session that may receive has come.
    pub(crate) fn join(&self, session: u64, handle: SessionHandle) {
        self.state.lock().receivers.join(session, handle);
    }

    /// It has gone.
    pub(crate) fn leave(&self, session: u64) {
        self.state.lock().receivers.leave(session);
    }

    /// The window of a session is full, or has room again. One that is full leaves what waits to another one.
    pub(crate) fn set_room(&self, session: u64, has_room: bool) {
        let mut state = self.state.lock();
        state.receivers.set_room(session, has_room);
        let waits = !state.ready.is_empty() || !state.stored.is_empty();
        drop(state);
        if waits && !has_room {
            self.wake();
        }
    }

    /// Wakes a session that has room: of some of them the one that has the fewest requests open.
    fn wake(&self) {
        let candidates = self.state.lock().receivers.candidates();
        if let Some(least) = candidates.iter().min_by_key(|handle| handle.in_flight()) {
            least.wake();
        }
    }

    /// Deliveries that wait for a session with room.
    pub(crate) fn pending(&self) -> usize {
        let state = self.state.lock();
        state.ready.len() + state.stored.len()
    }
}

/// Deliveries of an account in memory: several windows full.
const READY_MAX: usize = 10_000;
/// When fewer are left, more are read.
const READY_MIN: usize = 2_000;
/// Rows lie side by side: many together cost little more than one.
const READ_AT_ONCE: usize = 1_000;
/// A client that refused so many is given no more until their pause is over.
const REFUSED_MAX: usize = 1_000;
/// The pause before a refused delivery is offered again.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause is a bit over four minutes.
const MAX_DOUBLINGS: u32 = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::conformance::{ended, message};

    fn receipts(keys: std::ops::Range<u64>) -> Vec<Delivery> {
        keys.map(|key| Delivery::receipt(message(key), ended(key))).collect()
    }

    fn pulled(deliveries: &Deliveries) -> Vec<u64> {
        let mut out = Vec::new();
        deliveries.pull(usize::MAX, &mut out);
        out.into_iter().map(|delivery| delivery.message.key).collect()
    }

    #[test]
    fn nobody_overtakes_who_waits_in_the_store_or_is_read_from_it() {
        let deliveries = Deliveries::default();
        deliveries.push_stored((0..3).collect());
        assert_eq!(deliveries.to_read(), Some(vec![0, 1, 2]));
        deliveries.push(receipts(3..5));
        assert!(pulled(&deliveries).is_empty(), "those in front are not there yet");
        deliveries.push_read(receipts(0..3));
        assert_eq!(pulled(&deliveries), [0, 1, 2]);
        assert_eq!(deliveries.to_read(), Some(vec![3, 4]));
        deliveries.put_back_read(vec![3, 4]);
        deliveries.push(receipts(5..6));
        assert_eq!(deliveries.to_read(), Some(vec![3, 4, 5]), "a read that failed changes no order");
    }

    #[test]
    fn what_is_over_is_taken_out_and_the_others_keep_their_order() {
        let deliveries = Deliveries::default();
        deliveries.push(receipts(0..6));
        let over = deliveries.take_over(|delivery| delivery.message.key % 2 == 0);
        assert_eq!(over.iter().map(|delivery| delivery.message.key).collect::<Vec<_>>(), [0, 2, 4]);
        assert_eq!(pulled(&deliveries), [1, 3, 5]);
    }

    #[test]
    fn the_oldest_is_looked_at_only_while_nothing_is_in_memory() {
        let deliveries = Deliveries::default();
        deliveries.push_stored(vec![7, 8]);
        assert_eq!(deliveries.oldest_to_read(), Some(vec![7]));
        assert_eq!(deliveries.oldest_to_read(), None, "one read at a time");
        deliveries.push_read(receipts(7..8));
        assert_eq!(deliveries.oldest_to_read(), None);
        assert_eq!(deliveries.pending(), 2);
    }
}

//! The sessions of an account that may receive, and which of them is woken next.
//!
//! To wake one costs the same however many there are: an account may have ten thousand, and something to deliver as often a second.

use std::collections::{HashMap, VecDeque};

use smpp_session::SessionHandle;

/// Sessions by their number, and a queue of those whose window has room.
#[derive(Debug)]
pub(crate) struct Receivers<H = SessionHandle> {
    sessions: HashMap<u64, Receiver<H>>,
    /// Sessions with room, and some that have gone or are full since: those are dropped as they come up.
    queue: VecDeque<u64>,
}

#[derive(Debug)]
struct Receiver<H> {
    handle: H,
    has_room: bool,
    is_queued: bool,
}

impl<H> Default for Receivers<H> {
    fn default() -> Self {
        Self { sessions: HashMap::new(), queue: VecDeque::new() }
    }
}

impl<H: Clone> Receivers<H> {
    /// A session has come, and has room.
    pub(crate) fn join(&mut self, session: u64, handle: H) {
        self.sessions.insert(session, Receiver { handle, has_room: true, is_queued: true });
        self.queue.push_back(session);
    }

    /// It has gone.
    pub(crate) fn leave(&mut self, session: u64) {
        self.sessions.remove(&session);
        if self.queue.len() > 2 * self.sessions.len() + SPARE {
            self.queue.retain(|session| self.sessions.contains_key(session));
        }
    }

    /// Its window is full, or has room again.
    pub(crate) fn set_room(&mut self, session: u64, has_room: bool) {
        let Some(receiver) = self.sessions.get_mut(&session) else { return };
        receiver.has_room = has_room;
        if has_room && !receiver.is_queued {
            receiver.is_queued = true;
            self.queue.push_back(session);
        }
    }

    /// Some that have room, in turn; the caller wakes the one with the fewest requests open.
    pub(crate) fn candidates(&mut self) -> Vec<H> {
        let mut found = Vec::with_capacity(CANDIDATES);
        // Each look takes one out of the queue for good, or finds one: what is dropped here was put there once.
        for _ in 0..self.queue.len() {
            let Some(session) = self.queue.pop_front() else { break };
            let Some(receiver) = self.sessions.get_mut(&session) else { continue };
            if !receiver.has_room {
                receiver.is_queued = false;
                continue;
            }
            found.push(receiver.handle.clone());
            self.queue.push_back(session);
            if found.len() == CANDIDATES {
                break;
            }
        }
        found
    }
}

/// Two would nearly do to spread the load, as chance goes; most accounts have no more sessions than this.
const CANDIDATES: usize = 4;
/// So few that are gone are not worth a sweep.
const SPARE: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn receivers(count: u64) -> Receivers<u64> {
        let mut receivers = Receivers::default();
        (0..count).for_each(|session| receivers.join(session, session));
        receivers
    }

    #[test]
    fn all_take_turns_and_none_comes_twice_at_once() {
        let mut receivers = receivers(10);
        let turns: Vec<_> = (0..5).flat_map(|_| receivers.candidates()).collect();
        let expected: Vec<_> = (0..10).chain(0..10).collect();
        assert_eq!(turns, expected);
        receivers.leave(9);
        (2..9).for_each(|session| receivers.leave(session));
        assert_eq!(receivers.candidates(), [0, 1]);
    }

    #[test]
    fn who_is_full_or_gone_is_passed_over_and_comes_again_once_it_has_room() {
        let mut receivers = receivers(4);
        receivers.set_room(1, false);
        receivers.leave(2);
        assert_eq!(receivers.candidates(), [0, 3]);
        receivers.set_room(1, true);
        receivers.set_room(1, false);
        receivers.set_room(1, true);
        receivers.set_room(2, true);
        assert_eq!(receivers.candidates(), [0, 3, 1]);
        [0, 1, 3].into_iter().for_each(|session| receivers.set_room(session, false));
        assert!(receivers.candidates().is_empty());
    }

    #[test]
    fn a_storm_of_sessions_that_come_and_go_leaves_nothing_behind() {
        let mut receivers = receivers(3);
        for session in 10..10_000 {
            receivers.join(session, session);
            receivers.leave(session);
        }
        assert!(receivers.queue.len() <= 2 * 4 + SPARE, "{}", receivers.queue.len());
        assert_eq!(receivers.candidates(), [0, 1, 2]);
    }
}

//! The messages of one connection that wait for an answer: a slab, so that a token is an index.

/// A message on its way; times are nanoseconds since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flight {
    pub(super) number: u64,
    pub(super) intended: u64,
    pub(super) sent: u64,
}

/// As long as the window; nothing is allocated once the window was full.
#[derive(Debug, Default)]
pub(super) struct Flights {
    slots: Vec<Flight>,
    free: Vec<u32>,
}

impl Flights {
    /// Keeps a message, and gives the token it is sent with.
    pub(super) fn put(&mut self, flight: Flight) -> u64 {
        if let Some(index) = self.free.pop()
            && let Some(slot) = self.slots.get_mut(index as usize)
        {
            *slot = flight;
            return index.into();
        }
        self.slots.push(flight);
        self.slots.len() as u64 - 1
    }

    /// Gives the message of a token back; a session ends each token once.
    pub(super) fn take(&mut self, token: u64) -> Flight {
        let index = u32::try_from(token).unwrap_or(u32::MAX);
        let Some(flight) = self.slots.get(index as usize) else {
            return Flight::default();
        };
        self.free.push(index);
        *flight
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_used_again_once_its_message_has_ended() {
        let mut flights = Flights::default();
        let flight = |number| Flight { number, intended: number, sent: number };
        let (first, second) = (flights.put(flight(1)), flights.put(flight(2)));
        assert_eq!(flights.take(first), flight(1));
        assert_eq!(flights.put(flight(3)), first);
        assert_eq!((flights.take(second), flights.take(first)), (flight(2), flight(3)));
    }
}

//! Connections that are not bound yet: strangers, who get few places and little patience.
//!
//! When all places are taken, the server waits a moment before it accepts more; then whoever has waited longest, of the address that
//! holds most places, is closed. So stalled handshakes keep nobody out, and a crowd that comes back at once is served in order.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{sync::Notify, task::AbortHandle, time::Instant};

use super::network::masked;

/// The places of unbound connections.
#[derive(Debug)]
pub(super) struct Unbound {
    limit: usize,
    places: Mutex<Places>,
    /// Somebody left.
    left: Notify,
}

#[derive(Debug, Default)]
struct Places {
    /// By number, the oldest first.
    held: BTreeMap<u64, Place>,
    by_address: HashMap<IpAddr, usize>,
}

#[derive(Debug)]
struct Place {
    address: IpAddr,
    since: Instant,
    task: Option<AbortHandle>,
}

/// How long a connection may keep its place at least.
const PATIENCE: Duration = Duration::from_secs(1);

impl Unbound {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit: limit.max(1), places: Mutex::default(), left: Notify::new() }
    }

    /// Waits for a free place; true when somebody was closed for it. Cancellation: safe.
    pub(super) async fn room(&self) -> bool {
        loop {
            let wait = match self.make_room(Instant::now()) {
                Ok(closed) => {
                    closed.iter().for_each(AbortHandle::abort);
                    return closed.is_some();
                }
                Err(wait) => wait,
            };
            tokio::select! {
                () = tokio::time::sleep_until(wait) => {}
                () = self.left.notified() => {}
            }
        }
    }

    /// Takes a place for a new connection.
    pub(super) fn enter(&self, number: u64, address: IpAddr) {
        let place = Place { address: group(address), since: Instant::now(), task: None };
        let places = &mut *self.places.lock();
        *places.by_address.entry(place.address).or_default() += 1;
        places.held.insert(number, place);
    }

    /// Says how to close a connection.
    pub(super) fn attach(&self, number: u64, task: AbortHandle) {
        if let Some(place) = self.places.lock().held.get_mut(&number) {
            place.task = Some(task);
        }
    }

    /// The connection comes from there: a load balancer said so.
    pub(super) fn came_from(&self, number: u64, address: IpAddr) {
        let places = &mut *self.places.lock();
        if let Some(mut place) = places.take(number) {
            place.address = group(address);
            *places.by_address.entry(place.address).or_default() += 1;
            places.held.insert(number, place);
        }
    }

    /// Gives a place back, at the bind or at the end; false when it was taken away before.
    pub(super) fn leave(&self, number: u64) -> bool {
        let held = self.places.lock().take(number).is_some();
        self.left.notify_one();
        held
    }

    /// Closes all of them.
    pub(super) fn close(&self) {
        let places = std::mem::take(&mut *self.places.lock());
        places.held.into_values().filter_map(|place| place.task).for_each(|task| task.abort());
    }

    /// Sees to it that a place is free; whom to close for it outside the lock, or when that may be.
    fn make_room(&self, now: Instant) -> Result<Option<AbortHandle>, Instant> {
        let places = &mut *self.places.lock();
        if places.held.len() < self.limit {
            return Ok(None);
        }
        match places.longest() {
            Some((_, since)) if since + PATIENCE > now => Err(since + PATIENCE),
            Some((number, _)) => Ok(places.take(number).and_then(|place| place.task)),
            None => Ok(None),
        }
    }
}

impl Places {
    fn take(&mut self, number: u64) -> Option<Place> {
        let place = self.held.remove(&number)?;
        if let Some(count) = self.by_address.get_mut(&place.address) {
            *count -= 1;
            if *count == 0 {
                self.by_address.remove(&place.address);
            }
        }
        Some(place)
    }

    /// Who has waited longest, of the address that holds most places.
    fn longest(&self) -> Option<(u64, Instant)> {
        let (address, _) = self.by_address.iter().max_by_key(|(_, count)| **count)?;
        let (number, place) = self.held.iter().find(|(_, place)| place.address == *address)?;
        Some((*number, place.since))
    }
}

/// One customer has one IPv4 address, or an IPv6 network of 64 bits.
fn group(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        address @ IpAddr::V4(_) => address,
        address @ IpAddr::V6(_) => masked(address, 64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CROWD: [u8; 4] = [10, 0, 0, 1];
    const OTHER: [u8; 4] = [10, 0, 0, 2];

    async fn enters(
        unbound: &Unbound,
        number: u64,
        address: impl Into<IpAddr>,
    ) -> tokio::task::JoinHandle<()> {
        unbound.room().await;
        unbound.enter(number, address.into());
        let task = tokio::spawn(std::future::pending());
        unbound.attach(number, task.abort_handle());
        task
    }

    #[tokio::test(start_paused = true)]
    async fn who_waited_longest_of_the_crowd_makes_room_after_a_moment() {
        let (unbound, begun) = (Unbound::new(3), Instant::now());
        let other = enters(&unbound, 1, OTHER).await;
        let first = enters(&unbound, 2, CROWD).await;
        let second = enters(&unbound, 3, CROWD).await;
        assert_eq!(begun.elapsed(), Duration::ZERO);
        enters(&unbound, 4, CROWD).await;
        assert_eq!(begun.elapsed(), PATIENCE);
        assert!(first.await.unwrap_err().is_cancelled());
        assert!(!other.is_finished() && !second.is_finished());
        assert!(!unbound.leave(2), "its place was taken away");
        assert!(unbound.leave(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_that_is_given_back_is_free_at_once() {
        let (unbound, begun) = (Unbound::new(1), Instant::now());
        enters(&unbound, 1, CROWD).await;
        let (closed, held) = tokio::join!(unbound.room(), async { unbound.leave(1) });
        assert_eq!((closed, held), (false, true));
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_load_balancer_is_no_crowd_once_it_says_for_whom_it_speaks() {
        let unbound = Unbound::new(3);
        let first = enters(&unbound, 1, CROWD).await;
        unbound.came_from(1, OTHER.into());
        let second = enters(&unbound, 2, CROWD).await;
        enters(&unbound, 3, CROWD).await;
        enters(&unbound, 4, CROWD).await;
        assert!(second.await.unwrap_err().is_cancelled());
        assert!(!first.is_finished());
    }

    #[test]
    fn an_ipv6_customer_is_one_however_many_addresses_it_has() {
        let group = |text: &str| group(text.parse().unwrap());
        assert_eq!(group("2001:db8::1"), group("2001:db8::ffff:1"));
        assert_ne!(group("2001:db8::1"), group("2001:db8:0:1::1"));
        assert_eq!(group("::ffff:10.0.0.1"), group("10.0.0.1"));
    }
}

//! Who guesses passwords is locked out: judged before a password is looked at, and the same whether the system_id exists or not.
//!
//! Failures are counted for each pair of address and system_id, so that nobody can lock a customer out from elsewhere, and for each
//! address with a limit ten times as high, for those who try many ids.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    time::{Duration, Instant},
};

/// When somebody is locked out, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockoutConfig {
    /// Wrong passwords in a row, from one address for one system_id, after which it is locked out.
    pub attempts: u32,
    /// How long it is locked out after the last of them; also how long a wrong password counts.
    pub period: Duration,
    /// When a wrong password is answered, counted from the bind.
    pub delay: Duration,
}

impl Default for LockoutConfig {
    fn default() -> Self {
        Self { attempts: 5, period: Duration::from_secs(300), delay: Duration::from_secs(1) }
    }
}

/// The failures of the last while.
#[derive(Debug)]
pub(crate) struct Lockout {
    config: LockoutConfig,
    /// Two generations, so that memory is bounded and nothing is ever swept: what is still of interest moves to the newer one when
    /// it fails again.
    newer: HashMap<Key, Failures>,
    older: HashMap<Key, Failures>,
    rotated: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    address: IpAddr,
    /// `None`: all of the address.
    system_id: Option<Box<[u8]>>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Instant,
}

/// An address may fail so much more often than one of its pairs: many customers can be behind one.
const ADDRESS_FACTOR: u32 = 10;
/// Entries of one generation; some megabytes at most.
const GENERATION: usize = 32_768;

impl Lockout {
    pub(crate) fn new(config: LockoutConfig) -> Self {
        Self { config, newer: HashMap::new(), older: HashMap::new(), rotated: None }
    }

    pub(crate) fn set_config(&mut self, config: LockoutConfig) {
        self.config = config;
    }

    /// When a wrong password is answered, counted from the bind.
    pub(crate) const fn delay(&self) -> Duration {
        self.config.delay
    }

    /// True when a bind is to be refused unseen.
    pub(crate) fn is_locked(&self, address: IpAddr, system_id: &[u8], now: Instant) -> bool {
        let failures = |key: Key| self.failures(&key, now).map_or(0, |failures| failures.count);
        failures(Key::pair(address, system_id)) >= self.config.attempts
            || failures(Key::of(address)) >= self.config.attempts.saturating_mul(ADDRESS_FACTOR)
    }

    /// Notes a wrong password.
    pub(crate) fn failed(&mut self, address: IpAddr, system_id: &[u8], now: Instant) {
        let since = *self.rotated.get_or_insert(now);
        if now.saturating_duration_since(since) >= self.config.period || self.newer.len() >= GENERATION {
            self.older = std::mem::take(&mut self.newer);
            self.rotated = Some(now);
        }
        for key in [Key::pair(address, system_id), Key::of(address)] {
            let count = self.failures(&key, now).map_or(0, |failures| failures.count).saturating_add(1);
            self.newer.insert(key, Failures { count, last: now });
        }
    }

    /// Notes the right password: its pair begins anew.
    pub(crate) fn succeeded(&mut self, address: IpAddr, system_id: &[u8]) {
        let key = Key::pair(address, system_id);
        self.newer.remove(&key);
        self.older.remove(&key);
    }

    fn failures(&self, key: &Key, now: Instant) -> Option<Failures> {
        let failures = self.newer.get(key).or_else(|| self.older.get(key));
        failures.copied().filter(|failures| now < failures.last + self.config.period)
    }
}

impl Key {
    fn pair(address: IpAddr, system_id: &[u8]) -> Self {
        // No longer than one that can exist, so that nobody chooses how much is kept.
        let system_id = system_id.get(..16).unwrap_or(system_id);
        Self { address: group(address), system_id: Some(system_id.into()) }
    }

    fn of(address: IpAddr) -> Self {
        Self { address: group(address), system_id: None }
    }
}

/// Whoever has an IPv6 address has all that share its first 64 bits.
fn group(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn lockout() -> (Lockout, Instant) {
        (Lockout::new(LockoutConfig { attempts: 3, ..LockoutConfig::default() }), Instant::now())
    }

    #[test]
    fn who_guesses_is_locked_out_for_its_pair_and_for_a_while() {
        let (mut lockout, now) = lockout();
        for _ in 0..2 {
            lockout.failed(HERE, b"alice", now);
            assert!(!lockout.is_locked(HERE, b"alice", now));
        }
        lockout.failed(HERE, b"alice", now);
        assert!(lockout.is_locked(HERE, b"alice", now));
        assert!(!lockout.is_locked(HERE, b"bob", now), "another customer of the same address");
        assert!(!lockout.is_locked(THERE, b"alice", now), "the customer itself, elsewhere");
        let end = now + lockout.config.period;
        assert!(lockout.is_locked(HERE, b"alice", end - Duration::from_nanos(1)));
        assert!(!lockout.is_locked(HERE, b"alice", end));
        lockout.failed(HERE, b"alice", end);
        assert!(!lockout.is_locked(HERE, b"alice", end), "it begins anew");
    }

    #[test]
    fn an_address_that_tries_many_ids_is_locked_out_as_a_whole() {
        let (mut lockout, now) = lockout();
        for number in 0..30_u32 {
            assert!(!lockout.is_locked(HERE, b"carol", now));
            lockout.failed(HERE, number.to_string().as_bytes(), now);
        }
        assert!(lockout.is_locked(HERE, b"carol", now));
        assert!(!lockout.is_locked(THERE, b"carol", now));
    }

    #[test]
    fn the_right_password_clears_its_own_failures() {
        let (mut lockout, now) = lockout();
        for _ in 0..10 {
            lockout.failed(HERE, b"alice", now);
            lockout.failed(HERE, b"alice", now);
            assert!(!lockout.is_locked(HERE, b"alice", now) || lockout.is_locked(HERE, b"dora", now));
            lockout.succeeded(HERE, b"alice");
        }
    }

    #[test]
    fn a_storm_of_addresses_takes_bounded_memory_and_recent_failures_are_kept() {
        let (mut lockout, mut now) = lockout();
        for number in 0..200_000_u32 {
            now += Duration::from_micros(10);
            lockout.failed(std::net::Ipv4Addr::from_bits(number).into(), b"alice", now);
            if number % 10_000 == 0 {
                lockout.failed(HERE, b"alice", now);
            }
        }
        assert!(lockout.newer.len() + lockout.older.len() <= 2 * (GENERATION + 2));
        assert!(lockout.is_locked(HERE, b"alice", now));
    }

    #[test]
    fn all_addresses_of_one_ipv6_network_are_one() {
        let (mut lockout, now) = lockout();
        for host in 1..=3_u16 {
            lockout.failed(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, host).into(), b"alice", now);
        }
        assert!(lockout.is_locked(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 9, 9, 9, 9).into(), b"alice", now));
        assert!(!lockout.is_locked(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, 1).into(), b"alice", now));
    }
}

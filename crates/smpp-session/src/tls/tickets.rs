//! Session tickets: what a client keeps to resume a TLS session without another certificate and signature.
//!
//! ```text
//! 8 octets   name of the key
//! 12         nonce, random
//! n + 16     the session, encrypted with AES-256-GCM-SIV, and its tag; the name is authenticated with it
//! ```
//! GCM-SIV, because several processes draw random nonces under one key, for as long as an operator leaves it: a repeated nonce tells
//! no more than that two tickets are equal.

use std::{
    fmt,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use aws_lc_rs::{
    aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    digest, rand,
};
use parking_lot::Mutex;
use rustls::server::ProducesTickets;

use super::{TlsError, ticket_file};

/// Tickets whose keys come from a file, or live in memory and change by themselves.
pub(super) struct Tickets {
    /// `None`: in memory.
    path: Option<Box<Path>>,
    /// Locked to take a reference only.
    ring: Mutex<Ring>,
}

struct Ring {
    /// The first encrypts, all decrypt.
    keys: Arc<[TicketKey]>,
    /// When the first began to.
    since: Instant,
}

/// One key.
pub(super) struct TicketKey {
    name: [u8; NAME_LEN],
    key: LessSafeKey,
    secret: [u8; SECRET_LEN],
}

/// The keys of session tickets that live in the memory of a server, for the process that takes over from it: with
/// [`ServerTls::go_on_with`](super::ServerTls::go_on_with) clients resume there. Who has them can read the sessions that were resumed
/// under them, so they belong on no disk.
#[derive(Clone, PartialEq, Eq)]
pub struct TicketKeys {
    /// The first encrypts, all decrypt.
    pub secrets: Vec<[u8; 32]>,
    /// How long the first has been in use.
    pub age: Duration,
}

/// Shows no key.
impl fmt::Debug for TicketKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TicketKeys({}, {:?})", self.secrets.len(), self.age)
    }
}

const NAME_LEN: usize = 8;
const SECRET_LEN: usize = 32;
/// A key in memory encrypts for so long, and decrypts for as long again.
const ROTATION: Duration = Duration::from_secs(6 * 60 * 60);
/// What clients are told, in seconds. How long a ticket is good is up to the file: as long as its key stands there.
const LIFETIME: u32 = 12 * 60 * 60;

impl TicketKey {
    pub(super) fn new(secret: &[u8; SECRET_LEN]) -> Option<Self> {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(b"smpp-session ticket key name");
        context.update(secret);
        let (name, _) =
            context.finish().as_ref().split_first_chunk().map(|(name, rest)| (*name, rest.len()))?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, secret).ok()?);
        Some(Self { name, key, secret: *secret })
    }

    fn random() -> Option<Self> {
        let mut secret = [0; SECRET_LEN];
        rand::fill(&mut secret).ok()?;
        Self::new(&secret)
    }

    fn encrypt(&self, session: &[u8]) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).ok()?;
        let mut sealed = session.to_vec();
        let unique = Nonce::assume_unique_for_key(nonce);
        self.key.seal_in_place_append_tag(unique, Aad::from(self.name), &mut sealed).ok()?;
        Some([&self.name[..], &nonce, &sealed].concat())
    }

    fn decrypt(&self, nonce: [u8; NONCE_LEN], sealed: &[u8]) -> Option<Vec<u8>> {
        let mut session = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let len = self.key.open_in_place(nonce, Aad::from(self.name), &mut session).ok()?.len();
        session.truncate(len);
        Some(session)
    }
}

impl PartialEq for TicketKey {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Tickets {
    pub(super) fn from_file(path: &Path) -> Result<Self, TlsError> {
        let keys = ticket_file::read(path)?;
        Ok(Self {
            path: Some(path.into()),
            ring: Mutex::new(Ring { keys: keys.into(), since: Instant::now() }),
        })
    }

    /// With a new key; `None` when the system has no random octets to give.
    pub(super) fn in_memory() -> Option<Self> {
        Self::of(TicketKey::random().into_iter().collect(), Duration::ZERO)
    }

    /// With keys that lived in the memory of another process; `None` when there is none.
    pub(super) fn going_on_with(keys: &TicketKeys) -> Option<Self> {
        Self::of(keys.secrets.iter().filter_map(TicketKey::new).collect(), keys.age)
    }

    fn of(keys: Vec<TicketKey>, age: Duration) -> Option<Self> {
        let since = Instant::now().checked_sub(age).unwrap_or_else(Instant::now);
        let is_any = !keys.is_empty();
        is_any.then(|| Self { path: None, ring: Mutex::new(Ring { keys: keys.into(), since }) })
    }

    /// The keys, when they live in memory.
    pub(super) fn kept(&self) -> Option<TicketKeys> {
        let ring = self.path.is_none().then(|| self.ring.lock())?;
        let secrets = ring.keys.iter().map(|key| key.secret).collect();
        Some(TicketKeys { secrets, age: ring.since.elapsed() })
    }

    /// Takes the keys that the file holds now, when they are others; true when they are.
    pub(super) fn reload(&self) -> Result<bool, TlsError> {
        let Some(path) = &self.path else { return Ok(false) };
        let read = ticket_file::read(path)?;
        let mut ring = self.ring.lock();
        if *ring.keys == *read {
            return Ok(false);
        }
        ring.keys = read.into();
        Ok(true)
    }

    fn keys(&self) -> Arc<[TicketKey]> {
        let mut ring = self.ring.lock();
        if self.path.is_none() && ring.since.elapsed() >= ROTATION {
            ring.rotate();
        }
        Arc::clone(&ring.keys)
    }
}

impl Ring {
    /// A new key takes the place of the first, which still decrypts.
    fn rotate(&mut self) {
        let first = self.keys.first().and_then(|key| TicketKey::new(&key.secret));
        // Without random octets the old key goes on.
        if let Some(new) = TicketKey::random() {
            self.keys = [new].into_iter().chain(first).collect();
        }
        self.since = Instant::now();
    }
}

impl ProducesTickets for Tickets {
    fn enabled(&self) -> bool {
        true
    }

    fn lifetime(&self) -> u32 {
        LIFETIME
    }

    fn encrypt(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let keys = self.keys();
        keys.first()?.encrypt(plain)
    }

    fn decrypt(&self, ticket: &[u8]) -> Option<Vec<u8>> {
        let (name, rest) = ticket.split_first_chunk::<NAME_LEN>()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>()?;
        let keys = self.keys();
        keys.iter().find(|key| key.name == *name)?.decrypt(*nonce, sealed)
    }
}

/// Shows no key.
impl fmt::Debug for Tickets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "Tickets({})", path.display()),
            None => f.write_str("Tickets"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tickets(secrets: &[u8]) -> Tickets {
        let keys: Vec<_> = secrets.iter().map(|octet| TicketKey::new(&[*octet; 32]).unwrap()).collect();
        Tickets::of(keys, Duration::ZERO).unwrap()
    }

    #[test]
    fn a_ticket_is_read_by_whoever_has_its_key() {
        let ticket = tickets(&[1, 2]).encrypt(b"session").unwrap();
        assert_eq!(tickets(&[1]).decrypt(&ticket).unwrap(), b"session");
        assert_eq!(tickets(&[2, 1]).decrypt(&ticket).unwrap(), b"session", "another location, another order");
        assert_eq!(tickets(&[2, 3]).decrypt(&ticket), None, "its key was taken out");
    }

    #[test]
    fn no_two_tickets_are_equal() {
        let tickets = tickets(&[1]);
        assert_ne!(tickets.encrypt(b"session"), tickets.encrypt(b"session"));
    }

    #[test]
    fn a_key_in_memory_changes_after_six_hours_and_is_good_for_six_more() {
        let first = Tickets::in_memory().unwrap();
        let ticket = first.encrypt(b"session").unwrap();
        let later = TicketKeys { age: ROTATION, ..first.kept().unwrap() };
        let second = Tickets::going_on_with(&later).unwrap();
        assert_eq!(second.decrypt(&ticket).unwrap(), b"session");
        let kept = second.kept().unwrap();
        assert_eq!(kept.secrets[1..], later.secrets);
        assert!(kept.age < ROTATION);
        let third = Tickets::going_on_with(&TicketKeys { age: ROTATION, ..kept }).unwrap();
        assert_eq!(third.decrypt(&ticket), None);
        assert!(Tickets::going_on_with(&TicketKeys { secrets: Vec::new(), age: ROTATION }).is_none());
    }

    #[test]
    fn a_ticket_that_was_tampered_with_or_cut_is_refused() {
        let tickets = tickets(&[1]);
        let ticket = tickets.encrypt(b"session").unwrap();
        for at in 0..ticket.len() {
            let mut changed = ticket.clone();
            changed[at] ^= 1;
            assert_eq!(tickets.decrypt(&changed), None, "octet {at}");
            assert_eq!(tickets.decrypt(&ticket[..at]), None, "{at} octets");
        }
    }
}

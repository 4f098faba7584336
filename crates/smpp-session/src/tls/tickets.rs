//! Session tickets: what a client keeps to resume a TLS session without another certificate and signature.
//!
//! ```text
//! 8 octets   name of the key
//! 12         nonce, random
//! n + 16     the session, encrypted with AES-256-GCM-SIV, and its tag; the name is authenticated with it
//! ```
//! GCM-SIV, because several processes draw random nonces under one key, for as long as an operator leaves it: a repeated nonce tells
//! no more than that two tickets are equal.

use std::{fmt, path::Path, sync::Arc};

use aws_lc_rs::{
    aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    digest, rand,
};
use parking_lot::Mutex;
use rustls::server::ProducesTickets;

use super::{TlsError, ticket_file};

/// Tickets whose keys come from a file.
pub(super) struct Tickets {
    path: Box<Path>,
    /// The first encrypts, all decrypt. Locked to take a reference only.
    keys: Mutex<Arc<[TicketKey]>>,
}

/// One key.
pub(super) struct TicketKey {
    name: [u8; NAME_LEN],
    key: LessSafeKey,
}

const NAME_LEN: usize = 8;
/// What clients are told, in seconds. How long a ticket is good is up to the file: as long as its key stands there.
const LIFETIME: u32 = 12 * 60 * 60;

impl TicketKey {
    pub(super) fn new(secret: &[u8; 32]) -> Option<Self> {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(b"smpp-session ticket key name");
        context.update(secret);
        let (name, _) =
            context.finish().as_ref().split_first_chunk().map(|(name, rest)| (*name, rest.len()))?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, secret).ok()?);
        Some(Self { name, key })
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
        Ok(Self { path: path.into(), keys: Mutex::new(keys.into()) })
    }

    /// Takes the keys that the file holds now, when they are others; true when they are.
    pub(super) fn reload(&self) -> Result<bool, TlsError> {
        let read = ticket_file::read(&self.path)?;
        let mut keys = self.keys.lock();
        if **keys == *read {
            return Ok(false);
        }
        *keys = read.into();
        Ok(true)
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
        let keys = Arc::clone(&self.keys.lock());
        keys.first()?.encrypt(plain)
    }

    fn decrypt(&self, ticket: &[u8]) -> Option<Vec<u8>> {
        let (name, rest) = ticket.split_first_chunk::<NAME_LEN>()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>()?;
        let keys = Arc::clone(&self.keys.lock());
        keys.iter().find(|key| key.name == *name)?.decrypt(*nonce, sealed)
    }
}

/// Shows no key.
impl fmt::Debug for Tickets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tickets({})", self.path.display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tickets(secrets: &[u8]) -> Tickets {
        let keys: Vec<_> = secrets.iter().map(|octet| TicketKey::new(&[*octet; 32]).unwrap()).collect();
        Tickets { path: Path::new("tickets").into(), keys: Mutex::new(keys.into()) }
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

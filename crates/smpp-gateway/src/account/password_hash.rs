//! Passwords that were imported: argon2id, which makes each guess cost memory and time.

use std::{fmt, io};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc},
};
use aws_lc_rs::rand;

/// An argon2id hash of a password, in PHC form: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
///
/// For passwords that people chose, or another system made: they are worth guessing even where the server key is known.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(Box<phc::PasswordHash>);

impl PasswordHash {
    /// Hashes a password: 19 MiB, two passes, a random salt.
    ///
    /// # Errors
    /// When the system has no random octets to give.
    pub fn of(password: &[u8]) -> io::Result<Self> {
        let mut salt = [0; 16];
        rand::fill(&mut salt).map_err(|_| io::Error::other("the system has no random octets to give"))?;
        Argon2::default()
            .hash_password_with_salt(password, &salt)
            .map(|hash| Self(Box::new(hash)))
            .map_err(io::Error::other)
    }

    /// Reads the PHC form; `None` when it is not argon2id of version 19, or costs more than 64 MiB or ten passes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let hash = phc::PasswordHash::new(text).ok()?;
        let params = Params::try_from(&hash).ok()?;
        let costs = params.m_cost() <= MAX_KIBIBYTES && params.t_cost() <= MAX_PASSES && params.p_cost() <= 4;
        let is_argon2id = hash.algorithm.as_str() == Algorithm::Argon2id.as_str();
        let is_current = hash.version == Some(Version::V0x13.into());
        (is_argon2id && is_current && costs && hash.hash.is_some() && hash.salt.is_some())
            .then(|| Self(Box::new(hash)))
    }

    /// True when this is the password. Takes tens of milliseconds, by design.
    #[must_use]
    pub fn matches(&self, password: &[u8]) -> bool {
        Argon2::default().verify_password(password, &*self.0).is_ok()
    }
}

/// The PHC form.
impl fmt::Display for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

/// A hash from elsewhere must not take the gateway's memory, or its time.
const MAX_KIBIBYTES: u32 = 64 * 1_024;
const MAX_PASSES: u32 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_matches_its_own_password_and_is_read_from_what_it_prints() {
        let hash = PasswordHash::of(b"secret08").unwrap();
        let text = hash.to_string();
        assert!(text.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{text}");
        let read = PasswordHash::parse(&text).unwrap();
        assert_eq!(read, hash);
        assert!(read.matches(b"secret08"));
        assert!(!read.matches(b"secret09"));
        assert_eq!(format!("{hash:?}"), "PasswordHash(..)");
        assert_ne!(PasswordHash::of(b"secret08").unwrap().to_string(), text, "each has its own salt");
    }

    #[test]
    fn what_is_weaker_or_costs_too_much_is_refused() {
        let text = PasswordHash::of(b"secret08").unwrap().to_string();
        for (part, other) in [
            ("argon2id", "argon2i"),
            ("argon2id", "scrypt"),
            ("v=19", "v=16"),
            ("v=19$", ""),
            ("m=19456", "m=65537"),
            ("t=2", "t=11"),
            ("p=1", "p=5"),
        ] {
            assert!(PasswordHash::parse(&text.replace(part, other)).is_none(), "{other}");
        }
        let (without_hash, _) = text.rsplit_once('$').unwrap();
        for wrong in ["", "secret08", "$argon2id$", without_hash] {
            assert!(PasswordHash::parse(wrong).is_none(), "{wrong}");
        }
    }
}

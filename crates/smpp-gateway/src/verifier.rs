//! Passwords: how they are made, and what is kept of them.

use std::{fmt, io, path::Path};

use aws_lc_rs::{constant_time, hmac, rand};

use crate::secret_file;

/// What is kept of a password: `HMAC-SHA-256(key, system_id || 0x00 || password)`.
///
/// A password has at most eight characters (SMPP v3.4 §5.2.2), so that any plain hash of it can be searched; the key, which is
/// not in the config, is what protects it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Verifier([u8; 32]);

impl Verifier {
    pub(crate) const fn new(octets: [u8; 32]) -> Self {
        Self(octets)
    }

    pub(crate) const fn octets(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.as_bytes().as_chunks::<2>();
        let (pairs, []) = digits else { return None };
        let mut octets = [0; 32];
        if pairs.len() != octets.len() {
            return None;
        }
        for (octet, [high, low]) in octets.iter_mut().zip(pairs) {
            *octet = hex_digit(*high)? << 4 | hex_digit(*low)?;
        }
        Some(Self(octets))
    }

    /// The 64 lower-case digits that [`Verifier::from_hex`] reads.
    #[must_use]
    pub fn to_hex(&self) -> String {
        self.0.iter().map(|octet| format!("{octet:02x}")).collect()
    }
}

fn hex_digit(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier(..)")
    }
}

/// The server's own key, without which no verifier can be made or searched.
#[derive(Clone, Debug)]
pub struct VerifierKey(hmac::Key);

impl VerifierKey {
    /// A new key, kept nowhere: for tests and embedded gateways.
    ///
    /// # Errors
    /// When the system has no random octets to give.
    pub fn generate() -> io::Result<Self> {
        random_octets().map(|octets| Self(hmac::Key::new(hmac::HMAC_SHA256, &octets)))
    }

    /// The key in this file, which is made with mode 0600 if there is none.
    ///
    /// # Errors
    /// When the file can't be read or made, is not 32 octets long, or may be read by others.
    pub fn load_or_create(path: &Path) -> io::Result<Self> {
        let octets = secret_file::read_or_create(path, || random_octets().map(Vec::from))?;
        if octets.len() != KEY_LEN {
            let what = format!("its length is {} octets, allowed is {KEY_LEN}", octets.len());
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &octets)))
    }

    /// What to keep of this password.
    #[must_use]
    pub fn verifier(&self, system_id: &[u8], password: &[u8]) -> Verifier {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(system_id);
        context.update(&[0]);
        context.update(password);
        let mut octets = [0; 32];
        octets.copy_from_slice(context.sign().as_ref());
        Verifier(octets)
    }

    /// True when this is the password behind the verifier; takes the same time for any wrong one.
    #[must_use]
    pub fn matches(&self, verifier: &Verifier, system_id: &[u8], password: &[u8]) -> bool {
        let given = self.verifier(system_id, password);
        constant_time::verify_slices_are_equal(&given.0, &verifier.0).is_ok()
    }
}

/// A new password of eight letters and digits, the longest the protocol carries (SMPP v3.4 §5.2.2): 47 bits.
///
/// # Errors
/// When the system has no random octets to give.
pub fn generate_password() -> io::Result<String> {
    let mut password = String::with_capacity(PASSWORD_LEN);
    while password.len() < PASSWORD_LEN {
        let fair = random_octets()?.into_iter().filter_map(password_character);
        password.extend(fair.take(PASSWORD_LEN - password.len()));
    }
    Ok(password)
}

/// Octets above the last whole multiple of the alphabet are refused: they would favour its first characters.
fn password_character(octet: u8) -> Option<char> {
    let fair = usize::from(octet) < 256 / ALPHABET.len() * ALPHABET.len();
    fair.then(|| ALPHABET.get(usize::from(octet) % ALPHABET.len()).map(|octet| char::from(*octet))).flatten()
}

fn random_octets() -> io::Result<[u8; KEY_LEN]> {
    let mut octets = [0; KEY_LEN];
    rand::fill(&mut octets).map_err(|_| io::Error::other("the system has no random octets to give"))?;
    Ok(octets)
}

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const PASSWORD_LEN: usize = 8;
/// As long as what SHA-256 gives: a longer key adds nothing.
const KEY_LEN: usize = 32;

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_password_matches_its_own_verifier_only() {
        let key = VerifierKey::generate().unwrap();
        let verifier = key.verifier(b"alice", b"secret");
        assert!(key.matches(&verifier, b"alice", b"secret"));
        assert!(!key.matches(&verifier, b"alice", b"Secret"));
        assert!(!key.matches(&verifier, b"bob", b"secret"));
        assert!(!key.matches(&verifier, b"alices", b"ecret"));
        assert!(!VerifierKey::generate().unwrap().matches(&verifier, b"alice", b"secret"));
    }

    #[test]
    fn a_verifier_is_the_hmac_of_id_zero_and_password() {
        let key = VerifierKey(hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]));
        let expected = hmac::sign(&key.0, b"alice\0secret");
        assert_eq!(key.verifier(b"alice", b"secret").0, expected.as_ref());
    }

    #[test]
    fn a_verifier_is_read_from_what_it_prints() {
        let verifier = VerifierKey::generate().unwrap().verifier(b"alice", b"secret");
        assert_eq!(Verifier::from_hex(&verifier.to_hex()), Some(verifier));
        assert_eq!(Verifier::from_hex(&verifier.to_hex().to_uppercase()), Some(verifier));
        assert_eq!(format!("{verifier:?}"), "Verifier(..)");
    }

    #[test]
    fn what_is_not_64_digits_is_no_verifier() {
        for text in ["", "00", &"0".repeat(63), &"0".repeat(66), &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(Verifier::from_hex(text), None, "{text}");
        }
    }

    #[test]
    fn a_key_is_the_same_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("server.key");
        let verifier = VerifierKey::load_or_create(&path).unwrap().verifier(b"alice", b"secret");
        assert!(VerifierKey::load_or_create(&path).unwrap().matches(&verifier, b"alice", b"secret"));
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("server.key");
        VerifierKey::load_or_create(&path).unwrap();
        fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(31).unwrap();
        let error = VerifierKey::load_or_create(&path).unwrap_err();
        assert_eq!(error.to_string(), "its length is 31 octets, allowed is 32");
    }

    #[test]
    fn passwords_use_the_whole_alphabet_evenly() {
        let mut counts = [0_u32; 256];
        for octet in 0..=u8::MAX {
            if let Some(character) = password_character(octet) {
                counts[character as usize] += 1;
            }
        }
        assert!(ALPHABET.iter().all(|character| counts[usize::from(*character)] == 4));
        let password = generate_password().unwrap();
        assert_eq!(password.len(), 8);
        assert!(password.bytes().all(|character| ALPHABET.contains(&character)));
        assert_ne!(password, generate_password().unwrap());
    }
}

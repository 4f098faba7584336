//! What a gateway gives to the process that takes over from it: the sockets that it listens on, and what it knows by heart.

use std::{
    fmt,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use smpp_session::TicketKeys;

use crate::{PasswordHash, Verifier};

/// Sockets that listen already, each with the address that the configuration named it by.
#[derive(Debug, Default)]
pub struct Sockets {
    /// For clients.
    pub gateway: Option<(SocketAddr, TcpListener)>,
    /// For operators.
    pub admin: Option<(SocketAddr, TcpListener)>,
}

/// What lives in the memory of a gateway and would be missed after a restart. It is to be handed from process to process, and never to
/// lie on a disk.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Secrets {
    /// The keys of session tickets, where they come from no file.
    pub(crate) tickets: Option<TicketKeys>,
    /// Imported passwords that were right: their next bind costs no hash.
    pub(crate) verified: Vec<Verified>,
}

/// A password that was hashed and found right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verified {
    /// [`Account::id`](crate::Account::id).
    pub(crate) account: u32,
    pub(crate) verifier: Verifier,
    /// What it was found to match: good for nothing once the account has another.
    pub(crate) hash: PasswordHash,
}

impl Secrets {
    /// Reads one of the lines that [`Display`](fmt::Display) writes; false when it is none.
    #[must_use]
    pub fn read(&mut self, line: &str) -> bool {
        self.take(line).is_some()
    }

    fn take(&mut self, line: &str) -> Option<()> {
        let words: Vec<_> = line.split(' ').collect();
        match *words.as_slice() {
            ["ticket-age", seconds] => self.tickets().age = Duration::from_secs(seconds.parse().ok()?),
            ["ticket-key", digits] => self.tickets().secrets.push(*Verifier::from_hex(digits)?.octets()),
            ["verified", account, verifier, hash] => self.verified.push(Verified {
                account: account.parse().ok()?,
                verifier: Verifier::from_hex(verifier)?,
                hash: PasswordHash::parse(hash)?,
            }),
            _ => return None,
        }
        Some(())
    }

    fn tickets(&mut self) -> &mut TicketKeys {
        self.tickets.get_or_insert(TicketKeys { secrets: Vec::new(), age: Duration::ZERO })
    }
}

/// A line each.
impl fmt::Display for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(tickets) = &self.tickets {
            writeln!(f, "ticket-age {}", tickets.age.as_secs())?;
            for secret in &tickets.secrets {
                writeln!(f, "ticket-key {}", Verifier::new(*secret).to_hex())?;
            }
        }
        for Verified { account, verifier, hash } in &self.verified {
            writeln!(f, "verified {account} {} {hash}", verifier.to_hex())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_read_from_the_lines_that_they_print() {
        let tickets = TicketKeys { secrets: vec![[7; 32], [8; 32]], age: Duration::from_secs(99) };
        let hash = PasswordHash::of(b"secret08").unwrap();
        let verified = Verified { account: 5, verifier: Verifier::new([9; 32]), hash };
        let secrets = Secrets { tickets: Some(tickets), verified: vec![verified] };
        let mut read = Secrets::default();
        assert!(secrets.to_string().lines().all(|line| read.read(line)));
        assert_eq!(read, secrets);
        for wrong in ["", "ticket-age x", "ticket-key 00", "verified 5 00 $argon2id$", "go"] {
            assert!(!read.read(wrong), "{wrong}");
        }
        assert_eq!(format!("{:?}", Secrets::default()), "Secrets { tickets: None, verified: [] }");
        assert!(!format!("{secrets:?}").contains("0707"), "no key is shown");
    }
}

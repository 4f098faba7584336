//! What the ledger says of one message, and of one receipt.

use xxhash_rust::xxh3::xxh3_128;

/// One line of the ledger; times are nanoseconds since the start of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A message came to its end: 54 octets.
    Message {
        /// Its number in the run, from 0.
        number: u64,
        /// How it ended.
        fate: Fate,
        /// When it was to leave.
        intended: u64,
        /// When it left; `intended` again when it never did.
        sent: u64,
        /// When it ended.
        ended: u64,
        /// Of its message_id; [`IdDigest::NONE`] without one.
        id: IdDigest,
    },
    /// A receipt came: 25 octets.
    Receipt {
        /// When.
        at: u64,
        /// Of the message_id that it names.
        id: IdDigest,
    },
}

/// How a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Answered with this command_status.
    Answered(u32),
    /// Sent, not answered in time.
    TimedOut,
    /// Sent, and the connection ended before an answer came: its fate at the server is unknown.
    Lost,
    /// Never sent: its deadline passed before there was room.
    Shed,
}

/// 128 bits of a message_id, enough for 100 million ids to be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdDigest(pub u128);

impl IdDigest {
    /// No id.
    pub const NONE: Self = Self(0);

    /// Of an id's octets, without a NUL.
    #[must_use]
    pub fn of(id: &[u8]) -> Self {
        if id.is_empty() { Self::NONE } else { Self(xxh3_128(id).max(1)) }
    }
}

impl Entry {
    /// Appends it.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match *self {
            Self::Message { number, fate, intended, sent, ended, id } => {
                let (kind, status) = fate.code();
                out.push(kind);
                out.extend_from_slice(&status.to_le_bytes());
                for word in [number, intended, sent, ended] {
                    out.extend_from_slice(&word.to_le_bytes());
                }
                out.extend_from_slice(&id.0.to_le_bytes());
            }
            Self::Receipt { at, id } => {
                out.push(RECEIPT);
                out.extend_from_slice(&at.to_le_bytes());
                out.extend_from_slice(&id.0.to_le_bytes());
            }
        }
    }

    /// Takes one from the front; `None` when the octets are no entry.
    pub(super) fn read(octets: &mut &[u8]) -> Option<Self> {
        let [kind] = take(octets)?;
        if kind == RECEIPT {
            return Some(Self::Receipt {
                at: word(octets)?,
                id: IdDigest(u128::from_le_bytes(take(octets)?)),
            });
        }
        let fate = Fate::from_code(kind, u32::from_le_bytes(take(octets)?))?;
        Some(Self::Message {
            number: word(octets)?,
            fate,
            intended: word(octets)?,
            sent: word(octets)?,
            ended: word(octets)?,
            id: IdDigest(u128::from_le_bytes(take(octets)?)),
        })
    }
}

impl Fate {
    const fn code(self) -> (u8, u32) {
        match self {
            Self::Answered(status) => (1, status),
            Self::TimedOut => (2, 0),
            Self::Lost => (3, 0),
            Self::Shed => (4, 0),
        }
    }

    const fn from_code(kind: u8, status: u32) -> Option<Self> {
        Some(match kind {
            1 => Self::Answered(status),
            2 => Self::TimedOut,
            3 => Self::Lost,
            4 => Self::Shed,
            _ => return None,
        })
    }
}

fn word(octets: &mut &[u8]) -> Option<u64> {
    take(octets).map(u64::from_le_bytes)
}

fn take<const N: usize>(octets: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = octets.split_first_chunk::<N>()?;
    *octets = rest;
    Some(*head)
}

/// Above the codes of fates.
const RECEIPT: u8 = 16;
/// Octets of the longest entry.
pub(super) const ENTRY_MAX: usize = 1 + 4 + 4 * 8 + 16;

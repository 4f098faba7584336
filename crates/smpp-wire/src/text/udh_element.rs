//! One information element of a user data header, read and written (3GPP TS 23.040 §9.2.3.24).

use super::room::Room;
use super::{Concat, Reference};

/// An information element. One whose data does not fit its kind is [`Element::Other`], and carried as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Element<'a> {
    /// 0x00 or 0x08: a part of a long message. A reference from SAR TLVs is written as 0x08.
    Concat(Concat),
    /// 0x04: application ports below 256.
    Ports8 {
        /// Where it goes.
        destination: u8,
        /// Where it comes from.
        originator: u8,
    },
    /// 0x05: application ports.
    Ports16 {
        /// Where it goes.
        destination: u16,
        /// Where it comes from.
        originator: u16,
    },
    /// 0x01: something waits for the subscriber; may stand more than once.
    Indication {
        /// Keep the text.
        store: bool,
        /// The subscriber's profile, 0 to 3.
        profile: u8,
        /// 0 voice, 1 fax, 2 e-mail, 3 other; up to 31.
        kind: u8,
        /// How many messages wait.
        count: u8,
    },
    /// 0x24: the national language whose extension table replaces the default one.
    SingleShift(u8),
    /// 0x25: the national language whose alphabet replaces the default one.
    LockingShift(u8),
    /// Any other.
    Other {
        /// Which.
        id: u8,
        /// What it says.
        data: &'a [u8],
    },
}

impl<'a> Element<'a> {
    /// Reads the data of the element `id`.
    #[must_use]
    pub const fn new(id: u8, data: &'a [u8]) -> Self {
        let other = Self::Other { id, data };
        match (id, data) {
            (0x00, &[reference, total, number]) => concat(Reference::Udh8(reference), total, number, other),
            (0x08, &[high, low, total, number]) => {
                concat(Reference::Udh16(u16::from_be_bytes([high, low])), total, number, other)
            }
            (0x04, &[destination, originator]) => Self::Ports8 { destination, originator },
            (0x05, &[to, to_low, from, from_low]) => Self::Ports16 {
                destination: u16::from_be_bytes([to, to_low]),
                originator: u16::from_be_bytes([from, from_low]),
            },
            (0x01, &[indication, count]) => Self::Indication {
                store: indication & 0x80 != 0,
                profile: indication >> 5 & 0x03,
                kind: indication & 0x1F,
                count,
            },
            (0x24, &[language]) => Self::SingleShift(language),
            (0x25, &[language]) => Self::LockingShift(language),
            _ => other,
        }
    }

    /// The octets it takes, with its id and length.
    #[must_use]
    pub const fn octets_len(&self) -> usize {
        match self {
            Self::Concat(concat) if matches!(concat.reference(), Reference::Udh8(_)) => 5,
            Self::Concat(_) | Self::Ports16 { .. } => 6,
            Self::Ports8 { .. } | Self::Indication { .. } => 4,
            Self::SingleShift(_) | Self::LockingShift(_) => 3,
            Self::Other { data, .. } => 2 + data.len(),
        }
    }

    pub(super) fn put(&self, room: &mut Room<'_>) {
        match *self {
            Self::Concat(concat) => put_concat(concat, room),
            Self::Ports8 { destination, originator } => room.put(&[0x04, 2, destination, originator]),
            Self::Ports16 { destination, originator } => {
                room.put(&[0x05, 4]);
                room.put(&destination.to_be_bytes());
                room.put(&originator.to_be_bytes());
            }
            Self::Indication { store, profile, kind, count } => {
                let indication = u8::from(store) << 7 | (profile & 0x03) << 5 | kind & 0x1F;
                room.put(&[0x01, 2, indication, count]);
            }
            Self::SingleShift(language) => room.put(&[0x24, 1, language]),
            Self::LockingShift(language) => room.put(&[0x25, 1, language]),
            Self::Other { id, data } => {
                room.put(&[id, u8::try_from(data.len()).unwrap_or(u8::MAX)]);
                room.put(data);
            }
        }
    }
}

const fn concat<'a>(reference: Reference, total: u8, number: u8, other: Element<'a>) -> Element<'a> {
    match Concat::new(reference, total, number) {
        Some(concat) => Element::Concat(concat),
        None => other,
    }
}

fn put_concat(concat: Concat, room: &mut Room<'_>) {
    match concat.reference() {
        Reference::Udh8(reference) => room.put(&[0x00, 3, reference]),
        Reference::Udh16(reference) | Reference::Sar(reference) => {
            room.put(&[0x08, 4]);
            room.put(&reference.to_be_bytes());
        }
    }
    room.put(&[concat.total(), concat.number()]);
}

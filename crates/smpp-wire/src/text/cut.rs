//! Where a text may be cut, and how much fits: never inside an escape pair or a surrogate pair.

use super::gsm_table::ESCAPE;
use super::{Alphabet, Carriage};

/// What must stay whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// One septet an octet; an escape and the next.
    Septet,
    /// Any octet stands alone.
    Octet,
    /// Two octets; a high surrogate and the next.
    Pair,
}

impl Unit {
    pub(super) const fn of(alphabet: Alphabet) -> Self {
        match alphabet {
            Alphabet::Gsm => Self::Septet,
            Alphabet::Ucs2 => Self::Pair,
            _ => Self::Octet,
        }
    }

    /// The octets (of SMPP) that fit a short message behind a header of `udh_octets`.
    pub(super) const fn room(self, udh_octets: usize) -> usize {
        let octets = RADIO_OCTETS.saturating_sub(udh_octets);
        match self {
            Self::Septet => octets * 8 / 7,
            Self::Octet => octets,
            Self::Pair => octets / 2 * 2,
        }
    }

    /// How many octets of `text` go into a part of `room`.
    pub(super) fn cut(self, text: &[u8], room: usize) -> usize {
        let Some(part) = text.get(..room).filter(|_| room < text.len()) else { return text.len() };
        match self {
            Self::Septet if ends_in_escape(part) => room.saturating_sub(1),
            Self::Pair if ends_in_high_surrogate(part) && starts_with_low_surrogate(text.get(room..)) => {
                room.saturating_sub(2)
            }
            _ => room,
        }
    }
}

/// The octets that fit one message without elements of the caller: alone, or as a part.
pub(super) const fn segment_room(unit: Unit, carriage: Carriage, concat: bool) -> usize {
    match carriage {
        Carriage::Payload => usize::MAX,
        _ if !concat => unit.room(0),
        Carriage::Udh8 | Carriage::Sar => unit.room(6),
        Carriage::Udh16 | Carriage::Sar16 => unit.room(7),
    }
}

/// The octets of the character at the front; none when there is none.
pub(crate) fn character_len(text: &[u8], alphabet: Alphabet) -> usize {
    let len = match (Unit::of(alphabet), text) {
        (Unit::Septet, [ESCAPE, ..]) => 2,
        (Unit::Pair, [0xD8..=0xDB, _, 0xDC..=0xDF, _, ..]) => 4,
        (Unit::Pair, _) => 2,
        _ => 1,
    };
    len.min(text.len())
}

/// An odd number of escapes: the last of them leads to what follows.
fn ends_in_escape(part: &[u8]) -> bool {
    part.iter().rev().take_while(|octet| **octet == ESCAPE).count() % 2 == 1
}

fn ends_in_high_surrogate(part: &[u8]) -> bool {
    matches!(part, [.., 0xD8..=0xDB, _])
}

const fn starts_with_low_surrogate(rest: Option<&[u8]>) -> bool {
    matches!(rest, Some([0xDC..=0xDF, _, ..]))
}

/// The user data of one short message on the radio side (3GPP TS 23.040).
const RADIO_OCTETS: usize = 140;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escaped_escape_is_a_pair_too() {
        assert_eq!(Unit::Septet.cut(b"a\x1B\x1Bbcd", 3), 3);
        assert_eq!(Unit::Septet.cut(b"a\x1B\x1Bbcd", 2), 1);
    }

    #[test]
    fn only_a_whole_surrogate_pair_is_kept_together() {
        assert_eq!(Unit::Pair.cut(&[0, 1, 0xD8, 0x3D, 0xDE, 0, 0, 2], 4), 2);
        assert_eq!(Unit::Pair.cut(&[0, 1, 0xD8, 0x3D, 0, 2], 4), 4);
    }
}

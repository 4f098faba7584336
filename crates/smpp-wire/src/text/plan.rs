//! Which encoding a text needs, and how many segments it will take.

use super::cut::{Unit, segment_room};
use super::gsm_block::plain_len;
use super::gsm_table::{NONE, count as septets, place_of};
use super::{Alphabet, Carriage, ucs2};
use crate::values::DataCoding;

/// What sending one text takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// [`Alphabet::Gsm`] if that has every character, or else [`Alphabet::Ucs2`].
    pub alphabet: Alphabet,
    /// Septets, or 16-bit units.
    pub units: usize,
    /// How many messages it will be, at least 1. More than 255 can't be sent.
    pub segments: usize,
}

impl Plan {
    /// The `data_coding` to send it with.
    #[must_use]
    pub const fn data_coding(self) -> DataCoding {
        match self.alphabet {
            Alphabet::Ucs2 => DataCoding::UCS2,
            _ => DataCoding::DEFAULT,
        }
    }
}

/// Which encoding `text` needs, and how many segments it will take.
#[must_use]
pub fn plan(text: &str, carriage: Carriage) -> Plan {
    if plain_len(text.as_bytes()) == text.len() {
        // Every octet is one septet, and the text may be cut anywhere.
        let room = |concat| segment_room(Unit::Septet, carriage, concat);
        let segments = if text.len() <= room(false) { 1 } else { text.len().div_ceil(room(true)) };
        return Plan { alphabet: Alphabet::Gsm, units: text.len(), segments };
    }
    let gsm = |char| Some(place_of(char)).filter(|place| *place != NONE).map(septets);
    match text.chars().try_fold(0, |units, char| Some(units + gsm(char)?)) {
        Some(units) => {
            let segments = count(units, text.chars().filter_map(gsm), |concat| {
                segment_room(Unit::Septet, carriage, concat)
            });
            Plan { alphabet: Alphabet::Gsm, units, segments }
        }
        None => {
            let units = ucs2::units(text);
            let room = |concat| segment_room(Unit::Pair, carriage, concat) / 2;
            let segments = count(units, text.chars().map(char::len_utf16), room);
            Plan { alphabet: Alphabet::Ucs2, units, segments }
        }
    }
}

/// `room(false)` is that of a message alone, `room(true)` that of a part. No character is split.
fn count(units: usize, costs: impl Iterator<Item = usize>, room: impl Fn(bool) -> usize) -> usize {
    if units <= room(false) {
        return 1;
    }
    let (mut segments, mut used, room) = (1, 0, room(true));
    for cost in costs {
        if used + cost > room {
            segments += 1;
            used = 0;
        }
        used += cost;
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(text: &str) -> (Alphabet, usize, usize) {
        let plan = plan(text, Carriage::Udh8);
        (plan.alphabet, plan.units, plan.segments)
    }

    #[test]
    fn one_character_outside_gsm_makes_the_whole_text_utf_16() {
        assert_eq!(planned(""), (Alphabet::Gsm, 0, 1));
        assert_eq!(planned(&"a".repeat(160)), (Alphabet::Gsm, 160, 1));
        assert_eq!(planned(&("a".repeat(160) + "ж")), (Alphabet::Ucs2, 161, 3));
    }

    #[test]
    fn characters_that_can_not_be_split_may_cost_a_segment() {
        assert_eq!(planned(&"€".repeat(153)), (Alphabet::Gsm, 306, 3));
        assert_eq!(planned(&"😀".repeat(67)), (Alphabet::Ucs2, 134, 3));
    }

    #[test]
    fn message_payload_is_always_one_segment() {
        assert_eq!(plan(&"a".repeat(1000), Carriage::Payload).segments, 1);
    }
}

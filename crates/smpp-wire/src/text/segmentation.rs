//! Segmentation: a long text as the messages that carry it.

use super::cut::Unit;
use super::{Alphabet, Concat, Element, Reference, Segment, TextError, TextErrorKind, udh};

/// How the parts of a long text are said to belong together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Carriage {
    /// A user data header with an 8-bit reference: the most widely accepted.
    #[default]
    Udh8,
    /// A user data header with a 16-bit reference.
    Udh16,
    /// SAR TLVs; the message centre makes a header with an 8-bit reference of them.
    Sar,
    /// SAR TLVs; the message centre makes a header with a 16-bit reference of them.
    Sar16,
    /// One message with all of it in message_payload; the message centre splits it.
    Payload,
}

/// How to segment a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Segmentation<'a> {
    /// What the octets are: decides what must stay whole and how many fit.
    pub alphabet: Alphabet,
    /// How the parts belong together.
    pub carriage: Carriage,
    /// What the parts have in common; best counted per destination. Of an 8-bit reference the low octet is sent.
    pub reference: u16,
    /// Elements for the header of every part, such as ports.
    pub elements: &'a [Element<'a>],
}

impl<'a> Segmentation<'a> {
    /// Cuts encoded octets. A text that fits one message is one, without a reference; an empty one too.
    ///
    /// # Errors
    /// More than 255 parts, or than message_payload carries; elements that leave no room, or that SAR TLVs exclude.
    pub fn split<'t>(self, text: &'t [u8]) -> Result<Segments<'a, 't>, TextError> {
        let unit = Unit::of(self.alphabet);
        let own = if self.elements.is_empty() { 0 } else { udh::len(self.elements)? };
        let mut segments =
            Segments { plan: self, unit, room: self.room_alone(own), rest: text, sent: 0, total: 1 };
        if text.len() <= segments.room {
            return Ok(segments);
        }
        if self.carriage == Carriage::Payload {
            return Err(TextError::new(TextErrorKind::TooLong, segments.room));
        }
        segments.room = self.room_of_a_part(own)?;
        segments.total = self.count(text, segments.room)?;
        Ok(segments)
    }

    const fn room_alone(&self, udh_octets: usize) -> usize {
        match self.carriage {
            Carriage::Payload => PAYLOAD_MAX - udh_octets,
            _ => Unit::of(self.alphabet).room(udh_octets),
        }
    }

    /// At least one pair must fit.
    fn room_of_a_part(&self, own_octets: usize) -> Result<usize, TextError> {
        let sar = matches!(self.carriage, Carriage::Sar | Carriage::Sar16);
        if sar && own_octets > 0 {
            return Err(TextError::new(TextErrorKind::UdhWithSar, 0));
        }
        let concat = if matches!(self.carriage, Carriage::Udh8 | Carriage::Sar) { 5 } else { 6 };
        match Unit::of(self.alphabet).room(own_octets.max(1) + concat) {
            0..4 => Err(TextError::new(TextErrorKind::UdhTooLong, 0)),
            room => Ok(room),
        }
    }

    fn count(&self, text: &[u8], room: usize) -> Result<u8, TextError> {
        let (mut rest, mut total) = (text, 0_u8);
        while !rest.is_empty() {
            let offset = text.len() - rest.len();
            total = total.checked_add(1).ok_or_else(|| TextError::new(TextErrorKind::TooLong, offset))?;
            rest = rest.get(Unit::of(self.alphabet).cut(rest, room)..).unwrap_or_default();
        }
        Ok(total)
    }

    const fn reference(&self) -> Reference {
        let [_, low] = self.reference.to_be_bytes();
        match self.carriage {
            Carriage::Udh8 => Reference::Udh8(low),
            Carriage::Sar | Carriage::Sar16 => Reference::Sar(self.reference),
            _ => Reference::Udh16(self.reference),
        }
    }
}

/// The parts in their order.
#[derive(Clone, Debug)]
pub struct Segments<'a, 't> {
    plan: Segmentation<'a>,
    unit: Unit,
    room: usize,
    rest: &'t [u8],
    sent: u8,
    total: u8,
}

impl<'a, 't> Iterator for Segments<'a, 't> {
    type Item = Segment<'a, 't>;

    fn next(&mut self) -> Option<Segment<'a, 't>> {
        if self.sent == self.total {
            return None;
        }
        self.sent += 1;
        let (text, rest) = self.rest.split_at_checked(self.unit.cut(self.rest, self.room))?;
        self.rest = rest;
        let alone = self.total == 1;
        let concat = if alone { None } else { Concat::new(self.plan.reference(), self.total, self.sent) };
        Some(Segment::new(concat, self.plan.elements, text))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::from(self.total - self.sent);
        (left, Some(left))
    }
}

impl ExactSizeIterator for Segments<'_, '_> {}

/// A TLV's length has 16 bits.
const PAYLOAD_MAX: usize = 65_535;

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;

    fn sizes(plan: Segmentation<'_>, len: usize) -> Vec<usize> {
        plan.split(&vec![b'a'; len]).unwrap().map(|segment| segment.text().len()).collect()
    }

    #[test]
    fn an_empty_text_is_one_message_without_a_header() {
        let mut segments = Segmentation::default().split(b"").unwrap();
        let segment = segments.next().unwrap();
        assert_eq!((segment.concat(), segment.has_udh(), segment.octets_len()), (None, false, 0));
        assert!(segments.next().is_none());
    }

    #[test]
    fn sar_parts_have_no_header_but_leave_room_for_one() {
        let plan = Segmentation { carriage: Carriage::Sar, reference: 0x12A, ..Segmentation::default() };
        assert_eq!(sizes(plan, 161), [153, 8]);
        let part = plan.split(&[b'a'; 161]).unwrap().last().unwrap();
        assert_eq!((part.concat(), part.has_udh()), (Concat::new(Reference::Sar(0x12A), 2, 2), false));
        assert_eq!(sizes(Segmentation { carriage: Carriage::Sar16, ..plan }, 161), [152, 9]);
    }

    #[test]
    fn more_than_255_parts_are_an_error_that_says_where() {
        let most = 255 * 153;
        assert_eq!(sizes(Segmentation::default(), most).len(), 255);
        let text = vec![b'a'; most + 1];
        let error = TextError::new(TextErrorKind::TooLong, most);
        assert_eq!(Segmentation::default().split(&text).err(), Some(error));
    }

    #[test]
    fn a_payload_is_one_message_up_to_what_its_tlv_carries() {
        let plan = Segmentation { carriage: Carriage::Payload, ..Segmentation::default() };
        assert_eq!(sizes(plan, 65_535), [65_535]);
        assert_eq!(plan.split(&vec![0; 65_536]).unwrap_err().kind, TextErrorKind::TooLong);
    }

    #[test]
    fn elements_that_leave_no_room_are_an_error() {
        let elements = [Element::Other { id: 0x70, data: &[0; 130] }];
        let plan = Segmentation { elements: &elements, ..Segmentation::default() };
        assert_eq!(plan.split(&[0; 160]).unwrap_err().kind, TextErrorKind::UdhTooLong);
        let elements = [Element::SingleShift(1)];
        let plan = Segmentation { carriage: Carriage::Sar, elements: &elements, ..Segmentation::default() };
        assert_eq!(plan.split(&[0; 160]).unwrap_err().kind, TextErrorKind::UdhWithSar);
    }
}

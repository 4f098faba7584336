//! The user data header in front of a text (3GPP TS 23.040 §9.2.3.24). It is there when `esm_class` has bit 6 (0x40).

use core::fmt;

use super::room::{Room, append};
use super::{Concat, Element, TextError, TextErrorKind};
use crate::{Buffer, CommandStatus};

pub use super::udh_names::{element_name, language_name};

/// A user data header: its shape was checked, its elements are read one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Udh<'a> {
    octets: &'a [u8],
}

impl<'a> Udh<'a> {
    /// Takes the header from the front of user data, and gives the text behind it.
    ///
    /// # Errors
    /// The header, or one of its elements, does not end where its length says.
    pub fn parse(user_data: &'a [u8]) -> Result<(Self, &'a [u8]), UdhError> {
        let missing = UdhError { kind: UdhErrorKind::Missing, offset: 0 };
        let (len, rest) = user_data.split_first().ok_or(missing)?;
        let past = UdhError { kind: UdhErrorKind::PastUserData, offset: 0 };
        let (octets, text) = rest.split_at_checked(usize::from(*len)).ok_or(past)?;
        let mut left = octets;
        while !left.is_empty() {
            let offset = 1 + octets.len() - left.len();
            (_, left) = split_element(left).map_err(|kind| UdhError { kind, offset })?;
        }
        Ok((Self { octets }, text))
    }

    /// The elements in their order.
    #[must_use]
    pub const fn elements(self) -> Elements<'a> {
        Elements { rest: self.octets }
    }

    /// Which part of a long message this is. If it is said more than once, the last one holds.
    #[must_use]
    pub fn concat(self) -> Option<Concat> {
        let parts = self.elements().filter_map(|element| match element {
            Element::Concat(concat) => Some(concat),
            _ => None,
        });
        parts.last()
    }

    /// The destination and originator ports. If they are said more than once, the last ones hold.
    #[must_use]
    pub fn ports(self) -> Option<(u16, u16)> {
        let ports = self.elements().filter_map(|element| match element {
            Element::Ports8 { destination, originator } => Some((destination.into(), originator.into())),
            Element::Ports16 { destination, originator } => Some((destination, originator)),
            _ => None,
        });
        ports.last()
    }

    /// The octets it takes in the user data, its length octet included.
    #[must_use]
    pub const fn octets_len(self) -> usize {
        self.octets.len() + 1
    }
}

/// The elements of a [`Udh`].
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        let (element, rest) = split_element(self.rest).ok()?;
        self.rest = rest;
        Some(element)
    }
}

/// Appends a user data header, its length octet first, and returns its octets.
///
/// # Errors
/// More than 140 octets; no room. Nothing was written then.
pub fn encode(elements: &[Element<'_>], out: &mut impl Buffer) -> Result<usize, TextError> {
    let len = len(elements)?;
    append(out, len, |room| put(len, elements, room))
}

/// The octets of a header with these elements, its length octet included.
pub(super) fn len(elements: &[Element<'_>]) -> Result<usize, TextError> {
    let len = 1 + elements.iter().map(Element::octets_len).sum::<usize>();
    if len > MAX {
        return Err(TextError::new(TextErrorKind::UdhTooLong, 0));
    }
    Ok(len)
}

pub(super) fn put(len: usize, elements: &[Element<'_>], room: &mut Room<'_>) {
    room.put(&[u8::try_from(len.saturating_sub(1)).unwrap_or(u8::MAX)]);
    elements.iter().for_each(|element| element.put(room));
}

fn split_element(octets: &[u8]) -> Result<(Element<'_>, &[u8]), UdhErrorKind> {
    let ([id, len], rest) = octets.split_first_chunk().ok_or(UdhErrorKind::ElementCut)?;
    let (data, rest) = rest.split_at_checked(usize::from(*len)).ok_or(UdhErrorKind::ElementPastEnd)?;
    Ok((Element::new(*id, data), rest))
}

/// What is wrong with a user data header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UdhErrorKind {
    /// `esm_class` announces a header, and there is no user data.
    Missing,
    /// The header runs past the end of the user data.
    PastUserData,
    /// One octet is left where an element needs its id and length.
    ElementCut,
    /// An element runs past the end of the header.
    ElementPastEnd,
}

/// A user data header is malformed: carry the whole as octets, or refuse it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UdhError {
    /// What is wrong.
    pub kind: UdhErrorKind,
    /// Octets from the start of the user data to what is wrong.
    pub offset: usize,
}

impl UdhError {
    /// The status that answers it; SMPP v3.4 names none.
    #[must_use]
    pub const fn command_status(&self) -> CommandStatus {
        CommandStatus::ESME_RINVESMCLASS
    }
}

impl fmt::Display for UdhError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            UdhErrorKind::Missing => "the user data header is missing",
            UdhErrorKind::PastUserData => "the user data header runs past the user data",
            UdhErrorKind::ElementCut => "an element of the user data header is cut",
            UdhErrorKind::ElementPastEnd => "an element runs past the user data header",
        };
        write!(f, "{what} at octet {}", self.offset)
    }
}

impl core::error::Error for UdhError {}

/// The octets that one short message has on the radio side.
const MAX: usize = 140;

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;
    use crate::text::Reference;

    #[test]
    fn ports_and_a_part_are_read_and_written_back() {
        let octets = *b"\x0B\x05\x04\x0B\x84\x23\xF0\x00\x03\x2A\x02\x01";
        let (udh, text) = Udh::parse(&octets).unwrap();
        assert_eq!((udh.ports(), text), (Some((2948, 9200)), &b""[..]));
        assert_eq!(udh.concat(), Concat::new(Reference::Udh8(0x2A), 2, 1));
        let mut out = Vec::new();
        assert_eq!(encode(&udh.elements().collect::<Vec<_>>(), &mut out), Ok(12));
        assert_eq!(out, octets);
    }

    #[test]
    fn of_two_parts_the_last_one_holds() {
        let (udh, _) = Udh::parse(b"\x0B\x00\x03\x2A\x02\x01\x08\x04\x01\x2A\x03\x02").unwrap();
        assert_eq!(udh.concat(), Concat::new(Reference::Udh16(0x012A), 3, 2));
    }

    #[test]
    fn of_two_pairs_of_ports_the_last_one_holds() {
        let (udh, _) = Udh::parse(b"\x0A\x05\x04\x0B\x84\x23\xF0\x04\x02\xF0\xF1").unwrap();
        assert_eq!(udh.ports(), Some((240, 241)));
    }

    #[test]
    fn an_indication_may_stand_more_than_once() {
        let octets = *b"\x08\x01\x02\xA0\x03\x01\x02\x02\x00";
        let (udh, _) = Udh::parse(&octets).unwrap();
        let elements: Vec<_> = udh.elements().collect();
        let voice = Element::Indication { store: true, profile: 1, kind: 0, count: 3 };
        assert_eq!(elements, [voice, Element::Indication { store: false, profile: 0, kind: 2, count: 0 }]);
        let mut out = Vec::new();
        encode(&elements, &mut out).unwrap();
        assert_eq!(out, octets);
    }

    #[test]
    fn a_part_that_can_not_be_is_carried_and_ignored() {
        let (udh, text) = Udh::parse(b"\x05\x00\x03\x2A\x02\x03hi").unwrap();
        assert_eq!((udh.concat(), text), (None, &b"hi"[..]));
        assert_eq!(udh.elements().next(), Some(Element::Other { id: 0, data: b"\x2A\x02\x03" }));
    }

    #[test]
    fn a_malformed_header_says_where() {
        let cases = [
            (&b""[..], UdhErrorKind::Missing, 0),
            (b"\x05\x00\x03", UdhErrorKind::PastUserData, 0),
            (b"\x01\x00text", UdhErrorKind::ElementCut, 1),
            (b"\x05\x24\x01\x01\x00\x03text", UdhErrorKind::ElementPastEnd, 4),
        ];
        for (octets, kind, offset) in cases {
            assert_eq!(Udh::parse(octets), Err(UdhError { kind, offset }), "{octets:02x?}");
        }
        assert_eq!(Udh::parse(b"\0text"), Ok((Udh::default(), &b"text"[..])));
    }
}

//! One message of a long text: its place, its header and its octets.

use super::room::append;
use super::{Concat, Element, TextError};
use crate::Buffer;

/// One message of a long text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment<'a, 't> {
    concat: Option<Concat>,
    elements: &'a [Element<'a>],
    text: &'t [u8],
}

impl<'a, 't> Segment<'a, 't> {
    pub(super) const fn new(concat: Option<Concat>, elements: &'a [Element<'a>], text: &'t [u8]) -> Self {
        Self { concat, elements, text }
    }

    /// The text of this part, without any header.
    #[must_use]
    pub const fn text(&self) -> &'t [u8] {
        self.text
    }

    /// Which part it is; none if the text is whole. If not [`Concat::is_udh`], it belongs into the SAR TLVs.
    #[must_use]
    pub const fn concat(&self) -> Option<Concat> {
        self.concat
    }

    /// Does the user data start with a header? Then `esm_class` needs bit 6 (0x40).
    #[must_use]
    pub fn has_udh(&self) -> bool {
        !self.elements.is_empty() || self.concat.is_some_and(Concat::is_udh)
    }

    /// The octets of the user data: header and text.
    #[must_use]
    pub fn octets_len(&self) -> usize {
        self.udh_len() + self.text.len()
    }

    /// Appends the user data, header and text, for short_message or message_payload; returns its octets.
    ///
    /// # Errors
    /// No room; nothing was written then.
    pub fn encode(&self, out: &mut impl Buffer) -> Result<usize, TextError> {
        append(out, self.octets_len(), |room| {
            if self.has_udh() {
                room.put(&[u8::try_from(self.udh_len() - 1).unwrap_or(u8::MAX)]);
                self.elements
                    .iter()
                    .chain(self.concat_element().as_ref())
                    .for_each(|element| element.put(room));
            }
            room.put(self.text);
        })
    }

    fn udh_len(&self) -> usize {
        let concat = self.concat_element();
        let elements = self.elements.iter().chain(concat.as_ref());
        usize::from(self.has_udh()) + elements.map(Element::octets_len).sum::<usize>()
    }

    fn concat_element(&self) -> Option<Element<'static>> {
        self.concat.filter(|concat| concat.is_udh()).map(Element::Concat)
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use crate::text::{Element, Segmentation};

    #[test]
    fn each_part_carries_the_reference_behind_the_elements_of_the_caller() {
        let elements = [Element::Ports16 { destination: 2948, originator: 9200 }];
        let plan = Segmentation { reference: 0x12A, elements: &elements, ..Segmentation::default() };
        let text = [b'a'; 160];
        let mut out = Vec::new();
        plan.split(&text).unwrap().next().unwrap().encode(&mut out).unwrap();
        assert_eq!(&out[..12], b"\x0B\x05\x04\x0B\x84\x23\xF0\x00\x03\x2A\x02\x01");
        assert_eq!(out.len(), 12 + 146);
    }
}

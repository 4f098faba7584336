//! Lists that a count stands before: checked once, iterated lazily, written from any iterator without allocating.

use crate::{Buffer, EncodeError, PduError, reader::Reader};

/// How one element stands in a body.
pub(super) trait Element<'a>: Sized {
    fn read(fields: &mut Reader<'a>) -> Result<Self, PduError>;

    /// Its octets, when it can be written at all.
    fn octets_len(&self) -> Result<usize, EncodeError>;

    fn put(&self, out: &mut impl Buffer);
}

/// The view of a list, its iterator, and how it is made.
macro_rules! list {
    ($(#[$doc:meta])* $list:ident, $iter:ident of $element:ident, counted by $count:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub struct $list<'a> {
            /// The count's octet and then the elements: one slice, so that `Pdu` grows no larger than by a submit_sm.
            octets: &'a [u8],
        }

        impl<'a> $list<'a> {
            /// No element.
            pub const EMPTY: Self = Self { octets: &[0] };

            /// Writes the elements and their count to the front of `room` and gives the list that they are.
            ///
            /// # Errors
            /// When there are more than 255, a string contains a NUL, or the room is too small.
            pub fn write<'e>(
                room: &'a mut [u8],
                elements: impl IntoIterator<Item = $element<'e>>,
            ) -> Result<Self, crate::EncodeError> {
                let mut count = 0_u8;
                let mut out = crate::SliceBuffer::new(room);
                crate::Buffer::append(&mut out, 1, |out| crate::Buffer::put(out, &[0]))?;
                for element in elements {
                    count = count.checked_add(1).ok_or(crate::EncodeError {
                        field: crate::Field::$count,
                        kind: crate::EncodeErrorKind::TooLong,
                    })?;
                    crate::Buffer::append(&mut out, element.octets_len()?, |out| element.put(out))?;
                }
                let len = out.written().len();
                if let Some(first) = room.first_mut() {
                    *first = count;
                }
                Ok(Self { octets: room.get(..len).unwrap_or(&[0]) })
            }

            /// How many elements there are.
            #[must_use]
            pub const fn count(&self) -> u8 {
                match self.octets {
                    [count, ..] => *count,
                    [] => 0,
                }
            }

            /// True when there is none.
            #[must_use]
            pub const fn is_empty(&self) -> bool {
                self.count() == 0
            }

            /// The list as it stands in the PDU: its count, and then the elements.
            #[must_use]
            pub const fn octets(&self) -> &'a [u8] {
                self.octets
            }

            /// The elements in PDU order.
            #[must_use]
            pub const fn iter(&self) -> $iter<'a> {
                let elements = match self.octets {
                    [_, elements @ ..] => elements,
                    [] => &[],
                };
                $iter { rest: crate::reader::Reader::new(elements) }
            }
        }

        impl<'a> super::part::Part<'a> for $list<'a> {
            type Value = Self;

            const EMPTY: Self = Self::EMPTY;

            fn read(
                fields: &mut crate::reader::Reader<'a>,
                _field: crate::Field,
            ) -> Result<Self, crate::PduError> {
                let whole = fields.rest();
                let [count] = fields.octets(&[crate::Field::$count])?;
                for _ in 0..count {
                    $element::read(fields)?;
                }
                let len = whole.len() - fields.rest().len();
                Ok(Self { octets: whole.get(..len).unwrap_or(&[0]) })
            }

            fn len(value: Self, _field: crate::Field) -> Result<usize, crate::EncodeError> {
                Ok(value.octets.len())
            }

            fn write(value: Self, out: &mut impl crate::Buffer) {
                out.put(value.octets);
            }

            fn show(value: Self, field: crate::Field, visit: &mut super::Visit<'_, 'a>) {
                <u8 as super::part::Part<'a>>::show(value.count(), crate::Field::$count, visit);
                visit(field, super::FieldValue::$list(value));
            }

            fn judge(
                value: Self,
                field: crate::Field,
                _id: crate::CommandId,
                profile: &crate::Profile,
            ) -> Result<(), crate::validate::Bad> {
                let count = (crate::Field::$count, value.count());
                crate::validate::list(count, field, profile, |visit| {
                    for element in value {
                        element.fields(visit);
                    }
                })
            }
        }

        impl core::fmt::Debug for $list<'_> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_list().entries(self.iter()).finish()
            }
        }

        impl Default for $list<'_> {
            fn default() -> Self {
                Self::EMPTY
            }
        }

        impl<'a> IntoIterator for $list<'a> {
            type Item = $element<'a>;
            type IntoIter = $iter<'a>;

            fn into_iter(self) -> $iter<'a> {
                self.iter()
            }
        }

        #[doc = concat!("Iterates over [`", stringify!($list), "`].")]
        #[derive(Clone, Debug)]
        pub struct $iter<'a> {
            rest: crate::reader::Reader<'a>,
        }

        impl<'a> Iterator for $iter<'a> {
            type Item = $element<'a>;

            fn next(&mut self) -> Option<$element<'a>> {
                $element::read(&mut self.rest).ok()
            }
        }
    };
}

pub(super) use list;

//! `pdus!` makes of one row a PDU: its id's constant and name, its variant of `Pdu`, and how it is parsed, written and shown.

use super::Pdu;
use crate::{Header, PduError, Profile};

macro_rules! pdus {
    (
        often { $($id:ident = $number:literal, $text:literal, $version:ident => $variant:ident($type:ident);)* }
        seldom { $($other_id:ident = $other_number:literal, $other_text:literal, $other_version:ident
            => $other_variant:ident($other_type:ident);)* }
    ) => {
        impl CommandId {
            $(#[doc = concat!("`", $text, "`.")] pub const $id: Self = Self($number);)*
            $(#[doc = concat!("`", $other_text, "`.")] pub const $other_id: Self = Self($other_number);)*

            /// The specification's name, `None` for an unknown id.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$id => Some($text),)*
                    $(Self::$other_id => Some($other_text),)*
                    _ => None,
                }
            }

            /// The version that the PDU came with, `None` for an unknown id.
            #[must_use]
            pub const fn version(self) -> Option<Version> {
                match self {
                    $(Self::$id => Some(Version::$version),)*
                    $(Self::$other_id => Some(Version::$other_version),)*
                    _ => None,
                }
            }
        }

        /// A view of one PDU; it borrows from the receive buffer.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Pdu<'a> {
            $(#[doc = concat!("`", $text, "`.")] $variant($type<'a>),)*
            $(#[doc = concat!("`", $other_text, "`.")] $other_variant($other_type<'a>),)*
            /// A command that this crate has no view for, with its body.
            Unknown(Unknown<'a>),
        }

        impl<'a> Pdu<'a> {
            /// Checks the shape of a body and gives a view of it.
            ///
            /// # Errors
            /// What is wrong, in which field, at which octet of the PDU.
            #[inline]
            pub fn parse_body(header: &Header, body: &'a [u8]) -> Result<Self, PduError> {
                match header.command_id {
                    $(CommandId::$id => table::apart(header, body, $type::of, Self::$variant),)*
                    _ => Self::parse_other(header, body),
                }
            }

            /// The PDUs that no bulk traffic is made of: apart, so that those above stay close together.
            #[inline(never)]
            fn parse_other(header: &Header, body: &'a [u8]) -> Result<Self, PduError> {
                match header.command_id {
                    $(CommandId::$other_id => {
                        table::apart(header, body, $other_type::of, Self::$other_variant)
                    })*
                    command_id => Ok(Self::Unknown(Unknown { command_id, body })),
                }
            }

            /// The id that its header carries.
            #[must_use]
            pub fn command_id(&self) -> CommandId {
                match self {
                    $(Self::$variant(pdu) => crate::Encode::command_id(pdu),)*
                    $(Self::$other_variant(pdu) => crate::Encode::command_id(pdu),)*
                    Self::Unknown(pdu) => pdu.command_id,
                }
            }

            /// Shows every field in PDU order, by name and with what its number means; the TLVs come last.
            ///
            /// ```
            /// use smpp_wire::{FieldValue, Pdu, SubmitSm};
            ///
            /// let pdu = Pdu::SubmitSm(SubmitSm { source_addr: b"TestCo", ..SubmitSm::EMPTY });
            /// let mut strings = Vec::new();
            /// pdu.fields(&mut |field, value| {
            ///     if let FieldValue::String(string @ [_, ..]) = value {
            ///         strings.push((field.name(), string));
            ///     }
            /// });
            /// assert_eq!(strings, [("source_addr", &b"TestCo"[..])]);
            /// ```
            pub fn fields(&self, visit: &mut Visit<'_, 'a>) {
                match self {
                    $(Self::$variant(pdu) => pdu.fields(visit),)*
                    $(Self::$other_variant(pdu) => pdu.fields(visit),)*
                    Self::Unknown(pdu) => pdu.fields(visit),
                }
            }

            /// Judges the values: lengths, reserved values, times, TLVs, and what they say together.
            ///
            /// # Errors
            /// The first value that the profile does not allow: which field, where, and the status to answer.
            ///
            /// ```
            /// use smpp_wire::{CommandStatus, Field, Pdu, Profile, SubmitSm, values::Ton};
            ///
            /// let pdu = Pdu::SubmitSm(SubmitSm { dest_addr_ton: Ton(7), ..SubmitSm::EMPTY });
            /// let error = pdu.validate(&Profile::V34).unwrap_err();
            /// assert_eq!((error.field, error.offset), (Field::DestAddrTon, 20));
            /// assert_eq!(error.command_status(), CommandStatus::ESME_RINVDSTTON);
            /// ```
            #[inline]
            pub fn validate(&self, profile: &crate::Profile) -> Result<(), PduError> {
                match self {
                    $(Self::$variant(pdu) => table::judge(pdu, profile, $type::validate),)*
                    $(Self::$other_variant(pdu) => table::judge(pdu, profile, $other_type::validate),)*
                    Self::Unknown(pdu) => pdu.validate(profile),
                }
            }

            /// The TLVs; none in a PDU that this crate has no view for.
            #[must_use]
            pub const fn tlvs(&self) -> Tlvs<'a> {
                match self {
                    $(Self::$variant(pdu) => pdu.tlvs,)*
                    $(Self::$other_variant(pdu) => pdu.tlvs,)*
                    Self::Unknown(_) => Tlvs::EMPTY,
                }
            }
        }

        impl crate::Encode for Pdu<'_> {
            fn command_id(&self) -> CommandId {
                self.command_id()
            }

            fn body_len(&self) -> Result<usize, crate::EncodeError> {
                match self {
                    $(Self::$variant(pdu) => pdu.body_len(),)*
                    $(Self::$other_variant(pdu) => pdu.body_len(),)*
                    Self::Unknown(pdu) => pdu.body_len(),
                }
            }

            fn encode_body(&self, out: &mut impl crate::Buffer) {
                match self {
                    $(Self::$variant(pdu) => pdu.encode_body(out),)*
                    $(Self::$other_variant(pdu) => pdu.encode_body(out),)*
                    Self::Unknown(pdu) => pdu.encode_body(out),
                }
            }
        }
    };
}

pub(super) use pdus;

/// Each PDU is read by a function of its own, which writes it where the caller wants it: the compiler would join their ends, and store
/// every field of every PDU.
#[inline(never)]
pub(super) fn apart<'a, T>(
    header: &Header,
    body: &'a [u8],
    parse: impl FnOnce(&Header, &'a [u8]) -> Result<T, PduError>,
    variant: impl FnOnce(T) -> Pdu<'a>,
) -> Result<Pdu<'a>, PduError> {
    parse(header, body).map(variant)
}

/// Each PDU is judged by a function of its own.
#[inline(never)]
pub(super) fn judge<T>(
    pdu: &T,
    profile: &Profile,
    validate: impl FnOnce(&T, &Profile) -> Result<(), PduError>,
) -> Result<(), PduError> {
    validate(pdu, profile)
}

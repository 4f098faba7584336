//! The names of fields, and what a visitor is shown of each.

use core::fmt;

use super::{DestAddresses, Field, UnsuccessSmes};
use crate::{CommandStatus, Tlvs};

/// The value of one field, as [`Pdu::fields`](crate::Pdu::fields) shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldValue<'a> {
    /// One octet.
    Int1 {
        /// The number.
        value: u8,
        /// What the specification calls it; `None` for a reserved value, and where numbers have no names.
        name: Option<&'static str>,
    },
    /// Four octets: a status.
    Status(CommandStatus),
    /// A C-octet string without its NUL.
    String(&'a [u8]),
    /// Octets whose number another field or the end of the PDU says.
    Octets(&'a [u8]),
    /// The destinations of a submit_multi; each shows its own fields.
    DestAddresses(DestAddresses<'a>),
    /// The failed destinations of a submit_multi_resp; each shows its own fields.
    UnsuccessSmes(UnsuccessSmes<'a>),
    /// The TLVs, which come last.
    Tlvs(Tlvs<'a>),
}

impl FieldValue<'_> {
    /// The octets that the field takes in a PDU, the NUL of a string included.
    #[must_use]
    pub const fn wire_len(&self) -> usize {
        match self {
            Self::Int1 { .. } => 1,
            Self::Status(_) => 4,
            Self::String(string) => string.len() + 1,
            Self::Octets(octets) => octets.len(),
            // Their first octet is the count, a field of its own.
            Self::DestAddresses(list) => list.octets().len().saturating_sub(1),
            Self::UnsuccessSmes(list) => list.octets().len().saturating_sub(1),
            Self::Tlvs(tlvs) => tlvs.octets().len(),
        }
    }
}

/// What is called for each field of a PDU, in PDU order.
pub type Visit<'v, 'a> = dyn FnMut(Field, FieldValue<'a>) + 'v;

/// The names of fields, and the statuses that answer bad values (SMPP v3.4 §5.1.3); v3.4 names none for some.
macro_rules! names {
    ($($name:ident = $text:literal $(or $status:ident)?,)*) => {
        /// A field of a PDU, by its name in the specification.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Field {
            $(#[doc = concat!("`", $text, "`")] $name,)*
            /// One of the TLVs.
            Tlv(crate::Tag),
        }

        impl Field {
            /// The specification's name; `tlv` for a TLV that has none.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Tlv(tag) => match tag.name() {
                        Some(name) => name,
                        None => "tlv",
                    },
                }
            }

            /// The status that answers a value which is too long, too short or not allowed; `ESME_RUNKNOWNERR` where the
            /// specification names none.
            #[must_use]
            pub const fn command_status(self) -> crate::CommandStatus {
                match self {
                    $($(Self::$name => crate::CommandStatus::$status,)?)*
                    Self::Tlv(_) => crate::CommandStatus::ESME_RINVOPTPARAMVAL,
                    _ => crate::CommandStatus::ESME_RUNKNOWNERR,
                }
            }
        }
    };
}

pub(super) use names;

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tlv(tag) => write!(f, "{tag}"),
            _ => f.write_str(self.name()),
        }
    }
}

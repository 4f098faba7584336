//! What the views look like to serde: the names of the specification, in the order of the PDU (feature `serde`).
//!
//! | in the PDU | in JSON |
//! |---|---|
//! | a number | a number |
//! | a C-octet string | a text: each octet is the character of its number (Latin-1), so that none is lost |
//! | an octet string | its octets in lower-case hex |
//! | a tag | `"0x0424"` |

use core::fmt::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::{CommandId, CommandStatus, Header};

mod field;
mod pdu;
mod tlv;

pub(crate) use pdu::view;

/// An octet string.
pub(crate) struct Hex<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl Serialize for Hex<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A C-octet string.
pub(crate) struct Text<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|&octet| f.write_char(octet.into()))
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match str::from_utf8(self.0) {
            Ok(text) if text.is_ascii() => serializer.serialize_str(text),
            _ => serializer.collect_str(self),
        }
    }
}

impl Serialize for CommandId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0)
    }
}

impl Serialize for CommandStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0)
    }
}

impl Serialize for Header {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut header = serializer.serialize_map(Some(4))?;
        header.serialize_entry("command_length", &self.command_length)?;
        header.serialize_entry("command_id", &self.command_id)?;
        header.serialize_entry("command_status", &self.command_status)?;
        header.serialize_entry("sequence_number", &self.sequence_number)?;
        header.end()
    }
}

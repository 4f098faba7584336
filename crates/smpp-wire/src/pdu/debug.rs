//! How a PDU is shown to an engineer: its fields by name, text as text, passwords never. (To a program: `serialize.rs`.)

use core::fmt;

use super::{DestAddress, Field, FieldValue, UnsuccessSme, Visit};
use crate::{Tlv, Tlvs};

macro_rules! debug_by_fields {
    ($($name:ident),+) => {$(
        impl core::fmt::Debug for $name<'_> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                super::debug::show(stringify!($name), f, |visit| self.fields(visit))
            }
        }
    )+};
}

/// `Debug`, and with the feature `serde` also `Serialize`.
macro_rules! shown_by_fields {
    ($name:ident) => {
        super::debug::debug_by_fields!($name);

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name<'_> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let command_id = crate::Encode::command_id(self);
                crate::serialize::view(serializer, command_id, &|visit| self.fields(visit))
            }
        }
    };
}

pub(super) use {debug_by_fields, shown_by_fields};

/// Shows what `fields` visits as a struct of this name.
pub(super) fn show<'a>(
    name: &str,
    f: &mut fmt::Formatter<'_>,
    fields: impl FnOnce(&mut Visit<'_, 'a>),
) -> fmt::Result {
    let mut shown = f.debug_struct(name);
    fields(&mut |field, value| {
        match (field, value) {
            (Field::Password, _) => shown.field(field.name(), &format_args!("..")),
            (_, FieldValue::Int1 { value, name: None }) => shown.field(field.name(), &value),
            (_, FieldValue::Int1 { value, name: Some(name) }) => {
                shown.field(field.name(), &format_args!("{value} ({name})"))
            }
            (_, FieldValue::Status(status)) => shown.field(field.name(), &format_args!("{status}")),
            (_, FieldValue::String(octets) | FieldValue::Octets(octets)) => {
                shown.field(field.name(), &Text(octets))
            }
            (_, FieldValue::DestAddresses(list)) => shown.field(field.name(), &list),
            (_, FieldValue::UnsuccessSmes(list)) => shown.field(field.name(), &list),
            (_, FieldValue::Tlvs(tlvs)) => shown.field(field.name(), &tlvs),
        };
    });
    shown.finish()
}

debug_by_fields!(DestAddress, UnsuccessSme);

impl fmt::Debug for Tlvs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl fmt::Debug for Tlv<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}", self.tag, Text(self.value))
    }
}

/// Octets in quotes, with what is no ASCII escaped.
struct Text<'a>(&'a [u8]);

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use std::string::String;

    use super::*;
    use crate::{Bind, SubmitSm, values::Ton};

    #[test]
    fn a_pdu_shows_its_fields_by_name_and_text_as_text() {
        let tlvs = Tlvs::parse(b"\x02\x04\0\x02\0\x07").unwrap();
        let pdu = SubmitSm { source_addr_ton: Ton(5), short_message: b"Hi\xFF", tlvs, ..SubmitSm::EMPTY };
        let shown = format!("{pdu:?}");
        for part in ["source_addr_ton: 5 (alphanumeric)", r#"short_message: "Hi\xff""#, "sm_length: 3"] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        assert!(shown.ends_with(r#"tlvs: [user_message_reference: "\x00\x07"] }"#), "{shown}");
    }

    #[test]
    fn a_password_is_never_shown() {
        let shown: String = format!("{:?}", Bind { system_id: b"esme1", password: b"secret", ..Bind::EMPTY });
        assert!(shown.contains("esme1") && !shown.contains("secret"), "{shown}");
    }
}

//! A PDU that is carried without being understood.

use super::{Field, FieldValue, Visit};
use crate::{Buffer, CommandId, Encode, EncodeError, PduError, Profile, validate};

/// A PDU that is carried without being understood.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Unknown<'a> {
    /// Its id.
    pub command_id: CommandId,
    /// All octets after the header.
    pub body: &'a [u8],
}

impl<'a> Unknown<'a> {
    /// Shows the body.
    pub fn fields(&self, visit: &mut Visit<'_, 'a>) {
        visit(Field::Body, FieldValue::Octets(self.body));
    }

    /// Whether the profile lets an unknown command through.
    ///
    /// # Errors
    /// When it does not.
    pub fn validate(&self, profile: &Profile) -> Result<(), PduError> {
        let judged = validate::known(self.command_id, profile);
        judged.map_err(|bad| bad.found(profile, &|visit| self.fields(visit)))
    }
}

impl Encode for Unknown<'_> {
    fn command_id(&self) -> CommandId {
        self.command_id
    }

    fn body_len(&self) -> Result<usize, EncodeError> {
        Ok(self.body.len())
    }

    fn encode_body(&self, out: &mut impl Buffer) {
        out.put(self.body);
    }
}

super::debug::shown_by_fields!(Unknown);

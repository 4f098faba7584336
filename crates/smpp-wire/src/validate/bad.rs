//! A bad value, before anyone has looked where it stands.

use crate::{Field, FieldValue, HEADER_LEN, PduError, PduErrorKind, Profile, Visit};

/// A bad value; its place is worked out by [`Bad::found`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bad {
    pub(crate) kind: PduErrorKind,
    pub(crate) field: Field,
    pub(crate) at: At,
}

/// Where a bad value stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum At {
    /// It is a field of the PDU itself.
    Field,
    /// So many octets behind the start of this field, which is a list or the TLVs.
    Inside(Field, usize),
    /// It is missing: where it would be added.
    End,
}

impl Bad {
    #[inline]
    pub(crate) const fn new(kind: PduErrorKind, field: Field) -> Self {
        Self { kind, field, at: At::Field }
    }

    /// Works out the place by going through the fields again, and asks the profile for the status.
    #[cold]
    pub(crate) fn found<'a>(self, profile: &Profile, fields: &dyn Fn(&mut Visit<'_, 'a>)) -> PduError {
        let offset = match (self.field, self.at) {
            (Field::CommandId, _) => COMMAND_ID,
            (Field::CommandStatus, _) => COMMAND_STATUS,
            (Field::SequenceNumber, _) => SEQUENCE_NUMBER,
            (field, At::Field) => offset_of(Some(field), fields),
            (_, At::Inside(field, inside)) => offset_of(Some(field), fields) + inside,
            (_, At::End) => offset_of(None, fields),
        };
        answered(PduError::new(self.kind, self.field, offset), profile)
    }
}

/// Under the status that the profile names, if it names one.
#[cold]
pub(super) fn answered(error: PduError, profile: &Profile) -> PduError {
    let by_field = matches!(
        error.kind,
        PduErrorKind::TooLong | PduErrorKind::TooShort | PduErrorKind::NotAllowed | PduErrorKind::BadTime
    );
    let status = profile.statuses.iter().find(|(field, _)| *field == error.field && by_field);
    status.map_or(error, |&(_, status)| error.answered(status))
}

/// Octets from the start of the PDU to this field, or to the end.
fn offset_of<'a>(wanted: Option<Field>, fields: &dyn Fn(&mut Visit<'_, 'a>)) -> usize {
    let (mut offset, mut found) = (HEADER_LEN, None);
    fields(&mut |field, value: FieldValue<'a>| {
        if wanted == Some(field) {
            found = found.or(Some(offset));
        }
        offset += value.wire_len();
    });
    found.unwrap_or(offset)
}

/// Where the header keeps its numbers (SMPP v3.4 §3.2).
const COMMAND_ID: usize = 4;
const COMMAND_STATUS: usize = 8;
const SEQUENCE_NUMBER: usize = 12;

//! The rules of headers, and everything at once for a PDU as it was received.

use super::{At, Bad, Profile, bad::answered};
use crate::{CommandId, Field, HEADER_LEN, Header, Pdu, PduError, PduErrorKind, RawPdu};

impl Header {
    /// Judges what a request's header says (SMPP v3.4 §3.2, §5.1.3, §5.1.4); responses copy theirs.
    ///
    /// # Errors
    /// A command_status; a sequence_number that is 0 or above 0x7FFFFFFF.
    pub fn validate(&self, profile: &Profile) -> Result<(), PduError> {
        if self.command_id.is_response() || profile.any_request_header {
            return Ok(());
        }
        let field = match (self.command_status.is_ok(), self.sequence_number) {
            (false, _) => Field::CommandStatus,
            (true, 0 | 0x8000_0000..) => Field::SequenceNumber,
            _ => return Ok(()),
        };
        Err(Bad::new(PduErrorKind::NotAllowed, field).found(profile, &|_| {}))
    }
}

impl<'f> RawPdu<'f> {
    /// Checks the shape of the body and judges everything: the header, the values, and whether a good response has its body.
    ///
    /// # Errors
    /// The first thing that is wrong; the header can still be read.
    pub fn validated(&self, profile: &Profile) -> Result<Pdu<'f>, PduError> {
        let header = self.header();
        let pdu = self.parse().map_err(|error| self.endless(error, profile))?;
        header.validate(profile)?;
        let lacks_body = header.command_status.is_ok() && self.octets().len() == HEADER_LEN;
        if let (Some(field), true, false) =
            (first_field(header.command_id), lacks_body, profile.success_without_body)
        {
            let bad = Bad { kind: PduErrorKind::Truncated, field, at: At::End };
            return Err(bad.found(profile, &|_| {}));
        }
        pdu.validate(profile)?;
        Ok(pdu)
    }

    /// A string that has no NUL within its limit is too long, wherever the PDU ends.
    #[cold]
    fn endless(&self, error: PduError, profile: &Profile) -> PduError {
        let len = self.octets().len().saturating_sub(error.offset);
        let limit = profile.len_of(error.field, self.header().command_id);
        if error.kind != PduErrorKind::Unterminated || len <= limit.max {
            return error;
        }
        answered(PduError::new(PduErrorKind::TooLong, error.field, error.offset), profile)
    }
}

/// What the body of a good response starts with.
const fn first_field(id: CommandId) -> Option<Field> {
    Some(match id {
        CommandId::BIND_RECEIVER_RESP
        | CommandId::BIND_TRANSMITTER_RESP
        | CommandId::BIND_TRANSCEIVER_RESP => Field::SystemId,
        CommandId::SUBMIT_SM_RESP
        | CommandId::SUBMIT_MULTI_RESP
        | CommandId::DELIVER_SM_RESP
        | CommandId::DATA_SM_RESP
        | CommandId::QUERY_SM_RESP
        | CommandId::BROADCAST_SM_RESP
        | CommandId::QUERY_BROADCAST_SM_RESP => Field::MessageId,
        _ => return None,
    })
}

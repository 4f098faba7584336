//! Responses that have no body, and often get one: cancel_sm_resp, replace_sm_resp (SMPP v3.4 §4.9.2, §4.10.2) and
//! cancel_broadcast_sm_resp (SMPP v5.0 §4.6).

use super::header_only::only_tlvs;
use crate::{EncodeError, EncodeErrorKind, Field, PduError, Tlvs, leaf, reader::Reader};

macro_rules! bare_response {
    ($($(#[$doc:meta])* $name:ident = $id:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq)]
        pub struct $name<'a> {
            /// Empty by the specification. Some peers send a message_id all the same: a string and its NUL. It is carried.
            pub body: &'a [u8],
            /// TLVs, in PDU order.
            pub tlvs: Tlvs<'a>,
        }

        impl<'a> $name<'a> {
            /// Reads a body, which should be empty.
            ///
            /// # Errors
            /// `ExtraOctets` when there are octets that are neither TLVs nor a string.
            pub fn parse(body: &'a [u8]) -> Result<Self, PduError> {
                let (body, tlvs) = stray_string_and_tlvs(body)?;
                Ok(Self { body, tlvs })
            }

            /// Shows the body, if there is one, and the TLVs.
            pub fn fields(&self, visit: &mut super::Visit<'_, 'a>) {
                if !self.body.is_empty() {
                    visit(super::Field::Body, super::FieldValue::Octets(self.body));
                }
                visit(super::Field::Tlvs, super::FieldValue::Tlvs(self.tlvs));
            }

            /// Judges the body, which should be empty, and the TLVs.
            ///
            /// # Errors
            /// What the profile does not allow.
            pub fn validate(&self, profile: &crate::Profile) -> Result<(), PduError> {
                self.judge(profile).map_err(|bad| bad.found(profile, &|visit| self.fields(visit)))
            }

            fn judge(&self, profile: &crate::Profile) -> Result<(), crate::validate::Bad> {
                crate::validate::known(crate::CommandId::$id, profile)?;
                crate::validate::stray_body(self.body, profile)?;
                crate::validate::tlvs(self.tlvs, profile).map(drop)
            }

            pub(super) fn of(_header: &crate::Header, body: &'a [u8]) -> Result<Self, PduError> {
                Self::parse(body)
            }
        }

        impl crate::Encode for $name<'_> {
            fn command_id(&self) -> crate::CommandId {
                crate::CommandId::$id
            }

            fn body_len(&self) -> Result<usize, crate::EncodeError> {
                Ok(stray_len(self.body)? + crate::encode::tlvs_len(self.tlvs))
            }

            fn encode_body(&self, out: &mut impl crate::Buffer) {
                out.put(self.body);
                out.put(self.tlvs.octets());
            }
        }

        super::debug::shown_by_fields!($name);
    )*};
}

bare_response! {
    /// cancel_sm_resp (SMPP v3.4 §4.9.2).
    CancelSmResp = CANCEL_SM_RESP;
    /// replace_sm_resp (SMPP v3.4 §4.10.2).
    ReplaceSmResp = REPLACE_SM_RESP;
    /// cancel_broadcast_sm_resp (SMPP v5.0 §4.6).
    CancelBroadcastSmResp = CANCEL_BROADCAST_SM_RESP;
}

fn stray_string_and_tlvs(body: &[u8]) -> Result<(&[u8], Tlvs<'_>), PduError> {
    let refused = match only_tlvs(body) {
        Ok(tlvs) => return Ok((&[], tlvs)),
        Err(refused) => refused,
    };
    let mut fields = Reader::new(body);
    fields.c_octet_string(Field::Body).map_err(|_| refused)?;
    let stray = body.get(..body.len() - fields.rest().len()).unwrap_or_default();
    let tlvs = fields.tlvs().map_err(|_| refused)?;
    Ok((stray, tlvs))
}

/// Octets that would be read as something else are not written.
fn stray_len(body: &[u8]) -> Result<usize, EncodeError> {
    let refused = |kind| Err(EncodeError { field: Field::Body, kind });
    match leaf::position_of_nul(body) {
        _ if body.is_empty() => Ok(0),
        None => refused(EncodeErrorKind::Unterminated),
        Some(at) if at + 1 < body.len() => refused(EncodeErrorKind::NulInside),
        Some(_) => Ok(body.len()),
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::{CommandStatus, encode};

    #[test]
    fn a_stray_body_is_carried_if_it_is_one_string() {
        let written = |body| {
            let mut out = Vec::new();
            let pdu = CancelSmResp { body, ..CancelSmResp::default() };
            encode(&pdu, CommandStatus::ESME_ROK, 1, &mut out).map_err(|error| error.kind)
        };
        assert_eq!((written(b""), written(b"\0"), written(b"id\0")), (Ok(16), Ok(17), Ok(19)));
        assert_eq!(written(b"id"), Err(EncodeErrorKind::Unterminated));
        assert_eq!(written(b"\0id\0"), Err(EncodeErrorKind::NulInside));
    }
}

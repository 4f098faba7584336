//! PDUs that are a header and nothing else (SMPP v3.4 §4.2, §4.3, §4.9 to §4.11). TLVs behind the header are kept, other octets refused.

use crate::{PduError, PduErrorKind, Tlvs, reader::Reader};

macro_rules! header_only {
    ($($(#[$doc:meta])* $name:ident = $id:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq)]
        pub struct $name<'a> {
            /// TLVs, which a peer may add and nobody needs.
            pub tlvs: Tlvs<'a>,
        }

        impl<'a> $name<'a> {
            /// Reads a body, which should be empty.
            ///
            /// # Errors
            /// `ExtraOctets` when there are octets that are no TLVs.
            #[inline]
            pub fn parse(body: &'a [u8]) -> Result<Self, PduError> {
                Ok(Self { tlvs: only_tlvs(body)? })
            }

            /// Shows the TLVs.
            pub fn fields(&self, visit: &mut super::Visit<'_, 'a>) {
                visit(super::Field::Tlvs, super::FieldValue::Tlvs(self.tlvs));
            }

            /// Judges the TLVs.
            ///
            /// # Errors
            /// The first TLV that the profile does not allow.
            pub fn validate(&self, profile: &crate::Profile) -> Result<(), PduError> {
                let judged = crate::validate::tlvs(self.tlvs, profile);
                judged.map(drop).map_err(|bad| bad.found(profile, &|visit| self.fields(visit)))
            }

            #[inline]
            pub(super) fn of(_header: &crate::Header, body: &'a [u8]) -> Result<Self, PduError> {
                Self::parse(body)
            }
        }

        impl crate::Encode for $name<'_> {
            fn command_id(&self) -> crate::CommandId {
                crate::CommandId::$id
            }

            fn body_len(&self) -> Result<usize, crate::EncodeError> {
                Ok(crate::encode::tlvs_len(self.tlvs))
            }

            fn encode_body(&self, out: &mut impl crate::Buffer) {
                out.put(self.tlvs.octets());
            }
        }

        super::debug::shown_by_fields!($name);
    )*};
}

header_only! {
    /// unbind: the sender wants to end the session (SMPP v3.4 §4.2.1).
    Unbind = UNBIND;
    /// unbind_resp (SMPP v3.4 §4.2.2).
    UnbindResp = UNBIND_RESP;
    /// enquire_link: is the peer alive? (SMPP v3.4 §4.11.1)
    EnquireLink = ENQUIRE_LINK;
    /// enquire_link_resp (SMPP v3.4 §4.11.2).
    EnquireLinkResp = ENQUIRE_LINK_RESP;
    /// generic_nack: the answer to a PDU that has no response of its own; its command_status says why (SMPP v3.4 §4.3.1).
    GenericNack = GENERIC_NACK;
}

pub(super) fn only_tlvs(body: &[u8]) -> Result<Tlvs<'_>, PduError> {
    Reader::new(body)
        .tlvs()
        .map_err(|error| PduError::new(PduErrorKind::ExtraOctets, error.field, error.offset))
}

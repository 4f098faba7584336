//! PDUs that are a header and nothing else (SMPP v3.4 §4.2, §4.3, §4.9 to §4.11). TLVs behind the header are kept, other octets refused.

use crate::{
    CommandId, Encode, EncodeError, Field, PduError, PduErrorKind, Tlvs, Writer,
    encode::{c_octet_string_len, tlvs_len},
    reader::Reader,
};

macro_rules! header_only {
    ($($(#[$doc:meta])* $name:ident = $id:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
        }

        impl Encode for $name<'_> {
            fn command_id(&self) -> CommandId {
                CommandId::$id
            }

            fn body_len(&self) -> Result<usize, EncodeError> {
                Ok(tlvs_len(self.tlvs))
            }

            fn encode_body(&self, out: &mut Writer<'_>) {
                out.put(self.tlvs.octets());
            }
        }
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

macro_rules! bare_response {
    ($($(#[$doc:meta])* $name:ident = $id:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name<'a> {
            /// `None` by the specification; some peers send one all the same, mostly empty. It is carried.
            pub message_id: Option<&'a [u8]>,
            /// TLVs, in PDU order.
            pub tlvs: Tlvs<'a>,
        }

        impl<'a> $name<'a> {
            /// Reads a body, which should be empty.
            ///
            /// # Errors
            /// `ExtraOctets` when there are octets that are neither TLVs nor a string.
            pub fn parse(body: &'a [u8]) -> Result<Self, PduError> {
                let (message_id, tlvs) = stray_string_and_tlvs(body)?;
                Ok(Self { message_id, tlvs })
            }
        }

        impl Encode for $name<'_> {
            fn command_id(&self) -> CommandId {
                CommandId::$id
            }

            fn body_len(&self) -> Result<usize, EncodeError> {
                let stray = self.message_id.map_or(Ok(0), |id| c_octet_string_len(id, Field::MessageId))?;
                Ok(stray + tlvs_len(self.tlvs))
            }

            fn encode_body(&self, out: &mut Writer<'_>) {
                if let Some(id) = self.message_id {
                    out.put_c_octet_string(id);
                }
                out.put(self.tlvs.octets());
            }
        }
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

fn stray_string_and_tlvs(body: &[u8]) -> Result<(Option<&[u8]>, Tlvs<'_>), PduError> {
    let refused = match only_tlvs(body) {
        Ok(tlvs) => return Ok((None, tlvs)),
        Err(refused) => refused,
    };
    let mut fields = Reader::new(body);
    let stray = fields.c_octet_string(Field::MessageId).map_err(|_| refused)?;
    let tlvs = fields.tlvs().map_err(|_| refused)?;
    Ok((Some(stray), tlvs))
}

fn only_tlvs(body: &[u8]) -> Result<Tlvs<'_>, PduError> {
    Reader::new(body).tlvs().map_err(|error| PduError { kind: PduErrorKind::ExtraOctets, ..error })
}

//! Responses with one string: bind_*_resp (SMPP v3.4 §4.1.2), submit_sm_resp (§4.4.2), deliver_sm_resp (§4.6.2),
//! data_sm_resp (§4.7.2), and of v5.0 broadcast_sm_resp and query_broadcast_sm_resp.
//!
//! With an error status peers send the string, a lone NUL, TLVs only, or nothing; all are read, and written back alike.

use crate::{
    CommandId, CommandStatus, Encode, EncodeError, Field, Header, PduError, Tlvs, Writer,
    encode::{c_octet_string_len, tlvs_len},
    reader::Reader,
};

/// A response to one of the three binds: 16 to 32 octets without TLVs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BindResp<'a> {
    /// Which of the three.
    pub command_id: CommandId,
    /// Who answers; `None` when there is no body.
    pub system_id: Option<&'a [u8]>,
    /// TLVs, in PDU order.
    pub tlvs: Tlvs<'a>,
}

impl<'a> BindResp<'a> {
    /// Checks the shape of a body.
    ///
    /// # Errors
    /// With an error status none: octets that make no sense are then ignored.
    pub fn parse(header: &Header, body: &'a [u8]) -> Result<Self, PduError> {
        let (system_id, tlvs) = string_and_tlvs(header.command_status, body, Field::SystemId)?;
        Ok(Self { command_id: header.command_id, system_id, tlvs })
    }
}

impl Encode for BindResp<'_> {
    fn command_id(&self) -> CommandId {
        self.command_id
    }

    fn body_len(&self) -> Result<usize, EncodeError> {
        len(self.system_id, self.tlvs, Field::SystemId)
    }

    fn encode_body(&self, out: &mut Writer<'_>) {
        write(self.system_id, self.tlvs, out);
    }
}

macro_rules! message_id_response {
    ($(#[$doc:meta])* $name:ident = $id:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name<'a> {
            /// Up to 64 octets; `None` when there is no body.
            pub message_id: Option<&'a [u8]>,
            /// TLVs, in PDU order.
            pub tlvs: Tlvs<'a>,
        }

        impl<'a> $name<'a> {
            /// Checks the shape of a body.
            ///
            /// # Errors
            /// With an error status none: octets that make no sense are then ignored.
            #[inline]
            pub fn parse(command_status: CommandStatus, body: &'a [u8]) -> Result<Self, PduError> {
                let (message_id, tlvs) = string_and_tlvs(command_status, body, Field::MessageId)?;
                Ok(Self { message_id, tlvs })
            }
        }

        impl Encode for $name<'_> {
            #[inline]
            fn command_id(&self) -> CommandId {
                CommandId::$id
            }

            #[inline]
            fn body_len(&self) -> Result<usize, EncodeError> {
                len(self.message_id, self.tlvs, Field::MessageId)
            }

            #[inline]
            fn encode_body(&self, out: &mut Writer<'_>) {
                write(self.message_id, self.tlvs, out);
            }
        }
    };
}

message_id_response! {
    /// submit_sm_resp: the message's id, or why it was refused (SMPP v3.4 §4.4.2); 16 to 81 octets without TLVs.
    SubmitSmResp = SUBMIT_SM_RESP
}
message_id_response! {
    /// deliver_sm_resp: the message_id is unused and empty (SMPP v3.4 §4.6.2); some peers fill it all the same.
    DeliverSmResp = DELIVER_SM_RESP
}

message_id_response! {
    /// data_sm_resp: the message's id, or why it was refused (SMPP v3.4 §4.7.2); TLVs tell of a failed delivery.
    DataSmResp = DATA_SM_RESP
}
message_id_response! {
    /// broadcast_sm_resp: the broadcast's id; TLVs name the areas that failed (SMPP v5.0 §4.4).
    BroadcastSmResp = BROADCAST_SM_RESP
}
message_id_response! {
    /// query_broadcast_sm_resp: the broadcast's id; its state and areas are TLVs (SMPP v5.0 §4.6).
    QueryBroadcastSmResp = QUERY_BROADCAST_SM_RESP
}

type StringAndTlvs<'a> = (Option<&'a [u8]>, Tlvs<'a>);

#[inline]
fn string_and_tlvs(status: CommandStatus, body: &[u8], field: Field) -> Result<StringAndTlvs<'_>, PduError> {
    if body.is_empty() {
        return Ok((None, Tlvs::default()));
    }
    let mut fields = Reader::new(body);
    let string = match fields.c_octet_string(field) {
        Ok(string) if fields.is_empty() => return Ok((Some(string), Tlvs::default())),
        string => string,
    };
    match string.and_then(|string| Ok((Some(string), fields.tlvs()?))) {
        Err(_) if !status.is_ok() => Ok((None, Tlvs::parse(body).unwrap_or_default())),
        whole => whole,
    }
}

#[inline]
fn len(string: Option<&[u8]>, tlvs: Tlvs<'_>, field: Field) -> Result<usize, EncodeError> {
    let string = string.map_or(Ok(0), |string| c_octet_string_len(string, field))?;
    Ok(string + tlvs_len(tlvs))
}

#[inline]
fn write(string: Option<&[u8]>, tlvs: Tlvs<'_>, out: &mut Writer<'_>) {
    if let Some(string) = string {
        out.put_c_octet_string(string);
    }
    out.put(tlvs.octets());
}

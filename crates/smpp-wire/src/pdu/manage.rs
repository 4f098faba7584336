//! query_sm, cancel_sm (SMPP v3.4 §4.8, §4.9) and query_sm_resp: asking after a message, and taking it back.

use super::fields::plain;
use crate::{
    CommandId, CommandStatus, Encode, EncodeError, Field, PduError, Tlvs, Writer,
    encode::{c_octet_string_len, tlvs_len},
    reader::Reader,
    values::{MessageState, Npi, Ton},
};

plain! {
    /// query_sm: what became of a message? (SMPP v3.4 §4.8.1)
    QuerySm = QUERY_SM {
        /// The id that the submission was answered with, up to 64 octets.
        message_id: &'a [u8] = MessageId,
        /// Type of number of the message's source.
        source_addr_ton: Ton = SourceAddrTon,
        /// Numbering plan of the message's source.
        source_addr_npi: Npi = SourceAddrNpi,
        /// The message's source, up to 20 octets; empty when it was empty in the submission.
        source_addr: &'a [u8] = SourceAddr,
    }
}

plain! {
    /// cancel_sm: takes back one message, or all between two addresses (SMPP v3.4 §4.9.1).
    CancelSm = CANCEL_SM {
        /// Up to 5 octets; when set, only messages of this service are cancelled.
        service_type: &'a [u8] = ServiceType,
        /// Which message, up to 64 octets; empty for all that match the addresses.
        message_id: &'a [u8] = MessageId,
        /// Type of number of the message's source.
        source_addr_ton: Ton = SourceAddrTon,
        /// Numbering plan of the message's source.
        source_addr_npi: Npi = SourceAddrNpi,
        /// The message's source, up to 20 octets.
        source_addr: &'a [u8] = SourceAddr,
        /// Type of number of the message's destination.
        dest_addr_ton: Ton = DestAddrTon,
        /// Numbering plan of the message's destination.
        dest_addr_npi: Npi = DestAddrNpi,
        /// The message's destination, up to 20 octets; may be empty when there is a message_id.
        destination_addr: &'a [u8] = DestinationAddr,
    }
}

/// query_sm_resp: the state of a message, or why there is none to tell (SMPP v3.4 §4.8.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuerySmResp<'a> {
    /// Up to 64 octets; `None` when there is no body, and then the other fields are not written either.
    pub message_id: Option<&'a [u8]>,
    /// When the message reached its final state; empty before. 16 octets, some peers send 12.
    pub final_date: &'a [u8],
    /// The state (§5.2.28).
    pub message_state: MessageState,
    /// The network's reason for a failed delivery, 0 for none.
    pub error_code: u8,
    /// TLVs, in PDU order.
    pub tlvs: Tlvs<'a>,
}

impl<'a> QuerySmResp<'a> {
    /// Checks the shape of a body.
    ///
    /// # Errors
    /// With an error status none: octets that make no sense are then ignored.
    pub fn parse(command_status: CommandStatus, body: &'a [u8]) -> Result<Self, PduError> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        match Self::whole(body) {
            Err(_) if !command_status.is_ok() => {
                Ok(Self { tlvs: Tlvs::parse(body).unwrap_or_default(), ..Self::default() })
            }
            whole => whole,
        }
    }

    fn whole(body: &'a [u8]) -> Result<Self, PduError> {
        let mut fields = Reader::new(body);
        let message_id = Some(fields.c_octet_string(Field::MessageId)?);
        let final_date = fields.c_octet_string(Field::FinalDate)?;
        let [message_state, error_code] = fields.octets([Field::MessageState, Field::ErrorCode])?;
        let tlvs = fields.tlvs()?;
        Ok(Self { message_id, final_date, message_state: MessageState(message_state), error_code, tlvs })
    }
}

impl Encode for QuerySmResp<'_> {
    fn command_id(&self) -> CommandId {
        CommandId::QUERY_SM_RESP
    }

    fn body_len(&self) -> Result<usize, EncodeError> {
        let fields = match self.message_id {
            None => 0,
            Some(id) => {
                c_octet_string_len(id, Field::MessageId)?
                    + c_octet_string_len(self.final_date, Field::FinalDate)?
                    + 2
            }
        };
        Ok(fields + tlvs_len(self.tlvs))
    }

    fn encode_body(&self, out: &mut Writer<'_>) {
        if let Some(id) = self.message_id {
            out.put_c_octet_string(id);
            out.put_c_octet_string(self.final_date);
            out.put(&[self.message_state.0, self.error_code]);
        }
        out.put(self.tlvs.octets());
    }
}

//! replace_sm (SMPP v3.4 §4.10.1): a new text, times or receipt wishes for a message that is still pending.

use crate::{
    CommandId, Encode, EncodeError, EncodeErrorKind, Field, PduError, Tlvs, Writer,
    encode::{c_octet_string_len, tlvs_len},
    reader::Reader,
    values::{Npi, RegisteredDelivery, Ton},
};

/// replace_sm: what is left empty keeps its old value; the text is coded as that of the original message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReplaceSm<'a> {
    /// The id that the submission was answered with, up to 64 octets.
    pub message_id: &'a [u8],
    /// Type of number of the message's source.
    pub source_addr_ton: Ton,
    /// Numbering plan of the message's source.
    pub source_addr_npi: Npi,
    /// The message's source, up to 20 octets.
    pub source_addr: &'a [u8],
    /// Empty or 16 octets (§5.2.15).
    pub schedule_delivery_time: &'a [u8],
    /// Empty or 16 octets (§5.2.16).
    pub validity_period: &'a [u8],
    /// Which receipts are asked for (§5.2.17).
    pub registered_delivery: RegisteredDelivery,
    /// A text stored at the SMSC, 0 for none (§5.2.20).
    pub sm_default_msg_id: u8,
    /// The text, up to 254 octets (255 in v5.0); its length is sm_length (§5.2.22).
    pub short_message: &'a [u8],
    /// TLVs, in PDU order; v5.0 allows a message_payload.
    pub tlvs: Tlvs<'a>,
}

impl<'a> ReplaceSm<'a> {
    /// Checks the shape of a body.
    ///
    /// # Errors
    /// Which field is cut, not ended by a NUL, or longer than what is left.
    pub fn parse(body: &'a [u8]) -> Result<Self, PduError> {
        let mut fields = Reader::new(body);
        let message_id = fields.c_octet_string(Field::MessageId)?;
        let [source_addr_ton, source_addr_npi] =
            fields.octets([Field::SourceAddrTon, Field::SourceAddrNpi])?;
        let source_addr = fields.c_octet_string(Field::SourceAddr)?;
        let schedule_delivery_time = fields.c_octet_string(Field::ScheduleDeliveryTime)?;
        let validity_period = fields.c_octet_string(Field::ValidityPeriod)?;
        let [registered_delivery, sm_default_msg_id, sm_length] =
            fields.octets([Field::RegisteredDelivery, Field::SmDefaultMsgId, Field::SmLength])?;
        let short_message = fields.octet_string(sm_length, Field::ShortMessage)?;
        let tlvs = fields.tlvs()?;
        Ok(Self {
            message_id,
            source_addr_ton: Ton(source_addr_ton),
            source_addr_npi: Npi(source_addr_npi),
            source_addr,
            schedule_delivery_time,
            validity_period,
            registered_delivery: RegisteredDelivery(registered_delivery),
            sm_default_msg_id,
            short_message,
            tlvs,
        })
    }
}

impl Encode for ReplaceSm<'_> {
    fn command_id(&self) -> CommandId {
        CommandId::REPLACE_SM
    }

    fn body_len(&self) -> Result<usize, EncodeError> {
        if self.short_message.len() > usize::from(u8::MAX) {
            return Err(EncodeError { field: Field::ShortMessage, kind: EncodeErrorKind::TooLong });
        }
        Ok(c_octet_string_len(self.message_id, Field::MessageId)?
            + c_octet_string_len(self.source_addr, Field::SourceAddr)?
            + c_octet_string_len(self.schedule_delivery_time, Field::ScheduleDeliveryTime)?
            + c_octet_string_len(self.validity_period, Field::ValidityPeriod)?
            + ONE_OCTET_FIELDS
            + self.short_message.len()
            + tlvs_len(self.tlvs))
    }

    fn encode_body(&self, out: &mut Writer<'_>) {
        // `body_len` refused a longer text.
        let sm_length = u8::try_from(self.short_message.len()).unwrap_or(u8::MAX);
        out.put_c_octet_string(self.message_id);
        out.put(&[self.source_addr_ton.0, self.source_addr_npi.0]);
        out.put_c_octet_string(self.source_addr);
        out.put_c_octet_string(self.schedule_delivery_time);
        out.put_c_octet_string(self.validity_period);
        out.put(&[self.registered_delivery.0, self.sm_default_msg_id, sm_length]);
        out.put(self.short_message);
        out.put(self.tlvs.octets());
    }
}

/// TON and NPI, registered_delivery to sm_length.
const ONE_OCTET_FIELDS: usize = 2 + 3;

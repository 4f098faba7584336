//! submit_multi and its response (SMPP v3.4 §4.5): one text for many destinations.

use super::{DestAddresses, UnsuccessSmes};
use crate::{
    CommandId, CommandStatus, Encode, EncodeError, EncodeErrorKind, Field, PduError, Tlvs, Writer,
    encode::{c_octet_string_len, tlvs_len},
    reader::Reader,
    values::{DataCoding, EsmClass, Npi, PriorityFlag, RegisteredDelivery, ReplaceIfPresent, Ton},
};

/// submit_multi: an ESME hands a message for many to the SMSC (SMPP v3.4 §4.5.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SubmitMulti<'a> {
    /// Up to 5 octets; empty for the default service (§5.2.11).
    pub service_type: &'a [u8],
    /// Type of number of the source (§5.2.5).
    pub source_addr_ton: Ton,
    /// Numbering plan of the source (§5.2.6).
    pub source_addr_npi: Npi,
    /// Who sends, up to 20 octets (§5.2.8).
    pub source_addr: &'a [u8],
    /// Who receives; its count is number_of_dests (§5.2.24).
    pub dest_addresses: DestAddresses<'a>,
    /// Mode, type and features such as UDHI (§5.2.12).
    pub esm_class: EsmClass,
    /// The network's protocol identifier (§5.2.13).
    pub protocol_id: u8,
    /// 0 to 3 (§5.2.14).
    pub priority_flag: PriorityFlag,
    /// Empty or 16 octets (§5.2.15).
    pub schedule_delivery_time: &'a [u8],
    /// Empty or 16 octets (§5.2.16).
    pub validity_period: &'a [u8],
    /// Which receipts are asked for (§5.2.17).
    pub registered_delivery: RegisteredDelivery,
    /// 0; v5.0 allows 1 (§5.2.18).
    pub replace_if_present_flag: ReplaceIfPresent,
    /// How `short_message` is to be read (§5.2.19).
    pub data_coding: DataCoding,
    /// A text stored at the SMSC, 0 for none (§5.2.20).
    pub sm_default_msg_id: u8,
    /// The text, up to 254 octets (255 in v5.0); its length is sm_length (§5.2.22).
    pub short_message: &'a [u8],
    /// TLVs, in PDU order.
    pub tlvs: Tlvs<'a>,
}

impl<'a> SubmitMulti<'a> {
    /// Checks the shape of a body: every terminator, every destination, sm_length, the bounds of every TLV.
    ///
    /// # Errors
    /// Which field is cut, not ended by a NUL, or longer than what is left; a dest_flag that is neither 1 nor 2.
    pub fn parse(body: &'a [u8]) -> Result<Self, PduError> {
        let mut fields = Reader::new(body);
        let service_type = fields.c_octet_string(Field::ServiceType)?;
        let [source_addr_ton, source_addr_npi] =
            fields.octets([Field::SourceAddrTon, Field::SourceAddrNpi])?;
        let source_addr = fields.c_octet_string(Field::SourceAddr)?;
        let dest_addresses = DestAddresses::read(&mut fields)?;
        let [esm_class, protocol_id, priority_flag] =
            fields.octets([Field::EsmClass, Field::ProtocolId, Field::PriorityFlag])?;
        let schedule_delivery_time = fields.c_octet_string(Field::ScheduleDeliveryTime)?;
        let validity_period = fields.c_octet_string(Field::ValidityPeriod)?;
        let [registered_delivery, replace_if_present_flag, data_coding, sm_default_msg_id, sm_length] =
            fields.octets([
                Field::RegisteredDelivery,
                Field::ReplaceIfPresentFlag,
                Field::DataCoding,
                Field::SmDefaultMsgId,
                Field::SmLength,
            ])?;
        let short_message = fields.octet_string(sm_length, Field::ShortMessage)?;
        let tlvs = fields.tlvs()?;
        Ok(Self {
            service_type,
            source_addr_ton: Ton(source_addr_ton),
            source_addr_npi: Npi(source_addr_npi),
            source_addr,
            dest_addresses,
            esm_class: EsmClass(esm_class),
            protocol_id,
            priority_flag: PriorityFlag(priority_flag),
            schedule_delivery_time,
            validity_period,
            registered_delivery: RegisteredDelivery(registered_delivery),
            replace_if_present_flag: ReplaceIfPresent(replace_if_present_flag),
            data_coding: DataCoding(data_coding),
            sm_default_msg_id,
            short_message,
            tlvs,
        })
    }
}

impl Encode for SubmitMulti<'_> {
    fn command_id(&self) -> CommandId {
        CommandId::SUBMIT_MULTI
    }

    fn body_len(&self) -> Result<usize, EncodeError> {
        if self.short_message.len() > usize::from(u8::MAX) {
            return Err(EncodeError { field: Field::ShortMessage, kind: EncodeErrorKind::TooLong });
        }
        Ok(c_octet_string_len(self.service_type, Field::ServiceType)?
            + c_octet_string_len(self.source_addr, Field::SourceAddr)?
            + c_octet_string_len(self.schedule_delivery_time, Field::ScheduleDeliveryTime)?
            + c_octet_string_len(self.validity_period, Field::ValidityPeriod)?
            + ONE_OCTET_FIELDS
            + self.dest_addresses.octets().len()
            + self.short_message.len()
            + tlvs_len(self.tlvs))
    }

    fn encode_body(&self, out: &mut Writer<'_>) {
        // `body_len` refused a longer text.
        let sm_length = u8::try_from(self.short_message.len()).unwrap_or(u8::MAX);
        out.put_c_octet_string(self.service_type);
        out.put(&[self.source_addr_ton.0, self.source_addr_npi.0]);
        out.put_c_octet_string(self.source_addr);
        out.put(self.dest_addresses.octets());
        out.put(&[self.esm_class.0, self.protocol_id, self.priority_flag.0]);
        out.put_c_octet_string(self.schedule_delivery_time);
        out.put_c_octet_string(self.validity_period);
        out.put(&[
            self.registered_delivery.0,
            self.replace_if_present_flag.0,
            self.data_coding.0,
            self.sm_default_msg_id,
            sm_length,
        ]);
        out.put(self.short_message);
        out.put(self.tlvs.octets());
    }
}

/// submit_multi_resp: one id for all, and the destinations that failed (SMPP v3.4 §4.5.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SubmitMultiResp<'a> {
    /// Up to 64 octets; `None` when there is no body, and then the list is not written either.
    pub message_id: Option<&'a [u8]>,
    /// The destinations that failed; their count is no_unsuccess (§5.2.26).
    pub unsuccess_smes: UnsuccessSmes<'a>,
    /// TLVs, in PDU order.
    pub tlvs: Tlvs<'a>,
}

impl<'a> SubmitMultiResp<'a> {
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
        let unsuccess_smes = UnsuccessSmes::read(&mut fields)?;
        let tlvs = fields.tlvs()?;
        Ok(Self { message_id, unsuccess_smes, tlvs })
    }
}

impl Encode for SubmitMultiResp<'_> {
    fn command_id(&self) -> CommandId {
        CommandId::SUBMIT_MULTI_RESP
    }

    fn body_len(&self) -> Result<usize, EncodeError> {
        let fields = match self.message_id {
            None => 0,
            Some(id) => c_octet_string_len(id, Field::MessageId)? + self.unsuccess_smes.octets().len(),
        };
        Ok(fields + tlvs_len(self.tlvs))
    }

    fn encode_body(&self, out: &mut Writer<'_>) {
        if let Some(id) = self.message_id {
            out.put_c_octet_string(id);
            out.put(self.unsuccess_smes.octets());
        }
        out.put(self.tlvs.octets());
    }
}

/// TON and NPI, esm_class to priority_flag, registered_delivery to sm_length.
const ONE_OCTET_FIELDS: usize = 2 + 3 + 5;

//! submit_sm and deliver_sm (SMPP v3.4 §4.4.1, §4.6.1): the same seventeen fields in both directions.

use crate::{
    CommandId, Encode, EncodeError, EncodeErrorKind, Field, PduError, Tlvs, Writer,
    encode::{c_octet_string_len, tlvs_len},
    reader::Reader,
    values::{DataCoding, EsmClass, Npi, PriorityFlag, RegisteredDelivery, ReplaceIfPresent, Ton},
};

macro_rules! message {
    ($(#[$doc:meta])* $name:ident = $id:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name<'a> {
            /// Up to 5 octets; empty for the default service (§5.2.11).
            pub service_type: &'a [u8],
            /// Type of number of the source (§5.2.5).
            pub source_addr_ton: Ton,
            /// Numbering plan of the source (§5.2.6).
            pub source_addr_npi: Npi,
            /// Who sends, up to 20 octets (§5.2.8).
            pub source_addr: &'a [u8],
            /// Type of number of the destination (§5.2.5).
            pub dest_addr_ton: Ton,
            /// Numbering plan of the destination (§5.2.6).
            pub dest_addr_npi: Npi,
            /// Who receives, up to 20 octets (§5.2.9).
            pub destination_addr: &'a [u8],
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
            /// 0 or 1 (§5.2.18).
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

        impl $name<'_> {
            /// Every number 0, every string empty; unlike `default()` it can stand in a constant.
            pub const EMPTY: Self = Self {
                service_type: b"",
                source_addr_ton: Ton::UNKNOWN,
                source_addr_npi: Npi::UNKNOWN,
                source_addr: b"",
                dest_addr_ton: Ton::UNKNOWN,
                dest_addr_npi: Npi::UNKNOWN,
                destination_addr: b"",
                esm_class: EsmClass::DEFAULT,
                protocol_id: 0,
                priority_flag: PriorityFlag::NONE,
                schedule_delivery_time: b"",
                validity_period: b"",
                registered_delivery: RegisteredDelivery::NONE,
                replace_if_present_flag: ReplaceIfPresent::DONT_REPLACE,
                data_coding: DataCoding::DEFAULT,
                sm_default_msg_id: 0,
                short_message: b"",
                tlvs: Tlvs::EMPTY,
            };
        }

        impl<'a> $name<'a> {
            /// Checks the shape of a body: every terminator, sm_length, the bounds of every TLV.
            ///
            /// # Errors
            /// Which field is cut, not ended by a NUL, or longer than what is left.
            #[inline]
            pub fn parse(body: &'a [u8]) -> Result<Self, PduError> {
                let mut fields = Reader::new(body);
                let service_type = fields.c_octet_string(Field::ServiceType)?;
                let [source_addr_ton, source_addr_npi] =
                    fields.octets([Field::SourceAddrTon, Field::SourceAddrNpi])?;
                let source_addr = fields.c_octet_string(Field::SourceAddr)?;
                let [dest_addr_ton, dest_addr_npi] = fields.octets([Field::DestAddrTon, Field::DestAddrNpi])?;
                let destination_addr = fields.c_octet_string(Field::DestinationAddr)?;
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
                    dest_addr_ton: Ton(dest_addr_ton),
                    dest_addr_npi: Npi(dest_addr_npi),
                    destination_addr,
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

        impl Encode for $name<'_> {
            #[inline]
            fn command_id(&self) -> CommandId {
                CommandId::$id
            }

            #[inline]
            fn body_len(&self) -> Result<usize, EncodeError> {
                if self.short_message.len() > usize::from(u8::MAX) {
                    return Err(EncodeError { field: Field::ShortMessage, kind: EncodeErrorKind::TooLong });
                }
                Ok(c_octet_string_len(self.service_type, Field::ServiceType)?
                    + c_octet_string_len(self.source_addr, Field::SourceAddr)?
                    + c_octet_string_len(self.destination_addr, Field::DestinationAddr)?
                    + c_octet_string_len(self.schedule_delivery_time, Field::ScheduleDeliveryTime)?
                    + c_octet_string_len(self.validity_period, Field::ValidityPeriod)?
                    + ONE_OCTET_FIELDS
                    + self.short_message.len()
                    + tlvs_len(self.tlvs))
            }

            #[inline]
            fn encode_body(&self, out: &mut Writer<'_>) {
                // `body_len` refused a longer text.
                let sm_length = u8::try_from(self.short_message.len()).unwrap_or(u8::MAX);
                out.put_c_octet_string(self.service_type);
                out.put(&[self.source_addr_ton.0, self.source_addr_npi.0]);
                out.put_c_octet_string(self.source_addr);
                out.put(&[self.dest_addr_ton.0, self.dest_addr_npi.0]);
                out.put_c_octet_string(self.destination_addr);
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
    };
}

message! {
    /// submit_sm: an ESME hands a message to the SMSC (SMPP v3.4 §4.4.1); 33 to 364 octets without TLVs.
    SubmitSm = SUBMIT_SM
}
message! {
    /// deliver_sm: the SMSC hands a message or a receipt to an ESME (SMPP v3.4 §4.6.1); 33 to 364 octets without TLVs.
    DeliverSm = DELIVER_SM
}

/// Four TON and NPI, esm_class to priority_flag, registered_delivery to sm_length.
const ONE_OCTET_FIELDS: usize = 4 + 3 + 5;

//! submit_sm and deliver_sm (SMPP v3.4 §4.4.1, §4.6.1): the same seventeen fields in both directions.

use super::declare::pdu;
use crate::values::{DataCoding, EsmClass, Npi, PriorityFlag, RegisteredDelivery, ReplaceIfPresent, Ton};

/// A submit_sm and a deliver_sm have one form.
macro_rules! message {
    ($(#[$doc:meta])* $name:ident = $id:ident) => {
        pdu! {
            $(#[$doc])*
            $name = $id judged by message(esm_class, short_message) {
                /// Up to 5 octets; empty for the default service (§5.2.11).
                service_type: &'a [u8] = ServiceType;
                /// Type of number of the source (§5.2.5).
                source_addr_ton: Ton = SourceAddrTon,
                /// Numbering plan of the source (§5.2.6).
                source_addr_npi: Npi = SourceAddrNpi;
                /// Who sends, up to 20 octets (§5.2.8).
                source_addr: &'a [u8] = SourceAddr;
                /// Type of number of the destination (§5.2.5).
                dest_addr_ton: Ton = DestAddrTon,
                /// Numbering plan of the destination (§5.2.6).
                dest_addr_npi: Npi = DestAddrNpi;
                /// Who receives, up to 20 octets (§5.2.9).
                destination_addr: &'a [u8] = DestinationAddr;
                /// Mode, type and features such as UDHI (§5.2.12).
                esm_class: EsmClass = EsmClass,
                /// The network's protocol identifier (§5.2.13).
                protocol_id: u8 = ProtocolId,
                /// 0 to 3 (§5.2.14).
                priority_flag: PriorityFlag = PriorityFlag;
                /// Empty or 16 octets (§5.2.15).
                schedule_delivery_time: &'a [u8] = ScheduleDeliveryTime;
                /// Empty or 16 octets (§5.2.16).
                validity_period: &'a [u8] = ValidityPeriod;
                /// Which receipts are asked for (§5.2.17).
                registered_delivery: RegisteredDelivery = RegisteredDelivery,
                /// 0 or 1 (§5.2.18).
                replace_if_present_flag: ReplaceIfPresent = ReplaceIfPresentFlag,
                /// How `short_message` is to be read (§5.2.19).
                data_coding: DataCoding = DataCoding,
                /// A text stored at the SMSC, 0 for none (§5.2.20).
                sm_default_msg_id: u8 = SmDefaultMsgId,
                /// The text, up to 254 octets (255 in v5.0); its length is sm_length (§5.2.22).
                short_message: &'a [u8] as Text = ShortMessage;
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

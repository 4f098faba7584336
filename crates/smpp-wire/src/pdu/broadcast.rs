//! broadcast_sm, query_broadcast_sm and cancel_broadcast_sm: cell broadcast, which v5.0 adds (SMPP v5.0 §4.4, §4.6).

use super::declare::pdu;
use crate::values::{DataCoding, Npi, PriorityFlag, ReplaceIfPresent, Ton};

pdu! {
    /// broadcast_sm: a message for everyone in an area, which TLVs describe (SMPP v5.0 §4.4).
    BroadcastSm = BROADCAST_SM judged by broadcast(message_id) {
        /// Up to 5 octets; empty for the default service.
        service_type: &'a [u8] = ServiceType;
        /// Type of number of the source.
        source_addr_ton: Ton = SourceAddrTon,
        /// Numbering plan of the source.
        source_addr_npi: Npi = SourceAddrNpi;
        /// Who sends, up to 20 octets.
        source_addr: &'a [u8] = SourceAddr;
        /// The message to replace, up to 64 octets; empty for a new one.
        message_id: &'a [u8] = MessageId;
        /// 0 to 4.
        priority_flag: PriorityFlag = PriorityFlag;
        /// Empty or 16 octets.
        schedule_delivery_time: &'a [u8] = ScheduleDeliveryTime;
        /// Empty or 16 octets.
        validity_period: &'a [u8] = ValidityPeriod;
        /// 0 or 1.
        replace_if_present_flag: ReplaceIfPresent = ReplaceIfPresentFlag,
        /// How the payload is to be read.
        data_coding: DataCoding = DataCoding,
        /// A text stored at the SMSC, 0 for none.
        sm_default_msg_id: u8 = SmDefaultMsgId;
    }
}

pdu! {
    /// query_broadcast_sm: what became of a broadcast? (SMPP v5.0 §4.6)
    QueryBroadcastSm = QUERY_BROADCAST_SM judged by query_broadcast(message_id) {
        /// The id that the broadcast was answered with, up to 64 octets.
        message_id: &'a [u8] = MessageId;
        /// Type of number of the broadcast's source.
        source_addr_ton: Ton = SourceAddrTon,
        /// Numbering plan of the broadcast's source.
        source_addr_npi: Npi = SourceAddrNpi;
        /// The broadcast's source, up to 20 octets.
        source_addr: &'a [u8] = SourceAddr;
    }
}

pdu! {
    /// cancel_broadcast_sm: takes back one broadcast, or all that match (SMPP v5.0 §4.6).
    CancelBroadcastSm = CANCEL_BROADCAST_SM {
        /// Up to 5 octets; when set, only broadcasts of this service are cancelled.
        service_type: &'a [u8] = ServiceType;
        /// Which broadcast, up to 64 octets; empty for all that match.
        message_id: &'a [u8] = MessageId;
        /// Type of number of the broadcast's source.
        source_addr_ton: Ton = SourceAddrTon,
        /// Numbering plan of the broadcast's source.
        source_addr_npi: Npi = SourceAddrNpi;
        /// The broadcast's source, up to 20 octets.
        source_addr: &'a [u8] = SourceAddr;
    }
}

//! replace_sm (SMPP v3.4 §4.10.1): a new text, times or receipt wishes for a message that is still pending.

use super::declare::pdu;
use crate::values::{Npi, RegisteredDelivery, Ton};

pdu! {
    /// replace_sm: what is left empty keeps its old value; the text is coded as that of the original message.
    ReplaceSm = REPLACE_SM {
        /// The id that the submission was answered with, up to 64 octets.
        message_id: &'a [u8] = MessageId;
        /// Type of number of the message's source.
        source_addr_ton: Ton = SourceAddrTon,
        /// Numbering plan of the message's source.
        source_addr_npi: Npi = SourceAddrNpi;
        /// The message's source, up to 20 octets.
        source_addr: &'a [u8] = SourceAddr;
        /// Empty or 16 octets (§5.2.15).
        schedule_delivery_time: &'a [u8] = ScheduleDeliveryTime;
        /// Empty or 16 octets (§5.2.16).
        validity_period: &'a [u8] = ValidityPeriod;
        /// Which receipts are asked for (§5.2.17).
        registered_delivery: RegisteredDelivery = RegisteredDelivery,
        /// A text stored at the SMSC, 0 for none (§5.2.20).
        sm_default_msg_id: u8 = SmDefaultMsgId,
        /// The text, up to 254 octets (255 in v5.0); its length is sm_length (§5.2.22).
        short_message: &'a [u8] as Text = ShortMessage;
    }
}

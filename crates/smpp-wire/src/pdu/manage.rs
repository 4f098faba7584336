//! query_sm, cancel_sm (SMPP v3.4 §4.8, §4.9) and query_sm_resp: asking after a message, and taking it back.

use super::declare::pdu;
use crate::values::{Npi, Ton};

pdu! {
    /// query_sm: what became of a message? (SMPP v3.4 §4.8.1)
    QuerySm = QUERY_SM {
        /// The id that the submission was answered with, up to 64 octets.
        message_id: &'a [u8] = MessageId;
        /// Type of number of the message's source.
        source_addr_ton: Ton = SourceAddrTon,
        /// Numbering plan of the message's source.
        source_addr_npi: Npi = SourceAddrNpi;
        /// The message's source, up to 20 octets; empty when it was empty in the submission.
        source_addr: &'a [u8] = SourceAddr;
    }
}

pdu! {
    /// cancel_sm: takes back one message, or all between two addresses (SMPP v3.4 §4.9.1).
    CancelSm = CANCEL_SM judged by cancel(message_id, destination_addr) {
        /// Up to 5 octets; when set, only messages of this service are cancelled.
        service_type: &'a [u8] = ServiceType;
        /// Which message, up to 64 octets; empty for all that match the addresses.
        message_id: &'a [u8] = MessageId;
        /// Type of number of the message's source.
        source_addr_ton: Ton = SourceAddrTon,
        /// Numbering plan of the message's source.
        source_addr_npi: Npi = SourceAddrNpi;
        /// The message's source, up to 20 octets.
        source_addr: &'a [u8] = SourceAddr;
        /// Type of number of the message's destination.
        dest_addr_ton: Ton = DestAddrTon,
        /// Numbering plan of the message's destination.
        dest_addr_npi: Npi = DestAddrNpi;
        /// The message's destination, up to 20 octets; may be empty when there is a message_id.
        destination_addr: &'a [u8] = DestinationAddr;
    }
}

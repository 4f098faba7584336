//! data_sm and alert_notification (SMPP v3.4 §4.7.1, §4.12.1), whose addresses may have 64 octets.

use super::declare::pdu;
use crate::values::{DataCoding, EsmClass, Npi, RegisteredDelivery, Ton};

pdu! {
    /// data_sm: a message whose text is in the TLV message_payload, in either direction (SMPP v3.4 §4.7.1).
    DataSm = DATA_SM judged by data(esm_class) {
        /// Up to 5 octets; empty for the default service (§5.2.11).
        service_type: &'a [u8] = ServiceType;
        /// Type of number of the source (§5.2.5).
        source_addr_ton: Ton = SourceAddrTon,
        /// Numbering plan of the source (§5.2.6).
        source_addr_npi: Npi = SourceAddrNpi;
        /// Who sends, up to 64 octets.
        source_addr: &'a [u8] = SourceAddr;
        /// Type of number of the destination (§5.2.5).
        dest_addr_ton: Ton = DestAddrTon,
        /// Numbering plan of the destination (§5.2.6).
        dest_addr_npi: Npi = DestAddrNpi;
        /// Who receives, up to 64 octets.
        destination_addr: &'a [u8] = DestinationAddr;
        /// Mode, type and features such as UDHI (§5.2.12).
        esm_class: EsmClass = EsmClass,
        /// Which receipts are asked for (§5.2.17).
        registered_delivery: RegisteredDelivery = RegisteredDelivery,
        /// How the payload is to be read (§5.2.19).
        data_coding: DataCoding = DataCoding;
    }
}

pdu! {
    /// alert_notification: a handset that was away is back (SMPP v3.4 §4.12.1); it has no response.
    AlertNotification = ALERT_NOTIFICATION {
        /// Type of number of the handset.
        source_addr_ton: Ton = SourceAddrTon,
        /// Numbering plan of the handset.
        source_addr_npi: Npi = SourceAddrNpi;
        /// The handset, up to 64 octets.
        source_addr: &'a [u8] = SourceAddr;
        /// Type of number of the ESME.
        esme_addr_ton: Ton = EsmeAddrTon,
        /// Numbering plan of the ESME.
        esme_addr_npi: Npi = EsmeAddrNpi;
        /// The ESME that asked to be told, up to 64 octets.
        esme_addr: &'a [u8] = EsmeAddr;
    }
}

//! bind_transmitter, bind_receiver, bind_transceiver (SMPP v3.4 §4.1): one body, three ids.

use super::declare::pdu;
use crate::values::{InterfaceVersion, Npi, Ton};

pdu! {
    /// A bind request: 23 to 98 octets with its header. `command_id` says which of the three.
    Bind by command_id = BIND_TRANSCEIVER {
        /// Who binds, up to 15 octets.
        system_id: &'a [u8] = SystemId;
        /// Up to 8 octets by the specification; many providers issue longer ones.
        password: &'a [u8] = Password;
        /// Up to 12 octets.
        system_type: &'a [u8] = SystemType;
        /// 0x34 for v3.4.
        interface_version: InterfaceVersion = InterfaceVersion,
        /// Type of number of `address_range`.
        addr_ton: Ton = AddrTon,
        /// Numbering plan of `address_range`.
        addr_npi: Npi = AddrNpi;
        /// The addresses this ESME serves, up to 40 octets.
        address_range: &'a [u8] = AddressRange;
    }
}

//! outbind (SMPP v3.4 §4.1.7): an SMSC that has opened the connection asks the ESME to bind.

use super::declare::pdu;

pdu! {
    /// outbind: has no response of its own; the ESME binds, or closes the connection.
    Outbind = OUTBIND {
        /// Who asks, up to 15 octets.
        system_id: &'a [u8] = SystemId;
        /// Up to 8 octets.
        password: &'a [u8] = Password;
    }
}

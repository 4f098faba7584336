//! Who binds, and how.

use std::fmt;

use smpp_wire::{
    Bind,
    values::{InterfaceVersion, Npi, Ton},
};

use crate::BindMode;

/// The fields of the bind (SMPP v3.4 §4.1).
#[derive(Clone)]
pub(super) struct Account {
    pub(super) mode: BindMode,
    pub(super) system_id: String,
    pub(super) password: String,
    pub(super) system_type: String,
    pub(super) interface_version: InterfaceVersion,
    pub(super) addr_ton: Ton,
    pub(super) addr_npi: Npi,
    pub(super) address_range: String,
}

impl Account {
    pub(super) fn bind(&self) -> Bind<'_> {
        Bind {
            command_id: self.mode.command_id(),
            system_id: self.system_id.as_bytes(),
            password: self.password.as_bytes(),
            system_type: self.system_type.as_bytes(),
            interface_version: self.interface_version,
            addr_ton: self.addr_ton,
            addr_npi: self.addr_npi,
            address_range: self.address_range.as_bytes(),
            ..Bind::default()
        }
    }
}

impl Default for Account {
    fn default() -> Self {
        Self {
            mode: BindMode::Transceiver,
            system_id: String::new(),
            password: String::new(),
            system_type: String::new(),
            interface_version: InterfaceVersion::V34,
            addr_ton: Ton::UNKNOWN,
            addr_npi: Npi::UNKNOWN,
            address_range: String::new(),
        }
    }
}

/// Never shows the password.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} as {:?}", self.system_id, self.mode)
    }
}

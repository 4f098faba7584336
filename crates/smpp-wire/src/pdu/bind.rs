//! bind_transmitter, bind_receiver, bind_transceiver (SMPP v3.4 §4.1): one body, three ids.

use crate::{
    CommandId, Encode, EncodeError, Field, PduError, Tlvs, Writer,
    encode::{c_octet_string_len, tlvs_len},
    reader::Reader,
    values::{InterfaceVersion, Npi, Ton},
};

/// A bind request: 23 to 98 octets with its header. `command_id` says which of the three.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Bind<'a> {
    /// `BIND_TRANSMITTER`, `BIND_RECEIVER` or `BIND_TRANSCEIVER`.
    pub command_id: CommandId,
    /// Who binds, up to 15 octets.
    pub system_id: &'a [u8],
    /// Up to 8 octets by the specification; many providers issue longer ones.
    pub password: &'a [u8],
    /// Up to 12 octets.
    pub system_type: &'a [u8],
    /// 0x34 for v3.4.
    pub interface_version: InterfaceVersion,
    /// Type of number of `address_range`.
    pub addr_ton: Ton,
    /// Numbering plan of `address_range`.
    pub addr_npi: Npi,
    /// The addresses this ESME serves, up to 40 octets.
    pub address_range: &'a [u8],
    /// TLVs, in PDU order.
    pub tlvs: Tlvs<'a>,
}

impl<'a> Bind<'a> {
    /// Checks the shape of a body.
    ///
    /// # Errors
    /// Which field is cut or not ended by a NUL.
    pub fn parse(command_id: CommandId, body: &'a [u8]) -> Result<Self, PduError> {
        let mut fields = Reader::new(body);
        let system_id = fields.c_octet_string(Field::SystemId)?;
        let password = fields.c_octet_string(Field::Password)?;
        let system_type = fields.c_octet_string(Field::SystemType)?;
        let [interface_version, addr_ton, addr_npi] =
            fields.octets([Field::InterfaceVersion, Field::AddrTon, Field::AddrNpi])?;
        let address_range = fields.c_octet_string(Field::AddressRange)?;
        let tlvs = fields.tlvs()?;
        Ok(Self {
            command_id,
            system_id,
            password,
            system_type,
            interface_version: InterfaceVersion(interface_version),
            addr_ton: Ton(addr_ton),
            addr_npi: Npi(addr_npi),
            address_range,
            tlvs,
        })
    }
}

impl Default for Bind<'_> {
    fn default() -> Self {
        Self {
            command_id: CommandId::BIND_TRANSCEIVER,
            system_id: b"",
            password: b"",
            system_type: b"",
            interface_version: InterfaceVersion::V34,
            addr_ton: Ton::UNKNOWN,
            addr_npi: Npi::UNKNOWN,
            address_range: b"",
            tlvs: Tlvs::default(),
        }
    }
}

/// Never shows the password.
impl core::fmt::Debug for Bind<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} system_id={}", self.command_id, self.system_id.escape_ascii())
    }
}

impl Encode for Bind<'_> {
    fn command_id(&self) -> CommandId {
        self.command_id
    }

    fn body_len(&self) -> Result<usize, EncodeError> {
        Ok(c_octet_string_len(self.system_id, Field::SystemId)?
            + c_octet_string_len(self.password, Field::Password)?
            + c_octet_string_len(self.system_type, Field::SystemType)?
            + 3
            + c_octet_string_len(self.address_range, Field::AddressRange)?
            + tlvs_len(self.tlvs))
    }

    fn encode_body(&self, out: &mut Writer<'_>) {
        out.put_c_octet_string(self.system_id);
        out.put_c_octet_string(self.password);
        out.put_c_octet_string(self.system_type);
        out.put(&[self.interface_version.0, self.addr_ton.0, self.addr_npi.0]);
        out.put_c_octet_string(self.address_range);
        out.put(self.tlvs.octets());
    }
}

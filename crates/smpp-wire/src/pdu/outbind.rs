//! outbind (SMPP v3.4 §4.1.7): an SMSC that has opened the connection asks the ESME to bind.

use crate::{
    CommandId, Encode, EncodeError, Field, PduError, Tlvs, Writer,
    encode::{c_octet_string_len, tlvs_len},
    reader::Reader,
};

/// outbind: has no response of its own; the ESME binds, or closes the connection.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Outbind<'a> {
    /// Who asks, up to 15 octets.
    pub system_id: &'a [u8],
    /// Up to 8 octets.
    pub password: &'a [u8],
    /// TLVs, in PDU order.
    pub tlvs: Tlvs<'a>,
}

impl<'a> Outbind<'a> {
    /// Checks the shape of a body.
    ///
    /// # Errors
    /// Which field is cut or not ended by a NUL.
    pub fn parse(body: &'a [u8]) -> Result<Self, PduError> {
        let mut fields = Reader::new(body);
        let system_id = fields.c_octet_string(Field::SystemId)?;
        let password = fields.c_octet_string(Field::Password)?;
        let tlvs = fields.tlvs()?;
        Ok(Self { system_id, password, tlvs })
    }
}

/// Never shows the password.
impl core::fmt::Debug for Outbind<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "outbind system_id={}", self.system_id.escape_ascii())
    }
}

impl Encode for Outbind<'_> {
    fn command_id(&self) -> CommandId {
        CommandId::OUTBIND
    }

    fn body_len(&self) -> Result<usize, EncodeError> {
        Ok(c_octet_string_len(self.system_id, Field::SystemId)?
            + c_octet_string_len(self.password, Field::Password)?
            + tlvs_len(self.tlvs))
    }

    fn encode_body(&self, out: &mut Writer<'_>) {
        out.put_c_octet_string(self.system_id);
        out.put_c_octet_string(self.password);
        out.put(self.tlvs.octets());
    }
}

//! dest_address and unsuccess_sme (SMPP v3.4 §4.5.1.1, §4.5.2.1): the lists of submit_multi and of its response.

use super::{
    FieldValue, Visit,
    list::{Element, list},
    part::Part,
};
use crate::{
    Buffer, CommandStatus, EncodeError, Field, PduError, PduErrorKind,
    encode::c_octet_string_len,
    reader::Reader,
    values::{DestFlag, Npi, Ton},
};

/// One destination of a submit_multi: 2 to 24 octets.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DestAddress<'a> {
    /// dest_flag 1: an address.
    SmeAddress {
        /// Type of number.
        dest_addr_ton: Ton,
        /// Numbering plan.
        dest_addr_npi: Npi,
        /// Who receives, up to 20 octets.
        destination_addr: &'a [u8],
    },
    /// dest_flag 2: a distribution list that the SMSC keeps.
    DistributionList {
        /// Its name, up to 20 octets.
        dl_name: &'a [u8],
    },
}

/// A destination that a submit_multi did not reach: 7 to 27 octets.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct UnsuccessSme<'a> {
    /// Type of number.
    pub dest_addr_ton: Ton,
    /// Numbering plan.
    pub dest_addr_npi: Npi,
    /// Who does not receive, up to 20 octets.
    pub destination_addr: &'a [u8],
    /// Why.
    pub error_status_code: CommandStatus,
}

list! {
    /// The destinations of a submit_multi, at most 255 (254 in v3.4).
    DestAddresses, DestAddressIter of DestAddress, counted by NumberOfDests
}

list! {
    /// The destinations that a submit_multi did not reach, at most 255.
    UnsuccessSmes, UnsuccessSmeIter of UnsuccessSme, counted by NoUnsuccess
}

impl<'a> DestAddress<'a> {
    /// The octet that says which of the two it is.
    #[must_use]
    pub const fn dest_flag(&self) -> DestFlag {
        match self {
            Self::SmeAddress { .. } => DestFlag::SME_ADDRESS,
            Self::DistributionList { .. } => DestFlag::DISTRIBUTION_LIST,
        }
    }

    /// Shows every field in PDU order.
    pub fn fields(&self, visit: &mut Visit<'_, 'a>) {
        let dest_flag = self.dest_flag();
        visit(Field::DestFlag, FieldValue::Int1 { value: dest_flag.0, name: dest_flag.name() });
        match *self {
            Self::SmeAddress { dest_addr_ton, dest_addr_npi, destination_addr } => {
                address(dest_addr_ton, dest_addr_npi, destination_addr, visit);
            }
            Self::DistributionList { dl_name } => visit(Field::DlName, FieldValue::String(dl_name)),
        }
    }
}

impl<'a> UnsuccessSme<'a> {
    /// Shows every field in PDU order.
    pub fn fields(&self, visit: &mut Visit<'_, 'a>) {
        address(self.dest_addr_ton, self.dest_addr_npi, self.destination_addr, visit);
        visit(Field::ErrorStatusCode, FieldValue::Status(self.error_status_code));
    }
}

fn address<'a>(ton: Ton, npi: Npi, address: &'a [u8], visit: &mut Visit<'_, 'a>) {
    <Ton as Part<'a>>::show(ton, Field::DestAddrTon, visit);
    <Npi as Part<'a>>::show(npi, Field::DestAddrNpi, visit);
    visit(Field::DestinationAddr, FieldValue::String(address));
}

impl<'a> Element<'a> for DestAddress<'a> {
    fn read(fields: &mut Reader<'a>) -> Result<Self, PduError> {
        let offset = fields.offset();
        let [dest_flag] = fields.octets(&[Field::DestFlag])?;
        match DestFlag(dest_flag) {
            DestFlag::SME_ADDRESS => {
                let [dest_addr_ton, dest_addr_npi] =
                    fields.octets(&[Field::DestAddrTon, Field::DestAddrNpi])?;
                let destination_addr = fields.c_octet_string(Field::DestinationAddr)?;
                let (dest_addr_ton, dest_addr_npi) = (Ton(dest_addr_ton), Npi(dest_addr_npi));
                Ok(Self::SmeAddress { dest_addr_ton, dest_addr_npi, destination_addr })
            }
            DestFlag::DISTRIBUTION_LIST => {
                Ok(Self::DistributionList { dl_name: fields.c_octet_string(Field::DlName)? })
            }
            _ => Err(PduError::new(PduErrorKind::UnknownDestFlag, Field::DestFlag, offset)),
        }
    }

    fn octets_len(&self) -> Result<usize, EncodeError> {
        Ok(match self {
            Self::SmeAddress { destination_addr, .. } => {
                3 + c_octet_string_len(destination_addr, Field::DestinationAddr)?
            }
            Self::DistributionList { dl_name } => 1 + c_octet_string_len(dl_name, Field::DlName)?,
        })
    }

    fn put(&self, out: &mut impl Buffer) {
        match *self {
            Self::SmeAddress { dest_addr_ton, dest_addr_npi, destination_addr } => {
                out.put(&[DestFlag::SME_ADDRESS.0, dest_addr_ton.0, dest_addr_npi.0]);
                out.put_c_octet_string(destination_addr);
            }
            Self::DistributionList { dl_name } => {
                out.put(&[DestFlag::DISTRIBUTION_LIST.0]);
                out.put_c_octet_string(dl_name);
            }
        }
    }
}

impl<'a> Element<'a> for UnsuccessSme<'a> {
    fn read(fields: &mut Reader<'a>) -> Result<Self, PduError> {
        let [dest_addr_ton, dest_addr_npi] = fields.octets(&[Field::DestAddrTon, Field::DestAddrNpi])?;
        let destination_addr = fields.c_octet_string(Field::DestinationAddr)?;
        let code = fields.octets(&[Field::ErrorStatusCode; 4])?;
        let error_status_code = CommandStatus(u32::from_be_bytes(code));
        let (dest_addr_ton, dest_addr_npi) = (Ton(dest_addr_ton), Npi(dest_addr_npi));
        Ok(Self { dest_addr_ton, dest_addr_npi, destination_addr, error_status_code })
    }

    fn octets_len(&self) -> Result<usize, EncodeError> {
        Ok(2 + c_octet_string_len(self.destination_addr, Field::DestinationAddr)? + 4)
    }

    fn put(&self, out: &mut impl Buffer) {
        out.put(&[self.dest_addr_ton.0, self.dest_addr_npi.0]);
        out.put_c_octet_string(self.destination_addr);
        out.put(&self.error_status_code.0.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::EncodeErrorKind;

    const BOTH: [DestAddress<'_>; 2] = [
        DestAddress::SmeAddress {
            dest_addr_ton: Ton::INTERNATIONAL,
            dest_addr_npi: Npi::ISDN,
            destination_addr: b"4512345678",
        },
        DestAddress::DistributionList { dl_name: b"staff" },
    ];

    #[test]
    fn a_list_gives_back_what_was_written() {
        let mut room = [0; 64];
        let list = DestAddresses::write(&mut room, BOTH).unwrap();
        assert_eq!((list.count(), list.octets().len()), (2, 1 + 14 + 7));
        assert_eq!(list.iter().collect::<Vec<_>>(), BOTH);
    }

    #[test]
    fn a_submit_multi_does_not_make_pdu_larger() {
        assert!(size_of::<crate::SubmitMulti<'_>>() <= size_of::<crate::SubmitSm<'_>>());
    }

    #[test]
    fn a_list_that_does_not_fit_is_refused() {
        let kind = |room: &mut [u8], elements: &[DestAddress<'_>]| {
            DestAddresses::write(room, elements.iter().copied()).unwrap_err().kind
        };
        assert_eq!(kind(&mut [0; 20], &BOTH), EncodeErrorKind::BufferFull);
        let nul = DestAddress::DistributionList { dl_name: b"a\0" };
        assert_eq!(kind(&mut [0; 20], &[nul]), EncodeErrorKind::NulInside);
        let short = DestAddress::DistributionList { dl_name: b"" };
        assert_eq!(kind(&mut [0; 600], &[short; 256]), EncodeErrorKind::TooLong);
    }
}

//! TLVs that are made of several values (SMPP v3.4 §5.3.2, v5.0 §4.8.4); their lengths are checked before they are read.

use crate::{
    tlv_reader::FromTlv,
    values::{
        BroadcastAreaFormat, BroadcastFrequencyUnit, BroadcastNetworkTag, DataCoding, DigitMode,
        ErrorNetworkType, MsValidityBehaviour, MsValidityUnit, Npi, SubaddressType, Ton,
    },
};

/// `network_error_code`: what the network said (SMPP v3.4 §5.3.2.31).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetworkErrorCode {
    /// Whose code it is.
    pub network_type: ErrorNetworkType,
    /// The code.
    pub error_code: u16,
}

/// `ms_validity`: how long the handset keeps the message (SMPP v3.4 §5.3.2.27).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MsValidity {
    /// What ends it.
    pub behaviour: MsValidityBehaviour,
    /// The unit and how many; only in the four-octet form of v5.0.
    pub period: Option<(MsValidityUnit, u16)>,
}

/// `callback_num`: a number to call back (SMPP v3.4 §5.3.2.36).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallbackNum<'a> {
    /// How the digits are written.
    pub digit_mode: DigitMode,
    /// Type of number.
    pub ton: Ton,
    /// Numbering plan.
    pub npi: Npi,
    /// The digits, 1 to 16 octets.
    pub digits: &'a [u8],
}

/// `callback_num_atag`: the name shown for a callback_num (SMPP v3.4 §5.3.2.38).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallbackNumAtag<'a> {
    /// How the name is coded.
    pub data_coding: DataCoding,
    /// The name, up to 64 octets.
    pub tag: &'a [u8],
}

/// `source_subaddress` or `dest_subaddress` (SMPP v3.4 §5.3.2.15, §5.3.2.16).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subaddress<'a> {
    /// How it is written.
    pub kind: SubaddressType,
    /// The subaddress, 1 to 22 octets.
    pub octets: &'a [u8],
}

/// `its_session_info`: where a message stands in an interactive teleservice (SMPP v3.4 §5.3.2.43).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItsSessionInfo {
    /// The session.
    pub session: u8,
    /// The number of the message in its session, 0 to 127.
    pub sequence: u8,
    /// True when the session ends with it.
    pub is_end: bool,
}

/// `broadcast_content_type`: what a broadcast is about (SMPP v5.0 §4.8.4.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BroadcastContentType {
    /// Whose content types they are.
    pub network: BroadcastNetworkTag,
    /// The content type.
    pub content_type: u16,
}

/// `broadcast_frequency_interval`: how often a broadcast is sent (SMPP v5.0 §4.8.4.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BroadcastFrequencyInterval {
    /// The unit of the interval.
    pub unit: BroadcastFrequencyUnit,
    /// How many units.
    pub count: u16,
}

/// `broadcast_area_identifier`: an area (SMPP v5.0 §4.8.4.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BroadcastArea<'a> {
    /// How the area is named.
    pub format: BroadcastAreaFormat,
    /// Which area, up to 100 octets.
    pub details: &'a [u8],
}

/// Structures whose first octet says what the others are.
macro_rules! structures {
    ($($type:ident $(<$life:lifetime>)?: $($octet:ident)* $(, $rest:ident)?;)*) => {$(
        impl<'a> FromTlv<'a> for $type $(<$life>)? {
            fn from_tlv(octets: &'a [u8]) -> Self {
                $(let ($octet, octets) = first(octets);)*
                $(let $rest = FromTlv::from_tlv(octets);)?
                Self { $($octet: $octet.into(),)* $($rest)? }
            }
        }
    )*};
}

structures! {
    NetworkErrorCode: network_type, error_code;
    CallbackNum<'a>: digit_mode ton npi, digits;
    CallbackNumAtag<'a>: data_coding, tag;
    Subaddress<'a>: kind, octets;
    BroadcastContentType: network, content_type;
    BroadcastFrequencyInterval: unit, count;
    BroadcastArea<'a>: format, details;
}

impl FromTlv<'_> for MsValidity {
    fn from_tlv(octets: &[u8]) -> Self {
        let (behaviour, period) = first(octets);
        let period = match *period {
            [unit, a, b] => Some((MsValidityUnit(unit), u16::from_be_bytes([a, b]))),
            _ => None,
        };
        Self { behaviour: MsValidityBehaviour(behaviour), period }
    }

    fn value_name(octets: &[u8]) -> Option<&'static str> {
        Self::from_tlv(octets).behaviour.name()
    }
}

impl FromTlv<'_> for ItsSessionInfo {
    fn from_tlv(octets: &[u8]) -> Self {
        let (session, octets) = first(octets);
        let (info, _) = first(octets);
        Self { session, sequence: info >> 1, is_end: info & 1 != 0 }
    }
}

fn first(octets: &[u8]) -> (u8, &[u8]) {
    octets.split_first().map_or((0, octets), |(&first, rest)| (first, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CommandStatus, Tlvs};

    #[test]
    fn the_second_forms_of_v50_and_of_peers_are_read() {
        let validity = Tlvs::parse(&[0x12, 0x04, 0, 4, 4, 1, 0, 30]).unwrap().ms_validity();
        let behaviour = MsValidityBehaviour::RELATIVE_PERIOD;
        let period = Some((MsValidityUnit::MINUTES, 30));
        assert_eq!(validity, Ok(Some(MsValidity { behaviour, period })));
        assert_eq!(Tlvs::parse(&[0, 0x10, 0, 2, 0, 9]).unwrap().source_telematics_id(), Ok(Some(9)));
        let alert = Tlvs::parse(&[0x13, 0x0C, 0, 0]).unwrap().alert_on_message_delivery();
        assert_eq!(alert, Ok(Some(crate::values::AlertOnMessageDelivery::DEFAULT)));
    }

    #[test]
    fn structures_are_taken_apart() {
        let tlvs = Tlvs::parse(&[
            0x04, 0x23, 0, 3, 3, 1, 2, 0x03, 0x81, 0, 6, 1, 1, 1, b'4', b'5', b'6', 0x13, 0x83, 0, 2, 9, 5,
        ]);
        let tlvs = tlvs.unwrap();
        let network = NetworkErrorCode { network_type: ErrorNetworkType::GSM, error_code: 0x0102 };
        assert_eq!(tlvs.network_error_code(), Ok(Some(network)));
        let (digit_mode, ton, npi) = (DigitMode::ASCII, Ton::INTERNATIONAL, Npi::ISDN);
        let number = CallbackNum { digit_mode, ton, npi, digits: b"456" };
        assert_eq!(tlvs.callback_num().next(), Some(Ok(number)));
        let session = ItsSessionInfo { session: 9, sequence: 2, is_end: true };
        assert_eq!(tlvs.its_session_info(), Ok(Some(session)));
    }

    #[test]
    fn values_of_tlvs_have_names() {
        let name = |octets: &'static [u8]| Tlvs::parse(octets).unwrap().iter().next().unwrap().value_name();
        assert_eq!(name(&[0x04, 0x27, 0, 1, 2]), Some("DELIVERED"));
        assert_eq!(name(&[0x12, 0x04, 0, 1, 3]), Some("display only"));
        assert_eq!(name(&[0x06, 0x07, 0, 4, 0, 0, 0, 0x0B]), CommandStatus::ESME_RINVDSTADR.name());
        assert_eq!((name(&[0x04, 0x27, 0, 2, 2, 2]), name(&[0x02, 0x04, 0, 2, 0, 1])), (None, None));
    }
}

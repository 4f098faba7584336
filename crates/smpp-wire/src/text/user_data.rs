//! The user data of a PDU: short_message or message_payload, its header, and which part of a long message it is.

use super::udh::UdhError;
use super::{Concat, Udh};
use crate::values::EsmClass;
use crate::{DataSm, DeliverSm, SubmitMulti, SubmitSm, Tlvs};

/// What a PDU carries for its receiver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UserData<'a> {
    /// The header, where esm_class announces one.
    pub udh: Option<Udh<'a>>,
    /// The octets behind it.
    pub text: &'a [u8],
    /// The part of a long message that this is, as the header or the SAR TLVs say; the header wins.
    pub concat: Option<Concat>,
}

impl<'a> UserData<'a> {
    /// Takes the user data from where it is: short_message, or message_payload when that is empty (SMPP v3.4 §5.3.2.32).
    ///
    /// # Errors
    /// esm_class announces a header, and it is malformed.
    pub fn new(esm_class: EsmClass, short_message: &'a [u8], tlvs: Tlvs<'a>) -> Result<Self, UdhError> {
        let octets = match short_message {
            [] => tlvs.message_payload().ok().flatten().unwrap_or_default(),
            _ => short_message,
        };
        if esm_class.has_udhi() {
            let (udh, text) = Udh::parse(octets)?;
            let concat = udh.concat().or_else(|| sar(tlvs));
            return Ok(Self { udh: Some(udh), text, concat });
        }
        Ok(Self { udh: None, text: octets, concat: sar(tlvs) })
    }
}

fn sar(tlvs: Tlvs<'_>) -> Option<Concat> {
    if tlvs.is_empty() {
        return None;
    }
    Concat::from_sar(
        tlvs.sar_msg_ref_num().ok()?,
        tlvs.sar_total_segments().ok()?,
        tlvs.sar_segment_seqnum().ok()?,
    )
}

macro_rules! user_data {
    ($($type:ident, $short_message:expr;)*) => {$(
        impl<'a> $type<'a> {
            /// The user data: from short_message or message_payload, with its header taken off.
            ///
            /// # Errors
            /// esm_class announces a header, and it is malformed.
            pub fn user_data(&self) -> Result<UserData<'a>, UdhError> {
                let short_message: fn(&Self) -> &'a [u8] = $short_message;
                UserData::new(self.esm_class, short_message(self), self.tlvs)
            }
        }
    )*};
}

user_data! {
    SubmitSm, |pdu| pdu.short_message;
    SubmitMulti, |pdu| pdu.short_message;
    DeliverSm, |pdu| pdu.short_message;
    DataSm, |_| &[];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Reference;

    const SAR: &[u8] = b"\x02\x0C\0\x02\x01\x2A\x02\x0E\0\x01\x02\x02\x0F\0\x01\x01";
    const PAYLOAD: &[u8] = b"\x04\x24\0\x08\x05\0\x03\x07\x03\x02hi";

    #[test]
    fn text_is_taken_from_short_message_or_else_from_message_payload() {
        let payload = Tlvs::parse(PAYLOAD).unwrap();
        let data =
            DataSm { esm_class: EsmClass::UDHI, tlvs: payload, ..DataSm::default() }.user_data().unwrap();
        assert_eq!((data.text, data.concat), (&b"hi"[..], Concat::new(Reference::Udh8(7), 3, 2)));
        assert_eq!(UserData::new(EsmClass(0), b"short", payload).unwrap().text, b"short");
        assert_eq!(UserData::new(EsmClass(0), b"", payload).unwrap().text.len(), 8);
        assert_eq!(UserData::new(EsmClass(0), b"", Tlvs::EMPTY), Ok(UserData::default()));
    }

    #[test]
    fn the_header_wins_over_sar_tlvs() {
        let sar = Tlvs::parse(SAR).unwrap();
        let part = |esm_class, octets| UserData::new(esm_class, octets, sar).unwrap().concat;
        assert_eq!(part(EsmClass(0), b"hi"), Concat::new(Reference::Sar(0x012A), 2, 1));
        assert_eq!(part(EsmClass::UDHI, b"\x05\0\x03\x07\x03\x02hi"), Concat::new(Reference::Udh8(7), 3, 2));
        assert_eq!(part(EsmClass::UDHI, b"\x03\x24\x01\x01hi"), Concat::new(Reference::Sar(0x012A), 2, 1));
        assert!(UserData::new(EsmClass::UDHI, b"\x09hi", sar).is_err());
    }
}

//! How a text becomes octets.

use std::str::FromStr;

use smpp_wire::{
    text::{Alphabet, Carriage, plan},
    values::DataCoding,
};

/// How a text becomes octets, and the `data_coding` that says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// GSM 03.38 where that has every character, else UTF-16BE.
    #[default]
    Auto,
    /// GSM 03.38, one septet an octet (0x00).
    Gsm7,
    /// UTF-16BE (0x08).
    Ucs2,
    /// ISO 8859-1 (0x03).
    Latin1,
    /// GSM 03.38, shown at once and not stored (0x10).
    Class0,
    /// UTF-16BE, shown at once and not stored (0x18).
    Ucs2Class0,
}

impl Encoding {
    /// The alphabet, the octets and the `data_coding` of a text.
    ///
    /// # Errors
    /// One line: a character that the encoding lacks, and where it stands.
    pub(super) fn encode(self, text: &str) -> Result<(Alphabet, Vec<u8>, DataCoding), String> {
        let (alphabet, data_coding) = match self {
            Self::Auto => {
                let plan = plan(text, Carriage::Udh8);
                (plan.alphabet, plan.data_coding())
            }
            Self::Gsm7 => (Alphabet::Gsm, DataCoding::DEFAULT),
            Self::Ucs2 => (Alphabet::Ucs2, DataCoding::UCS2),
            Self::Latin1 => (Alphabet::Latin1, DataCoding(0x03)),
            Self::Class0 => (Alphabet::Gsm, DataCoding(0x10)),
            Self::Ucs2Class0 => (Alphabet::Ucs2, DataCoding(0x18)),
        };
        let octets = alphabet.to_vec(text).map_err(|error| error.to_string())?;
        Ok((alphabet, octets, data_coding))
    }
}

impl FromStr for Encoding {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "auto" => Self::Auto,
            "gsm7" => Self::Gsm7,
            "ucs2" => Self::Ucs2,
            "latin1" => Self::Latin1,
            "class0" => Self::Class0,
            "ucs2-class0" => Self::Ucs2Class0,
            _ => return Err("not an encoding"),
        })
    }
}

/// How a text that one message does not hold is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Long {
    /// As one submit_sm of up to 254 octets, for the server to split; more is refused.
    #[default]
    Whole,
    /// In parts that a user data header with an 8-bit reference joins.
    Udh,
    /// The same with a 16-bit reference.
    Udh16,
    /// In parts that SAR TLVs join.
    Sar,
    /// As one submit_sm with message_payload.
    Payload,
}

impl Long {
    pub(super) const fn carriage(self) -> Carriage {
        match self {
            Self::Whole | Self::Udh => Carriage::Udh8,
            Self::Udh16 => Carriage::Udh16,
            Self::Sar => Carriage::Sar,
            Self::Payload => Carriage::Payload,
        }
    }
}

impl FromStr for Long {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "whole" => Self::Whole,
            "udh" => Self::Udh,
            "udh16" => Self::Udh16,
            "sar" => Self::Sar,
            "payload" => Self::Payload,
            _ => return Err("not a way for long texts"),
        })
    }
}

//! What the fields of a message may be set to on the command line and in a mix.

use std::{str::FromStr, time::Duration};

use smpp_wire::{
    Tag,
    time::{self, Relative},
    values::RegisteredDelivery,
};

use crate::duration::parse_duration;

/// Which receipts are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Receipts {
    /// None.
    #[default]
    None,
    /// One of every message, when it has come to its end.
    Final,
    /// One of every message that fails.
    Failure,
    /// One of every message that succeeds (v5.0).
    Success,
    /// As `Final`, and notifications before.
    Intermediate,
}

impl Receipts {
    /// The field of the submit_sm.
    pub(crate) const fn registered_delivery(self) -> RegisteredDelivery {
        match self {
            Self::None => RegisteredDelivery::NONE,
            Self::Final => RegisteredDelivery::ALWAYS,
            Self::Failure => RegisteredDelivery::ON_FAILURE,
            Self::Success => RegisteredDelivery::ON_SUCCESS,
            Self::Intermediate => RegisteredDelivery(RegisteredDelivery::ALWAYS.0 | INTERMEDIATE),
        }
    }

    /// True when receipts may come.
    #[must_use]
    pub const fn are_wanted(self) -> bool {
        !matches!(self, Self::None)
    }

    /// True when each accepted message must have a receipt.
    #[must_use]
    pub const fn are_due(self) -> bool {
        matches!(self, Self::Final | Self::Intermediate)
    }
}

impl FromStr for Receipts {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "none" => Self::None,
            "final" => Self::Final,
            "failure" => Self::Failure,
            "success" => Self::Success,
            "intermediate" => Self::Intermediate,
            _ => return Err("not a kind of receipt"),
        })
    }
}

/// How long a message is worth delivering, as SMPP writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validity(pub(crate) Vec<u8>);

impl FromStr for Validity {
    type Err = &'static str;

    /// A time like `10m`, or 16 characters (SMPP v3.4 §7.1.1).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() == 16 {
            time::check(text.as_bytes()).map_err(|_| "not a time")?;
            return Ok(Self(text.as_bytes().to_vec()));
        }
        let time: Duration = parse_duration(text).ok_or("not a time")?;
        let octets = Relative::from_duration(time).and_then(Relative::to_octets).map_err(|_| "not a time")?;
        Ok(Self(octets.to_vec()))
    }
}

/// `TAG=HEX`, the tag in hex with `0x` or in decimal.
pub(crate) fn tlv(text: &str) -> Result<(Tag, Vec<u8>), &'static str> {
    let (tag, value) = text.split_once('=').ok_or("not a TLV")?;
    let tag = match tag.strip_prefix("0x") {
        Some(hex) => u16::from_str_radix(hex, 16),
        None => tag.parse(),
    };
    let tag = tag.map_err(|_| "not a tag")?;
    let digits: Option<Vec<u8>> =
        value.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2)).ok_or("not hex")?;
    let octets = digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |octet, digit| octet << 4 | digit));
    Ok((Tag(tag), octets.collect()))
}

/// Bit 4: an intermediate notification (SMPP v3.4 §5.2.17).
const INTERMEDIATE: u8 = 0x10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_octet_of_each_kind_of_receipt_is_the_specification_s() {
        let octets = ["none", "final", "failure", "success", "intermediate"]
            .map(|kind| kind.parse::<Receipts>().unwrap().registered_delivery().0);
        assert_eq!(octets, [0x00, 0x01, 0x02, 0x03, 0x11]);
        assert!("all".parse::<Receipts>().is_err());
    }

    #[test]
    fn a_validity_is_a_time_or_sixteen_characters() {
        assert_eq!("10m".parse(), Ok(Validity(b"000000001000000R".to_vec())));
        assert_eq!("000001000000000R".parse(), Ok(Validity(b"000001000000000R".to_vec())));
        for text in ["", "soon", "000001000000000X", "0"] {
            assert!(text.parse::<Validity>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_tlv_is_a_tag_and_hex() {
        assert_eq!(tlv("0x1400=0a0B"), Ok((Tag(0x1400), vec![0x0A, 0x0B])));
        assert_eq!(tlv("5120="), Ok((Tag(0x1400), Vec::new())));
        for text in ["", "0x1400", "0x1400=0", "0x1400=0g", "0x10000=00", "=00"] {
            assert!(tlv(text).is_err(), "{text}");
        }
    }
}

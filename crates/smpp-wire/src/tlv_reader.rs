//! What a TLV's octets mean: read when asked for, and refused when the length is wrong.

use core::fmt;

use crate::{CommandStatus, Tag, Tlv, TlvKind, TlvRule, tlv_rule};

/// A TLV whose length does not fit its tag. The PDU is none the worse for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlvError {
    /// Which TLV.
    pub tag: Tag,
    /// The octets it has.
    pub len: usize,
    /// The octets it should have at least.
    pub min: u16,
    /// The octets it may have at most.
    pub max: u16,
}

impl TlvError {
    /// The status that answers it: always `ESME_RINVPARLEN`.
    #[must_use]
    pub const fn command_status(&self) -> CommandStatus {
        CommandStatus::ESME_RINVPARLEN
    }
}

impl fmt::Display for TlvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has {} octets, not {}..={}", self.tag, self.len, self.min, self.max)
    }
}

impl core::error::Error for TlvError {}

/// Any TLV's value, by the type that its tag has in the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlvValue<'a> {
    /// No octets, where the TLV's presence says it all.
    Empty,
    /// A number of one, two or four octets.
    Int(u32),
    /// A string without its NUL.
    String(&'a [u8]),
    /// Octets, as they stand; also those of an unknown tag.
    Octets(&'a [u8]),
}

impl<'a> Tlv<'a> {
    /// Reads the value by the type of its tag.
    ///
    /// # Errors
    /// When the length does not fit the tag.
    pub fn typed(&self) -> Result<TlvValue<'a>, TlvError> {
        let Some(rule) = tlv_rule(self.tag) else {
            return Ok(TlvValue::Octets(self.value));
        };
        let value = self.fitting(rule)?;
        Ok(match rule.kind {
            TlvKind::EmptyOrInt1 if value.is_empty() => TlvValue::Empty,
            TlvKind::EmptyOrInt1 => TlvValue::Int(number(value)),
            TlvKind::CString => TlvValue::String(until_nul(value)),
            // The second form of a number is another structure.
            TlvKind::Int1 | TlvKind::Int2 | TlvKind::Int4 if value.len() <= usize::from(rule.max) => {
                TlvValue::Int(number(value))
            }
            _ => TlvValue::Octets(value),
        })
    }

    pub(crate) fn fitting(&self, rule: &TlvRule) -> Result<&'a [u8], TlvError> {
        if rule.fits(self.value.len()) {
            return Ok(self.value);
        }
        Err(TlvError { tag: self.tag, len: self.value.len(), min: rule.min, max: rule.max })
    }
}

/// A type that is made of octets whose number is right.
pub(crate) trait FromTlv<'a> {
    fn from_tlv(octets: &'a [u8]) -> Self;

    /// What the specification calls this value.
    fn value_name(_octets: &'a [u8]) -> Option<&'static str> {
        None
    }
}

/// Octets, as they stand.
pub(crate) type Bytes<'a> = &'a [u8];

macro_rules! numbers {
    ($($type:ty),*) => {$(
        impl FromTlv<'_> for $type {
            fn from_tlv(octets: &[u8]) -> Self {
                Self::try_from(number(octets)).unwrap_or(Self::MAX)
            }
        }
    )*};
}

numbers!(u8, u16, u32);

/// A string: without its NUL, which some peers leave out.
pub(crate) struct Text<'a>(pub(crate) &'a [u8]);

impl<'a> FromTlv<'a> for Text<'a> {
    fn from_tlv(octets: &'a [u8]) -> Self {
        Text(until_nul(octets))
    }
}

impl<'a> FromTlv<'a> for &'a [u8] {
    fn from_tlv(octets: &'a [u8]) -> Self {
        octets
    }
}

impl FromTlv<'_> for CommandStatus {
    fn from_tlv(octets: &[u8]) -> Self {
        Self(number(octets))
    }

    fn value_name(octets: &[u8]) -> Option<&'static str> {
        Self(number(octets)).name()
    }
}

/// Big endian; 0 for none, which is what an empty alert_on_message_delivery means.
fn number(octets: &[u8]) -> u32 {
    octets.iter().fold(0, |number, &octet| number << 8 | u32::from(octet))
}

fn until_nul(octets: &[u8]) -> &[u8] {
    octets.split(|&octet| octet == 0).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Tlvs,
        values::{CallbackNumPresInd, MessageState},
    };

    #[test]
    fn a_wrong_length_is_an_error_of_its_accessor_alone() {
        let tlvs = Tlvs::parse(&[0x02, 0x04, 0, 1, 7, 0x04, 0x27, 0, 1, 2]).unwrap();
        let error = TlvError { tag: Tag::USER_MESSAGE_REFERENCE, len: 1, min: 2, max: 2 };
        assert_eq!(tlvs.user_message_reference(), Err(error));
        assert_eq!(error.command_status(), CommandStatus::ESME_RINVPARLEN);
        assert_eq!((tlvs.message_state(), tlvs.source_port()), (Ok(Some(MessageState::DELIVERED)), Ok(None)));
    }

    #[test]
    fn a_string_is_read_with_and_without_its_nul() {
        for octets in [&[0, 0x1E, 0, 2, b'4', b'2'][..], &[0, 0x1E, 0, 3, b'4', b'2', 0]] {
            assert_eq!(Tlvs::parse(octets).unwrap().receipted_message_id(), Ok(Some(&b"42"[..])));
        }
    }

    #[test]
    fn a_repeatable_tlv_is_read_as_often_as_it_stands() {
        let tlvs = Tlvs::parse(&[0x03, 0x02, 0, 1, 4, 0x03, 0x02, 0, 0, 0x03, 0x02, 0, 1, 5]).unwrap();
        let mut read = tlvs.callback_num_pres_ind();
        assert_eq!(read.next(), Some(Ok(CallbackNumPresInd(4))));
        assert!(read.next().is_some_and(|second| second.is_err()));
        assert_eq!((read.next(), read.next()), (Some(Ok(CallbackNumPresInd(5))), None));
    }
}

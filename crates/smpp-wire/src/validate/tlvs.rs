//! The rules of TLVs: their lengths, the values that can't be, and which are there.

use super::{
    Bad, Profile,
    partners::{PARTNERS, partners, place},
    plain_tlv::{is_plain, is_string, row},
};
use crate::{Field, PduErrorKind, Tag, Tlv, TlvKind, Tlvs, time, tlv_table::rule_of};

/// Which TLVs are there: one bit a row of their table.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen(u64);

impl Seen {
    /// Whether this TLV is there.
    #[inline]
    pub(crate) const fn has(self, tag: Tag) -> bool {
        self.0 & bit(tag) != 0
    }
}

/// The bit of a TLV.
pub(super) const fn bit(tag: Tag) -> u64 {
    bit_of(tag.row())
}

/// The bit of a row; unknown TLVs share that of the first, which nobody asks for.
#[inline]
pub(super) const fn bit_of(row: u8) -> u64 {
    1 << (row & 63)
}

const _: () = assert!(Tag::ROWS <= 64 && Tag::DEST_ADDR_SUBUNIT.row() == 0, "one bit a row");

/// Judges each TLV, and those that belong together.
#[inline]
pub(crate) fn tlvs(tlvs: Tlvs<'_>, profile: &Profile) -> Result<Seen, Bad> {
    if tlvs.is_empty() { Ok(Seen::default()) } else { each(tlvs, profile) }
}

fn each(tlvs: Tlvs<'_>, profile: &Profile) -> Result<Seen, Bad> {
    let mut seen = 0;
    for tlv in tlvs {
        let row = row(tlv.tag);
        if !is_plain(row, tlv.value)
            && let Some(kind) = wrong(tlv, row, profile)
        {
            return Err(Bad { kind, field: Field::Tlv(tlv.tag), at: place(tlvs, tlv) });
        }
        seen |= bit_of(row);
    }
    if seen & PARTNERS != 0 {
        partners(tlvs, Seen(seen), profile)?;
    }
    Ok(Seen(seen))
}

/// What is wrong with one TLV. Tags that the profile's version does not know are not looked at, reserved values are let through
/// (SMPP v3.4 §3.3).
#[cold]
fn wrong(tlv: Tlv<'_>, row: u8, profile: &Profile) -> Option<PduErrorKind> {
    let rule = rule_of(row).filter(|rule| rule.version <= profile.version)?;
    if !rule.fits_version(tlv.value.len(), profile.version) && !profile.any_tlv_lengths {
        return Some(PduErrorKind::TlvLength);
    }
    // v5.0 prints 16 octets for broadcast_end_time, whose 16 digits and NUL take 17 (§4.8.4.9).
    let needs_nul = rule.kind == TlvKind::CString && tlv.tag != Tag::BROADCAST_END_TIME;
    if needs_nul && !profile.tlv_strings_without_nul && !is_string(tlv.value) {
        return Some(PduErrorKind::TlvValue);
    }
    if bit_of(row) & WITH_VALUES != 0 && !profile.any_tlv_values && !can_be_read(tlv) {
        return Some(PduErrorKind::TlvValue);
    }
    None
}

/// Whether a value is one of those that its tag can have, reserved ones included.
fn can_be_read(tlv: Tlv<'_>) -> bool {
    match (tlv.tag, tlv.value) {
        (Tag::NUMBER_OF_MESSAGES, &[number]) => number <= 99,
        (Tag::CONGESTION_STATE, &[percent]) => percent <= 100,
        (Tag::BROADCAST_AREA_SUCCESS, &[percent]) => percent <= 100 || percent == u8::MAX,
        (Tag::SOURCE_NODE_ID | Tag::DEST_NODE_ID, digits) => digits.iter().all(u8::is_ascii_digit),
        (Tag::BROADCAST_END_TIME, [time @ .., 0] | time) => time::check(time).is_ok(),
        _ => true,
    }
}

/// Those of which `can_be_read` knows more than their length.
pub(super) const WITH_VALUES: u64 = bit(Tag::NUMBER_OF_MESSAGES)
    | bit(Tag::CONGESTION_STATE)
    | bit(Tag::BROADCAST_AREA_SUCCESS)
    | bit(Tag::SOURCE_NODE_ID)
    | bit(Tag::DEST_NODE_ID)
    | bit(Tag::BROADCAST_END_TIME);

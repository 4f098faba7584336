//! The rules of TLVs: their lengths, the values that can't be, and which are there.

use super::{At, Bad, Profile};
use crate::{Field, PduErrorKind, Tag, Tlv, TlvKind, Tlvs, leaf, time, tlv_rule};

/// Which TLVs are there: one bit a row of their table.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen(u128);

impl Seen {
    /// Whether this TLV is there.
    #[inline]
    pub(crate) const fn has(self, tag: Tag) -> bool {
        self.0 & bit(tag) != 0
    }
}

/// The bit of a TLV; unknown ones share one.
#[inline]
const fn bit(tag: Tag) -> u128 {
    1 << (tag.row() & 0x7F)
}

/// Judges each TLV, and those that belong together.
#[inline]
pub(crate) fn tlvs(tlvs: Tlvs<'_>, profile: &Profile) -> Result<Seen, Bad> {
    if tlvs.is_empty() { Ok(Seen::default()) } else { each(tlvs, profile) }
}

fn each(tlvs: Tlvs<'_>, profile: &Profile) -> Result<Seen, Bad> {
    let (mut seen, mut offset) = (0, 0);
    for tlv in tlvs {
        if let Some(kind) = wrong(&tlv, profile) {
            return Err(Bad { kind, field: Field::Tlv(tlv.tag), at: At::Inside(Field::Tlvs, offset) });
        }
        seen |= bit(tlv.tag);
        offset += TLV_HEADER_LEN + tlv.value.len();
    }
    if seen & PARTNERS != 0 {
        partners(tlvs, Seen(seen), profile)?;
    }
    Ok(Seen(seen))
}

/// What is wrong with one TLV. Tags that the profile's version does not know are not looked at, reserved values are let through
/// (SMPP v3.4 §3.3).
#[inline]
fn wrong(tlv: &Tlv<'_>, profile: &Profile) -> Option<PduErrorKind> {
    let rule = tlv_rule(tlv.tag).filter(|rule| rule.version <= profile.version)?;
    if !rule.fits_version(tlv.value.len(), profile.version) && !profile.any_tlv_lengths {
        return Some(PduErrorKind::TlvLength);
    }
    if rule.kind == TlvKind::CString && !profile.tlv_strings_without_nul {
        let nul = leaf::position_of_nul(tlv.value);
        if nul.is_none_or(|nul| nul + 1 != tlv.value.len()) {
            return Some(PduErrorKind::TlvValue);
        }
    }
    if bit(tlv.tag) & WITH_VALUES != 0 && !profile.any_tlv_values && !can_be_read(tlv) {
        return Some(PduErrorKind::TlvValue);
    }
    None
}

/// Whether a value is one of those that its tag can have, reserved ones included.
fn can_be_read(tlv: &Tlv<'_>) -> bool {
    match (tlv.tag, tlv.value) {
        (Tag::NUMBER_OF_MESSAGES, &[number]) => number <= 99,
        (Tag::CONGESTION_STATE, &[percent]) => percent <= 100,
        (Tag::BROADCAST_AREA_SUCCESS, &[percent]) => percent <= 100 || percent == u8::MAX,
        (Tag::SOURCE_NODE_ID | Tag::DEST_NODE_ID, digits) => digits.iter().all(u8::is_ascii_digit),
        (Tag::BROADCAST_END_TIME, [time @ .., 0] | time) => time::check(time).is_ok(),
        _ => true,
    }
}

/// TLVs that are something only together.
fn partners(tlvs: Tlvs<'_>, seen: Seen, profile: &Profile) -> Result<(), Bad> {
    if !profile.any_tlv_values {
        segment(tlvs, seen)?;
    }
    if profile.missing_tlvs {
        return Ok(());
    }
    // The n-th of each belong together (SMPP v3.4 §4.4.1).
    for tag in [Tag::CALLBACK_NUM_PRES_IND, Tag::CALLBACK_NUM_ATAG] {
        let (numbers, partners) = (count(tlvs, Tag::CALLBACK_NUM), count(tlvs, tag));
        if partners > numbers {
            return Err(lonely(tlvs, tag, numbers, Tag::CALLBACK_NUM));
        }
        if partners > 0 && partners < numbers {
            return Err(lonely(tlvs, Tag::CALLBACK_NUM, partners, tag));
        }
    }
    for (network, node) in
        [(Tag::SOURCE_NETWORK_ID, Tag::SOURCE_NODE_ID), (Tag::DEST_NETWORK_ID, Tag::DEST_NODE_ID)]
    {
        if seen.has(network) && !seen.has(node) && profile.version >= crate::Version::V50 {
            return Err(lonely(tlvs, network, 0, node));
        }
    }
    Ok(())
}

/// Segments count from 1 to their total; an incomplete set of the three TLVs is ignored (SMPP v3.4 §5.3.2.22 to §5.3.2.24).
fn segment(tlvs: Tlvs<'_>, seen: Seen) -> Result<(), Bad> {
    let whole = seen.has(Tag::SAR_MSG_REF_NUM)
        && seen.has(Tag::SAR_TOTAL_SEGMENTS)
        && seen.has(Tag::SAR_SEGMENT_SEQNUM);
    let (Some(&[total]), Some(&[number]), true) =
        (tlvs.get(Tag::SAR_TOTAL_SEGMENTS), tlvs.get(Tag::SAR_SEGMENT_SEQNUM), whole)
    else {
        return Ok(());
    };
    let tag = match (total, number) {
        (0, _) => Tag::SAR_TOTAL_SEGMENTS,
        (_, 0) => Tag::SAR_SEGMENT_SEQNUM,
        _ if number > total => Tag::SAR_SEGMENT_SEQNUM,
        _ => return Ok(()),
    };
    Err(standing(PduErrorKind::TlvValue, tlvs, tag))
}

fn count(tlvs: Tlvs<'_>, tag: Tag) -> usize {
    tlvs.iter().filter(|tlv| tlv.tag == tag).count()
}

/// The TLV `partner` is missing to the one with this tag that has so many of its like before it.
fn lonely(tlvs: Tlvs<'_>, tag: Tag, before: usize, partner: Tag) -> Bad {
    let at = At::Inside(Field::Tlvs, offset_of(tlvs, tag, before));
    Bad { kind: PduErrorKind::TlvMissing, field: Field::Tlv(partner), at }
}

/// Something is wrong with the first TLV of this tag.
#[cold]
pub(super) fn standing(kind: PduErrorKind, tlvs: Tlvs<'_>, tag: Tag) -> Bad {
    Bad { kind, field: Field::Tlv(tag), at: At::Inside(Field::Tlvs, offset_of(tlvs, tag, 0)) }
}

fn offset_of(tlvs: Tlvs<'_>, tag: Tag, before: usize) -> usize {
    let (mut offset, mut left) = (0, before);
    for tlv in tlvs {
        if tlv.tag == tag {
            if left == 0 {
                break;
            }
            left -= 1;
        }
        offset += TLV_HEADER_LEN + tlv.value.len();
    }
    offset
}

/// Those of which `can_be_read` knows more than their length.
const WITH_VALUES: u128 = bit(Tag::NUMBER_OF_MESSAGES)
    | bit(Tag::CONGESTION_STATE)
    | bit(Tag::BROADCAST_AREA_SUCCESS)
    | bit(Tag::SOURCE_NODE_ID)
    | bit(Tag::DEST_NODE_ID)
    | bit(Tag::BROADCAST_END_TIME);
/// Those that are something only together with others.
const PARTNERS: u128 = bit(Tag::SAR_SEGMENT_SEQNUM)
    | bit(Tag::CALLBACK_NUM)
    | bit(Tag::CALLBACK_NUM_PRES_IND)
    | bit(Tag::CALLBACK_NUM_ATAG)
    | bit(Tag::SOURCE_NETWORK_ID)
    | bit(Tag::DEST_NETWORK_ID);
/// Octets of a tag and a length (SMPP v3.4 §3.2.4.1).
const TLV_HEADER_LEN: usize = 4;

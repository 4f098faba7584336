//! TLVs that are something only together: segments, callback numbers, network ids.

use super::{
    At, Bad, Profile,
    tlvs::{Seen, bit},
};
use crate::{Field, PduErrorKind, Tag, Tlv, Tlvs, Version};

/// Judges those that are there.
pub(super) fn partners(tlvs: Tlvs<'_>, seen: Seen, profile: &Profile) -> Result<(), Bad> {
    if !profile.any_tlv_values {
        segment(tlvs, seen)?;
    }
    if profile.missing_tlvs {
        return Ok(());
    }
    // The n-th of each belong together (SMPP v3.4 §4.4.1); numbers may stand alone.
    for tag in [Tag::CALLBACK_NUM_PRES_IND, Tag::CALLBACK_NUM_ATAG].into_iter().filter(|&tag| seen.has(tag)) {
        let (numbers, partners) = (count(tlvs, Tag::CALLBACK_NUM), count(tlvs, tag));
        if partners > numbers {
            return Err(lonely(tlvs, tag, numbers, Tag::CALLBACK_NUM));
        }
        if partners < numbers {
            return Err(lonely(tlvs, Tag::CALLBACK_NUM, partners, tag));
        }
    }
    for (network, node) in
        [(Tag::SOURCE_NETWORK_ID, Tag::SOURCE_NODE_ID), (Tag::DEST_NETWORK_ID, Tag::DEST_NODE_ID)]
    {
        if seen.has(network) && !seen.has(node) && profile.version >= Version::V50 {
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
    Bad { kind: PduErrorKind::TlvMissing, field: Field::Tlv(partner), at: nth(tlvs, tag, before) }
}

/// Something is wrong with the first TLV of this tag.
#[cold]
pub(super) fn standing(kind: PduErrorKind, tlvs: Tlvs<'_>, tag: Tag) -> Bad {
    Bad { kind, field: Field::Tlv(tag), at: nth(tlvs, tag, 0) }
}

fn nth(tlvs: Tlvs<'_>, tag: Tag, before: usize) -> At {
    let found = tlvs.iter().filter(|tlv| tlv.tag == tag).nth(before);
    found.map_or(At::End, |tlv| place(tlvs, tlv))
}

/// Where one of these TLVs starts: its value is a part of their octets.
#[cold]
pub(super) fn place(tlvs: Tlvs<'_>, tlv: Tlv<'_>) -> At {
    let value = tlv.value.as_ptr().addr().wrapping_sub(tlvs.octets().as_ptr().addr());
    At::Inside(Field::Tlvs, value.wrapping_sub(TLV_HEADER_LEN))
}

/// Those that are something only together with others.
pub(super) const PARTNERS: u64 = bit(Tag::SAR_SEGMENT_SEQNUM)
    | bit(Tag::CALLBACK_NUM_PRES_IND)
    | bit(Tag::CALLBACK_NUM_ATAG)
    | bit(Tag::SOURCE_NETWORK_ID)
    | bit(Tag::DEST_NETWORK_ID);
/// Octets of a tag and a length (SMPP v3.4 §3.2.4.1).
const TLV_HEADER_LEN: usize = 4;

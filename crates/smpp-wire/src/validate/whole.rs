//! The rules of whole PDUs: what their fields and TLVs say together. A PDU names its rule behind `judged by`.

use super::{At, Bad, Profile, partners::standing, tlvs::Seen};
use crate::{
    Field, PduErrorKind, Tag, Tlvs,
    text::Udh,
    values::{EsmClass, MessageType},
};

/// submit_sm, submit_multi, deliver_sm: one text, and a user data header where one is announced.
#[inline]
pub(crate) fn message(
    (esm_class, short_message): (EsmClass, &[u8]),
    tlvs: Tlvs<'_>,
    seen: Seen,
    profile: &Profile,
) -> Result<(), Bad> {
    if seen.has(Tag::MESSAGE_PAYLOAD) && !short_message.is_empty() && !profile.text_and_payload {
        return Err(standing(PduErrorKind::TlvNotAllowed, tlvs, Tag::MESSAGE_PAYLOAD));
    }
    if esm_class.has_udhi() { user_data_header(short_message, tlvs, seen, profile) } else { Ok(()) }
}

/// data_sm: a message has its text in message_payload; only receipts and acknowledgements do without.
pub(crate) fn data(
    (esm_class,): (EsmClass,),
    tlvs: Tlvs<'_>,
    seen: Seen,
    profile: &Profile,
) -> Result<(), Bad> {
    if esm_class.message_type() == MessageType::NORMAL {
        required(&[Tag::MESSAGE_PAYLOAD], seen, profile)?;
    }
    if esm_class.has_udhi() { user_data_header(&[], tlvs, seen, profile) } else { Ok(()) }
}

/// cancel_sm: without a message_id it needs a destination (SMPP v3.4 §4.9.1).
pub(crate) fn cancel(
    (message_id, destination_addr): (&[u8], &[u8]),
    _tlvs: Tlvs<'_>,
    _seen: Seen,
    profile: &Profile,
) -> Result<(), Bad> {
    if message_id.is_empty() && destination_addr.is_empty() && !profile.unclear_references {
        return Err(Bad::new(PduErrorKind::TooShort, Field::DestinationAddr));
    }
    Ok(())
}

/// broadcast_sm: TLVs say where, what and how often; what it replaces is named once (SMPP v5.0 §4.4.1).
pub(crate) fn broadcast(
    (message_id,): (&[u8],),
    tlvs: Tlvs<'_>,
    seen: Seen,
    profile: &Profile,
) -> Result<(), Bad> {
    let described = [
        Tag::BROADCAST_AREA_IDENTIFIER,
        Tag::BROADCAST_CONTENT_TYPE,
        Tag::BROADCAST_REP_NUM,
        Tag::BROADCAST_FREQUENCY_INTERVAL,
    ];
    required(&described, seen, profile)?;
    let named = seen.has(Tag::USER_MESSAGE_REFERENCE);
    if !message_id.is_empty() && named && !profile.unclear_references {
        return Err(standing(PduErrorKind::TlvNotAllowed, tlvs, Tag::USER_MESSAGE_REFERENCE));
    }
    Ok(())
}

/// query_broadcast_sm: which broadcast (SMPP v5.0 §4.6.1).
pub(crate) fn query_broadcast(
    (message_id,): (&[u8],),
    _tlvs: Tlvs<'_>,
    seen: Seen,
    profile: &Profile,
) -> Result<(), Bad> {
    let named = !message_id.is_empty() || seen.has(Tag::USER_MESSAGE_REFERENCE);
    if named || profile.unclear_references {
        return Ok(());
    }
    Err(Bad::new(PduErrorKind::TooShort, Field::MessageId))
}

/// query_broadcast_sm_resp: TLVs give the state and the areas (SMPP v5.0 §4.6.2).
pub(crate) fn broadcast_state(
    (message_id,): (Option<&[u8]>,),
    _tlvs: Tlvs<'_>,
    seen: Seen,
    profile: &Profile,
) -> Result<(), Bad> {
    if message_id.is_none() {
        return Ok(());
    }
    let state = [Tag::MESSAGE_STATE, Tag::BROADCAST_AREA_IDENTIFIER, Tag::BROADCAST_AREA_SUCCESS];
    required(&state, seen, profile)
}

/// A response that has no body.
pub(crate) fn stray_body(body: &[u8], profile: &Profile) -> Result<(), Bad> {
    if body.is_empty() || profile.stray_bodies {
        return Ok(());
    }
    Err(Bad::new(PduErrorKind::ExtraOctets, Field::Body))
}

fn required(tags: &[Tag], seen: Seen, profile: &Profile) -> Result<(), Bad> {
    match tags.iter().find(|&&tag| !seen.has(tag)) {
        Some(&tag) if !profile.missing_tlvs => {
            Err(Bad { kind: PduErrorKind::TlvMissing, field: Field::Tlv(tag), at: At::End })
        }
        _ => Ok(()),
    }
}

/// The text starts with a header that can be read, and TLVs do not say what it says (SMPP v3.4 §5.2.12).
fn user_data_header(short_message: &[u8], tlvs: Tlvs<'_>, seen: Seen, profile: &Profile) -> Result<(), Bad> {
    let said_twice = SAID_BY_HEADERS.into_iter().find(|&tag| seen.has(tag));
    if let (Some(tag), false) = (said_twice, profile.udhi_and_tlvs) {
        return Err(standing(PduErrorKind::TlvNotAllowed, tlvs, tag));
    }
    if profile.broken_udh {
        return Ok(());
    }
    if !short_message.is_empty() {
        return Udh::parse(short_message)
            .map(drop)
            .map_err(|_| Bad::new(PduErrorKind::BadUdh, Field::ShortMessage));
    }
    match tlvs.get(Tag::MESSAGE_PAYLOAD) {
        Some(payload) if Udh::parse(payload).is_ok() => Ok(()),
        Some(_) => Err(standing(PduErrorKind::BadUdh, tlvs, Tag::MESSAGE_PAYLOAD)),
        None => Err(Bad::new(PduErrorKind::BadUdh, Field::EsmClass)),
    }
}

/// Segments and ports.
const SAID_BY_HEADERS: [Tag; 5] = [
    Tag::SAR_MSG_REF_NUM,
    Tag::SAR_TOTAL_SEGMENTS,
    Tag::SAR_SEGMENT_SEQNUM,
    Tag::SOURCE_PORT,
    Tag::DESTINATION_PORT,
];

//! PDUs of every type with arbitrary values, the same ones in every run, within what npm's `smpp` reads right: see [`MISREAD`],
//! [`SEVEN_BIT`], [`SEVERAL`] and `value` for its bugs.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use fastrand::Rng;
use smpp_engine::wire::{
    CommandStatus, DestAddress, DestAddresses, Tag, TlvBuf, TlvKind, Tlvs, Unknown, UnsuccessSme,
    UnsuccessSmes, encode, tlv_rule,
};

mod kinds;

/// `count` encoded PDUs, each type in its turn; every fourth response is an error without a body.
pub(crate) fn pdus(count: usize) -> Vec<Vec<u8>> {
    let mut rng = Rng::with_seed(1);
    kinds::KINDS.iter().cycle().take(count).map(|kind| written(*kind, &mut rng)).collect()
}

fn written(kind: kinds::Kind, rng: &mut Rng) -> Vec<u8> {
    let pdu = kind(&Parts::draw(rng), rng);
    let command_id = pdu.command_id();
    let mut out = Vec::new();
    if command_id.is_response() && rng.u8(..4) == 0 {
        let refusal = Unknown { command_id, body: &[] };
        encode(&refusal, CommandStatus(rng.u32(1..0x500)), rng.u32(..), &mut out).unwrap();
    } else {
        encode(&pdu, CommandStatus::ESME_ROK, rng.u32(..), &mut out).unwrap();
    }
    out
}

/// What a PDU borrows. It is leaked: the test's process ends soon.
struct Parts {
    service_type: &'static [u8],
    source_addr: &'static [u8],
    destination_addr: &'static [u8],
    system_id: &'static [u8],
    password: &'static [u8],
    system_type: &'static [u8],
    address_range: &'static [u8],
    message_id: &'static [u8],
    schedule_delivery_time: &'static [u8],
    validity_period: &'static [u8],
    short_message: &'static [u8],
    dest_addresses: DestAddresses<'static>,
    unsuccess_smes: UnsuccessSmes<'static>,
    tlvs: Tlvs<'static>,
}

impl Parts {
    fn draw(rng: &mut Rng) -> Self {
        Self {
            service_type: string(0..=5, rng),
            source_addr: string(0..=20, rng),
            destination_addr: string(0..=20, rng),
            system_id: string(0..=15, rng),
            password: string(0..=8, rng),
            system_type: string(0..=12, rng),
            address_range: string(0..=40, rng),
            message_id: string(0..=64, rng),
            schedule_delivery_time: time(rng),
            validity_period: time(rng),
            short_message: octets(0..=255, u8::MAX, rng),
            dest_addresses: DestAddresses::write(room(), destinations(rng)).unwrap(),
            unsuccess_smes: UnsuccessSmes::write(room(), failures(rng)).unwrap(),
            tlvs: tlvs(rng),
        }
    }
}

fn destinations(rng: &mut Rng) -> Vec<DestAddress<'static>> {
    let one = |rng: &mut Rng| match rng.bool() {
        true => DestAddress::DistributionList { dl_name: string(0..=20, rng) },
        false => DestAddress::SmeAddress {
            dest_addr_ton: any(rng),
            dest_addr_npi: any(rng),
            destination_addr: string(0..=20, rng),
        },
    };
    (0..rng.usize(..=LIST_MAX)).map(|_| one(rng)).collect()
}

fn failures(rng: &mut Rng) -> Vec<UnsuccessSme<'static>> {
    let one = |rng: &mut Rng| UnsuccessSme {
        dest_addr_ton: any(rng),
        dest_addr_npi: any(rng),
        destination_addr: string(0..=20, rng),
        error_status_code: CommandStatus(rng.u32(..)),
    };
    (0..rng.usize(..=LIST_MAX)).map(|_| one(rng)).collect()
}

/// Up to five TLVs, of known tags and of others, each tag once unless the library keeps several.
fn tlvs(rng: &mut Rng) -> Tlvs<'static> {
    let mut tlvs = TlvBuf::new(Vec::new());
    for _ in 0..rng.usize(..=5) {
        let tag = if rng.u8(..4) == 0 { Tag(rng.u16(..)) } else { *rng.choice(&*KNOWN).unwrap() };
        let is_there = tlvs.as_tlvs().get(tag).is_some();
        if !MISREAD.contains(&tag) && (!is_there || SEVERAL.contains(&tag)) {
            tlvs.push(tag, value(tag, rng)).unwrap();
        }
    }
    Tlvs::parse(tlvs.into_inner().leak()).unwrap()
}

/// A value whose length fits the tag. Where a number may be left out the library reads past the end: it is there.
fn value(tag: Tag, rng: &mut Rng) -> &'static [u8] {
    let Some(rule) = tlv_rule(tag) else {
        return octets(0..=40, u8::MAX, rng);
    };
    let (min, max) = (usize::from(rule.min), usize::from(rule.max).min(LONG));
    match rule.kind {
        TlvKind::CString => [string(min.saturating_sub(1)..=max - 1, rng), &[0]].concat().leak(),
        TlvKind::Octets => octets(min..=max, if SEVEN_BIT.contains(&tag) { 0x7F } else { u8::MAX }, rng),
        _ => octets(max..=max, u8::MAX, rng),
    }
}

/// Printable ASCII.
fn string(len: RangeInclusive<usize>, rng: &mut Rng) -> &'static [u8] {
    (0..rng.usize(len)).map(|_| rng.u8(b' '..=b'~')).collect::<Vec<_>>().leak()
}

fn octets(len: RangeInclusive<usize>, greatest: u8, rng: &mut Rng) -> &'static [u8] {
    (0..rng.usize(len)).map(|_| rng.u8(..=greatest)).collect::<Vec<_>>().leak()
}

/// Empty, or 16 characters.
fn time(rng: &mut Rng) -> &'static [u8] {
    if rng.bool() { b"" } else { string(16..=16, rng) }
}

/// A field of one octet.
fn any<T: From<u8>>(rng: &mut Rng) -> T {
    rng.u8(..).into()
}

fn room() -> &'static mut [u8] {
    vec![0; 1 + LIST_MAX * 27].leak()
}

const LIST_MAX: usize = 8;

/// Of a TLV that may be very long: longer than a short_message can be.
const LONG: usize = 300;

/// Every tag that has a meaning.
static KNOWN: LazyLock<Vec<Tag>> =
    LazyLock::new(|| (0..=u16::MAX).map(Tag).filter(|&tag| tlv_rule(tag).is_some()).collect());

/// The library reads two octets of the first and four of the second, whatever their length, and the NUL of the third.
/// message_state is a field of query_sm_resp too, and the library has one place for both.
const MISREAD: [Tag; 4] =
    [Tag::SOURCE_TELEMATICS_ID, Tag::DEST_ADDR_NP_COUNTRY, Tag::BROADCAST_END_TIME, Tag::MESSAGE_STATE];

/// The library reads their octets as ASCII.
const SEVEN_BIT: [Tag; 5] = [
    Tag::BROADCAST_CONTENT_TYPE_INFO,
    Tag::BROADCAST_SERVICE_GROUP,
    Tag::SOURCE_NODE_ID,
    Tag::DEST_NODE_ID,
    Tag::DEST_ADDR_NP_INFORMATION,
];

/// Of every other tag the library keeps the last value alone.
pub(crate) const SEVERAL: [Tag; 5] = [
    Tag::CALLBACK_NUM,
    Tag::CALLBACK_NUM_PRES_IND,
    Tag::CALLBACK_NUM_ATAG,
    Tag::BROADCAST_AREA_IDENTIFIER,
    Tag::BROADCAST_ERROR_STATUS,
];

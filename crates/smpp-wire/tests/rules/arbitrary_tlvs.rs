//! Right TLVs of every tag of the table of facts, those that need partners with them.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use smpp_wire::Tag;
use toml::Table;

use crate::arbitrary::Group;
use crate::arbitrary_fields::{string, time};
use crate::spec_pdus::{facts, list, text};
use crate::together::tlvs;

/// For each kind of TLV that this PDU may have: mostly none.
pub(crate) fn groups(pdu: &str, version: &str) -> Vec<BoxedStrategy<Option<Group>>> {
    let tags = list(facts(), "tlv");
    let known = tags.iter().filter(|tlv| version == "5.0" || text(tlv, "v") == "3.4");
    let alone = known.filter(|tlv| !IN_GROUPS.contains(&tag(tlv))).map(|tlv| {
        let tag = tag(tlv);
        grouped(
            octets(tlv, version).prop_map(move |value| tlvs(&[(tag, &value)])),
            SAID_BY_HEADERS.contains(&tag),
        )
    });
    // A broadcast that is named by its id is not named by this.
    let reference =
        grouped(any::<[u8; 2]>().prop_map(|value| tlvs(&[(Tag::USER_MESSAGE_REFERENCE, &value)])), false);
    let more = [
        (!pdu.contains("broadcast")).then_some(reference),
        Some(grouped(vendor(), false)),
        Some(grouped(segment(), true)),
        Some(grouped(callback(), false)),
        Some(grouped(network(Tag::SOURCE_NETWORK_ID, Tag::SOURCE_NODE_ID), false)),
        Some(grouped(network(Tag::DEST_NETWORK_ID, Tag::DEST_NODE_ID), false)),
    ];
    let all = alone.chain(more.into_iter().flatten());
    all.map(|group| option::weighted(0.06, group).boxed()).collect()
}

pub(crate) fn payload(octets: &[u8]) -> Vec<u8> {
    tlvs(&[(Tag::MESSAGE_PAYLOAD, octets)])
}

fn grouped(octets: impl Strategy<Value = Vec<u8>> + 'static, said_by_header: bool) -> BoxedStrategy<Group> {
    octets.prop_map(move |octets| Group { octets, said_by_header }).boxed()
}

/// The octets of one that stands alone.
fn octets(tlv: &Table, version: &str) -> BoxedStrategy<Vec<u8>> {
    let number = |key: &str| usize::try_from(tlv[key].as_integer().expect("a number")).expect("small");
    let (min, max) = (number("min"), number("max"));
    match (tag(tlv), text(tlv, "type")) {
        (Tag::NUMBER_OF_MESSAGES, _) => (0..=99_u8).prop_map(|number| vec![number]).boxed(),
        (Tag::CONGESTION_STATE, _) => (0..=100_u8).prop_map(|percent| vec![percent]).boxed(),
        (Tag::BROADCAST_AREA_SUCCESS, _) => {
            prop_oneof![0..=100_u8, Just(255)].prop_map(|percent| vec![percent]).boxed()
        }
        (Tag::BROADCAST_END_TIME, _) => time().prop_filter("a time", |time| time.len() == 17).boxed(),
        (Tag::ALERT_ON_MESSAGE_DELIVERY, _) if version == "3.4" => Just(Vec::new()).boxed(),
        (_, "c_octet_string") => string(min.saturating_sub(1)..=max - 1).boxed(),
        _ => vec(any::<u8>(), min..=max.min(300)).boxed(),
    }
}

fn vendor() -> impl Strategy<Value = Vec<u8>> {
    (0x1400..0x4000_u16, vec(any::<u8>(), 0..40)).prop_map(|(tag, value)| tlvs(&[(Tag(tag), &value)]))
}

fn segment() -> impl Strategy<Value = Vec<u8>> {
    (any::<[u8; 2]>(), 1..=u8::MAX, any::<u8>()).prop_map(|(reference, total, any)| {
        tlvs(&[
            (Tag::SAR_MSG_REF_NUM, &reference),
            (Tag::SAR_TOTAL_SEGMENTS, &[total]),
            (Tag::SAR_SEGMENT_SEQNUM, &[1 + any % total]),
        ])
    })
}

/// As many names and presentations as numbers, or none.
fn callback() -> impl Strategy<Value = Vec<u8>> {
    let one = (vec(any::<u8>(), 4..=19), any::<u8>(), vec(any::<u8>(), 1..=65));
    (vec(one, 1..4), any::<[bool; 2]>()).prop_map(|(numbers, [shown, named])| {
        let all = numbers.iter().map(|(number, presentation, name)| {
            let one: [(Tag, &[u8], bool); 3] = [
                (Tag::CALLBACK_NUM, number, true),
                (Tag::CALLBACK_NUM_PRES_IND, std::slice::from_ref(presentation), shown),
                (Tag::CALLBACK_NUM_ATAG, name, named),
            ];
            let there = one.into_iter().filter(|&(.., is_there)| is_there);
            tlvs(&there.map(|(tag, value, _)| (tag, value)).collect::<Vec<_>>())
        });
        all.collect::<Vec<_>>().concat()
    })
}

fn network(network: Tag, node: Tag) -> impl Strategy<Value = Vec<u8>> {
    let digits = vec(b'0'..=b'9', 6);
    (string(6..=64), digits).prop_map(move |(id, digits)| tlvs(&[(network, &id), (node, &digits)]))
}

fn tag(tlv: &Table) -> Tag {
    Tag(u16::try_from(tlv["tag"].as_integer().expect("a number")).expect("two octets"))
}

/// Those that a group makes, and the text.
const IN_GROUPS: [Tag; 12] = [
    Tag::MESSAGE_PAYLOAD,
    Tag::USER_MESSAGE_REFERENCE,
    Tag::SAR_MSG_REF_NUM,
    Tag::SAR_TOTAL_SEGMENTS,
    Tag::SAR_SEGMENT_SEQNUM,
    Tag::CALLBACK_NUM,
    Tag::CALLBACK_NUM_PRES_IND,
    Tag::CALLBACK_NUM_ATAG,
    Tag::SOURCE_NETWORK_ID,
    Tag::DEST_NETWORK_ID,
    Tag::SOURCE_NODE_ID,
    Tag::DEST_NODE_ID,
];
const SAID_BY_HEADERS: [Tag; 2] = [Tag::SOURCE_PORT, Tag::DESTINATION_PORT];

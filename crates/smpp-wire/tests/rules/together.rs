//! What TLVs and fields say together.

use smpp_wire::values::EsmClass;
use smpp_wire::{
    BroadcastSm, CommandStatus, DataSm, DeliverSm, Field, HEADER_LEN, PduError, PduErrorKind, Profile,
    QueryBroadcastSm, QueryBroadcastSmResp, SubmitSm, Tag, TlvBuf, Tlvs,
};

#[test]
fn segments_count_from_1_to_their_total() {
    let sar = |total: u8, number: u8| {
        let tlvs = tlvs(&[
            (Tag::SAR_MSG_REF_NUM, &[0, 1]),
            (Tag::SAR_TOTAL_SEGMENTS, &[total]),
            (Tag::SAR_SEGMENT_SEQNUM, &[number]),
        ]);
        submit(b"Hi", 0, &tlvs, &Profile::V34).map_err(|error| (error.field, error.offset - 35))
    };
    assert_eq!((sar(1, 1), sar(255, 255), sar(2, 1)), (Ok(()), Ok(()), Ok(())));
    assert_eq!(sar(0, 1), Err((Field::Tlv(Tag::SAR_TOTAL_SEGMENTS), 6)));
    assert_eq!(sar(2, 0), Err((Field::Tlv(Tag::SAR_SEGMENT_SEQNUM), 11)));
    assert_eq!(sar(2, 3), Err((Field::Tlv(Tag::SAR_SEGMENT_SEQNUM), 11)));
    let alone = tlvs(&[(Tag::SAR_SEGMENT_SEQNUM, &[0])]);
    assert_eq!(submit(b"Hi", 0, &alone, &Profile::V34), Ok(()), "an incomplete set is ignored");
}

#[test]
fn callback_numbers_have_as_many_partners_or_none() {
    let number = (Tag::CALLBACK_NUM, &b"\x01\x01\x01456"[..]);
    let (pres, atag) = ((Tag::CALLBACK_NUM_PRES_IND, &b"\0"[..]), (Tag::CALLBACK_NUM_ATAG, &b"\x01Home"[..]));
    let judged = |all: &[(Tag, &[u8])]| {
        submit(b"Hi", 0, &tlvs(all), &Profile::V34)
            .map_err(|error| (error.field, error.offset - 35, error.kind))
    };
    for right in
        [&[number][..], &[number, pres], &[number, atag, number, atag], &[pres, pres, number, number]]
    {
        assert_eq!(judged(right), Ok(()));
    }
    let missing = |tag, offset| Err((Field::Tlv(tag), offset, PduErrorKind::TlvMissing));
    assert_eq!(judged(&[pres]), missing(Tag::CALLBACK_NUM, 0));
    assert_eq!(judged(&[number, atag, atag]), missing(Tag::CALLBACK_NUM, 10 + 9));
    assert_eq!(judged(&[number, pres, number]), missing(Tag::CALLBACK_NUM_PRES_IND, 10 + 5));
    assert_eq!(submit(b"Hi", 0, &tlvs(&[pres]), &Profile::LENIENT), Ok(()));
}

#[test]
fn a_network_id_needs_its_node_id() {
    for (network, node) in
        [(Tag::SOURCE_NETWORK_ID, Tag::SOURCE_NODE_ID), (Tag::DEST_NETWORK_ID, Tag::DEST_NODE_ID)]
    {
        let (id, digits) = ((network, &b"123801\0"[..]), (node, &b"000001"[..]));
        assert_eq!(submit(b"Hi", 0, &tlvs(&[id, digits]), &Profile::V50), Ok(()));
        let error = submit(b"Hi", 0, &tlvs(&[id]), &Profile::V50).expect_err("no node id");
        assert_eq!((error.field, error.kind), (Field::Tlv(node), PduErrorKind::TlvMissing));
        assert_eq!(error.command_status(), CommandStatus::ESME_RMISSINGOPTPARAM);
        assert_eq!(submit(b"Hi", 0, &tlvs(&[id]), &Profile::V34), Ok(()), "v3.4 does not know it");
    }
}

#[test]
fn a_text_stands_in_one_place() {
    let payload = tlvs(&[(Tag::USER_MESSAGE_REFERENCE, &[0, 1]), (Tag::MESSAGE_PAYLOAD, b"long")]);
    let error = submit(b"short", 0, &payload, &Profile::V34).expect_err("two texts");
    assert_eq!((error.field, error.offset), (Field::Tlv(Tag::MESSAGE_PAYLOAD), 33 + 5 + 6));
    assert_eq!(error.command_status(), CommandStatus::ESME_ROPTPARNOTALLWD);
    assert_eq!(submit(b"", 0, &payload, &Profile::V34), Ok(()));
    assert_eq!(submit(b"short", 0, &payload, &Profile::V50), Ok(()), "the payload supersedes");
    let deliver = DeliverSm { short_message: b"short", tlvs: read(&payload), ..DeliverSm::EMPTY };
    assert_eq!(deliver.validate(&Profile::V34).map_err(|error| error.offset), Err(33 + 5 + 6));
}

#[test]
fn an_announced_header_can_be_read() {
    let judged = |text: &[u8], payload: &[u8]| {
        let payload = if payload.is_empty() { Vec::new() } else { tlvs(&[(Tag::MESSAGE_PAYLOAD, payload)]) };
        assert_eq!(submit(text, 0x40, &payload, &Profile::LENIENT), Ok(()));
        submit(text, 0x40, &payload, &Profile::V34).map_err(|error| (error.field, error.offset))
    };
    assert_eq!(judged(b"\x05\0\x03\x2A\x02\x01Hi", b""), Ok(()));
    assert_eq!(judged(b"\0Hi", b""), Ok(()));
    assert_eq!(judged(b"", b"\x05\0\x03\x2A\x02\x01Hi"), Ok(()));
    assert_eq!(judged(b"\x40\0\x03", b""), Err((Field::ShortMessage, 33)));
    assert_eq!(judged(b"\x05\0\x04\x2A\x02\x01", b""), Err((Field::ShortMessage, 33)));
    assert_eq!(judged(b"", b"\x05\0"), Err((Field::Tlv(Tag::MESSAGE_PAYLOAD), 33)));
    assert_eq!(judged(b"", b""), Err((Field::EsmClass, HEADER_LEN + 7)));
    let data = DataSm { esm_class: EsmClass::UDHI, ..DataSm::EMPTY };
    let payload = tlvs(&[(Tag::MESSAGE_PAYLOAD, b"\x05\0")]);
    let error = DataSm { tlvs: read(&payload), ..data }.validate(&Profile::V34).expect_err("no header");
    assert_eq!((error.kind, error.offset), (PduErrorKind::BadUdh, 26));
    assert_eq!(error.command_status(), CommandStatus::ESME_RINVESMCLASS);
}

#[test]
fn a_header_is_not_joined_by_tlvs_that_say_the_same() {
    let text = b"\x05\0\x03\x2A\x02\x01Hi";
    let cases: [(Tag, &[u8]); 5] = [
        (Tag::SAR_MSG_REF_NUM, &[0, 1]),
        (Tag::SAR_TOTAL_SEGMENTS, &[2]),
        (Tag::SAR_SEGMENT_SEQNUM, &[1]),
        (Tag::SOURCE_PORT, &[0, 1]),
        (Tag::DESTINATION_PORT, &[0, 1]),
    ];
    for (tag, value) in cases {
        let tlvs = tlvs(&[(tag, value)]);
        let error = submit(text, 0x40, &tlvs, &Profile::V34).expect_err("twice");
        assert_eq!((error.field, error.offset), (Field::Tlv(tag), 33 + text.len()));
        assert_eq!(error.command_status(), CommandStatus::ESME_ROPTPARNOTALLWD);
        assert_eq!(submit(text, 0, &tlvs, &Profile::V34), Ok(()));
        assert_eq!(submit(text, 0x40, &tlvs, &Profile::LENIENT), Ok(()));
    }
}

#[test]
fn a_data_sm_has_a_payload_unless_it_is_a_receipt() {
    let judged = |esm_class: u8, profile: &Profile| {
        DataSm { esm_class: EsmClass(esm_class), ..DataSm::EMPTY }.validate(profile)
    };
    let error = judged(0, &Profile::V34).expect_err("no text");
    assert_eq!((error.field, error.offset), (Field::Tlv(Tag::MESSAGE_PAYLOAD), 26));
    assert_eq!(error.command_status(), CommandStatus::ESME_RMISSINGOPTPARAM);
    assert_eq!((judged(4, &Profile::V34), judged(0, &Profile::LENIENT)), (Ok(()), Ok(())));
}

#[test]
fn a_broadcast_says_where_what_and_how_often() {
    let all: [(Tag, &[u8]); 4] = [
        (Tag::BROADCAST_AREA_IDENTIFIER, b"\0North"),
        (Tag::BROADCAST_CONTENT_TYPE, &[0, 0, 1]),
        (Tag::BROADCAST_REP_NUM, &[0, 1]),
        (Tag::BROADCAST_FREQUENCY_INTERVAL, &[9, 0, 31]),
    ];
    let judged = |parts: &[(Tag, &[u8])], message_id: &[u8], profile: &Profile| {
        let tlvs = tlvs(parts);
        let pdu = BroadcastSm { message_id, tlvs: read(&tlvs), ..BroadcastSm::EMPTY };
        pdu.validate(profile).map_err(|error| (error.field, error.command_status()))
    };
    assert_eq!(judged(&all, b"", &Profile::V50), Ok(()));
    for (index, (tag, _)) in all.iter().enumerate() {
        let mut others = all.to_vec();
        others.remove(index);
        let missing = Err((Field::Tlv(*tag), CommandStatus::ESME_RMISSINGOPTPARAM));
        assert_eq!(judged(&others, b"", &Profile::V50), missing);
        assert_eq!(judged(&others, b"", &Profile::LENIENT), Ok(()));
    }
    let named = [&all[..], &[(Tag::USER_MESSAGE_REFERENCE, &[0, 1])]].concat();
    assert_eq!((judged(&named, b"", &Profile::V50), judged(&all, b"7", &Profile::V50)), (Ok(()), Ok(())));
    let twice = Err((Field::Tlv(Tag::USER_MESSAGE_REFERENCE), CommandStatus::ESME_ROPTPARNOTALLWD));
    assert_eq!(judged(&named, b"7", &Profile::V50), twice);
    let unknown = Err((Field::CommandId, CommandStatus::ESME_RINVCMDID));
    assert_eq!(judged(&all, b"", &Profile::V34), unknown);
}

#[test]
fn a_question_after_a_broadcast_names_it_and_the_answer_tells_its_state() {
    let named = tlvs(&[(Tag::USER_MESSAGE_REFERENCE, &[0, 1])]);
    let question = QueryBroadcastSm::EMPTY;
    assert_eq!(question.validate(&Profile::V50).map_err(|error| error.field), Err(Field::MessageId));
    assert_eq!(QueryBroadcastSm { tlvs: read(&named), ..question }.validate(&Profile::V50), Ok(()));
    assert_eq!(QueryBroadcastSm { message_id: b"7", ..question }.validate(&Profile::V50), Ok(()));

    let answer = QueryBroadcastSmResp { message_id: Some(b"7"), ..QueryBroadcastSmResp::EMPTY };
    let error = answer.validate(&Profile::V50).expect_err("no state");
    assert_eq!((error.field, error.offset), (Field::Tlv(Tag::MESSAGE_STATE), HEADER_LEN + 2));
    assert_eq!(QueryBroadcastSmResp::EMPTY.validate(&Profile::V50), Ok(()), "an error has no body");
}

pub(crate) fn submit(text: &[u8], esm_class: u8, tlvs: &[u8], profile: &Profile) -> Result<(), PduError> {
    let pdu =
        SubmitSm { short_message: text, esm_class: EsmClass(esm_class), tlvs: read(tlvs), ..SubmitSm::EMPTY };
    pdu.validate(profile)
}

pub(crate) fn tlvs(all: &[(Tag, &[u8])]) -> Vec<u8> {
    let mut tlvs = TlvBuf::new(Vec::new());
    for (tag, value) in all {
        tlvs.push(*tag, value).expect("short");
    }
    tlvs.into_inner()
}

fn read(octets: &[u8]) -> Tlvs<'_> {
    Tlvs::parse(octets).expect("TLVs")
}

//! Nothing is allocated for a PDU. A process of its own, because the counting allocator is the process's.

use std::collections::BTreeSet;
use std::hint::black_box;

use allocation_counter::measure;
use serde_json::Value;
use smpp_wire::receipt::{IdMatching, ReceiptText, Recognition, Scratch};
use smpp_wire::text::{Carriage, Segmentation, Unfit, gsm, plan};
use smpp_wire::values::{EsmClass, RegisteredDelivery};
use smpp_wire::{
    BindResp, CommandId, CommandStatus, DeliverSm, DestAddress, DestAddresses, Encode, RawPdu, SliceBuffer,
    SubmitSm, SubmitSmResp, Tag, TlvBuf, Tlvs, encode, split_frame, time,
};

const UUID: &[u8; 36] = b"b1e50673-f8b8-41e8-a143-07a43bb8c86b";

#[test]
fn a_submit_sm_is_read_and_written_without_allocating() {
    let text = [b'x'; 171 - FIXED_LEN - 6 - 13];
    let submit = SubmitSm {
        source_addr: b"TestCo",
        destination_addr: b"4512345678901",
        registered_delivery: RegisteredDelivery::ALWAYS,
        short_message: &text,
        ..SubmitSm::default()
    };
    assert_eq!(octets_of(&submit).len(), 171);
    assert_no_allocation(&submit);
}

#[test]
fn a_submit_sm_resp_is_read_and_written_without_allocating() {
    assert_no_allocation(&SubmitSmResp { message_id: Some(UUID), tlvs: Tlvs::default() });
}

#[test]
fn a_receipt_with_two_tlvs_is_read_and_written_without_allocating() {
    let text = format!(
        "id:{0} sub:001 dlvrd:001 submit date:2601311200 done date:2601311201 stat:DELIVRD err:000",
        UUID.escape_ascii()
    );
    let tlvs = [&[0x00, 0x1E, 0, 37][..], UUID, &[0, 0x04, 0x27, 0, 1, 2]].concat();
    let receipt = DeliverSm {
        source_addr: b"4512345678",
        destination_addr: b"TestCo",
        esm_class: EsmClass::RECEIPT,
        short_message: text.as_bytes(),
        tlvs: Tlvs::parse(&tlvs).expect("two TLVs"),
        ..DeliverSm::default()
    };
    assert_eq!(receipt.tlvs.iter().count(), 2);
    assert_no_allocation(&receipt);
}

#[test]
fn every_pdu_is_read_and_written_without_allocating() {
    let mut commands = BTreeSet::new();
    for line in include_str!("vectors/vectors.jsonl").lines() {
        let vector: Value = serde_json::from_str(line).expect("a line of JSON");
        if vector["kind"] != "valid" {
            continue;
        }
        let octets = unhex(vector["hex"].as_str().expect("hex"));
        let header = frame(&octets).header();
        let mut out = Vec::with_capacity(octets.len());
        let both = measure(|| {
            let pdu = frame(black_box(&octets)).parse();
            let written = pdu
                .map(|pdu| encode(&pdu, header.command_status, header.sequence_number, black_box(&mut out)));
            assert!(matches!(written, Ok(Ok(_))));
        });
        assert_eq!(both.count_total, 0, "{} allocated", vector["name"]);
        assert_eq!(out, octets);
        commands.insert(header.command_id);
    }
    // The vectors have 32 of the 33 commands.
    let command_id = CommandId::BIND_RECEIVER_RESP;
    assert!(commands.insert(command_id));
    assert_no_allocation(&BindResp { command_id, system_id: Some(b"smsc"), tlvs: Tlvs::EMPTY });
    assert_eq!(commands.len(), 33, "a command is not measured");
}

#[test]
fn lists_and_tlvs_are_built_and_read_without_allocating() {
    let all = measure(|| {
        let mut room = [0; 64];
        let staff = DestAddress::DistributionList { dl_name: b"staff" };
        let list = DestAddresses::write(black_box(&mut room), [staff, staff]).unwrap_or_default();
        assert_eq!(list.iter().filter(|&address| address == staff).count(), 2);

        let mut room = [0; 64];
        let mut tlvs = TlvBuf::new(SliceBuffer::new(black_box(&mut room)));
        assert!(tlvs.push(Tag::MESSAGE_PAYLOAD, b"Hello").is_ok());
        assert_eq!(tlvs.as_tlvs().message_payload(), Ok(Some(&b"Hello"[..])));
    });
    assert_eq!(all.count_total, 0);
}

#[test]
fn texts_receipts_and_times_are_read_and_written_without_allocating() {
    let (mut octets, mut text) = (Vec::with_capacity(500), String::with_capacity(500));
    let all = measure(|| {
        let long = "Grüße für 5 €, [sent] by me@example.com. ".get(black_box(0)..).unwrap_or_default();
        assert_eq!(plan(long, Carriage::Udh8).segments, 1);
        assert!(gsm::encode(long, Unfit::Fail, black_box(&mut octets)).is_ok());
        assert!(gsm::decode(black_box(&octets), Unfit::Fail, &mut text).is_ok());
        let segments = Segmentation::default().split(&[b'x'; 400]).map(|segments| segments.last());
        octets.clear();
        assert!(segments.is_ok_and(|last| last.is_some_and(|last| last.encode(&mut octets).is_ok())));

        octets.clear();
        let receipt = ReceiptText { id: Some(UUID), stat: Some(b"DELIVRD"), ..ReceiptText::default() };
        assert!(receipt.write(black_box(&mut octets)).is_ok());
        let mut scratch = Scratch::new();
        let pdu = DeliverSm { esm_class: EsmClass::RECEIPT, short_message: &octets, ..DeliverSm::default() };
        let read = pdu.receipt(Recognition::EsmClass, &mut scratch);
        assert!(
            read.is_some_and(|read| IdMatching::EXACT.of_receipt(read.id().unwrap_or_default()).is_some())
        );

        let time = time::parse(black_box(b"250131235959904+"), time::Century::V34);
        assert!(time.is_ok_and(|time| time.is_some()));
    });
    assert_eq!(all.count_total, 0);
    assert_eq!(text, "Grüße für 5 €, [sent] by me@example.com. ");
}

fn assert_no_allocation(pdu: &impl Encode) {
    let octets = octets_of(pdu);
    let parsing = measure(|| {
        let parsed = frame(black_box(&octets)).parse();
        assert!(black_box(&parsed).is_ok());
    });
    assert_eq!(parsing.count_total, 0, "parsing allocated");

    let mut out = Vec::with_capacity(octets.len());
    let encoding = measure(|| {
        assert!(encode(pdu, CommandStatus::ESME_ROK, 1, black_box(&mut out)).is_ok());
    });
    assert_eq!(encoding.count_total, 0, "encoding allocated");
    assert_eq!(out, octets);

    let control = measure(|| drop(black_box(octets.clone())));
    assert_eq!(control.count_total, 1, "the allocator does not count");
}

fn octets_of(pdu: &impl Encode) -> Vec<u8> {
    let mut out = Vec::new();
    encode(pdu, CommandStatus::ESME_ROK, 1, &mut out).expect("fits");
    out
}

fn unhex(hex: &str) -> Vec<u8> {
    let (pairs, _) = hex.as_bytes().as_chunks::<2>();
    let octet = |pair| u8::from_str_radix(str::from_utf8(pair).expect("ASCII"), 16).expect("hex digits");
    pairs.iter().map(|pair| octet(&pair[..])).collect()
}

fn frame(octets: &[u8]) -> RawPdu<'_> {
    split_frame(octets, 65_536).expect("a length").expect("a whole PDU")
}

/// A submit_sm whose strings are all empty.
const FIXED_LEN: usize = 33;

//! Receipts of whole PDUs: what makes one, where its text is, and which of TLV and text is believed.

use proptest::prelude::*;
use smpp_wire::receipt::{ReceiptKind, Recognition, Scratch};
use smpp_wire::values::{ErrorNetworkType, EsmClass, MessageState};
use smpp_wire::{DataSm, DeliverSm, NetworkErrorCode, Tlvs};

const TEXT: &[u8] = b"id:7 stat:UNDELIV err:0aa";

fn deliver_sm(esm_class: u8, short_message: &[u8]) -> DeliverSm<'_> {
    DeliverSm { esm_class: EsmClass(esm_class), short_message, ..DeliverSm::default() }
}

#[test]
fn esm_class_says_what_is_a_receipt_whatever_its_other_bits_say() {
    let kind = |esm_class, recognition, text| {
        let mut scratch = Scratch::new();
        deliver_sm(esm_class, text).receipt(recognition, &mut scratch).map(|receipt| receipt.kind)
    };
    let (flag, text) = (Recognition::EsmClass, Recognition::EsmClassOrText);
    for esm_class in [0x04, 0x84, 0x07] {
        assert_eq!(kind(esm_class, flag, TEXT), Some(ReceiptKind::Receipt));
        assert_eq!(kind(esm_class, flag, b"\xFF no words"), Some(ReceiptKind::Receipt));
    }
    assert_eq!(kind(0x20, flag, TEXT), Some(ReceiptKind::Intermediate));
    for esm_class in [0x08, 0x10, 0x0C, 0x18, 0x24] {
        assert_eq!(
            (kind(esm_class, flag, TEXT), kind(esm_class, text, TEXT)),
            (None, None),
            "{esm_class:#04x}"
        );
    }
    assert_eq!((kind(0, flag, TEXT), kind(0, text, TEXT)), (None, Some(ReceiptKind::Text)));
    for message in [&b"stat:DELIVRD id:7"[..], b"id:7 of your order", b""] {
        assert_eq!(kind(0, text, message), None);
    }
}

#[test]
fn the_text_is_found_behind_a_header_and_in_message_payload() {
    let ids = |esm_class, short_message: &[u8], tlvs: &[u8]| {
        let tlvs = Tlvs::parse(tlvs).expect("TLVs");
        let pdu = DeliverSm { tlvs, ..deliver_sm(esm_class, short_message) };
        let (mut scratch, mut other) = (Scratch::new(), Scratch::new());
        let read = pdu.receipt(Recognition::EsmClass, &mut scratch).expect("a receipt");
        let data = DataSm { esm_class: EsmClass(esm_class), tlvs, ..DataSm::default() };
        let data = data.receipt(Recognition::EsmClass, &mut other).expect("a receipt");
        (read.id().map(lossy), data.id().map(lossy))
    };
    let payload = b"\x04\x24\0\x04id:8";
    assert_eq!(ids(0x04, b"", payload), (Some("8".into()), Some("8".into())));
    assert_eq!(ids(0x04, TEXT, payload), (Some("7".into()), Some("8".into())));
    assert_eq!(ids(0x44, b"\x05\x00\x03\x2A\x02\x01id:9", b""), (Some("9".into()), None));
    assert_eq!(ids(0x44, b"", b"\x04\x24\0\x05\0id:8"), (Some("8".into()), Some("8".into())));
    // A broken header costs the words at most.
    assert_eq!(ids(0x44, b"\xF0 id:9", b""), (Some("9".into()), None));
}

#[test]
fn a_tlv_wins_over_the_text_for_its_item_and_what_is_missing_falls_back() {
    let read = |text: &'static [u8], tlvs: &'static [u8]| {
        let tlvs = Tlvs::parse(tlvs).expect("TLVs");
        let mut scratch = Scratch::new();
        let pdu = DeliverSm { tlvs, ..deliver_sm(4, text) };
        let receipt = pdu.receipt(Recognition::EsmClass, &mut scratch).expect("a receipt");
        (receipt.id().map(lossy), receipt.state(), receipt.error_code(), receipt.network_error_code)
    };
    let (delivered, undeliverable) = (Some(MessageState::DELIVERED), Some(MessageState::UNDELIVERABLE));
    assert_eq!(read(TEXT, b""), (Some("7".into()), undeliverable, None, None));
    assert_eq!(read(TEXT, b"\x04\x27\0\x01\x02"), (Some("7".into()), delivered, None, None));
    assert_eq!(read(b"", b"\0\x1E\0\x0242\x04\x27\0\x01\x02"), (Some("42".into()), delivered, None, None));
    // Empty, and of a wrong length: as if they were not there.
    assert_eq!(
        read(TEXT, b"\0\x1E\0\x01\0\x04\x27\0\0\x04\x23\0\x01\x03"),
        (Some("7".into()), undeliverable, None, None)
    );
    let network = NetworkErrorCode { network_type: ErrorNetworkType::GSM, error_code: 0x0802 };
    assert_eq!(read(b"err:005", b"\x04\x23\0\x03\x03\x08\x02"), (None, None, Some(2050), Some(network)));
    assert_eq!(read(b"err:005", b"").2, Some(5));
    assert_eq!(read(b"id: stat:", b"").0, None);
}

fn lossy(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

proptest! {
    #[test]
    fn any_pdu_is_a_receipt_or_none_without_a_panic(
        octets in prop::collection::vec(any::<u8>(), 0..300),
        payload in prop::collection::vec(any::<u8>(), 0..300),
        esm_class: u8,
    ) {
        let length = u16::try_from(payload.len()).expect("short").to_be_bytes();
        let tlvs = [b"\x04\x24", &length[..], &payload].concat();
        let tlvs = Tlvs::parse(&tlvs).expect("a TLV");
        let mut scratch = Scratch::new();
        let pdu = DeliverSm { tlvs, ..deliver_sm(esm_class, &octets) };
        let read = pdu.receipt(Recognition::EsmClassOrText, &mut scratch);
        prop_assert!(read.is_none_or(|receipt| octets.ends_with(receipt.raw) || payload.ends_with(receipt.raw)));
    }
}

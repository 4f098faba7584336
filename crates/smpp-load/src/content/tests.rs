//! What a server reads of the messages.

use std::collections::HashSet;

use smpp_wire::{
    CommandStatus, Frame, Pdu, Profile, SubmitSm, Tag,
    text::{Meaning, UserData},
    values::{DataCoding, RegisteredDelivery},
};

use super::*;

fn frame(content: &Content, number: u64) -> Frame {
    Frame::new(&content.message(number, number * 10).unwrap(), CommandStatus::ESME_ROK, 1).unwrap()
}

fn read<T>(content: &Content, number: u64, look: impl FnOnce(&SubmitSm<'_>) -> T) -> T {
    let frame = frame(content, number);
    let Pdu::SubmitSm(message) = frame.raw().validated(&Profile::V34).unwrap() else {
        panic!("it is a submit_sm");
    };
    look(&message)
}

fn any() -> Destination {
    "45:10".parse().unwrap()
}

#[test]
fn a_plain_message_is_what_its_fields_say() {
    let spec = Spec {
        registered_delivery: RegisteredDelivery::ALWAYS,
        validity: b"000001000000000R".to_vec(),
        tlvs: vec![(Tag(0x1400), vec![7])],
        ..Spec::plain("Grüße")
    };
    let content = Content::new(&[spec], 0, false).unwrap();
    read(&content, 5, |message| {
        assert_eq!((message.source_addr, message.destination_addr), (&b"TestCo"[..], &b"4512345678"[..]));
        assert_eq!((message.data_coding, message.short_message), (DataCoding::DEFAULT, &b"Gr\x7E\x1Ee"[..]));
        assert_eq!((message.registered_delivery.0, message.validity_period), (1, &b"000001000000000R"[..]));
        assert_eq!(message.tlvs.octets(), b"\x14\x00\x00\x01\x07");
    });
}

#[test]
fn every_encoding_is_announced_and_read_back() {
    for (encoding, data_coding, text) in [
        (Encoding::Auto, 0x00, "Pris 5 €"),
        (Encoding::Auto, 0x08, "Цена"),
        (Encoding::Gsm7, 0x00, "ja"),
        (Encoding::Ucs2, 0x08, "ja"),
        (Encoding::Latin1, 0x03, "Grüße"),
        (Encoding::Class0, 0x10, "now"),
        (Encoding::Ucs2Class0, 0x18, "сейчас"),
    ] {
        let content = Content::new(&[Spec { encoding, ..Spec::plain(text) }], 0, false).unwrap();
        read(&content, 0, |message| {
            assert_eq!(message.data_coding.0, data_coding, "{encoding:?}");
            let meaning = Meaning::of(message.data_coding);
            assert_eq!(meaning.to_text(message.short_message).unwrap(), text);
        });
    }
    let error =
        Content::new(&[Spec { encoding: Encoding::Gsm7, ..Spec::plain("Цена") }], 0, false).unwrap_err();
    assert!(error.contains("Цена") && !error.contains('\n'), "{error}");
}

#[test]
fn a_long_text_is_put_together_again_from_its_parts_in_every_way() {
    let text = "Grüße für 5 €. ".repeat(30);
    for (long, parts) in [(Long::Udh, 4), (Long::Udh16, 4), (Long::Sar, 4), (Long::Payload, 1)] {
        let spec =
            Spec { long, destination: any(), tlvs: vec![(Tag(0x1400), vec![7])], ..Spec::plain(&text) };
        let content = Content::new(&[spec], 3, false).unwrap();
        let mut references = HashSet::new();
        for round in 0..3 {
            let mut joined = Vec::new();
            for number in round * parts..(round + 1) * parts {
                assert_eq!(content.text_of(number), round);
                read(&content, number, |message| {
                    let data = UserData::new(message.esm_class, message.short_message, message.tlvs).unwrap();
                    joined.extend_from_slice(data.text);
                    references.insert((
                        message.destination_addr.to_vec(),
                        data.concat.map(|concat| concat.reference()),
                    ));
                });
            }
            assert_eq!(Meaning::of(DataCoding::DEFAULT).to_text(&joined).unwrap(), text, "{long:?}");
        }
        assert_eq!(references.len(), 3, "{long:?}: one destination and one reference a text");
    }
}

#[test]
fn a_text_too_long_for_one_message_says_what_would_send_it() {
    let error = Content::new(&[Spec::plain(&"x".repeat(255))], 0, false).unwrap_err();
    assert!(error.contains("255 octets") && error.contains("--long udh"), "{error}");
    let error =
        Content::new(&[Spec { long: Long::Udh, ..Spec::plain(&"x".repeat(40_000)) }], 0, false).unwrap_err();
    assert!(!error.contains('\n') && error.contains("can't be sent"), "{error}");
}

#[test]
fn a_mix_holds_its_shares_in_every_cycle_and_the_seed_decides_the_order() {
    let kind = |weight, text: &str| Spec { weight, ..Spec::plain(text) };
    let specs = [kind(45, "short"), kind(45, "longer text"), kind(10, "Цена")];
    let texts = |seed| -> Vec<Vec<u8>> {
        let content = Content::new(&specs, seed, false).unwrap();
        (0..40).map(|number| read(&content, number, |message| message.short_message.to_vec())).collect()
    };
    let count = |text: &[u8]| texts(1).iter().filter(|other| other == &text).count();
    assert_eq!((count(b"short"), count(b"longer text")), (18, 18));
    assert_eq!(texts(1), texts(1));
    assert_ne!(texts(1), texts(2));
}

#[test]
fn the_texts_of_a_file_come_equally_often() {
    let spec = Spec { texts: ["a", "b", "c"].map(str::to_owned).to_vec(), weight: 2, ..Spec::plain("") };
    let content = Content::new(&[spec], 1, false).unwrap();
    let mut counts = [0; 3];
    for number in 0..300 {
        read(&content, number, |message| counts[usize::from(message.short_message[0] - b'a')] += 1);
    }
    assert_eq!(counts, [100; 3]);
}

#[test]
fn a_marked_message_says_its_number_and_its_time() {
    for long in [Long::Whole, Long::Payload] {
        let spec = Spec { long, destination: any(), ..Spec::plain(&"x".repeat(100)) };
        let content = Content::new(&[spec], 1, true).unwrap();
        read(&content, 77, |message| {
            let data = UserData::new(message.esm_class, message.short_message, message.tlvs).unwrap();
            assert_eq!((read_mark(data.text), data.text.len()), (Some((77, 770)), 100));
        });
    }
    let error = Content::new(&[Spec::plain("too short")], 1, true).unwrap_err();
    assert!(error.contains("34 characters"), "{error}");
}

//! Long texts as whole PDUs, in every carriage and any order of arrival: what one side cuts, the other side has again.
#![cfg(feature = "alloc")]

use std::time::Duration;

use proptest::prelude::*;
use smpp_wire::text::{
    Alphabet, Carriage, Limits, Meaning, Outcome, Reassembler, Segment, Segmentation, plan,
};
use smpp_wire::values::{DataCoding, EsmClass};
use smpp_wire::{CommandStatus, Pdu, SubmitSm, Tag, TlvBuf, encode, split_frame};

/// One segment, as its sender puts it on the wire.
fn sent(segment: &Segment<'_, '_>, data_coding: DataCoding, carriage: Carriage) -> Vec<u8> {
    let (mut user_data, mut tlvs) = (Vec::new(), TlvBuf::new(Vec::new()));
    segment.encode(&mut user_data).expect("a vector has room");
    let short_message = match carriage {
        Carriage::Payload => {
            tlvs.push(Tag::MESSAGE_PAYLOAD, &user_data).expect("up to 65,535 octets");
            &[]
        }
        _ => user_data.as_slice(),
    };
    if let Some(part) = segment.concat().filter(|part| !part.is_udh()) {
        tlvs.push_sar(part).expect("a vector has room");
    }
    let message = SubmitSm {
        destination_addr: b"4512345678",
        esm_class: if segment.has_udh() { EsmClass::UDHI } else { EsmClass::default() },
        data_coding,
        short_message,
        tlvs: tlvs.as_tlvs(),
        ..SubmitSm::default()
    };
    let mut out = Vec::new();
    encode(&message, CommandStatus::ESME_ROK, 1, &mut out).expect("a value that fits");
    out
}

/// What the receiver has after one PDU more.
fn received(all: &mut Reassembler<Vec<u8>>, octets: &[u8]) -> Option<(DataCoding, Vec<u8>)> {
    let frame = split_frame(octets, 70_000).expect("a true length").expect("a whole PDU");
    let Ok(Pdu::SubmitSm(message)) = frame.parse() else { unreachable!("only submit_sm are sent") };
    let data = message.user_data().expect("a whole header");
    let whole = match data.concat {
        None => data.text.to_vec(),
        Some(part) => match all.push(message.destination_addr.to_vec(), part, data.text, Duration::ZERO) {
            Outcome::Complete(whole) => whole,
            Outcome::Waiting | Outcome::Duplicate => return None,
            other => unreachable!("{other:?}"),
        },
    };
    Some((message.data_coding, whole))
}

fn carriage() -> impl Strategy<Value = Carriage> {
    prop_oneof![
        Just(Carriage::Udh8),
        Just(Carriage::Udh16),
        Just(Carriage::Sar),
        Just(Carriage::Sar16),
        Just(Carriage::Payload),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_text_arrives_as_it_was_sent(
        text in prop_oneof!["[ -~]{0,900}", "[a-z€\\[\\]~]{0,700}", "[жa😀]{0,300}", "[😀é]{60,80}"],
        (carriage, reference) in (carriage(), any::<u16>()),
        order in prop::collection::vec((any::<u32>(), any::<bool>()), 64),
    ) {
        let planned = plan(&text, carriage);
        let octets = planned.alphabet.to_vec(&text).expect("planned");
        let segmentation =
            Segmentation { alphabet: planned.alphabet, carriage, reference, ..Segmentation::default() };
        let segments = segmentation.split(&octets).expect("not that long");
        prop_assert_eq!(segments.len(), planned.segments);

        let pdus = segments.map(|segment| sent(&segment, planned.data_coding(), carriage));
        let mut arrivals: Vec<_> = pdus.zip(&order).collect();
        arrivals.sort_by_key(|(_, (at, _))| *at);
        let mut all = Reassembler::new(Limits { max_messages: 1, max_octets: 100_000 });
        let mut whole = None;
        let last = arrivals.len() - 1;
        for (index, (pdu, (_, doubled))) in arrivals.iter().enumerate() {
            prop_assert_eq!(&whole, &None);
            whole = received(&mut all, pdu);
            if *doubled && index < last {
                prop_assert_eq!(received(&mut all, pdu), None);
            }
        }
        let (data_coding, whole) = whole.expect("all parts came");
        let meaning = Meaning::of(data_coding);
        prop_assert_eq!(meaning.to_text(&whole), Ok(text));
    }
}

#[test]
fn parts_of_two_messages_that_differ_in_nothing_but_the_kind_of_reference_are_kept_apart() {
    let (one, other) = ([b'1'; 161], [b'2'; 161]);
    let (first, second) = (cut(Carriage::Udh8, &one), cut(Carriage::Sar, &other));
    let mut all = Reassembler::new(Limits { max_messages: 2, max_octets: 10_000 });
    assert_eq!(received(&mut all, &first[0]), None);
    assert_eq!(received(&mut all, &second[1]), None);
    assert_eq!(received(&mut all, &first[1]), Some((DataCoding::DEFAULT, one.to_vec())));
    assert_eq!(received(&mut all, &second[0]), Some((DataCoding::DEFAULT, other.to_vec())));
}

fn cut(carriage: Carriage, text: &[u8]) -> Vec<Vec<u8>> {
    let segmentation = Segmentation { carriage, reference: 7, alphabet: Alphabet::Gsm, elements: &[] };
    let segments = segmentation.split(text).expect("not that long");
    segments.map(|segment| sent(&segment, DataCoding::DEFAULT, carriage)).collect()
}

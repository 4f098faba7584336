//! Properties of the text module: round trips, any arrival order, and octets that nobody should send.
#![cfg(feature = "alloc")]

use std::time::Duration;

use proptest::prelude::*;
use smpp_wire::text::packed::{Padding, pack, unpack, unpack_padded};
use smpp_wire::text::{
    Alphabet, Carriage, Concat, Limits, Meaning, Outcome, Reassembler, Segmentation, Udh, Unfit, gsm, plan,
    ucs2,
};
use smpp_wire::values::DataCoding;

/// Texts of the whole GSM alphabet, with many escapes and long plain runs.
fn gsm_text(len: usize) -> impl Strategy<Value = String> {
    let char = prop_oneof![
        4 => "[a-zA-Z0-9 .,\r\n]".boxed(),
        1 => "[@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà]".boxed(),
        1 => "[\u{C}^{}\\\\\\[~\\]|€]".boxed(),
        1 => "[a-z]{1,40}".boxed(),
    ];
    prop::collection::vec(char, 0..len).prop_map(|pieces| pieces.concat())
}

fn any_text(len: usize) -> impl Strategy<Value = String> {
    let char = prop_oneof![any::<char>().prop_map(String::from), "[a-zж😀]{1,20}"];
    prop::collection::vec(char, 0..len).prop_map(|pieces| pieces.concat())
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

fn alphabet() -> impl Strategy<Value = Alphabet> {
    prop_oneof![Just(Alphabet::Gsm), Just(Alphabet::Binary), Just(Alphabet::Ucs2)]
}

fn reassembler() -> Reassembler<u8> {
    Reassembler::new(Limits { max_messages: 4, max_octets: 1 << 20 })
}

/// What the other side makes of the user data and the SAR TLVs of each part.
fn parts(segmentation: Segmentation<'_>, octets: &[u8]) -> Vec<(Option<Concat>, Vec<u8>)> {
    let received = |segment: smpp_wire::text::Segment<'_, '_>| {
        let mut user_data = Vec::new();
        assert_eq!(segment.encode(&mut user_data), Ok(segment.octets_len()));
        if !segment.has_udh() {
            return (segment.concat(), user_data);
        }
        let (udh, text) = Udh::parse(&user_data).expect("a header");
        (udh.concat(), text.to_vec())
    };
    segmentation.split(octets).expect("a text that fits").map(received).collect()
}

proptest! {
    // Each case is a long text.
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn gsm_text_comes_back(text in gsm_text(60)) {
        let octets = Alphabet::Gsm.to_vec(&text).unwrap();
        prop_assert_eq!(gsm::septets(&text), Ok(octets.len()));
        prop_assert_eq!(Meaning::of(DataCoding::DEFAULT).to_text(&octets).unwrap(), text);
    }

    #[test]
    fn utf_16_text_comes_back(text in any_text(60)) {
        let octets = Alphabet::Ucs2.to_vec(&text).unwrap();
        prop_assert_eq!(octets.len(), 2 * ucs2::units(&text));
        prop_assert_eq!(Meaning::of(DataCoding::UCS2).to_text(&octets).unwrap(), text);
    }

    #[test]
    fn packed_septets_come_back(septets in prop::collection::vec(0u8..0x80, 0..200), fill in 0u8..7) {
        let mut packed = Vec::new();
        pack(&septets, fill, Padding::Zero, &mut packed).unwrap();
        prop_assert!(unpack(&packed, fill, septets.len()).eq(septets.iter().copied()));
        packed.clear();
        pack(&septets, fill, Padding::CarriageReturn, &mut packed).unwrap();
        let back: Vec<u8> = unpack_padded(&packed, fill).collect();
        prop_assert!(back == septets || back == [septets.as_slice(), b"\r"].concat());
    }

    #[test]
    fn a_plan_counts_what_segmentation_makes(text in prop_oneof![gsm_text(300), any_text(60)], carriage in carriage()) {
        let planned = plan(&text, carriage);
        let octets = planned.alphabet.to_vec(&text).unwrap();
        let segmentation = Segmentation { alphabet: planned.alphabet, carriage, ..Segmentation::default() };
        prop_assert_eq!(segmentation.split(&octets).unwrap().len(), planned.segments);
        for (_, part) in parts(segmentation, &octets) {
            let mut alone = String::new();
            prop_assert_eq!(planned.alphabet.decode(&part, Unfit::Fail, &mut alone), Ok(()));
            prop_assert!(text.contains(&alone));
        }
    }

    #[test]
    fn parts_in_any_order_and_doubled_are_the_text_again(
        octets in prop::collection::vec(prop_oneof![3 => any::<u8>(), 1 => Just(0x1B), 1 => 0xD8u8..0xE0], 0..3000),
        (alphabet, carriage, reference) in (alphabet(), carriage(), any::<u16>()),
        order in prop::collection::vec(any::<u32>(), 64),
    ) {
        let segmentation = Segmentation { alphabet, carriage, reference, elements: &[] };
        let mut arrivals: Vec<_> = parts(segmentation, &octets).into_iter().zip(order.iter()).collect();
        arrivals.sort_by_key(|(_, at)| **at);
        let mut all = reassembler();
        let last = arrivals.len() - 1;
        for (index, ((concat, text), at)) in arrivals.into_iter().enumerate() {
            let Some(concat) = concat else {
                prop_assert_eq!(&text, &octets);
                continue;
            };
            let outcome = all.push(1, concat, &text, Duration::ZERO);
            if index == last {
                prop_assert_eq!(outcome, Outcome::Complete(octets.clone()));
            } else {
                prop_assert_eq!(outcome, Outcome::Waiting);
                let again = (at % 3 == 0).then(|| all.push(1, concat, &text, Duration::ZERO));
                prop_assert!(again.is_none_or(|outcome| outcome == Outcome::Duplicate));
            }
        }
        prop_assert_eq!(all.waiting(), 0);
    }

    #[test]
    fn arbitrary_octets_never_panic(octets in prop::collection::vec(any::<u8>(), 0..400), data_coding: u8, number: u8) {
        let meaning = Meaning::of(DataCoding(data_coding));
        for unfit in [Unfit::Fail, Unfit::Replace] {
            let mut text = String::new();
            let _ = meaning.decode(&octets, unfit, &mut text);
        }
        let _ = unpack(&octets, number, usize::from(data_coding)).count();
        let _ = unpack_padded(&octets, number).count();
        if let Ok((udh, text)) = Udh::parse(&octets) {
            prop_assert_eq!(udh.octets_len() + text.len(), octets.len());
            let elements: Vec<_> = udh.elements().take(3).collect();
            let segmentation = Segmentation { alphabet: meaning.alphabet, elements: &elements, ..Segmentation::default() };
            let _ = segmentation.split(&octets).map(|segments| segments.map(|part| part.octets_len()).max());
            let _ = udh.concat().map(|concat| reassembler().push(1, concat, text, Duration::ZERO));
        }
    }
}

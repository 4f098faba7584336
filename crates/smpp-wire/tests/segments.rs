//! Segments and headers against copies of the specification's facts: sizes, cuts, elements and names.
#![cfg(feature = "alloc")]

use excerpt::{between, blocks, hex, number};
use smpp_wire::text::udh::{element_name, language_name};
use smpp_wire::text::{Alphabet, Carriage, Concat, Element, Reference, Segmentation, Udh, plan};

#[path = "spec/excerpt.rs"]
mod excerpt;

const GSM: &str = include_str!("spec/gsm0338.toml");
const UDH: &str = include_str!("spec/udh.toml");

#[test]
fn every_row_of_the_segment_table_holds_the_most_that_fits() {
    let ports = [Element::Ports16 { destination: 1, originator: 2 }];
    let single = [Element::SingleShift(1)];
    let both = [Element::SingleShift(1), Element::LockingShift(1)];
    let cases: [(&str, Carriage, &[Element<'_>], bool); 9] = [
        ("single", Carriage::Udh8, &[], false),
        ("concat 8-bit reference (UDH 6)", Carriage::Udh8, &[], true),
        ("concat 16-bit reference (UDH 7)", Carriage::Udh16, &[], true),
        ("concat 8-bit + 16-bit ports (UDH 12)", Carriage::Udh8, &ports, true),
        ("ports 16-bit only (UDH 7)", Carriage::Udh8, &ports, false),
        ("national single shift only (UDH 4)", Carriage::Udh8, &single, false),
        ("national single + locking shift (UDH 7)", Carriage::Udh8, &both, false),
        ("concat 8-bit + single shift (UDH 9)", Carriage::Udh8, &single, true),
        ("concat 8-bit + single + locking shift (UDH 12)", Carriage::Udh8, &both, true),
    ];
    for (form, carriage, elements, long) in cases {
        let row = between(GSM, &format!("form = \"{form}\","), "}");
        let sizes = [(Alphabet::Gsm, "gsm7_septets = ", 1), (Alphabet::Binary, "octets_8bit = ", 1)];
        for (alphabet, name, scale) in sizes.into_iter().chain([(Alphabet::Ucs2, "ucs2_units = ", 2)]) {
            let most = scale * number(between(row, name, if scale == 2 { " " } else { "," })) as usize;
            let plan = Segmentation { alphabet, carriage, reference: 1, elements };
            let text = vec![b'a'; if long { 3 * most } else { most }];
            let segments: Vec<_> = plan.split(&text).unwrap().collect();
            assert!(segments.iter().all(|segment| segment.text().len() == most), "{form} {alphabet:?}");
            assert_eq!(segments.len(), if long { 3 } else { 1 }, "{form} {alphabet:?}");
        }
    }
    assert_eq!(GSM.lines().filter(|line| line.contains("form = ")).count(), cases.len());
}

#[test]
fn every_split_example_is_cut_as_specified_and_planned_alike() {
    let mut checked = 0;
    for block in blocks(GSM, "[[split_example]]") {
        let name = between(block, "name = \"", "\"");
        let text = example(name);
        let ucs2 = block.contains("\"ucs2\"");
        let (alphabet, scale) = if ucs2 { (Alphabet::Ucs2, 2) } else { (Alphabet::Gsm, 1) };
        let parts: Vec<_> =
            between(block, "parts = [", "]").split(',').map(|part| number(part) as usize).collect();
        let octets = alphabet.to_vec(&text).unwrap();
        let plan_of_parts = Segmentation { alphabet, ..Segmentation::default() };
        let cut: Vec<_> =
            plan_of_parts.split(&octets).unwrap().map(|segment| segment.text().len() / scale).collect();
        assert_eq!(cut, parts, "{name}");
        let planned = plan(&text, Carriage::Udh8);
        assert_eq!((planned.alphabet, planned.segments), (alphabet, parts.len()), "{name}");
        assert_eq!(planned.units, number(between(block, "units = ", "\n")) as usize, "{name}");
        checked += 1;
    }
    assert_eq!(checked, 11);
}

#[test]
fn the_longest_text_has_255_parts_in_every_alphabet() {
    let most = between(GSM, "max_text_concat8 = {", "}");
    let cases =
        [(Alphabet::Gsm, "gsm7 = ", 1), (Alphabet::Binary, "octets = ", 1), (Alphabet::Ucs2, "ucs2 = ", 2)];
    for (alphabet, name, scale) in cases {
        let most = scale * number(between(most, name, if scale == 2 { " " } else { "," })) as usize;
        let plan = Segmentation { alphabet, ..Segmentation::default() };
        assert_eq!(plan.split(&vec![b'a'; most]).unwrap().len(), 255, "{alphabet:?}");
        assert!(plan.split(&vec![b'a'; most + 1]).is_err(), "{alphabet:?}");
    }
}

#[test]
fn parts_that_the_message_centre_gives_a_header_leave_room_for_it() {
    for (carriage, sizes) in [(Carriage::Sar, "134/67"), (Carriage::Sar16, "133/66")] {
        let rule = between(GSM, "no_udh_sizes_with_sar_tlvs = \"", "\"");
        assert!(rule.contains(sizes));
        let (octets, units) = sizes.split_once('/').unwrap();
        for (alphabet, most) in [(Alphabet::Binary, number(octets)), (Alphabet::Ucs2, 2 * number(units))] {
            let plan = Segmentation { alphabet, carriage, ..Segmentation::default() };
            let first = plan.split(&[b'a'; 300]).unwrap().next().unwrap();
            assert_eq!((first.text().len(), first.has_udh()), (most as usize, false));
        }
    }
}

#[test]
fn every_element_and_language_has_its_name() {
    let names = between(UDH, "[iei_names]\n", "\n[").lines().filter_map(|line| line.split_once(" = "));
    let mut checked = 0;
    for (id, name) in names {
        let named = element_name(u8::try_from(number(id)).unwrap());
        let listed = Some(name.trim_matches('"'))
            .filter(|name| !name.contains("reserved") && !name.contains("not used"));
        assert_eq!(named, listed, "{id}");
        checked += 1;
    }
    assert_eq!(checked, 33);
    let ranges = between(UDH, "[iei_ranges]\n", "\n[").lines().filter_map(|line| line.split_once(" = "));
    for (range, name) in ranges {
        let (from, to) = range.trim_matches('"').split_once('-').unwrap();
        for id in number(from)..=number(to) {
            let listed = Some(name.trim_matches('"')).filter(|name| !name.contains("reserved"));
            assert_eq!(element_name(u8::try_from(id).unwrap()), listed, "{id:#04x}");
        }
    }
    for code in 1..=13 {
        let name = between(UDH, &format!("\n{code} = {{ name = \""), "\"");
        assert_eq!(language_name(code), Some(name));
    }
    assert_eq!((language_name(0), language_name(14)), (None, None));
}

/// The text that a split example names.
fn example(name: &str) -> String {
    match name {
        "159 x A then € (161 septets)" => "A".repeat(159) + "€",
        "152 x A then € then 20 x B: escape must move" => "A".repeat(152) + "€" + &"B".repeat(20),
        "66 x ж, emoji, 10 x ж" => "ж".repeat(66) + "😀" + &"ж".repeat(10),
        "36 emoji" => "😀".repeat(36),
        "35 emoji" => "😀".repeat(35),
        "70 x ж" => "ж".repeat(70),
        "71 x ж" => "ж".repeat(71),
        _ => "a".repeat(number(between(name, "gsm7 ", " chars")) as usize),
    }
}

#[test]
fn every_example_of_an_element_is_read_and_written_back() {
    let examples: Vec<_> = UDH.lines().filter(|line| line.contains("example = {")).collect();
    assert_eq!(examples.len(), 7);
    for line in examples {
        let octets = hex(between(line, "hex = \"", "\""));
        let (udh, text) = Udh::parse(&octets).unwrap();
        assert_eq!((udh.octets_len(), text.len()), (octets.len(), 0), "{line}");
        assert!(udh.elements().all(|element| !matches!(element, Element::Other { .. })), "{line}");
        let mut out = Vec::new();
        smpp_wire::text::udh::encode(&udh.elements().collect::<Vec<_>>(), &mut out).unwrap();
        assert_eq!(out, octets, "{line}");
    }
    let (udh, _) = Udh::parse(b"\x06\x08\x04\x01\x2A\x02\x01").unwrap();
    assert_eq!(udh.concat(), Concat::new(Reference::Udh16(0x012A), 2, 1));
}

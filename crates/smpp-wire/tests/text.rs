//! The text module against copies of the specification's facts: alphabet, packing, segment sizes, headers, data codings.
#![cfg(feature = "alloc")]

use std::fmt::Write as _;

use smpp_wire::SliceBuffer;
use smpp_wire::text::packed::{Padding, fill_bits, pack, packed_len, septets_in, unpack};
use smpp_wire::text::{
    Alphabet, Carriage, Concat, Element, Reference, Segmentation, Udh, Unfit, Utf8, gsm, plan,
};

const GSM: &str = include_str!("spec/gsm0338.toml");
const UDH: &str = include_str!("spec/udh.toml");

/// What stands between `start` and the next `end`.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text.find(start).expect(start) + start.len();
    &text[from..from + text[from..].find(end).unwrap_or(text.len() - from)]
}

/// The blocks of an array of tables.
fn blocks<'a>(text: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    text.split(name).skip(1).map(|block| block.split("\n[").next().unwrap_or(block))
}

fn hex(text: &str) -> Vec<u8> {
    let digit = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex");
    (0..text.len()).step_by(2).map(digit).collect()
}

fn number(text: &str) -> u32 {
    let hex = text.trim().strip_prefix("0x");
    hex.map_or_else(|| text.trim().parse(), |hex| u32::from_str_radix(hex, 16)).expect("a number")
}

fn character(text: &str) -> char {
    char::from_u32(number(text)).expect("a character")
}

fn decoded(octets: &[u8]) -> String {
    let mut text = String::new();
    gsm::decode(octets, Unfit::Fail, &mut text).expect("septets");
    text
}

#[test]
fn every_septet_of_the_default_alphabet_is_the_specified_character_both_ways() {
    let rows = between(GSM, "codepoints = [\n", "\n]").lines().map(|line| line.split('#').next().unwrap());
    let listed: Vec<char> =
        rows.flat_map(|row| row.split(',')).filter(|cell| !cell.trim().is_empty()).map(character).collect();
    assert_eq!(listed.len(), 128);
    for (septet, char) in (0u8..).zip(listed).filter(|(septet, _)| *septet != 0x1B) {
        assert_eq!(decoded(&[septet]), char.to_string(), "{septet:#04x}");
        assert_eq!(Alphabet::Gsm.to_vec(&char.to_string()).unwrap(), [septet], "{char:?}");
    }
}

#[test]
fn every_entry_of_the_extension_table_is_the_specified_character_both_ways() {
    let entries: Vec<_> = blocks_of_entries().collect();
    assert_eq!(entries.len(), 10);
    for (septet, char) in entries {
        assert_eq!(decoded(&[0x1B, septet]), char.to_string(), "{septet:#04x}");
        assert_eq!(Alphabet::Gsm.to_vec(&char.to_string()).unwrap(), [0x1B, septet], "{char:?}");
    }
}

fn blocks_of_entries() -> impl Iterator<Item = (u8, char)> {
    GSM.lines().filter(|line| line.starts_with("  { septet = ")).map(|line| {
        let septet = number(between(line, "septet = ", ","));
        (u8::try_from(septet).expect("a septet"), character(between(line, "codepoint = ", ",")))
    })
}

#[test]
fn every_packing_example_packs_and_unpacks() {
    let mut checked = 0;
    for block in blocks(GSM, "[[packing_example]]").filter(|block| !block.contains(" x ")) {
        let (unpacked, packed) =
            (hex(between(block, "unpacked_hex = \"", "\"")), hex(between(block, "\npacked_hex = \"", "\"")));
        assert_packs(&unpacked, &packed, 0);
        assert_eq!(Alphabet::Gsm.to_vec(between(block, "text = \"", "\"")).unwrap(), unpacked);
        checked += 1;
    }
    assert_eq!(checked, 6);
    assert_eq!(packed_len(160, 0), 140);
}

#[test]
fn every_packing_example_with_a_header_has_its_fill_bits() {
    let mut checked = 0;
    for block in blocks(GSM, "[[packing_example_udh]]") {
        let udh = hex(between(block, "udh_hex = \"", "\""));
        let fill = fill_bits(udh.len());
        assert_eq!(u32::from(fill), number(between(block, "fill_bits = ", "\n")));
        assert_packs(b"hello", &hex(between(block, "packed_text_hex = \"", "\"")), fill);
        let unpacked = hex(between(block, "smpp_unpacked_hex = \"", "\""));
        assert_eq!(Udh::parse(&unpacked).unwrap().1, b"hello");
        checked += 1;
    }
    assert_eq!(checked, 3);
}

fn assert_packs(unpacked: &[u8], packed: &[u8], fill: u8) {
    let mut out = Vec::new();
    assert_eq!(pack(unpacked, fill, Padding::Zero, &mut out), Ok(packed.len()));
    assert_eq!(out, packed);
    assert!(unpack(packed, fill, unpacked.len()).eq(unpacked.iter().copied()));
}

#[test]
fn every_row_of_the_fill_table_holds() {
    let rows: Vec<_> = GSM.lines().filter(|line| line.contains("septets_left")).collect();
    assert_eq!(rows.len(), 19);
    for row in rows {
        let udh_octets = number(between(row, "udh_octets = ", ",")) as usize;
        let fill = fill_bits(udh_octets);
        assert_eq!(u32::from(fill), number(between(row, "fill_bits = ", ",")), "{row}");
        let left = number(between(row, "septets_left = ", " ")) as usize;
        assert_eq!(septets_in(140 - udh_octets, fill), left, "{row}");
    }
}

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

#[test]
fn without_an_allocator_text_is_decoded_into_a_fixed_slice() {
    let mut room = [0; 16];
    let mut out = SliceBuffer::new(&mut room);
    gsm::decode(b"\x0Cl for 5 \x1B\x65", Unfit::Fail, &mut Utf8(&mut out)).unwrap();
    write!(Utf8(&mut out), "!").unwrap();
    assert_eq!(out.written(), "øl for 5 €!".as_bytes());
}

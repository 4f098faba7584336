//! The text module against copies of the specification's facts: alphabet, packing, look-alikes.
#![cfg(feature = "alloc")]

use std::fmt::Write as _;

use excerpt::{between, blocks, hex, number};
use smpp_wire::SliceBuffer;
use smpp_wire::text::packed::{Padding, fill_bits, pack, packed_len, septets_in, unpack};
use smpp_wire::text::{Alphabet, Carriage, Udh, Unfit, Utf8, fold, gsm, plan};

#[path = "spec/excerpt.rs"]
mod excerpt;

const GSM: &str = include_str!("spec/gsm0338.toml");

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
    let long = between(GSM, "packed_hex = \"c160", "...");
    let mut out = Vec::new();
    assert_eq!(pack(&[b'A'; 160], 0, Padding::Zero, &mut out), Ok(140));
    assert!(out.starts_with(&hex(&["c160", long].concat())));
    assert_eq!(packed_len(160, 0), 140);
}

#[test]
fn every_packing_example_with_a_header_has_its_fill_bits() {
    let mut checked = 0;
    for block in blocks(GSM, "[[packing_example_udh]]") {
        let udh = hex(between(block, "udh_hex = \"", "\""));
        let fill = fill_bits(udh.len());
        assert_eq!(u32::from(fill), number(between(block, "fill_bits = ", "\n")));
        let packed = hex(between(block, "packed_text_hex = \"", "\""));
        assert_packs(b"hello", &packed, fill);
        assert_eq!([&udh[..], &packed].concat(), hex(between(block, "tp_ud_hex = \"", "\"")));
        let septets = (udh.len() * 8 + usize::from(fill)) / 7 + 5;
        assert_eq!(septets, number(between(block, "tp_udl_septets = ", "\n")) as usize);
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
fn every_look_alike_is_folded() {
    let rows = between(GSM, "[fold]\n", "\n[").lines().filter(|line| line.starts_with('"'));
    let mut checked = 0;
    for row in rows {
        let (from, to) = row.split_once(" = ").unwrap();
        let plain = |text: &str| text[1..text.len() - 1].replace("\\\"", "\"");
        let (from, to) = (plain(from), plain(to));
        let mut out = String::new();
        fold(&["a", &from, "b"].concat(), &mut out).unwrap();
        assert_eq!(out, ["a", &to, "b"].concat());
        assert_eq!(plan(&out, Carriage::Udh8).alphabet, Alphabet::Gsm);
        checked += 1;
    }
    assert_eq!(checked, 17);
}

#[test]
fn without_an_allocator_text_is_decoded_into_a_fixed_slice() {
    let mut room = [0; 16];
    let mut out = SliceBuffer::new(&mut room);
    gsm::decode(b"\x0Cl for 5 \x1B\x65", Unfit::Fail, &mut Utf8(&mut out)).unwrap();
    write!(Utf8(&mut out), "!").unwrap();
    assert_eq!(out.written(), "øl for 5 €!".as_bytes());
}

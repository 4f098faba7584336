//! Texts of ASCII characters as GSM 03.38 with one septet an octet, and back: `text::gsm` beside crates `smpp-codec` and `rusmpp-extra`, which
//! encodes only. Most texts are the same octets in both; one in eight holds an `@`, a `$` or a `_`.

use std::hint::black_box;

use rusmpp_extra::encoding::gsm7bit::Gsm7BitUnpacked;
use smpp_benches::pdus;
use smpp_codec::encoding::{gsm_7bit_decode, gsm_7bit_encode};
use smpp_wire::text::{Alphabet, Unfit, gsm};

use super::contest::{Contest, Contestant, Goal};

/// ASCII to GSM.
pub(crate) fn encode(count: u32) -> Contest {
    let texts: &'static [String] = pdus::texts(count).leak();
    let mut out = Vec::with_capacity(ROOM);
    let ours = move |times| {
        for _ in 0..times {
            for text in black_box(texts) {
                out.clear();
                black_box(gsm::encode(text, Unfit::Fail, &mut out)).expect("a character of the alphabet");
                black_box(&out);
            }
        }
    };
    let contestants = vec![
        Contestant { name: "ours", check: Box::new(|| ()), run: Box::new(ours) },
        encoder("smpp-codec", texts, |text| gsm_7bit_encode(text).ok()),
        encoder("rusmpp-extra", texts, |text| Gsm7BitUnpacked::new().encode_to_vec(text).ok()),
    ];
    Contest::texts(count, goal(texts), contestants)
}

/// GSM to ASCII.
pub(crate) fn decode(count: u32) -> Contest {
    let texts: &'static [String] = pdus::texts(count).leak();
    let septets: Vec<_> = texts.iter().map(|text| septets(text)).collect();
    let septets: &'static [Vec<u8>] = septets.leak();
    let check = move || {
        for (text, octets) in texts.iter().zip(septets) {
            let mut read = String::new();
            gsm::decode(octets, Unfit::Fail, &mut read).expect("septets");
            assert_eq!((&read, &gsm_7bit_decode(octets)), (text, text));
        }
    };
    let mut out = String::with_capacity(ROOM);
    let ours = move |times| {
        for _ in 0..times {
            for octets in black_box(septets) {
                out.clear();
                black_box(gsm::decode(octets, Unfit::Fail, &mut out)).expect("septets");
                black_box(&out);
            }
        }
    };
    let theirs = move |times| {
        for _ in 0..times {
            for octets in black_box(septets) {
                black_box(&gsm_7bit_decode(octets));
            }
        }
    };
    let contestants = vec![
        Contestant { name: "ours", check: Box::new(check), run: Box::new(ours) },
        Contestant { name: "smpp-codec", check: Box::new(|| ()), run: Box::new(theirs) },
    ];
    Contest::texts(count, goal(texts), contestants)
}

fn encoder(
    name: &'static str,
    texts: &'static [String],
    encode: impl Fn(&str) -> Option<Vec<u8>> + Copy + 'static,
) -> Contestant {
    let check = move || texts.iter().for_each(|text| assert_eq!(encode(text), Some(septets(text)), "{name}"));
    let run = move |times| {
        for _ in 0..times {
            for text in black_box(texts) {
                black_box(&encode(text));
            }
        }
    };
    Contestant { name, check: Box::new(check), run: Box::new(run) }
}

fn septets(text: &str) -> Vec<u8> {
    Alphabet::Gsm.to_vec(text).expect("a character of the alphabet")
}

/// Each of these characters is one septet.
fn goal(texts: &[String]) -> Goal {
    let octets: usize = texts.iter().map(String::len).sum();
    Goal::Rate { octets: u32::try_from(octets).unwrap_or(u32::MAX), at_least: 1.0 }
}

/// More octets than a text has.
const ROOM: usize = 512;

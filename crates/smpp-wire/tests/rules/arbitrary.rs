//! Arbitrary right PDUs of every command: each is read, let through by the profile of its version, and written back octet by octet.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use smpp_wire::{CommandStatus, Pdu, RawPdu, Tag, encode, split_frame};
use toml::Table;

use crate::fields::{PROFILES, is_allowed};
use crate::spec_pdus::{Octets, ended, max_len, pdus, text};
use crate::together::tlvs;

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn right_pdus_of_every_command_pass_and_are_written_as_they_were_read(seeds in vec(any::<u64>(), 60)) {
        for (version, profile) in PROFILES {
            let arbitrary = pdus(version).into_iter().zip(&seeds);
            for (pdu, seed) in arbitrary {
                let octets = filled(pdu.clone(), version, *seed).octets();
                let frame = whole(&octets);
                let read = frame.validated(&profile);
                prop_assert!(read.is_ok(), "{}: {:?}", pdu.name, read);
                let read = read.expect("it is right");
                prop_assert!(!matches!(read, Pdu::Unknown(_)));
                let mut written = Vec::new();
                encode(&read, CommandStatus::ESME_ROK, 1, &mut written).expect("what was read");
                prop_assert_eq!(&written, &octets, "{}", pdu.name);
                prop_assert_eq!(whole(&written).parse(), Ok(read), "{}", pdu.name);
            }
        }
    }
}

/// The same PDU with arbitrary right octets in every field, and TLVs that nobody asks for.
fn filled(pdu: Octets, version: &str, seed: u64) -> Octets {
    let mut random = Random::new(seed);
    let mut changed = pdu.clone();
    for field in &pdu.fields {
        if let Some(octets) = value(&pdu, field, version, &mut random) {
            changed = changed.with(text(field, "name"), octets);
        }
    }
    changed = with_text(with_list(changed, &mut random), &mut random);
    let (vendor, reference) = (random.of(vec(any::<u8>(), 0..40)), random.of(any::<[u8; 2]>()));
    if !pdu.name.contains("broadcast") {
        changed.tlvs.extend(tlvs(&[(Tag(0x1400), &vendor), (Tag::USER_MESSAGE_REFERENCE, &reference)]));
    }
    changed
}

/// Octets for one field; `None` where it stays as it is, or belongs to a list or a text.
fn value(pdu: &Octets, field: &Table, version: &str, random: &mut Random) -> Option<Vec<u8>> {
    let name = text(field, "name");
    if let Some(max) = max_len(field, version) {
        // Those who ask after a message name it.
        let min = usize::from(name == "message_id").min(max);
        return Some(ended(&random.of(vec(1..=u8::MAX, min..=max))));
    }
    if field.get("format").is_some() && !(pdu.name == "deliver_sm" && version == "3.4") {
        let times: [&[u8]; 3] = [b"", b"000001000000000R", b"250131235959904+"];
        return Some(ended(random.of(select(times.to_vec()))));
    }
    let counted = matches!(name, "sm_length" | "number_of_dests" | "no_unsuccess");
    if text(field, "type") != "int1" || counted {
        return None;
    }
    let without_header = |octet: &u8| name != "esm_class" || octet & 0x40 == 0;
    let allowed = (0..=u8::MAX).filter(|&octet| is_allowed(&pdu.name, field, octet, version));
    // A data_sm that is no message may lack its payload, but here it has one.
    Some(vec![random.of(select(allowed.filter(without_header).collect::<Vec<_>>()))])
}

fn with_text(pdu: Octets, random: &mut Random) -> Octets {
    if !pdu.has("sm_length") {
        return pdu;
    }
    let text = random.of(vec(any::<u8>(), 0..=254));
    pdu.with("sm_length", vec![u8::try_from(text.len()).expect("254 at most")]).with("short_message", text)
}

fn with_list(pdu: Octets, random: &mut Random) -> Octets {
    let (count, list, elements): (_, _, &[&[u8]]) = if pdu.has("dest_address") {
        ("number_of_dests", "dest_address", &[b"\x01\x01\x0145\0", b"\x02list\0", b"\x01\x05\0\0"])
    } else if pdu.has("unsuccess_sme") {
        ("no_unsuccess", "unsuccess_sme", &[b"\x01\x0145\0\0\0\0\x0B", b"\0\0\0\xFF\xFF\xFF\xFF"])
    } else {
        return pdu;
    };
    let chosen = random.of(vec(select(elements.to_vec()), 1..=254));
    pdu.with(count, vec![u8::try_from(chosen.len()).expect("254 at most")]).with(list, chosen.concat())
}

/// Draws from strategies, the same for the same seed.
struct Random(proptest::test_runner::TestRunner);

impl Random {
    fn new(seed: u64) -> Self {
        use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
        let seed = [seed.to_le_bytes(); 4].concat();
        Self(TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &seed)))
    }

    fn of<S: Strategy>(&mut self, strategy: S) -> S::Value {
        strategy.new_tree(&mut self.0).expect("a value").current()
    }
}

fn whole(octets: &[u8]) -> RawPdu<'_> {
    split_frame(octets, 1_000_000).expect("a true length").expect("a whole PDU")
}

//! Every TLV against `spec/smpp34.toml`: its lengths, and the values that can't be read.

use smpp_wire::{CommandStatus, Field, PduError, PduErrorKind, Profile, Tag};
use toml::Value;

use crate::spec_pdus::{facts, list, text};
use crate::together::{submit, tlvs};

#[test]
fn tlvs_may_have_the_lengths_of_the_table_and_no_others() {
    for tlv in list(facts(), "tlv") {
        let number = |key: &str| usize::try_from(tlv[key].as_integer().expect("a number")).expect("small");
        let (tag, min, max) =
            (Tag(u16::try_from(number("tag")).expect("two octets")), number("min"), number("max"));
        let v50_lens: Vec<_> = match tag {
            Tag::ALERT_ON_MESSAGE_DELIVERY => vec![1],
            _ => tlv
                .get("lengths_v5")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_integer)
                .filter(|&len| len > 1)
                .collect(),
        };
        let is_v50 = text(&tlv, "v") == "5.0";
        for len in [0, 1, 2, 3, 4, 5, 6, 7, min, max, max + 1, min.saturating_sub(1)] {
            if len > 65_535 {
                continue;
            }
            let v50_only = v50_lens.iter().any(|&only| usize::try_from(only) == Ok(len));
            let in_range = (min..=max).contains(&len);
            let in_v34 = is_v50 || in_range && !v50_only;
            let in_v50 = in_range || v50_only;
            let value = value_of(text(&tlv, "type"), tag, len);
            for (profile, right) in [(Profile::V34, in_v34), (Profile::V50, in_v50), (Profile::LENIENT, true)]
            {
                let judged = judged_alone(tag, &value, &profile);
                let kind = judged.map_err(|error| (error.kind, error.field, error.offset));
                let refused = Err((PduErrorKind::TlvLength, Field::Tlv(tag), 33 + 5));
                assert_eq!(
                    kind,
                    if right { Ok(()) } else { refused },
                    "{tag} of {len} octets, {:?}",
                    profile.version
                );
            }
        }
    }
}

#[test]
fn a_wrong_length_is_answered_with_its_own_status() {
    let error = judged_alone(Tag::USER_MESSAGE_REFERENCE, &[1], &Profile::V34).expect_err("too short");
    assert_eq!(error.command_status(), CommandStatus::ESME_RINVPARLEN);
    assert_eq!(error.to_string(), "user_message_reference at octet 38 has a wrong length: ESME_RINVPARLEN");
}

#[test]
fn tlvs_that_nobody_knows_or_expects_are_let_through() {
    for (tag, value) in [
        (Tag(0x1400), &b"vendor"[..]),
        (Tag(0), b""),
        (Tag(0xFFFF), b"\0"),
        (Tag::SC_INTERFACE_VERSION, &[0x34]),
        (Tag::PRIVACY_INDICATOR, &[9]),
        (Tag::MESSAGE_STATE, &[200]),
    ] {
        assert_eq!(judged_alone(tag, value, &Profile::V34), Ok(()), "{tag}");
    }
    let twice = tlvs(&[(Tag::USER_MESSAGE_REFERENCE, &[0, 1]), (Tag::USER_MESSAGE_REFERENCE, &[0, 2])]);
    assert_eq!(submit(b"Hi", 0, &twice, &Profile::V34), Ok(()), "the accessor reads the first");
}

#[test]
fn strings_end_with_a_nul_and_have_no_other() {
    for (value, right) in [(&b"42\0"[..], true), (b"\0", true), (b"42", false), (b"4\x002\0", false)] {
        for len in [0, 20] {
            let value = [&vec![b'x'; len][..], value].concat();
            let judged = judged_alone(Tag::RECEIPTED_MESSAGE_ID, &value, &Profile::V34);
            assert_eq!(judged.is_ok(), right, "{value:?}");
            if let Err(error) = judged {
                assert_eq!(error.command_status(), CommandStatus::ESME_RINVOPTPARAMVAL);
            }
            assert_eq!(judged_alone(Tag::RECEIPTED_MESSAGE_ID, &value, &Profile::LENIENT), Ok(()));
        }
    }
}

#[test]
fn values_that_can_not_be_read_are_refused() {
    let cases: [(Tag, &[u8], bool); 11] = [
        (Tag::NUMBER_OF_MESSAGES, &[99], true),
        (Tag::NUMBER_OF_MESSAGES, &[100], false),
        (Tag::CONGESTION_STATE, &[100], true),
        (Tag::CONGESTION_STATE, &[101], false),
        (Tag::BROADCAST_AREA_SUCCESS, &[255], true),
        (Tag::BROADCAST_AREA_SUCCESS, &[101], false),
        (Tag::SOURCE_NODE_ID, b"000001", true),
        (Tag::DEST_NODE_ID, b"00000A", false),
        (Tag::BROADCAST_END_TIME, b"250131120100004+\0", true),
        (Tag::BROADCAST_END_TIME, b"251331120100004+\0", false),
        (Tag::BROADCAST_END_TIME, b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", false),
    ];
    for (tag, value, right) in cases {
        let judged = judged_alone(tag, value, &Profile::V50);
        assert_eq!(
            judged.map_err(|error| error.kind),
            if right { Ok(()) } else { Err(PduErrorKind::TlvValue) },
            "{tag}"
        );
        assert_eq!(judged_alone(tag, value, &Profile::LENIENT), Ok(()), "{tag}");
    }
}

/// The TLV behind a submit_sm with a text of five octets.
fn judged_alone(tag: Tag, value: &[u8], profile: &Profile) -> Result<(), PduError> {
    let text: &[u8] = if tag == Tag::MESSAGE_PAYLOAD { b"" } else { b"Hello" };
    // Without partners it would be missing them, and that is not what is asked here.
    let profile = Profile { missing_tlvs: true, ..profile.clone() };
    submit(text, 0, &tlvs(&[(tag, value)]), &profile)
}

/// As many octets as are asked for, with a meaning where the tag wants one.
fn value_of(kind: &str, tag: Tag, len: usize) -> Vec<u8> {
    match (kind, tag) {
        (_, Tag::BROADCAST_END_TIME) => b"250131120100004+\0".iter().copied().chain([0]).take(len).collect(),
        ("c_octet_string", _) => vec![b'x'; len.saturating_sub(1)].into_iter().chain([0]).take(len).collect(),
        (_, Tag::SOURCE_NODE_ID | Tag::DEST_NODE_ID) => vec![b'0'; len],
        _ => vec![1; len],
    }
}

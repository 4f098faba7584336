//! Each rule of `validate`, both ways: what the strict profile refuses, with which status and at which octet, and what it lets through.

use proptest::prelude::*;
use smpp_wire::values::{DataCoding, EsmClass, Npi, PriorityFlag, RegisteredDelivery, ReplaceIfPresent, Ton};
use smpp_wire::{
    Bind, CommandStatus, DataSm, DeliverSm, Encode, Len, PduError, Profile, QuerySm, SubmitSm, Tag, TlvBuf,
    Tlvs, encode, split_frame,
};

/// The least wrong submit_sm: every field right.
const RIGHT: SubmitSm<'static> = SubmitSm {
    source_addr_ton: Ton::ALPHANUMERIC,
    source_addr: b"TestCo",
    dest_addr_ton: Ton::INTERNATIONAL,
    dest_addr_npi: Npi::ISDN,
    destination_addr: b"4512345678",
    short_message: b"Hello",
    ..SubmitSm::EMPTY
};

fn judged(pdu: &impl Encode, profile: &Profile) -> Result<(), PduError> {
    let mut out = Vec::new();
    encode(pdu, CommandStatus::ESME_ROK, 1, &mut out).expect("it can be written");
    let frame = split_frame(&out, 70_000).expect("a length").expect("a whole PDU");
    frame.validated(profile).map(drop)
}

/// Refused by v3.4 at the first octet of this field.
fn refused(pdu: &impl Encode, field: &str, status: CommandStatus, offset: usize) {
    let error = judged(pdu, &Profile::V34).expect_err(field);
    assert_eq!(
        (error.field.name(), error.command_status(), error.offset),
        (field, status, offset),
        "{error}"
    );
}

fn allowed(pdu: &impl Encode) {
    assert_eq!(judged(pdu, &Profile::V34), Ok(()));
}

#[test]
fn every_number_of_a_submit_sm_is_held_against_its_set() {
    use CommandStatus as Status;
    allowed(&RIGHT);
    refused(&SubmitSm { source_addr_ton: Ton(7), ..RIGHT }, "source_addr_ton", Status::ESME_RINVSRCTON, 17);
    refused(&SubmitSm { source_addr_npi: Npi(2), ..RIGHT }, "source_addr_npi", Status::ESME_RINVSRCNPI, 18);
    refused(&SubmitSm { dest_addr_ton: Ton(7), ..RIGHT }, "dest_addr_ton", Status::ESME_RINVDSTTON, 26);
    refused(&SubmitSm { dest_addr_npi: Npi(2), ..RIGHT }, "dest_addr_npi", Status::ESME_RINVDSTNPI, 27);
    refused(&SubmitSm { esm_class: EsmClass::RECEIPT, ..RIGHT }, "esm_class", Status::ESME_RINVESMCLASS, 39);
    refused(
        &SubmitSm { priority_flag: PriorityFlag(4), ..RIGHT },
        "priority_flag",
        Status::ESME_RINVPRTFLG,
        41,
    );
    let flags = SubmitSm { registered_delivery: RegisteredDelivery(0x20), ..RIGHT };
    refused(&flags, "registered_delivery", Status::ESME_RINVREGDLVFLG, 44);
    let replace = SubmitSm { replace_if_present_flag: ReplaceIfPresent(2), ..RIGHT };
    refused(&replace, "replace_if_present_flag", Status::ESME_RINVREPFLAG, 45);
    for ton in 0..=6 {
        allowed(&SubmitSm { source_addr_ton: Ton(ton), ..RIGHT });
    }
    for flag in 0..=3 {
        allowed(&SubmitSm { priority_flag: PriorityFlag(flag), ..RIGHT });
    }
}

#[test]
fn every_string_of_a_submit_sm_has_a_greatest_length() {
    use CommandStatus as Status;
    let text = [b'7'; 255];
    allowed(&SubmitSm { source_addr: &text[..20], destination_addr: &text[..20], ..RIGHT });
    refused(&SubmitSm { source_addr: &text[..21], ..RIGHT }, "source_addr", Status::ESME_RINVSRCADR, 19);
    refused(
        &SubmitSm { destination_addr: &text[..21], ..RIGHT },
        "destination_addr",
        Status::ESME_RINVDSTADR,
        28,
    );
    refused(&SubmitSm { service_type: b"ABCDEF", ..RIGHT }, "service_type", Status::ESME_RINVSERTYP, 16);
    allowed(&SubmitSm { short_message: &text[..254], ..RIGHT });
    refused(&SubmitSm { short_message: &text, ..RIGHT }, "sm_length", Status::ESME_RINVMSGLEN, 48);
    assert_eq!(judged(&SubmitSm { short_message: &text, ..RIGHT }, &Profile::V50), Ok(()));
}

#[test]
fn times_are_empty_or_sixteen_right_characters() {
    for time in [&b""[..], b"000001000000000R", b"260131120000004+"] {
        allowed(&SubmitSm { validity_period: time, schedule_delivery_time: time, ..RIGHT });
    }
    for time in [&b"2"[..], b"261331120000000+", b"26013112000000xR", b"260131120000060+"] {
        let schedule = SubmitSm { schedule_delivery_time: time, ..RIGHT };
        refused(&schedule, "schedule_delivery_time", CommandStatus::ESME_RINVSCHED, 42);
        let validity = SubmitSm { validity_period: time, ..RIGHT };
        refused(&validity, "validity_period", CommandStatus::ESME_RINVEXPIRY, 43);
        assert_eq!(judged(&validity, &Profile::LENIENT), Ok(()));
    }
}

#[test]
fn tlvs_are_held_against_their_lengths_and_each_other() {
    let with = |tlvs: &[(Tag, &[u8])], message: &SubmitSm<'_>| {
        let mut room = TlvBuf::new(Vec::new());
        for (tag, value) in tlvs {
            room.push(*tag, value).expect("it fits");
        }
        let octets = room.as_tlvs().octets().to_vec();
        let tlvs = Tlvs::parse(&octets).expect("whole TLVs");
        judged(&SubmitSm { tlvs, ..*message }, &Profile::V34)
            .map_err(|error| (error.field.name(), error.command_status(), error.offset))
    };
    let first = 16 + 1 + 2 + 7 + 2 + 11 + 3 + 1 + 1 + 5 + 5;
    assert_eq!(with(&[(Tag::USER_MESSAGE_REFERENCE, &[0, 1])], &RIGHT), Ok(()));
    let short = with(&[(Tag(0x1400), b"any"), (Tag::USER_MESSAGE_REFERENCE, &[1])], &RIGHT);
    assert_eq!(short, Err(("user_message_reference", CommandStatus::ESME_RINVPARLEN, first + 7)));
    let both = with(&[(Tag::MESSAGE_PAYLOAD, b"text")], &RIGHT);
    assert!(matches!(both, Err(("message_payload", _, offset)) if offset == first), "{both:?}");
    assert_eq!(with(&[(Tag::MESSAGE_PAYLOAD, b"text")], &SubmitSm { short_message: b"", ..RIGHT }), Ok(()));
    let sar: [(Tag, &[u8]); 3] =
        [(Tag::SAR_MSG_REF_NUM, &[0, 1]), (Tag::SAR_TOTAL_SEGMENTS, &[2]), (Tag::SAR_SEGMENT_SEQNUM, &[2])];
    assert_eq!(with(&sar, &RIGHT), Ok(()));
    let header = SubmitSm { esm_class: EsmClass::UDHI, short_message: &[5, 0, 3, 1, 2, 1, b'H'], ..RIGHT };
    assert_eq!(with(&[], &header), Ok(()));
    assert!(with(&sar, &header).is_err(), "segments are announced twice");
    assert!(
        with(&[], &SubmitSm { short_message: &[9, 0, 3], ..header }).is_err(),
        "the header runs past the end"
    );
}

#[test]
fn other_pdus_have_rules_of_their_own() {
    let long = [b'4'; 65];
    refused(&Bind { system_id: &long[..16], ..Bind::EMPTY }, "system_id", CommandStatus::ESME_RINVSYSID, 16);
    allowed(&Bind { system_id: &long[..15], password: &long[..8], ..Bind::EMPTY });
    refused(&QuerySm::EMPTY, "message_id", CommandStatus::ESME_RINVMSGID, 16);
    let error = judged(&DataSm::EMPTY, &Profile::V34).expect_err("no payload");
    assert_eq!(
        (error.field.name(), error.command_status()),
        ("message_payload", CommandStatus::ESME_RMISSINGOPTPARAM)
    );
    allowed(&DeliverSm { esm_class: EsmClass::RECEIPT, ..DeliverSm::EMPTY });
    refused(
        &DeliverSm { data_coding: DataCoding(0x0B), ..DeliverSm::EMPTY },
        "data_coding",
        judged(&SubmitSm { data_coding: DataCoding(0x0B), ..RIGHT }, &Profile::V34)
            .expect_err("reserved")
            .command_status(),
        16 + 1 + 3 + 3 + 3 + 2 + 2,
    );
}

#[test]
fn a_profile_of_ones_own_allows_what_its_peers_send() {
    let long = SubmitSm { source_addr: &[b'x'; 90], ..RIGHT };
    assert!(judged(&long, &Profile::V34).is_err());
    assert_eq!(judged(&long, &Profile { source_addr: Len::ANY, ..Profile::V34 }), Ok(()));
}

proptest! {
    #[test]
    fn junk_is_judged_without_a_panic(id in 0..0x120_u32, response: bool, body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut octets = u32::try_from(body.len() + 16).unwrap().to_be_bytes().to_vec();
        octets.extend((id | u32::from(response) << 31).to_be_bytes());
        octets.extend([0; 4]);
        octets.extend([0, 0, 0, 1]);
        octets.extend(&body);
        let frame = split_frame(&octets, 70_000).unwrap().unwrap();
        for profile in [&Profile::V34, &Profile::V50, &Profile::LENIENT] {
            if let Err(error) = frame.validated(profile) {
                prop_assert!(error.offset <= octets.len(), "{}", error);
            }
        }
        // What the strict profile lets through, the lenient one does.
        if frame.validated(&Profile::V34).is_ok() {
            prop_assert!(frame.validated(&Profile::LENIENT).is_ok());
        }
    }
}

//! Every field of a submit_sm that can be wrong, and the status that answers it; the session lives on.

use smpp_wire::values::{DataCoding, EsmClass, Npi, PriorityFlag, RegisteredDelivery, ReplaceIfPresent, Ton};
use smpp_wire::{CommandStatus, SubmitSm, Tag, TlvBuf, Tlvs};

use crate::start::start;

const MESSAGE: SubmitSm<'_> = SubmitSm {
    dest_addr_ton: Ton::INTERNATIONAL,
    dest_addr_npi: Npi::ISDN,
    destination_addr: b"4512345678",
    short_message: b"Hello",
    ..SubmitSm::EMPTY
};

#[tokio::test]
async fn a_bad_field_is_answered_with_its_own_status_and_the_session_lives_on() {
    let long = [b'4'; 21];
    let utf16 = SubmitSm { data_coding: DataCoding::UCS2, ..MESSAGE };
    let header = SubmitSm { esm_class: EsmClass::UDHI, ..MESSAGE };
    let cases = [
        (SubmitSm { service_type: b"longer", ..MESSAGE }, CommandStatus::ESME_RINVSERTYP),
        (SubmitSm { source_addr_ton: Ton(7), ..MESSAGE }, CommandStatus::ESME_RINVSRCTON),
        (SubmitSm { source_addr_npi: Npi(2), ..MESSAGE }, CommandStatus::ESME_RINVSRCNPI),
        (SubmitSm { dest_addr_ton: Ton(7), ..MESSAGE }, CommandStatus::ESME_RINVDSTTON),
        (SubmitSm { dest_addr_npi: Npi(2), ..MESSAGE }, CommandStatus::ESME_RINVDSTNPI),
        (SubmitSm { destination_addr: &long, ..MESSAGE }, CommandStatus::ESME_RINVDSTADR),
        (SubmitSm { destination_addr: b"", ..MESSAGE }, CommandStatus::ESME_RINVDSTADR),
        (SubmitSm { esm_class: EsmClass::RECEIPT, ..MESSAGE }, CommandStatus::ESME_RINVESMCLASS),
        (SubmitSm { short_message: b"\x40\0\x03", ..header }, CommandStatus::ESME_RINVESMCLASS),
        (SubmitSm { priority_flag: PriorityFlag(4), ..MESSAGE }, CommandStatus::ESME_RINVPRTFLG),
        (SubmitSm { schedule_delivery_time: b"tomorrow", ..MESSAGE }, CommandStatus::ESME_RINVSCHED),
        (SubmitSm { validity_period: b"251301000000000+", ..MESSAGE }, CommandStatus::ESME_RINVEXPIRY),
        (
            SubmitSm { registered_delivery: RegisteredDelivery(0x20), ..MESSAGE },
            CommandStatus::ESME_RINVREGDLVFLG,
        ),
        (
            SubmitSm { replace_if_present_flag: ReplaceIfPresent(2), ..MESSAGE },
            CommandStatus::ESME_RINVREPFLAG,
        ),
        (SubmitSm { data_coding: DataCoding::LATIN1, ..MESSAGE }, CommandStatus::ESME_RINVDCS),
        (SubmitSm { sm_default_msg_id: 1, ..MESSAGE }, CommandStatus::ESME_RINVDFTMSGID),
        (SubmitSm { short_message: &[b'x'; 255], ..MESSAGE }, CommandStatus::ESME_RINVMSGLEN),
        (SubmitSm { short_message: b"\0H\0", ..utf16 }, CommandStatus::ESME_RINVMSGLEN),
    ];
    let gateway = start().await;
    let mut client = gateway.bound().await;
    for (message, expected) in cases {
        assert_eq!(client.submit(&message).await, (expected, String::new()), "{message:?}");
    }
    assert!(client.submit(&MESSAGE).await.0.is_ok());
}

#[tokio::test]
async fn a_bad_tlv_is_answered_with_its_own_status_and_an_unknown_one_is_taken() {
    let gateway = start().await;
    let mut client = gateway.bound().await;
    for (tlvs, expected) in [
        (&[(Tag::MESSAGE_PAYLOAD, &b"Hello"[..])][..], CommandStatus::ESME_ROPTPARNOTALLWD),
        (&[(Tag::USER_MESSAGE_REFERENCE, b"\x01")], CommandStatus::ESME_RINVPARLEN),
        (&[(Tag::NUMBER_OF_MESSAGES, b"\x64")], CommandStatus::ESME_RINVOPTPARAMVAL),
        (&[(Tag::CALLBACK_NUM_PRES_IND, b"\0")], CommandStatus::ESME_RMISSINGOPTPARAM),
        (&[(Tag(0x1400), b"vendor")], CommandStatus::ESME_ROK),
    ] {
        let octets = tlvs_of(tlvs);
        let message = SubmitSm { tlvs: Tlvs::parse(&octets).unwrap(), ..MESSAGE };
        assert_eq!(client.submit(&message).await.0, expected, "{tlvs:?}");
    }
}

#[tokio::test]
async fn parts_of_long_texts_pass_with_a_header_with_tlvs_and_as_a_payload() {
    let gateway = start().await;
    let mut client = gateway.bound().await;
    let header = SubmitSm {
        esm_class: EsmClass::UDHI,
        data_coding: DataCoding::UCS2,
        short_message: b"\x06\x08\x04\0\x2A\x02\x01\0H",
        ..MESSAGE
    };
    assert!(client.submit(&header).await.0.is_ok());
    let segment: [(Tag, &[u8]); 3] =
        [(Tag::SAR_MSG_REF_NUM, &[0, 42]), (Tag::SAR_TOTAL_SEGMENTS, &[2]), (Tag::SAR_SEGMENT_SEQNUM, &[1])];
    let octets = tlvs_of(&segment);
    assert!(client.submit(&SubmitSm { tlvs: Tlvs::parse(&octets).unwrap(), ..MESSAGE }).await.0.is_ok());
    let octets = tlvs_of(&[(Tag::MESSAGE_PAYLOAD, &[b'x'; 2000])]);
    let payload = SubmitSm { short_message: b"", tlvs: Tlvs::parse(&octets).unwrap(), ..MESSAGE };
    assert!(client.submit(&payload).await.0.is_ok());
}

fn tlvs_of(tlvs: &[(Tag, &[u8])]) -> Vec<u8> {
    let mut octets = TlvBuf::new(Vec::new());
    for (tag, value) in tlvs {
        octets.push(*tag, value).unwrap();
    }
    octets.into_inner()
}

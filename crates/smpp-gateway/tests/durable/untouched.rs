//! Parts of long texts: what the carrier reads from the store has the very octets that the client sent.

use smpp_session::{NoRequests, Outcome, SubmitSm};
use smpp_wire::values::{DataCoding, EsmClass};
use smpp_wire::{Pdu, Tag, TlvBuf, split_frame};

use crate::{
    disk::ENDLESS,
    gateway::{Home, MESSAGE},
};

#[tokio::test]
async fn a_user_data_header_and_sar_tlvs_reach_the_carrier_as_they_came() {
    let home = Home::new(ENDLESS);
    let running = home.start();
    let client = home.client(&running).connect(NoRequests).await.unwrap();
    let header = SubmitSm {
        esm_class: EsmClass::UDHI,
        data_coding: DataCoding::UCS2,
        short_message: b"\x06\x08\x04\0\x2A\x02\x01\0H\xD8\x3D\xDE\0",
        ..MESSAGE
    };
    let mut tlvs = TlvBuf::new(Vec::new());
    let parts = [
        (Tag::SAR_MSG_REF_NUM, &[0, 42][..]),
        (Tag::SAR_TOTAL_SEGMENTS, &[2]),
        (Tag::SAR_SEGMENT_SEQNUM, &[1]),
    ];
    for (tag, value) in parts {
        tlvs.push(tag, value).unwrap();
    }
    let segment = SubmitSm { short_message: b"\0\x1B\x65", tlvs: tlvs.as_tlvs(), ..MESSAGE };
    for message in [&header, &segment] {
        let outcome = client.submit_sm(message).await.unwrap();
        assert!(matches!(outcome, Outcome::Answered(answer) if answer.command_status.is_ok()));
    }
    drop(client);
    running.kill();
    let held = home.held();
    assert_eq!(held.len(), 2);
    for (held, sent) in held.iter().zip([&header, &segment]) {
        let raw = split_frame(&held.message.pdu, 1 << 16).unwrap().unwrap();
        let Pdu::SubmitSm(kept) = raw.parse().unwrap() else { panic!("{raw:?}") };
        assert_eq!(kept, *sent);
    }
}

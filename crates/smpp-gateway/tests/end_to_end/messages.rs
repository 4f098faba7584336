//! Messages and their receipts, to the last character.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::{Timestamp, tz::TimeZone};
use smpp_gateway::{Outcome, OutcomeShare, Stat};
use smpp_wire::values::{DataCoding, EsmClass, Npi, RegisteredDelivery, Ton};
use smpp_wire::{CommandId, CommandStatus, SubmitSm, UnbindResp};

use crate::{
    connection::Delivered,
    start::{CUSTOMER, PASSWORD, start, start_with},
};

const MESSAGE: SubmitSm<'_> = SubmitSm {
    source_addr_ton: Ton::ALPHANUMERIC,
    source_addr: b"TestCo",
    dest_addr_ton: Ton::INTERNATIONAL,
    dest_addr_npi: Npi::ISDN,
    destination_addr: b"4512345678",
    registered_delivery: RegisteredDelivery::ALWAYS,
    short_message: b"Hello",
    ..SubmitSm::EMPTY
};

/// YYMMDDhhmm in UTC.
fn minute() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let now = Timestamp::from_second(seconds.try_into().unwrap()).unwrap().to_zoned(TimeZone::UTC);
    now.strftime("%y%m%d%H%M").to_string()
}

/// The receipt's text, with the minute it was made in: a test may cross one.
fn is_receipt(delivered: &Delivered, id: &str, before: &str, end: &str) -> bool {
    let (dlvrd, after) = (if end.contains("DELIVRD") { "001" } else { "000" }, minute());
    [(before, before), (before, &after), (&after, &after)].iter().any(|(submit, done)| {
        delivered.text == format!("id:{id} sub:001 dlvrd:{dlvrd} submit date:{submit} done date:{done} {end}")
    })
}

#[tokio::test]
async fn a_delivered_message_has_its_receipt_to_the_last_character() {
    let gateway = start().await;
    let mut client = gateway.bound().await;
    let before = minute();
    let (status, id) = client.submit(&MESSAGE).await;
    assert_eq!(status, CommandStatus::ESME_ROK);
    assert_eq!(id.len(), 36, "a UUID");
    let receipt = client.deliver(CommandStatus::ESME_ROK).await;
    assert!(is_receipt(&receipt, &id, &before, "stat:DELIVRD err:000"), "{receipt:?}");
    assert_eq!((receipt.source.as_str(), receipt.destination.as_str()), ("4512345678", "TestCo"));
    assert_eq!(receipt.esm_class, EsmClass::RECEIPT);
}

#[tokio::test]
async fn a_failed_message_says_so_with_its_code() {
    let only = |stat, code| vec![OutcomeShare { outcome: Outcome { stat, code }, share: 1.0 }];
    for (outcomes, end) in
        [(only(Stat::UNDELIV, -1), "stat:UNDELIV err:001"), (only(Stat::EXPIRED, -5), "stat:EXPIRED err:005")]
    {
        let gateway = start_with(outcomes).await;
        let mut client = gateway.bound().await;
        let before = minute();
        let (_, id) =
            client.submit(&SubmitSm { registered_delivery: RegisteredDelivery::ON_FAILURE, ..MESSAGE }).await;
        let receipt = client.deliver(CommandStatus::ESME_ROK).await;
        assert!(is_receipt(&receipt, &id, &before, end), "{receipt:?}");
    }
}

#[tokio::test]
async fn receipts_come_only_when_asked_for() {
    let gateway = start().await;
    let mut client = gateway.bound().await;
    for registered_delivery in [RegisteredDelivery::NONE, RegisteredDelivery::ON_FAILURE] {
        client.submit(&SubmitSm { registered_delivery, ..MESSAGE }).await;
    }
    let (_, asked) =
        client.submit(&SubmitSm { registered_delivery: RegisteredDelivery::ON_SUCCESS, ..MESSAGE }).await;
    let receipt = client.deliver(CommandStatus::ESME_ROK).await;
    assert!(receipt.text.starts_with(&format!("id:{asked} ")), "{receipt:?}");
}

#[tokio::test]
async fn a_source_address_keeps_its_first_fifteen_characters() {
    let gateway = start().await;
    let mut client = gateway.bound().await;
    client.submit(&SubmitSm { source_addr: b"123456789012345678", ..MESSAGE }).await;
    assert_eq!(client.deliver(CommandStatus::ESME_ROK).await.destination, "123456789012345");
}

#[tokio::test]
async fn only_the_four_data_codings_are_taken() {
    let gateway = start().await;
    let mut client = gateway.bound().await;
    let message =
        SubmitSm { registered_delivery: RegisteredDelivery::NONE, short_message: b"Four", ..MESSAGE };
    for data_coding in [0x00, 0x08, 0x10, 0x18].map(DataCoding) {
        assert!(client.submit(&SubmitSm { data_coding, ..message }).await.0.is_ok(), "{data_coding:?}");
    }
    for data_coding in [0x01, 0x04, 0xF5].map(DataCoding) {
        let (status, _) = client.submit(&SubmitSm { data_coding, ..message }).await;
        assert_eq!(status, CommandStatus::ESME_RINVDCS, "{data_coding:?}");
    }
}

#[tokio::test]
async fn a_refused_receipt_comes_again() {
    let gateway = start().await;
    let mut client = gateway.bound().await;
    client.submit(&MESSAGE).await;
    let refused = client.deliver(CommandStatus::ESME_RX_T_APPN).await;
    assert_eq!(client.deliver(CommandStatus::ESME_ROK).await, refused);
}

#[tokio::test]
async fn a_receipt_waits_for_a_session_that_may_receive() {
    let gateway = start().await;
    let mut transmitter = gateway.connect().await;
    assert!(transmitter.bind(CUSTOMER, PASSWORD, CommandId::BIND_TRANSMITTER).await.is_ok());
    let (_, id) = transmitter.submit(&MESSAGE).await;
    // It goes to the receiver, that goes away without an answer, and so to the next one.
    for _ in 0..2 {
        let mut receiver = gateway.connect().await;
        assert!(receiver.bind(CUSTOMER, PASSWORD, CommandId::BIND_RECEIVER).await.is_ok());
        let receipt = receiver.receive().await.unwrap();
        assert!(String::from_utf8_lossy(&receipt).contains(&format!("id:{id} ")));
    }
}

#[tokio::test]
async fn a_shutdown_unbinds_the_clients_and_refuses_what_is_new() {
    let gateway = start().await;
    let mut client = gateway.bound().await;
    let stopping = tokio::spawn(gateway.gateway.shutdown());
    let unbind = client.header().await;
    assert_eq!(unbind.command_id, CommandId::UNBIND);
    let late = client.send(&MESSAGE).await;
    let refused = client.header().await;
    assert_eq!((refused.command_id, refused.sequence_number), (CommandId::SUBMIT_SM_RESP, late));
    assert_eq!(refused.command_status, CommandStatus::ESME_RSUBMITFAIL);
    client.write(&UnbindResp::default(), CommandStatus::ESME_ROK, unbind.sequence_number).await;
    assert!(client.is_closed().await);
    stopping.await.unwrap();
}

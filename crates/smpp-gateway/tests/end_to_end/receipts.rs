//! Whose receipts are whose, and which are asked for.

use smpp_gateway::{Outcome, OutcomeShare, Stat};
use smpp_wire::values::{MessageState, RegisteredDelivery};
use smpp_wire::{CommandId, CommandStatus, Pdu, SubmitSm, split_frame};
use uuid::Uuid;

use crate::start::{CUSTOMER, MESSAGE, OTHER_CUSTOMER, PASSWORD, start, start_with};

fn asking(registered_delivery: u8) -> SubmitSm<'static> {
    SubmitSm { registered_delivery: RegisteredDelivery(registered_delivery), ..MESSAGE }
}

#[tokio::test]
async fn a_failure_is_told_to_those_who_asked_for_every_outcome_or_for_failures() {
    let outcome = Outcome { stat: Stat::UNDELIV, code: -1 };
    let gateway = start_with(vec![OutcomeShare { outcome, share: 1.0 }]).await;
    let mut client = gateway.bound().await;
    for (registered_delivery, told) in [(0, false), (1, true), (2, true), (3, false)] {
        let (_, id) = client.submit(&asking(registered_delivery)).await;
        if !told {
            continue;
        }
        // In order: a receipt nobody asked for would come first.
        let receipt = client.deliver(CommandStatus::ESME_ROK).await;
        assert!(receipt.text.starts_with(&format!("id:{id} ")), "{registered_delivery}: {receipt:?}");
    }
    // A last one, behind which nothing can hide.
    let (_, last) = client.submit(&asking(1)).await;
    assert!(client.deliver(CommandStatus::ESME_ROK).await.text.starts_with(&format!("id:{last} ")));
}

#[tokio::test]
async fn a_message_id_is_a_lower_case_uuid_and_no_two_are_alike() {
    let gateway = start().await;
    let mut client = gateway.bound().await;
    let (_, one) = client.submit(&asking(0)).await;
    let (_, other) = client.submit(&asking(0)).await;
    assert_ne!(one, other);
    for id in [one, other] {
        assert_eq!(Uuid::parse_str(&id).unwrap().hyphenated().to_string(), id);
    }
}

#[tokio::test]
async fn a_receipt_that_its_client_left_unanswered_goes_to_its_next_session() {
    let gateway = start().await;
    let mut client = gateway.bound().await;
    let (_, id) = client.submit(&asking(1)).await;
    let unanswered = client.receive().await.unwrap();
    assert!(String::from_utf8_lossy(&unanswered).contains(&id));
    drop(client);
    let receipt = gateway.bound().await.deliver(CommandStatus::ESME_ROK).await;
    assert!(receipt.text.starts_with(&format!("id:{id} ")), "{receipt:?}");
}

#[tokio::test]
async fn no_account_gets_the_receipts_of_another() {
    let gateway = start().await;
    let mut other = gateway.connect().await;
    assert!(other.bind(OTHER_CUSTOMER, PASSWORD, CommandId::BIND_TRANSCEIVER).await.is_ok());
    let mut sender = gateway.connect().await;
    assert!(sender.bind(CUSTOMER, PASSWORD, CommandId::BIND_TRANSMITTER).await.is_ok());
    sender.submit(&asking(1)).await;
    // The other account's own receipt is all it sees, though the sender's waits for a receiver.
    let (_, id) = other.submit(&asking(1)).await;
    let receipt = other.deliver(CommandStatus::ESME_ROK).await;
    assert!(receipt.text.starts_with(&format!("id:{id} ")), "{receipt:?}");
    other.submit(&asking(0)).await;
}

#[tokio::test]
async fn a_receipt_says_id_and_state_in_tlvs_too() {
    let gateway = start().await;
    let mut client = gateway.bound().await;
    let (_, id) = client.submit(&asking(1)).await;
    let octets = client.receive().await.unwrap();
    let raw = split_frame(&octets, 1 << 20).unwrap().unwrap();
    let Pdu::DeliverSm(receipt) = raw.parse().unwrap() else { panic!("{raw:?}") };
    assert_eq!(receipt.tlvs.receipted_message_id(), Ok(Some(id.as_bytes())));
    assert_eq!(receipt.tlvs.message_state(), Ok(Some(MessageState::DELIVERED)));
}

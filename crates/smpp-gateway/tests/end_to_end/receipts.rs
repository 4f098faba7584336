//! Whose receipts are whose, and which are asked for.

use std::{collections::BTreeSet, time::Duration};

use smpp_gateway::{Delay, Outcome, OutcomeShare, ReceiptPolicy, Stat};
use smpp_wire::values::{MessageState, RegisteredDelivery};
use smpp_wire::{CommandId, CommandStatus, DeliverSmResp, Pdu, SubmitSm, Unbind, split_frame};
use uuid::Uuid;

use crate::start::{CUSTOMER, MESSAGE, OTHER_CUSTOMER, PASSWORD, start, start_changed, start_with};

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

#[tokio::test]
async fn a_delivery_is_told_to_those_who_asked_for_every_outcome_or_for_successes() {
    let gateway = start().await;
    let mut client = gateway.bound().await;
    // The acknowledgements of the other side (0x04, 0x08) change nothing.
    for (registered_delivery, told) in
        [(0, false), (1, true), (2, false), (3, true), (0x0C, false), (0x0D, true)]
    {
        let (_, id) = client.submit(&asking(registered_delivery)).await;
        if told {
            let receipt = client.deliver(CommandStatus::ESME_ROK).await;
            assert!(receipt.text.starts_with(&format!("id:{id} ")), "{registered_delivery}: {receipt:?}");
        }
    }
    let (_, last) = client.submit(&asking(1)).await;
    assert!(client.deliver(CommandStatus::ESME_ROK).await.text.starts_with(&format!("id:{last} ")));
}

#[tokio::test]
async fn an_attempt_that_failed_is_told_to_those_who_asked_for_intermediate_notifications() {
    let gateway = start_changed(|config| {
        config.simulator.attempt = Some(Duration::from_millis(1));
        config.simulator.delay = Delay::Fixed(Duration::from_millis(400));
    })
    .await;
    let mut client = gateway.bound().await;
    for (registered_delivery, notified, receipt) in
        [(0x01, false, true), (0x10, true, false), (0x11, true, true)]
    {
        let (_, id) = client.submit(&asking(registered_delivery)).await;
        // On a slow machine both are due at once, and come in any order.
        let mut came = BTreeSet::new();
        for _ in 0..usize::from(notified) + usize::from(receipt) {
            let octets = client.receive().await.unwrap();
            let raw = split_frame(&octets, 1 << 20).unwrap().unwrap();
            let Pdu::DeliverSm(pdu) = raw.parse().unwrap() else { panic!("{raw:?}") };
            assert_eq!(
                (pdu.source_addr, pdu.tlvs.receipted_message_id()),
                (&b"4512345678"[..], Ok(Some(id.as_bytes())))
            );
            let text = String::from_utf8(pdu.short_message.to_vec()).unwrap();
            let (beginning, end) = text.split_once(" submit date:").unwrap();
            let state = pdu.tlvs.message_state().unwrap().unwrap();
            let (dlvrd, stat) =
                if state == MessageState::ENROUTE { ("000", "ENROUTE") } else { ("001", "DELIVRD") };
            assert_eq!(beginning, format!("id:{id} sub:001 dlvrd:{dlvrd}"));
            assert!(end.ends_with(&format!(" stat:{stat} err:000")), "{text}");
            came.insert((pdu.esm_class.0, state.0));
            let answer = DeliverSmResp { message_id: Some(b""), ..DeliverSmResp::default() };
            client.write(&answer, CommandStatus::ESME_ROK, raw.header().sequence_number).await;
        }
        let notification = notified.then_some((0x20, MessageState::ENROUTE.0));
        let receipt = receipt.then_some((0x04, MessageState::DELIVERED.0));
        assert_eq!(came, [notification, receipt].into_iter().flatten().collect(), "{registered_delivery:#x}");
    }
}

#[tokio::test]
async fn an_account_may_have_receipts_always_or_never() {
    for (receipts, asked) in [(ReceiptPolicy::Always, 0), (ReceiptPolicy::Never, 1)] {
        let gateway = start_changed(|config| config.accounts[0].receipts = receipts).await;
        let mut client = gateway.bound().await;
        let (_, id) = client.submit(&asking(asked)).await;
        if receipts == ReceiptPolicy::Always {
            assert!(client.deliver(CommandStatus::ESME_ROK).await.text.starts_with(&format!("id:{id} ")));
        } else {
            // A receipt that should not be would stand before one of these.
            client.submit(&asking(1)).await;
            client.send(&Unbind::default()).await;
            assert_eq!(client.header().await.command_id, CommandId::UNBIND_RESP);
        }
    }
}

//! A controlled stop while clients are at work: what is new is refused, what is open still ends in order.

use std::time::{Duration, Instant};

use smpp_wire::values::RegisteredDelivery;
use smpp_wire::{Bind, CommandId, CommandStatus, DeliverSmResp, Header, SubmitSm, Tlvs, UnbindResp};
use tokio::net::TcpStream;

use crate::connection::Connection;
use crate::start::{CUSTOMER, MESSAGE, PASSWORD, Running, start, start_changed};

const ASKING: SubmitSm<'_> = SubmitSm { registered_delivery: RegisteredDelivery::ALWAYS, ..MESSAGE };

/// Open receipts are waited for so long.
async fn start_patient(deadline: Duration) -> Running {
    start_changed(|config| config.restart.deadline = deadline).await
}

/// A client with a receipt that it has not answered.
async fn owing(gateway: &Running) -> (Connection, Header) {
    let mut client = gateway.bound().await;
    client.submit(&ASKING).await;
    let receipt = client.header().await;
    assert_eq!(receipt.command_id, CommandId::DELIVER_SM);
    (client, receipt)
}

#[tokio::test]
async fn a_message_during_a_stop_is_refused_and_an_open_receipt_may_still_be_answered() {
    let gateway = start_patient(Duration::from_secs(60)).await;
    let (mut client, receipt) = owing(&gateway).await;
    // As long as this receipt is open, no unbind comes.
    let stopping = tokio::spawn(gateway.gateway.shutdown());
    let refused = loop {
        let (status, _) = client.submit(&MESSAGE).await;
        if !status.is_ok() {
            break status;
        }
    };
    assert_eq!(refused, CommandStatus::ESME_RSUBMITFAIL);

    let answer = DeliverSmResp { message_id: Some(b""), tlvs: Tlvs::EMPTY };
    client.write(&answer, CommandStatus::ESME_ROK, receipt.sequence_number).await;
    let unbind = client.header().await;
    assert_eq!(unbind.command_id, CommandId::UNBIND);
    client.write(&UnbindResp::default(), CommandStatus::ESME_ROK, unbind.sequence_number).await;
    assert!(client.is_closed().await);
    stopping.await.unwrap();
}

#[tokio::test]
async fn a_client_that_owes_an_answer_is_unbound_after_the_deadline_all_the_same() {
    let gateway = start_patient(Duration::from_millis(50)).await;
    let (mut client, receipt) = owing(&gateway).await;
    let stopping = tokio::spawn(gateway.gateway.shutdown());
    let unbind = client.header().await;
    assert_eq!(unbind.command_id, CommandId::UNBIND);
    // It may answer the one and the other.
    client.write(&DeliverSmResp::default(), CommandStatus::ESME_ROK, receipt.sequence_number).await;
    client.write(&UnbindResp::default(), CommandStatus::ESME_ROK, unbind.sequence_number).await;
    assert!(client.is_closed().await);
    stopping.await.unwrap();
}

#[tokio::test]
async fn a_mute_client_delays_nobody_and_is_cut_off() {
    let gateway = start_patient(Duration::from_millis(50)).await;
    let (mut mute, _) = owing(&gateway).await;
    let mut polite = gateway.bound().await;
    let begun = Instant::now();
    let stopping = tokio::spawn(gateway.gateway.shutdown());
    let unbind = polite.header().await;
    polite.write(&UnbindResp::default(), CommandStatus::ESME_ROK, unbind.sequence_number).await;
    assert!(polite.is_closed().await);
    assert!(!stopping.is_finished(), "the mute one has its two seconds");
    assert_eq!(mute.header().await.command_id, CommandId::UNBIND);
    assert!(mute.is_closed().await);
    stopping.await.unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(2));
}

#[tokio::test]
async fn who_binds_during_a_stop_is_told_so_whether_it_was_connected_before_or_not() {
    let gateway = start_patient(Duration::from_secs(60)).await;
    let (mut owing, receipt) = owing(&gateway).await;
    let (address, certificate) = (gateway.address(), gateway.certificate());
    let mut early = gateway.connect().await;
    let stopping = tokio::spawn(gateway.gateway.shutdown());
    while owing.submit(&MESSAGE).await.0.is_ok() {}
    let mut late = Connection::open(address, certificate).await;
    for connection in [&mut early, &mut late] {
        let answer = connection.bind(CUSTOMER, PASSWORD, CommandId::BIND_RECEIVER).await;
        assert_eq!(answer, CommandStatus::ESME_RBINDFAIL);
        assert!(connection.is_closed().await);
    }
    owing.write(&DeliverSmResp::default(), CommandStatus::ESME_ROK, receipt.sequence_number).await;
    let unbind = owing.header().await;
    owing.write(&UnbindResp::default(), CommandStatus::ESME_ROK, unbind.sequence_number).await;
    assert!(owing.is_closed().await);
    stopping.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "it no longer listens");
}

#[tokio::test]
async fn nobody_binds_during_a_stop() {
    let gateway = start().await;
    let address = gateway.address();
    let mut late = gateway.connect().await;
    let stopping = tokio::spawn(gateway.gateway.shutdown());
    let bind = Bind {
        command_id: CommandId::BIND_TRANSCEIVER,
        system_id: CUSTOMER.as_bytes(),
        password: PASSWORD.as_bytes(),
        ..Bind::default()
    };
    late.send(&bind).await;
    // Refused, or closed before it was read; never bound.
    while let Some(octets) = late.receive().await {
        assert_eq!(Header::read(&octets).unwrap().command_status, CommandStatus::ESME_RBINDFAIL);
    }
    stopping.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "it no longer listens");
}

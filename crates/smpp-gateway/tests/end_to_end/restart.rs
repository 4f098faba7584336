//! A controlled restart while clients are at work: what is new is refused, what is open still ends in order.

use smpp_wire::values::RegisteredDelivery;
use smpp_wire::{Bind, CommandId, CommandStatus, DeliverSmResp, Header, SubmitSm, Tlvs, UnbindResp};
use tokio::net::TcpStream;

use crate::start::{CUSTOMER, MESSAGE, PASSWORD, start};

#[tokio::test]
async fn a_message_during_a_shutdown_is_refused_and_an_open_receipt_may_still_be_answered() {
    let gateway = start().await;
    let mut client = gateway.bound().await;
    client.submit(&SubmitSm { registered_delivery: RegisteredDelivery::ALWAYS, ..MESSAGE }).await;
    // As long as this receipt is open, no unbind comes.
    let receipt = Header::read(&client.receive().await.unwrap()).unwrap();
    assert_eq!(receipt.command_id, CommandId::DELIVER_SM);

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
async fn nobody_binds_during_a_shutdown() {
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

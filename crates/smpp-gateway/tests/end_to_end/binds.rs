//! Who may bind, what a bind is answered with, and what else a session is told.

use smpp_wire::{
    CancelSm, CommandId, CommandStatus, DataSm, EnquireLink, Pdu, QuerySm, ReplaceSm, Unbind, Unknown,
};

use crate::start::{CUSTOMER, MESSAGE, PASSWORD, TRANSMITTER_ONLY, start};

#[tokio::test]
async fn a_wrong_password_and_an_unknown_id_get_the_same_answer_and_are_closed() {
    let gateway = start().await;
    for (system_id, password) in [(CUSTOMER, "wrong"), ("nobody", PASSWORD)] {
        let mut client = gateway.connect().await;
        let status = client.bind(system_id, password, CommandId::BIND_TRANSCEIVER).await;
        assert_eq!(status, CommandStatus::ESME_RINVPASWD);
        assert!(client.is_closed().await);
    }
}

#[tokio::test]
async fn each_mode_is_bound_as_the_account_allows() {
    let gateway = start().await;
    for mode in [CommandId::BIND_TRANSMITTER, CommandId::BIND_RECEIVER, CommandId::BIND_TRANSCEIVER] {
        let mut client = gateway.connect().await;
        assert_eq!(client.bind(CUSTOMER, PASSWORD, mode).await, CommandStatus::ESME_ROK);
        client.send(&Unbind::default()).await;
        assert_eq!(client.header().await.command_id, CommandId::UNBIND_RESP);
        assert!(client.is_closed().await);
    }
    let mut client = gateway.connect().await;
    let status = client.bind(TRANSMITTER_ONLY, PASSWORD, CommandId::BIND_TRANSCEIVER).await;
    assert_eq!(status, CommandStatus::ESME_RBINDFAIL);
}

#[tokio::test]
async fn one_bind_too_many_is_refused_until_another_has_left() {
    let gateway = start().await;
    let (mut first, mut second) = (gateway.bound().await, gateway.bound().await);
    let mut third = gateway.connect().await;
    let refused = async { third.bind(CUSTOMER, PASSWORD, CommandId::BIND_TRANSCEIVER).await };
    let (status, (), ()) = tokio::join!(refused, first.gives_a_sign_of_life(), second.gives_a_sign_of_life());
    assert_eq!(status, CommandStatus::ESME_RALYBND);
    second.send(&Unbind::default()).await;
    assert_eq!(second.header().await.command_id, CommandId::UNBIND_RESP);
    assert!(second.is_closed().await);
    gateway.bound().await;
}

#[tokio::test]
async fn a_message_before_the_bind_is_refused_and_the_bind_still_works() {
    let gateway = start().await;
    let mut client = gateway.connect().await;
    let (status, _) = client.submit(&MESSAGE).await;
    assert_eq!(status, CommandStatus::ESME_RINVBNDSTS);
    let status = client.bind(CUSTOMER, PASSWORD, CommandId::BIND_TRANSCEIVER).await;
    assert_eq!(status, CommandStatus::ESME_ROK);
    let again = client.bind(CUSTOMER, PASSWORD, CommandId::BIND_TRANSCEIVER).await;
    assert_eq!(again, CommandStatus::ESME_RALYBND);
    assert_eq!(client.submit(&MESSAGE).await.0, CommandStatus::ESME_ROK);
}

#[tokio::test]
async fn a_receiver_may_not_submit() {
    let gateway = start().await;
    let mut client = gateway.connect().await;
    assert!(client.bind(CUSTOMER, PASSWORD, CommandId::BIND_RECEIVER).await.is_ok());
    assert_eq!(client.submit(&MESSAGE).await.0, CommandStatus::ESME_RINVBNDSTS);
}

#[tokio::test]
async fn other_commands_are_not_served_and_the_session_lives_on() {
    let gateway = start().await;
    let mut client = gateway.bound().await;
    let vendor = Unknown { command_id: CommandId(0x0100_0001), body: b"" };
    let others = [
        Pdu::QuerySm(QuerySm::default()),
        Pdu::CancelSm(CancelSm::default()),
        Pdu::ReplaceSm(ReplaceSm::default()),
        Pdu::DataSm(DataSm::default()),
        Pdu::Unknown(vendor),
    ];
    for other in others {
        let sent = client.send(&other).await;
        let answer = client.header().await;
        assert_eq!(answer.command_id, CommandId::GENERIC_NACK, "{}", other.command_id());
        assert_eq!((answer.command_status, answer.sequence_number), (CommandStatus::ESME_RINVCMDID, sent));
    }
    // A response that nobody asked for is dropped.
    let stray = Unknown { command_id: CommandId::DELIVER_SM_RESP, body: b"" };
    client.write(&stray, CommandStatus::ESME_ROK, 999).await;
    client.send(&EnquireLink::default()).await;
    assert_eq!(client.header().await.command_id, CommandId::ENQUIRE_LINK_RESP);
}

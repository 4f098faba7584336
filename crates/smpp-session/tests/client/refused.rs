//! Binds that are refused: none is final, unless the client is told so.

use smpp_session::{BindMode, ClientEnd, ClientEvent, CommandId, CommandStatus, ConnectCause, Retry};
use smpp_wire::{
    Bind,
    values::{InterfaceVersion, Npi, Ton},
};

use crate::smsc::{Smsc, event, in_time, quick, start};

/// The next bind is refused.
async fn refuse(smsc: &Smsc, status: CommandStatus) {
    let mut peer = smsc.accept().await;
    let bind = peer.next().await;
    peer.answer(&bind, status).await;
    peer.is_closed().await;
}

#[tokio::test]
async fn already_bound_after_a_drop_is_waited_out() {
    let smsc = Smsc::listen().await;
    let (client, mut events) = start(smsc.client());
    smsc.bound().await.reset();
    // The server has not noticed yet that the session is gone.
    for _ in 0..3 {
        refuse(&smsc, CommandStatus::ESME_RALYBND).await;
    }
    let _peer = smsc.bound().await;
    in_time(client.bound()).await.unwrap();
    assert!(matches!(event(&mut events).await, ClientEvent::Bound(_)));
    assert!(matches!(event(&mut events).await, ClientEvent::Lost(..)));
    for _ in 0..3 {
        let refused = event(&mut events).await;
        let ClientEvent::Failed(error, pause) = refused else { panic!("{refused}") };
        assert_eq!(error.refused(), Some(CommandStatus::ESME_RALYBND));
        assert!(pause <= quick().cap, "fast at first");
    }
}

#[tokio::test]
async fn no_refusal_is_final_and_refused_credentials_raise_an_event() {
    let smsc = Smsc::listen().await;
    let (client, mut events) = start(smsc.client());
    for status in
        [CommandStatus::ESME_RINVPASWD, CommandStatus::ESME_RINVSYSID, CommandStatus::ESME_RINVSYSTYP]
    {
        refuse(&smsc, status).await;
        let refused = event(&mut events).await;
        let ClientEvent::AuthenticationRefused(at, found, pause) = refused else { panic!("{refused}") };
        assert_eq!((at, found), (smsc.endpoint(), status));
        assert!(pause >= quick().slow / 2, "slowly at once");
    }
    refuse(&smsc, CommandStatus::ESME_RBINDFAIL).await;
    assert!(matches!(event(&mut events).await, ClientEvent::Failed(..)));
    let _peer = smsc.bound().await;
    in_time(client.bound()).await.unwrap();
}

#[tokio::test]
async fn a_client_that_is_told_so_ends_at_refused_credentials_and_at_nothing_less() {
    let smsc = Smsc::listen().await;
    let retry = Retry { stop_on_auth_error: true, ..quick() };
    let (client, mut events) = start(smsc.client().retry(retry));
    refuse(&smsc, CommandStatus::ESME_RBINDFAIL).await;
    refuse(&smsc, CommandStatus::ESME_RALYBND).await;
    refuse(&smsc, CommandStatus::ESME_RINVPASWD).await;
    let end = in_time(client.bound()).await.unwrap_err();
    let ClientEnd::AuthenticationRefused(error) = &end else { panic!("{end}") };
    assert_eq!(error.refused(), Some(CommandStatus::ESME_RINVPASWD));
    assert!(end.to_string().ends_with("the server refused the bind with ESME_RINVPASWD"), "{end}");
    let mut last = None;
    while let Some(event) = in_time(events.next()).await {
        last = Some(event);
    }
    assert!(matches!(last, Some(ClientEvent::AuthenticationRefused(..))), "{last:?}");
}

#[tokio::test]
async fn every_field_of_the_bind_is_sent() {
    let smsc = Smsc::listen().await;
    let builder = smsc
        .client()
        .mode(BindMode::Receiver)
        .system_type("VMS")
        .interface_version(InterfaceVersion::V33)
        .address_range(Ton::INTERNATIONAL, Npi(2), "^45");
    let (_client, _) = start(builder);
    let mut peer = smsc.accept().await;
    let (header, body) = peer.next_pdu().await;
    assert_eq!(header.command_id, CommandId::BIND_RECEIVER);
    let bind = Bind::parse(header.command_id, &body).unwrap();
    assert_eq!(
        (bind.system_id, bind.password, bind.system_type),
        (&b"esme1"[..], &b"secret08"[..], &b"VMS"[..])
    );
    assert_eq!(bind.address_range, b"^45");
    assert!(body.windows(3).any(|fields| fields == [0x33, 1, 2]), "interface_version, addr_ton, addr_npi");
}

#[tokio::test]
async fn what_can_never_be_a_bind_is_refused_before_anybody_is_called() {
    let smsc = Smsc::listen().await;
    let builder = smsc.client().credentials("esme\0", "secret08");
    let error = builder.start(|_| smpp_session::NoRequests).unwrap_err();
    assert!(matches!(error.cause, ConnectCause::Bind(_)), "{error}");
    assert!(error.to_string().contains("system_id"), "{error}");
    assert!(!format!("{builder:?}", builder = smsc.client()).contains("secret08"));
}

//! A changed config while clients are at work: who is still allowed notices nothing.

use smpp_gateway::{AccountConfig, ConnectionModes, VerifierKey};
use smpp_wire::{CommandId, CommandStatus};

use crate::start::{CUSTOMER, MESSAGE, OTHER_CUSTOMER, PASSWORD, TRANSMITTER_ONLY, start};

const TRANSCEIVER: CommandId = CommandId::BIND_TRANSCEIVER;

#[tokio::test]
async fn only_the_sessions_that_must_go_do() {
    let gateway = start().await;
    let mut kept = gateway.bound().await;
    let mut removed = gateway.connect().await;
    assert!(removed.bind(OTHER_CUSTOMER, PASSWORD, TRANSCEIVER).await.is_ok());
    let mut changed = gateway.connect().await;
    assert!(changed.bind(TRANSMITTER_ONLY, PASSWORD, CommandId::BIND_TRANSMITTER).await.is_ok());

    let mut config = gateway.config.clone();
    let new = AccountConfig { system_id: "new".to_owned(), ..config.accounts[0].clone() };
    config.accounts[0].messages_per_second = Some(1000);
    config.accounts.remove(1);
    config.accounts[1].modes = ConnectionModes::RECEIVER;
    config.accounts.push(new);
    config.node = 7;
    let reload = gateway.gateway.reload(config).unwrap();
    assert_eq!(
        reload.to_string(),
        "accounts: 1 added, 2 changed, 1 removed; 2 sessions ended; need a restart: node"
    );
    for client in [&mut removed, &mut changed] {
        assert_eq!(client.header().await.command_id, CommandId::UNBIND);
    }
    assert_eq!(kept.submit(&MESSAGE).await.0, CommandStatus::ESME_ROK);

    let bind = async |system_id, mode| gateway.connect().await.bind(system_id, PASSWORD, mode).await;
    assert_eq!(bind(OTHER_CUSTOMER, TRANSCEIVER).await, CommandStatus::ESME_RINVPASWD);
    let mode = CommandId::BIND_TRANSMITTER;
    assert_eq!(bind(TRANSMITTER_ONLY, mode).await, CommandStatus::ESME_RBINDFAIL);
    assert!(bind(CUSTOMER, TRANSCEIVER).await.is_ok());
}

#[tokio::test]
async fn a_new_password_ends_the_sessions_of_the_old_one() {
    let gateway = start().await;
    let mut client = gateway.bound().await;
    let mut config = gateway.config.clone();
    let other = VerifierKey::generate().unwrap();
    config.accounts[0].credential = other.verifier(CUSTOMER.as_bytes(), b"another1").into();
    assert_eq!(gateway.gateway.reload(config).unwrap().accounts.ended, 1);
    assert_eq!(client.header().await.command_id, CommandId::UNBIND);
}

#[tokio::test]
async fn fewer_binds_end_the_youngest_sessions_and_a_lower_rate_holds_at_once() {
    let gateway = start().await;
    let (mut older, mut younger) = (gateway.bound().await, gateway.bound().await);
    let mut config = gateway.config.clone();
    config.accounts[0].max_binds = 1;
    config.accounts[0].messages_per_second = Some(1);
    assert_eq!(gateway.gateway.reload(config).unwrap().accounts.ended, 1);
    assert_eq!(younger.header().await.command_id, CommandId::UNBIND);
    // The settings hold from the next turn on, at the latest.
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(older.submit(&MESSAGE).await.0);
    }
    assert!(statuses.contains(&CommandStatus::ESME_RTHROTTLED), "{statuses:?}");
}

#[tokio::test]
async fn the_same_config_again_changes_nothing() {
    let gateway = start().await;
    let mut client = gateway.bound().await;
    let reload = gateway.gateway.reload(gateway.config.clone()).unwrap();
    assert_eq!(reload.to_string(), "accounts: 0 added, 0 changed, 0 removed; 0 sessions ended");
    assert!(client.submit(&MESSAGE).await.0.is_ok());
}

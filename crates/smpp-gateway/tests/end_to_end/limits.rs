//! `[limits]`, `[lockout]`, `proxies` and `ticket_keys`: each key, as a client notices it.

use std::{os::unix::fs::PermissionsExt, time::Duration};

use smpp_gateway::{Gateway, Identity, VerifierKey};
use smpp_wire::{CommandId, CommandStatus, SubmitSm, values::RegisteredDelivery};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    connection::Connection,
    start::{CUSTOMER, MESSAGE, PASSWORD, start_changed},
};

const BIND: CommandId = CommandId::BIND_TRANSCEIVER;
const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn who_guesses_a_password_is_locked_out_and_its_neighbour_is_not() {
    let gateway = start_changed(|config| {
        config.lockout.attempts = 2;
        config.lockout.period = SECOND;
    })
    .await;
    let bind = async |system_id, password| gateway.connect().await.bind(system_id, password, BIND).await;
    for _ in 0..2 {
        assert_eq!(bind(CUSTOMER, "guess").await, CommandStatus::ESME_RINVPASWD);
    }
    assert_eq!(bind(CUSTOMER, PASSWORD).await, CommandStatus::ESME_RBINDFAIL, "locked out");
    assert!(bind(crate::start::OTHER_CUSTOMER, PASSWORD).await.is_ok());
    while !bind(CUSTOMER, PASSWORD).await.is_ok() {
        tokio::time::sleep(SECOND / 20).await;
    }
    assert_eq!(gateway.gateway.binds().get(&CommandStatus::ESME_RINVPASWD), Some(&2));
}

#[tokio::test]
async fn a_wrong_password_is_answered_after_its_delay() {
    let delay = Duration::from_millis(120);
    let gateway = start_changed(|config| config.lockout.delay = delay).await;
    let mut client = gateway.connect().await;
    let begun = std::time::Instant::now();
    assert_eq!(client.bind(CUSTOMER, "guess", BIND).await, CommandStatus::ESME_RINVPASWD);
    assert!(begun.elapsed() >= delay);
}

#[tokio::test]
async fn as_many_receipts_as_the_delivery_window_are_sent_before_one_is_answered() {
    let gateway = start_changed(|config| {
        config.limits.delivery_window = 1;
        config.limits.enquire_link = SECOND;
    })
    .await;
    let mut client = gateway.bound().await;
    let message = SubmitSm { registered_delivery: RegisteredDelivery::ALWAYS, ..MESSAGE };
    client.send(&message).await;
    client.send(&message).await;
    let mut seen = Vec::new();
    // The enquire_link of a silent second is what comes in place of the second receipt.
    while seen.last() != Some(&CommandId::ENQUIRE_LINK) {
        seen.push(client.header().await.command_id);
    }
    assert_eq!(seen.iter().filter(|id| **id == CommandId::DELIVER_SM).count(), 1, "{seen:?}");
}

#[tokio::test]
async fn who_stalls_inside_a_pdu_is_closed_after_stall_seconds() {
    let gateway = start_changed(|config| config.limits.stall = SECOND / 5).await;
    let mut client = gateway.bound().await;
    client.send_octets(&[0, 0, 0, 16, 0]).await;
    assert!(client.is_closed().await);
}

#[tokio::test]
async fn who_does_not_answer_an_enquire_link_in_time_is_closed() {
    let gateway = start_changed(|config| {
        config.limits.enquire_link = SECOND / 5;
        config.limits.response = SECOND / 5;
    })
    .await;
    let mut client = gateway.bound().await;
    assert_eq!(client.header().await.command_id, CommandId::ENQUIRE_LINK);
    assert!(client.is_closed().await);
}

#[tokio::test]
async fn a_session_without_messages_ends_after_inactivity_seconds() {
    let gateway = start_changed(|config| config.limits.inactivity = SECOND / 5).await;
    let mut client = gateway.bound().await;
    while client.receive().await.is_some() {}
}

#[tokio::test]
async fn a_longer_pdu_than_max_pdu_octets_ends_the_session() {
    let gateway = start_changed(|config| config.limits.max_pdu_octets = 1024).await;
    let mut client = gateway.bound().await;
    client.send_octets(&[0, 0, 4, 1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 9]).await;
    assert_eq!(client.header().await.command_status, CommandStatus::ESME_RINVCMDLEN);
    assert!(client.is_closed().await);
}

#[tokio::test]
async fn a_stranger_too_many_takes_the_place_of_the_one_that_waits_longest() {
    let gateway = start_changed(|config| {
        config.limits.max_unbound = Some(1);
        config.limits.session_init = 30 * SECOND;
    })
    .await;
    let mut first = gateway.connect().await;
    let mut second = gateway.connect().await;
    assert!(first.is_closed().await);
    assert!(second.bind(CUSTOMER, PASSWORD, BIND).await.is_ok());
}

#[tokio::test]
async fn a_connection_too_many_is_closed_at_once() {
    let gateway = start_changed(|config| config.limits.max_connections = Some(1)).await;
    let _only = gateway.bound().await;
    let mut other = TcpStream::connect(gateway.address()).await.unwrap();
    assert!(matches!(other.read(&mut [0; 1]).await, Ok(0) | Err(_)));
}

/// SMPP over TLS behind a PROXY header of version 2 that names 192.0.2.7.
#[tokio::test]
async fn a_proxy_speaks_for_its_client_whose_network_is_what_counts() {
    let gateway = start_changed(|config| {
        config.proxies = vec!["127.0.0.0/8".parse().unwrap()];
        config.accounts[0].networks = vec!["192.0.2.0/24".parse().unwrap()];
    })
    .await;
    let mut header = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c".to_vec();
    header.extend_from_slice(&[192, 0, 2, 7, 127, 0, 0, 1, 0x1f, 0x90, 0x0a, 0xd7]);
    let mut stream = TcpStream::connect(gateway.address()).await.unwrap();
    stream.write_all(&header).await.unwrap();
    let mut client = Connection::over(stream, gateway.certificate()).await;
    assert!(client.bind(CUSTOMER, PASSWORD, BIND).await.is_ok());
    let account = gateway.gateway.accounts().get(CUSTOMER.as_bytes()).unwrap();
    assert_eq!(account.sessions()[0].1.address.to_string(), "192.0.2.7");
}

#[tokio::test]
async fn ticket_keys_that_others_may_read_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("tickets");
    std::fs::write(&file, "0f".repeat(32)).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let mut config = start_changed(|config| config.ticket_keys = Some(file.clone())).await.config;
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    config.ticket_keys = Some(file.clone());
    let (identity, key) = (Identity::ephemeral().unwrap(), VerifierKey::generate().unwrap());
    let error = Gateway::start_with(config, identity, key).await.unwrap_err().to_string();
    assert!(error.contains(file.to_str().unwrap()) && error.contains("0640"), "{error}");
}

#[tokio::test]
async fn the_window_is_that_of_all_sessions_where_the_account_has_none() {
    let gateway = start_changed(|config| config.limits.window = 1).await;
    let mut client = gateway.bound().await;
    let mut octets = Vec::new();
    for number in [8, 9] {
        smpp_wire::encode(&MESSAGE, CommandStatus::ESME_ROK, number, &mut octets).unwrap();
    }
    client.send_octets(&octets).await;
    let mut answers = [client.header().await, client.header().await];
    answers.sort_by_key(|answer| answer.sequence_number);
    let statuses = answers.map(|answer| answer.command_status);
    assert_eq!(statuses, [CommandStatus::ESME_ROK, CommandStatus::ESME_RTHROTTLED]);
}

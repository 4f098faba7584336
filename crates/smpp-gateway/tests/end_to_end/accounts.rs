//! What an account may: each key of its table, as its client notices it.

use std::time::Duration;

use smpp_gateway::{AccountConfig, Config, Delay, PasswordHash, SourcePattern};
use smpp_wire::{CommandId, CommandStatus, SubmitSm, encode};

use crate::start::{CUSTOMER, MESSAGE, PASSWORD, Running, start_changed};

const BIND: CommandId = CommandId::BIND_TRANSCEIVER;

async fn start_account(change: impl FnOnce(&mut AccountConfig)) -> Running {
    start_changed(|config| change(&mut config.accounts[0])).await
}

/// What so many messages are answered that arrive in one segment.
async fn at_once(gateway: &Running, count: u32, message: &SubmitSm<'_>) -> Vec<CommandStatus> {
    let mut client = gateway.bound().await;
    let mut octets = Vec::new();
    for number in 0..count {
        encode(message, CommandStatus::ESME_ROK, 100 + number, &mut octets).unwrap();
    }
    client.send_octets(&octets).await;
    let mut answers = Vec::new();
    for _ in 0..count {
        answers.push(client.header().await);
    }
    answers.sort_by_key(|answer| answer.sequence_number);
    answers.iter().map(|answer| answer.command_status).collect()
}

const ROK: CommandStatus = CommandStatus::ESME_ROK;
const THROTTLED: CommandStatus = CommandStatus::ESME_RTHROTTLED;

#[tokio::test]
async fn one_more_than_the_window_of_the_account_is_throttled() {
    let gateway = start_account(|account| account.window = Some(2)).await;
    assert_eq!(at_once(&gateway, 3, &MESSAGE).await, [ROK, ROK, THROTTLED]);
    assert_eq!(at_once(&gateway, 2, &MESSAGE).await, [ROK, ROK], "they were answered since");
}

#[tokio::test]
async fn above_its_rate_an_account_is_throttled_on_all_its_sessions_together() {
    let limited = |account: &mut AccountConfig| {
        account.messages_per_second = Some(1);
        account.burst = Some(3);
    };
    let gateway = start_account(limited).await;
    assert_eq!(at_once(&gateway, 2, &MESSAGE).await, [ROK, ROK]);
    assert_eq!(at_once(&gateway, 3, &MESSAGE).await[1..], [THROTTLED, THROTTLED]);
    assert_eq!(gateway.gateway.submits().get(&THROTTLED), Some(&2));
    // Without a burst of its own, those of a second.
    let gateway = start_account(|account| account.messages_per_second = Some(2)).await;
    assert_eq!(at_once(&gateway, 3, &MESSAGE).await, [ROK, ROK, THROTTLED]);
}

#[tokio::test]
async fn an_account_whose_queue_is_full_is_told_so_until_its_messages_have_ended() {
    let gateway = start_changed(|config: &mut Config| {
        config.accounts[0].queue_limit = Some(2);
        config.simulator.delay = Delay::Fixed(Duration::from_millis(200));
    })
    .await;
    let full = CommandStatus::ESME_RMSGQFUL;
    assert_eq!(at_once(&gateway, 3, &MESSAGE).await, [ROK, ROK, full]);
    let account = gateway.gateway.accounts().get(CUSTOMER.as_bytes()).unwrap();
    assert_eq!((account.queued(), account.accepted()), (2, 2));
    let mut client = gateway.bound().await;
    while client.submit(&MESSAGE).await.0 == full {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_source_address_that_is_not_the_accounts_is_refused() {
    let gateway = start_account(|account| {
        account.sources = ["TestCo", "45*"].map(|text| SourcePattern::parse(text).unwrap()).to_vec();
    })
    .await;
    let mut client = gateway.bound().await;
    for (source_addr, expected) in [
        (&b"TestCo"[..], ROK),
        (b"4512345678", ROK),
        (b"Bank", CommandStatus::ESME_RINVSRCADR),
        (b"", CommandStatus::ESME_RINVSRCADR),
    ] {
        let (status, _) = client.submit(&SubmitSm { source_addr, ..MESSAGE }).await;
        assert_eq!(status, expected, "{source_addr:?}");
    }
}

#[tokio::test]
async fn a_bind_from_elsewhere_fails_even_with_the_password() {
    for (network, expected) in [("192.0.2.0/24", CommandStatus::ESME_RBINDFAIL), ("127.0.0.0/8", ROK)] {
        let gateway = start_account(|account| account.networks = vec![network.parse().unwrap()]).await;
        assert_eq!(gateway.connect().await.bind(CUSTOMER, PASSWORD, BIND).await, expected, "{network}");
    }
}

#[tokio::test]
async fn an_imported_password_binds_and_what_comes_behind_the_bind_is_not_lost() {
    let hash = PasswordHash::of(PASSWORD.as_bytes()).unwrap();
    let gateway = start_changed(|config| {
        config.accounts[0].credential = hash.into();
        config.limits.session_init = Duration::from_secs(10);
    })
    .await;
    for _ in 0..2 {
        let mut client = gateway.connect().await;
        let bind = smpp_wire::Bind {
            command_id: BIND,
            system_id: CUSTOMER.as_bytes(),
            password: PASSWORD.as_bytes(),
            ..Default::default()
        };
        let mut octets = Vec::new();
        encode(&bind, ROK, 1, &mut octets).unwrap();
        encode(&MESSAGE, ROK, 2, &mut octets).unwrap();
        client.send_octets(&octets).await;
        for sequence_number in [1, 2] {
            let answer = client.header().await;
            assert_eq!((answer.sequence_number, answer.command_status), (sequence_number, ROK));
        }
    }
    let mut wrong = gateway.connect().await;
    assert_eq!(wrong.bind(CUSTOMER, "secret09", BIND).await, CommandStatus::ESME_RINVPASWD);
}

#[tokio::test]
async fn a_client_whose_old_session_is_dead_gets_its_seat() {
    let gateway = start_changed(|config| {
        config.accounts[0].max_binds = 1;
        config.limits.session_init = Duration::from_secs(10);
    })
    .await;
    // It reads nothing more: as if its machine had died.
    let mut dead = gateway.bound().await;
    gateway.bound().await;
    assert_eq!(dead.header().await.command_id, CommandId::ENQUIRE_LINK);
    assert!(dead.is_closed().await);
}

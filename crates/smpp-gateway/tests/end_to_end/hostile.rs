//! Clients that mean no good, or don't know better: each gets its answer or its end, and a customer beside them never notices.

use std::{cell::Cell, time::Duration};

use smpp_gateway::Config;
use smpp_wire::{CommandId, CommandStatus};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    connection::{Connection, DEADLINE},
    start::{MESSAGE, Running, start_changed},
};

/// Runs `attack` while a customer sends; the customer gets every answer, before, during and after it.
async fn beside_a_customer<F: Future<Output = ()>>(attack: impl FnOnce(&'static Running) -> F) {
    // Leaked, so that both may hold it; a test's process is short.
    let gateway: &'static Running = Box::leak(Box::new(start_changed(impatient).await));
    let mut customer = gateway.bound().await;
    let attacking = Cell::new(true);
    let attack = async {
        attack(gateway).await;
        attacking.set(false);
    };
    let customer = async {
        while attacking.get() {
            exchange(&mut customer).await;
        }
        exchange(&mut customer).await;
    };
    tokio::join!(attack, customer);
}

/// A connection has time for its handshake on a busy machine, and not much more.
fn impatient(config: &mut Config) {
    config.limits.session_init = Duration::from_secs(2);
}

async fn exchange(customer: &mut Connection) {
    assert_eq!(customer.submit(&MESSAGE).await.0, CommandStatus::ESME_ROK);
    // The attack has its turn: a customer that never rests would keep it from this one thread.
    tokio::time::sleep(Duration::from_millis(1)).await;
}

/// True when the other end closes, whatever it says before.
async fn ends(stream: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    tokio::time::timeout(DEADLINE, stream.read_to_end(&mut rest)).await.is_ok()
}

#[tokio::test]
async fn impossible_lengths_are_refused_and_closed() {
    for (length, state) in
        [(0u32, "bound"), (15, "bound"), (65_537, "bound"), (u32::MAX, "bound"), (1025, "open")]
    {
        beside_a_customer(move |gateway| async move {
            let mut client = if state == "bound" { gateway.bound().await } else { gateway.connect().await };
            let mut octets = length.to_be_bytes().to_vec();
            octets.extend_from_slice(&[0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 9]);
            client.send_octets(&octets).await;
            if state == "bound" {
                let answer = client.header().await;
                assert_eq!(answer.command_id, CommandId::GENERIC_NACK, "{length}");
                assert_eq!(answer.command_status, CommandStatus::ESME_RINVCMDLEN);
                assert_eq!(answer.sequence_number, if length < 16 { 0 } else { 9 });
            }
            assert!(client.is_closed().await);
        })
        .await;
    }
}

#[tokio::test]
async fn another_protocol_inside_tls_is_closed() {
    beside_a_customer(|gateway| async move {
        for hello in [&b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"[..], b"SSH-2.0-OpenSSH_9.2\r\n"] {
            let mut client = gateway.connect().await;
            client.send_octets(hello).await;
            assert!(client.is_closed().await);
        }
    })
    .await;
}

#[tokio::test]
async fn a_plain_text_client_is_closed() {
    beside_a_customer(|gateway| async move {
        let bind = b"\0\0\0\x22\0\0\0\x09\0\0\0\0\0\0\0\x01customer1\0secret08";
        let mut client = TcpStream::connect(gateway.address()).await.unwrap();
        client.write_all(bind).await.unwrap();
        assert!(ends(&mut client).await);
    })
    .await;
}

#[tokio::test]
async fn a_client_that_says_nothing_is_closed_before_and_after_tls() {
    beside_a_customer(|gateway| async move {
        let mut silent = TcpStream::connect(gateway.address()).await.unwrap();
        let mut unbound = gateway.connect().await;
        assert!(ends(&mut silent).await);
        assert!(unbound.is_closed().await);
    })
    .await;
}

#[tokio::test]
async fn a_pdu_cut_in_the_middle_harms_nobody() {
    let cut = [0, 0, 0, 54, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 9, 0, 5, 0, b'T'];
    beside_a_customer(move |gateway| async move {
        // Silence inside the PDU, before the bind: the session_init timer ends it. And a client that just goes away.
        let mut client = gateway.connect().await;
        client.send_octets(&cut).await;
        assert!(client.is_closed().await);
        let mut client = gateway.bound().await;
        client.send_octets(&cut).await;
        drop(client);
        // Its seat is free again: the account has two, and the customer holds the other.
        let mut next = gateway.connect().await;
        while !next
            .bind(crate::start::CUSTOMER, crate::start::PASSWORD, CommandId::BIND_TRANSCEIVER)
            .await
            .is_ok()
        {
            next = gateway.connect().await;
        }
    })
    .await;
}

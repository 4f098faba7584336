//! What the admin listener says of clients and of the gateway itself while something happens to them.

use std::time::Duration;

use smpp_gateway::AdminConfig;
use smpp_wire::{CommandId, CommandStatus, SubmitSm, values::RegisteredDelivery};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::start::{MESSAGE, Running, start_changed};

const ASKING: SubmitSm<'_> = SubmitSm { registered_delivery: RegisteredDelivery::ALWAYS, ..MESSAGE };

async fn start() -> Running {
    start_changed(|config| {
        let listen = "127.0.0.1:0".parse().unwrap();
        config.admin = Some(AdminConfig { listen, token_file: None });
        // Open receipts are waited for so long when it stops.
        config.restart.deadline = Duration::from_secs(60);
    })
    .await
}

/// Status line, head and body.
async fn get(admin: std::net::SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(admin).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_gateway_that_stops_is_alive_and_not_ready() {
    let gateway = start().await;
    let admin = gateway.gateway.admin_addr().unwrap();
    let mut client = gateway.bound().await;
    client.submit(&ASKING).await;
    assert_eq!(client.header().await.command_id, CommandId::DELIVER_SM);
    assert!(get(admin, "/readyz").await.starts_with("HTTP/1.1 200 "));
    // The receipt is open: it waits.
    let _stopping = tokio::spawn(gateway.gateway.shutdown());
    while client.submit(&MESSAGE).await.0.is_ok() {}
    let answer = get(admin, "/readyz").await;
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.ends_with("\r\n\r\nstopping"), "{answer}");
    assert!(get(admin, "/healthz").await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn answers_to_receipts_are_counted_by_their_status() {
    let gateway = start().await;
    let admin = gateway.gateway.admin_addr().unwrap();
    let mut client = gateway.bound().await;
    client.submit(&ASKING).await;
    client.deliver(CommandStatus::ESME_RX_T_APPN).await;
    client.deliver(CommandStatus::ESME_ROK).await;
    // What is answered to this was counted before.
    client.submit(&MESSAGE).await;
    let metrics = get(admin, "/metrics").await;
    for status in ["ESME_ROK", "ESME_RX_T_APPN"] {
        let line = format!("smpp_gateway_delivers_total{{status=\"{status}\"}} 1");
        assert!(metrics.lines().any(|other| other == line), "no {line} in\n{metrics}");
    }
}

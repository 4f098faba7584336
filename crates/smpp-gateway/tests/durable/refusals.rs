//! What an operator hears of a disk that is full: one line in the log, a metric that counts, and a line when it is over.

use std::fs;

use smpp_session::{CommandStatus, NoRequests};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    disk::{ENDLESS, SmallDisk, submit_until},
    gateway::Home,
};

#[tokio::test]
async fn a_full_disk_is_logged_once_and_counted_and_so_is_its_end() {
    let directory = TempDir::new().unwrap();
    let Some(disk) = SmallDisk::mount(directory.path().join("disk")) else { return };
    let log = directory.path().join("log");
    let config = format!("{ENDLESS}\n[admin]\nlisten = \"127.0.0.1:0\"");
    let home = Home::with_state(directory, disk.path().join("state"), &config);
    let shell = format!("RUST_LOG=info exec \"$0\" \"$@\" 2>{}", log.display());
    let running = home.start_under(&["sh", "-c", &shell]);
    let client = home.client(&running).connect(NoRequests).await.unwrap();
    let filler = disk.fill();
    let kept = submit_until(&client, CommandStatus::ESME_RSUBMITFAIL).await + 1;
    fs::remove_file(&filler).unwrap();
    let refused = 1 + submit_until(&client, CommandStatus::ESME_ROK).await;

    let metrics = metrics(running.admin.as_deref().unwrap()).await;
    for count in [
        format!("smpp_gateway_store_refusals_total{{reason=\"full\"}} {refused}"),
        format!("smpp_gateway_accepted_messages_total{{account=\"customer1\"}} {kept}"),
    ] {
        assert!(metrics.lines().any(|line| line == count), "no {count} in\n{metrics}");
    }
    let log = fs::read_to_string(log).unwrap();
    let refusals: Vec<_> = log.lines().filter(|line| line.contains("messages are refused")).collect();
    let [refusal] = refusals[..] else { panic!("{log}") };
    assert!(refusal.contains("ERROR") && refusal.contains("messages.sqlite") && refusal.contains("full"));
    assert!(log.contains("the store keeps messages again"), "{log}");
    running.kill();
}

async fn metrics(admin: &str) -> String {
    let mut stream = TcpStream::connect(admin).await.unwrap();
    let request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

//! Call detail records: no message is forgotten without its line, whether the gateway is killed or the disk is full.

use std::{
    collections::{HashMap, HashSet},
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    time::Duration,
};

use serde_json::Value;
use smpp_gateway::{
    AccountConfig, AdminConfig, CdrConfig, Config, Gateway, Identity, VerifierKey, store::Stage,
};
use smpp_session::{Client, ClientTls, NoRequests, Outcome, SubmitSm};
use smpp_wire::values::RegisteredDelivery;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    disk::SmallDisk,
    gateway::{Home, MESSAGE},
};

const ROUNDS: usize = 8;

/// How many lines each id has.
fn lines(directory: &Path) -> HashMap<String, usize> {
    let mut lines = HashMap::new();
    for entry in fs::read_dir(directory).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let (names, records) = text.split_once('\n').unwrap();
        for record in records.lines() {
            assert_eq!(record.split(',').count(), names.split(',').count(), "a whole line: {record}");
            *lines.entry(record.split(',').next().unwrap().to_owned()).or_default() += 1;
        }
    }
    lines
}

/// Sends until the gateway is gone; the ids that were answered ESME_ROK.
async fn send(home: &Home, fingerprint: String, port: u16, message: SubmitSm<'static>) -> HashSet<String> {
    let mut accepted = HashSet::new();
    let Ok(client) = home.client_of(&fingerprint, port).connect(NoRequests).await else { return accepted };
    while let Ok(Outcome::Answered(answer)) = client.submit_sm(&message).await {
        // It stops.
        if !answer.command_status.is_ok() {
            break;
        }
        assert!(accepted.insert(String::from_utf8(answer.message_id.as_bytes().to_vec()).unwrap()));
    }
    accepted
}

#[tokio::test(flavor = "multi_thread")]
async fn no_kill_leaves_a_message_that_is_gone_and_has_no_line() {
    let home = Home::new(
        "[cdr]\n[simulator]\ndelay = { kind = \"uniform\", min_milliseconds = 0, max_milliseconds = 40 }",
    );
    let asking = SubmitSm { registered_delivery: RegisteredDelivery::ALWAYS, ..MESSAGE };
    let mut random = fastrand::Rng::with_seed(20_261_130);
    let mut accepted = HashSet::new();
    for _ in 0..ROUNDS {
        let running = home.start();
        let (fingerprint, port, id) = (running.fingerprint.clone(), running.port, running.id().to_string());
        let pause = Duration::from_millis(random.u64(30..500));
        let killer = tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            tokio::process::Command::new("kill").args(["-9", &id]).status().await.unwrap()
        });
        let senders =
            [MESSAGE, asking, MESSAGE].map(|message| send(&home, fingerprint.clone(), port, message));
        let [one, two, three] = senders;
        let (one, two, three) = tokio::join!(one, two, three);
        accepted.extend([one, two, three].into_iter().flatten());
        killer.await.unwrap();
        drop(running);
        let directory = home.path().join("state/cdr");
        let (lines, held) = (lines(&directory), home.held());
        let waits: HashSet<_> = held
            .iter()
            .filter(|held| held.stage == Stage::Accepted)
            .map(|held| held.message.id.to_string())
            .collect();
        for id in &accepted {
            assert!(waits.contains(id) || lines.contains_key(id), "{id} ended and has no line");
        }
    }
    assert!(accepted.len() > 50, "{} accepted: that is no load", accepted.len());
    assert!(lines(&home.path().join("state/cdr")).len() > 50);
}

/// A crash may leave a line twice; a stop and a restart leave none twice.
#[tokio::test(flavor = "multi_thread")]
async fn stopped_at_any_moment_each_message_has_one_line() {
    let home = Home::new(
        "[cdr]\n[simulator]\ndelay = { kind = \"uniform\", min_milliseconds = 0, max_milliseconds = 200 }",
    );
    let mut random = fastrand::Rng::with_seed(20_261_201);
    let mut accepted = HashSet::new();
    for _ in 0..5 {
        let running = home.start();
        let (fingerprint, port, id) = (running.fingerprint.clone(), running.port, running.id().to_string());
        let pause = Duration::from_millis(random.u64(100..400));
        let stopper = tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            tokio::process::Command::new("kill").args(["-TERM", &id]).status().await.unwrap()
        });
        accepted.extend(send(&home, fingerprint, port, MESSAGE).await);
        stopper.await.unwrap();
        assert!(running.ended().success());
    }
    let running = home.start();
    while !home.command(&["messages"]).stdout.starts_with(b"0 messages") {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(running);
    let lines = lines(&home.path().join("state/cdr"));
    assert!(accepted.len() > 20, "{} accepted: that is no load", accepted.len());
    assert!(accepted.iter().all(|id| lines.get(id) == Some(&1)), "one line for each of {}", accepted.len());
}

#[tokio::test]
async fn while_the_disk_of_the_records_is_full_messages_stay_and_are_recorded_once_there_is_room() {
    let directory = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(directory.path().join("disk")) else { return };
    let key = VerifierKey::generate().unwrap();
    let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let config = Config {
        listen: local,
        state_dir: directory.path().join("state"),
        accounts: vec![AccountConfig::new("customer1", key.verifier(b"customer1", b"secret08"))],
        admin: Some(AdminConfig { listen: local, token_file: None }),
        cdr: Some(CdrConfig { directory: disk.path().join("cdr"), ..CdrConfig::default() }),
        ..Config::default()
    };
    let gateway = Gateway::start_with(config, Identity::ephemeral().unwrap(), key).await.unwrap();
    let filler = disk.path().join("filler");
    let mut size = 2 << 20;
    while size > 0 && fs::write(&filler, vec![0; size]).is_err() {
        size -= 4096;
    }
    let tls = ClientTls::pinned(vec![gateway.fingerprint().parse().unwrap()]).unwrap();
    let builder = Client::builder("127.0.0.1", gateway.local_addr().port(), tls);
    let client = builder.credentials("customer1", "secret08").connect(NoRequests).await.unwrap();
    for _ in 0..5 {
        assert!(
            matches!(client.submit_sm(&MESSAGE).await.unwrap(), Outcome::Answered(answer) if answer.command_status.is_ok())
        );
    }
    let admin = gateway.admin_addr().unwrap();
    while status(admin, "/status.json").await["records"]["failures"] == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(
        status(admin, "/messages").await["messages"].as_array().unwrap().len(),
        5,
        "nothing is forgotten"
    );
    fs::remove_file(&filler).unwrap();
    while status(admin, "/messages").await["messages"] != Value::Array(Vec::new()) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(status(admin, "/status.json").await["records"]["written"], 5);
    let lines = lines(&disk.path().join("cdr"));
    assert_eq!((lines.len(), lines.values().sum::<usize>()), (5, 5));
}

async fn status(admin: SocketAddr, path: &str) -> Value {
    let mut stream = TcpStream::connect(admin).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

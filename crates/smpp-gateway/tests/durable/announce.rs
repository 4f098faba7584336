//! `smpp-gateway announce`: each account is told once in each way that it wants, whatever is killed in between.

use std::{
    fs,
    io::Write as _,
    net::SocketAddr,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use rcgen::{CertificateParams, KeyPair};
use serde_json::Value;
use smpp_session::{CommandStatus, Connection, Handler, Reply, ReplyTo, Request, Verdict};
use smpp_wire::{Pdu, text::Meaning};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::timeout,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs::default_provider,
        pki_types::{PrivateKeyDer, pem::PemObject as _},
    },
};

use crate::gateway::{Home, Running};

/// Longer than anything here takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(60);

/// A request that came to a webhook.
#[derive(Debug)]
struct Posted {
    head: String,
    body: Value,
}

/// A receiver of webhooks on a free port, which answers with these statuses and then always with 200.
async fn receiver(
    mut statuses: Vec<u16>,
    tls: Option<TlsAcceptor>,
) -> (SocketAddr, UnboundedReceiver<Posted>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, posted) = unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            match &tls {
                // Who does not trust it goes away.
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => answer(stream, &mut statuses, &sender).await,
                    Err(_) => continue,
                },
                None => answer(stream, &mut statuses, &sender).await,
            }
        }
    });
    (address, posted)
}

async fn answer(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    statuses: &mut Vec<u16>,
    sender: &UnboundedSender<Posted>,
) {
    let mut octets = Vec::new();
    let (head, body) = loop {
        if stream.read_buf(&mut octets).await.unwrap_or(0) == 0 {
            return;
        }
        let text = String::from_utf8_lossy(&octets).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_lowercase();
        let len = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
        if body.len() >= len.unwrap_or(0) {
            break (head, body.to_owned());
        }
    };
    let status = if statuses.is_empty() { 200 } else { statuses.remove(0) };
    let text = format!(
        "HTTP/1.1 {status} x\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    let _gone = stream.write_all(text.as_bytes()).await;
    let _gone = stream.shutdown().await;
    let _nobody_listens = sender.send(Posted { head, body: serde_json::from_str(&body).unwrap() });
}

async fn next<T>(from: &mut UnboundedReceiver<T>) -> T {
    timeout(DEADLINE, from.recv()).await.expect("in time").unwrap()
}

/// Adds lines to the only account.
fn configure(home: &Home, lines: &str) {
    let mut file = fs::OpenOptions::new().append(true).open(home.path().join("gateway.toml")).unwrap();
    writeln!(file, "{lines}").unwrap();
}

fn run(home: &Home, words: &[&str]) -> String {
    let output = home.command(words);
    assert_eq!(output.status.code(), Some(0), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Announces this, for in a while.
fn announce(home: &Home, text: &str) {
    let at = SystemTime::now() + Duration::from_secs(3_600);
    let at = jiff::Timestamp::try_from(at).unwrap().to_string();
    let said = run(home, &["announce", "--at", &at, "--duration", "2s", "--text", text]);
    assert!(said.contains("tells 1 of 1 accounts"), "{said}");
}

/// The states of `told`, by way, of the announcement with this text.
fn states(home: &Home, text: &str) -> Vec<(String, String)> {
    let all: Value = serde_json::from_str(&run(home, &["announcements", "--json"])).unwrap();
    let one = all.as_array().unwrap().iter().find(|one| one["text"] == text).unwrap().clone();
    let word = |told: &Value, name: &str| told[name].as_str().unwrap().to_owned();
    let told = one["told"].as_array().unwrap();
    assert!(told.iter().all(|told| told["account"] == "customer1"), "{one}");
    told.iter().map(|told| (word(told, "way"), word(told, "state"))).collect()
}

fn all_acknowledged() -> Vec<(String, String)> {
    ["deliver_sm", "webhook"].map(|way| (way.to_owned(), "acknowledged".to_owned())).to_vec()
}

/// Takes what is delivered, and tells its text.
struct Taker(UnboundedSender<String>);

impl Handler for Taker {
    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::DeliverSm(message) = &request.pdu else { return Reply::Unsupported };
        let text = Meaning::of(message.data_coding).to_text(message.short_message).unwrap();
        let _nobody_listens = self.0.send(text);
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

async fn take(home: &Home, running: &Running) -> (Connection, UnboundedReceiver<String>) {
    let (sender, texts) = unbounded_channel();
    (home.client(running).connect(Taker(sender)).await.unwrap(), texts)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_told_once_in_each_way_that_it_wants_across_a_kill() {
    let home = Home::new("");
    let (address, mut posts) = receiver(vec![302, 500], None).await;
    configure(&home, &format!("announcements = \"deliver_sm\"\nwebhook = \"http://{address}/hook\""));
    let nowhere = home.command(&["announcements"]);
    assert_eq!(nowhere.status.code(), Some(1), "there is no database yet");

    let running = home.start();
    let (client, mut texts) = take(&home, &running).await;
    announce(&home, "a new cable");
    let text = next(&mut texts).await;
    assert!(text.starts_with("Planned maintenance 20") && text.ends_with("Z, 2 s: a new cable"), "{text}");
    // The first two answers were no success, and a redirect is not followed.
    for _ in 0..3 {
        let Posted { head, body } = next(&mut posts).await;
        assert!(head.starts_with("post /hook http/1.1"), "{head}");
        assert!(head.contains("idempotency-key: announcement-1-customer1"), "{head}");
        assert_eq!((&body["kind"], &body["account"]), (&"maintenance".into(), &"customer1".into()));
        assert_eq!((&body["text"], &body["duration_seconds"]), (&"a new cable".into(), &2.into()));
        assert!(body["at"].as_str().unwrap().ends_with('Z'), "{body}");
    }
    while states(&home, "a new cable") != all_acknowledged() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(client);
    running.kill();

    let running = home.start();
    let (_client, mut texts) = take(&home, &running).await;
    announce(&home, "an old cable");
    assert!(next(&mut texts).await.ends_with("an old cable"), "the first one does not come again");
    assert_eq!(next(&mut posts).await.body["text"], "an old cable", "neither is it posted again");
    while states(&home, "an old cable") != all_acknowledged() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(texts.try_recv().is_err() && posts.try_recv().is_err(), "each once");
    let people = run(&home, &["announcements"]);
    assert!(
        people.contains("customer1 webhook acknowledged") && people.contains("2 announcements"),
        "{people}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_announced_while_no_gateway_runs_is_told_later_and_waits_for_who_is_away() {
    let home = Home::new("");
    configure(&home, "announcements = \"deliver_sm\"");
    drop(home.start());
    announce(&home, "a long night");
    assert_eq!(states(&home, "a long night"), []);
    assert!(run(&home, &["announcements"]).contains("customer1 not told"));

    let running = home.start();
    let waiting = [("deliver_sm".to_owned(), "waiting".to_owned())];
    while states(&home, "a long night") != waiting {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    running.kill();
    let running = home.start();
    let (_client, mut texts) = take(&home, &running).await;
    assert!(next(&mut texts).await.ends_with("a long night"));
    while states(&home, "a long night") == waiting {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(states(&home, "a long night"), [("deliver_sm".to_owned(), "acknowledged".to_owned())]);
}

/// TLS with a certificate that is written to this file.
fn tls(certificate: &Path) -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let made = CertificateParams::new(["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    fs::write(certificate, made.pem()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_must_be_who_it_says() {
    let home = Home::new("");
    let certificate = home.path().join("webhook.pem");
    let (address, mut posts) = receiver(Vec::new(), Some(tls(&certificate))).await;
    configure(&home, &format!("webhook = \"https://localhost:{}/hook\"", address.port()));
    let running = home.start();
    announce(&home, "a stranger");
    loop {
        let people = run(&home, &["announcements"]);
        if people.contains("customer1 webhook waiting: ") {
            assert!(people.contains("certificate"), "{people}");
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(posts.try_recv().is_err(), "nothing was told to a stranger");
    running.kill();

    let trusted = format!("SSL_CERT_FILE={}", certificate.display());
    let _running = home.start_under(&["env", &trusted]);
    assert_eq!(next(&mut posts).await.body["text"], "a stranger");
}

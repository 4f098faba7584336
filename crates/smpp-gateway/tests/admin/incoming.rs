//! Messages that are posted: who gets them, when, and what is refused.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use serde_json::{Value, json};
use smpp_gateway::{
    AccountConfig, AdminConfig, Config, Gateway, Identity, VerifierKey, account::numbers::NumberPattern,
};
use smpp_session::{
    Client, ClientTls, CommandStatus, Connection, Handler, Reply, ReplyTo, Request, SubmitSm, Verdict,
};
use smpp_wire::Pdu;
use smpp_wire::values::{EsmClass, RegisteredDelivery};
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::http::{Answer, request};

/// Longer than anything here takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(30);

/// A gateway with a database, and what it would be started with again.
struct Home {
    state: TempDir,
    key: [VerifierKey; 2],
    numbers: Vec<(&'static str, &'static str)>,
    lifetime: Duration,
}

struct Running {
    gateway: Gateway,
    config: Config,
}

/// What a deliver_sm said.
#[derive(Debug, PartialEq, Eq)]
struct Came {
    source: String,
    destination: String,
    esm_class: EsmClass,
    octets: Vec<u8>,
}

/// Answers deliver_sm with the statuses in turn, then with ESME_ROK.
struct Receiver(UnboundedSender<Came>, Vec<CommandStatus>);

impl Handler for Receiver {
    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::DeliverSm(pdu) = &request.pdu else { return Reply::Unsupported };
        let text = |octets: &[u8]| String::from_utf8(octets.to_vec()).unwrap();
        let _nobody_listens = self.0.send(Came {
            source: text(pdu.source_addr),
            destination: text(pdu.destination_addr),
            esm_class: pdu.esm_class,
            octets: pdu.short_message.to_vec(),
        });
        let status = if self.1.is_empty() { CommandStatus::ESME_ROK } else { self.1.remove(0) };
        Reply::Now(Verdict::status(status))
    }
}

impl Home {
    /// `numbers`: which account owns which.
    fn new(numbers: &[(&'static str, &'static str)]) -> Self {
        let key = VerifierKey::generate().unwrap();
        Self {
            state: tempfile::tempdir().unwrap(),
            key: [key.clone(), key],
            numbers: numbers.to_vec(),
            lifetime: Duration::from_secs(3_600),
        }
    }

    fn config(&self) -> Config {
        let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let account = |system_id: &str| AccountConfig {
            incoming_numbers: self.numbers_of(system_id),
            ..AccountConfig::new(system_id, self.key[0].verifier(system_id.as_bytes(), b"secret08"))
        };
        Config {
            listen: local,
            state_dir: self.state.path().to_owned(),
            accounts: vec![account("alice"), account("bob")],
            admin: Some(AdminConfig { listen: local, token_file: None }),
            delivery_lifetime: self.lifetime,
            ..Config::default()
        }
    }

    fn numbers_of(&self, system_id: &str) -> Vec<NumberPattern> {
        let own = self.numbers.iter().filter(|(owner, _)| *owner == system_id);
        own.map(|(_, number)| NumberPattern::parse(number).unwrap()).collect()
    }

    /// The database is free once the last task of the gateway before has ended.
    async fn start(&self) -> Running {
        let begin = std::time::Instant::now();
        loop {
            let (config, key) = (self.config(), self.key[1].clone());
            match Gateway::start_with(config.clone(), Identity::ephemeral().unwrap(), key).await {
                Ok(gateway) => return Running { gateway, config },
                Err(error) => assert!(begin.elapsed() < DEADLINE, "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Running {
    async fn client(
        &self,
        system_id: &str,
        answers: &[CommandStatus],
    ) -> (Connection, UnboundedReceiver<Came>) {
        let tls = ClientTls::pinned(vec![self.gateway.fingerprint().parse().unwrap()]).unwrap();
        let builder = Client::builder("127.0.0.1", self.gateway.local_addr().port(), tls);
        let (told, came) = unbounded_channel();
        let receiver = Receiver(told, answers.to_vec());
        (builder.credentials(system_id, "secret08").connect(receiver).await.unwrap(), came)
    }

    async fn post_as(&self, content_type: &str, body: &str) -> Answer {
        let headers = format!("Host: localhost\r\nContent-Type: {content_type}\r\n");
        request(self.gateway.admin_addr().unwrap(), "POST /incoming", &headers, body).await
    }

    async fn post(&self, body: &Value) -> Answer {
        self.post_as("application/json", &body.to_string()).await
    }

    /// Posts a text, and tells to whom it goes.
    async fn text(&self, destination: &str, text: &str) -> Value {
        let answer =
            self.post(&json!({"source": "4512345678", "destination": destination, "text": text})).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
        serde_json::from_str::<Value>(&answer.body).unwrap().get("account").unwrap().clone()
    }

    /// Waits until the metrics have this line.
    async fn wait_for_metric(&self, line: &str) {
        let begin = std::time::Instant::now();
        loop {
            let answer =
                request(self.gateway.admin_addr().unwrap(), "GET /metrics", "Host: localhost\r\n", "").await;
            if answer.body.lines().any(|other| other == line) {
                return;
            }
            assert!(begin.elapsed() < DEADLINE, "no {line} in\n{}", answer.body);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn next(came: &mut UnboundedReceiver<Came>) -> Came {
    tokio::time::timeout(DEADLINE, came.recv()).await.expect("a deliver_sm in time").unwrap()
}

#[tokio::test]
async fn a_message_goes_to_the_account_that_owns_the_number_or_its_longest_prefix() {
    let running =
        Home::new(&[("alice", "43660*"), ("bob", "4366099*"), ("alice", "4366099111")]).start().await;
    let (_alice, mut to_alice) = running.client("alice", &[]).await;
    let (_bob, mut to_bob) = running.client("bob", &[]).await;
    for (destination, owner) in [("4366011111", "alice"), ("4366099222", "bob"), ("4366099111", "alice")] {
        assert_eq!(running.text(destination, "STOP").await, owner);
        let came = next(if owner == "alice" { &mut to_alice } else { &mut to_bob }).await;
        let expected = Came {
            source: "4512345678".to_owned(),
            destination: destination.to_owned(),
            esm_class: EsmClass(0),
            octets: b"STOP".to_vec(),
        };
        assert_eq!(came, expected);
    }
    running
        .wait_for_metric(r#"smpp_gateway_deliveries_total{kind="incoming",outcome="acknowledged"} 3"#)
        .await;
}

#[tokio::test]
async fn a_long_text_comes_in_parts_with_a_header_and_hexadecimal_digits_as_octets() {
    let running = Home::new(&[("alice", "*")]).start().await;
    let (_alice, mut came) = running.client("alice", &[]).await;
    let answer = running.post(&json!({"source": "1", "destination": "2", "text": "x".repeat(300)})).await;
    let answer: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(answer["ids"].as_array().unwrap().len(), 2);
    let (one, other) = (next(&mut came).await, next(&mut came).await);
    assert_eq!((one.esm_class, other.esm_class), (EsmClass(0x40), EsmClass(0x40)));
    // A header of 5 octets, element 0, of 3: reference, 2 parts, which one (3GPP TS 23.040 §9.2.3.24.1).
    let reference = one.octets[3];
    assert_eq!(one.octets[..6], [5, 0, 3, reference, 2, 1]);
    assert_eq!(other.octets[..6], [5, 0, 3, reference, 2, 2]);
    assert_eq!((one.octets.len(), other.octets.len()), (6 + 153, 6 + 147));

    running.post(&json!({"source": "1", "destination": "2", "hex": "00fF10", "data_coding": 4})).await;
    assert_eq!(next(&mut came).await.octets, [0x00, 0xFF, 0x10]);
}

#[tokio::test]
async fn what_is_no_message_is_refused_with_the_reason() {
    let running = Home::new(&[]).start().await;
    for (body, status, reason) in [
        (json!({"source": "1", "text": "x"}), 422, "missing field `destination`"),
        (
            json!({"source": "1", "destination": "", "text": "x"}),
            400,
            "destination is \"\", allowed is 1 to 20",
        ),
        (json!({"source": "é", "destination": "2", "text": "x"}), 400, "source is \"é\", allowed is 0 to 20"),
        (json!({"source": "1", "destination": "2"}), 400, "either text, or hex"),
        (json!({"source": "1", "destination": "2", "hex": "0"}), 400, "two hexadecimal digits an octet"),
        (json!({"source": "1", "destination": "2", "text": "x".repeat(40_000)}), 400, "the text: "),
        (json!({"source": "1", "destination": "2", "text": "x", "sender": 1}), 422, "unknown field `sender`"),
    ] {
        let answer = running.post(&body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.body);
        assert!(answer.body.contains(reason), "{body}: {}", answer.body);
    }
    // What a page from elsewhere could have a browser send without asking.
    assert_eq!(running.post_as("text/plain", "{}").await.status, 415);
    let headers = "Host: rebound.example\r\nContent-Type: application/json\r\n";
    let answer = request(running.gateway.admin_addr().unwrap(), "POST /incoming", headers, "{}").await;
    assert_eq!(answer.status, 421);
}

#[tokio::test]
async fn what_a_client_refuses_comes_again_until_it_takes_it_and_then_no_more() {
    let running = Home::new(&[("alice", "*")]).start().await;
    let (_alice, mut came) = running.client("alice", &[CommandStatus::ESME_RX_T_APPN]).await;
    running.text("1", "first").await;
    assert_eq!(next(&mut came).await.octets, b"first");
    assert_eq!(next(&mut came).await.octets, b"first");
    running.wait_for_metric(r#"smpp_gateway_deliveries_total{kind="incoming",outcome="refused"} 1"#).await;
    running
        .wait_for_metric(r#"smpp_gateway_deliveries_total{kind="incoming",outcome="acknowledged"} 1"#)
        .await;
    running.text("1", "second").await;
    assert_eq!(next(&mut came).await.octets, b"second");
}

#[tokio::test]
async fn what_a_client_throttles_comes_again_and_what_is_behind_it_does_not_wait() {
    let running = Home::new(&[("alice", "*")]).start().await;
    let (_alice, mut came) = running.client("alice", &[CommandStatus::ESME_RTHROTTLED]).await;
    for text in ["throttled", "second", "third"] {
        running.text("1", text).await;
    }
    let mut texts = Vec::new();
    while texts.len() < 4 {
        texts.push(String::from_utf8(next(&mut came).await.octets).unwrap());
    }
    assert_eq!(texts[0], "throttled");
    // On a slow machine it may come again before the last is posted.
    texts.sort();
    assert_eq!(texts, ["second", "third", "throttled", "throttled"]);
}

#[tokio::test]
async fn what_nobody_took_comes_after_a_restart_and_what_was_taken_does_not() {
    let home = Home::new(&[("alice", "*")]);
    let running = home.start().await;
    {
        let (mut alice, mut came) = running.client("alice", &[]).await;
        running.text("1", "taken").await;
        next(&mut came).await;
        running
            .wait_for_metric(r#"smpp_gateway_deliveries_total{kind="incoming",outcome="acknowledged"} 1"#)
            .await;
        alice.session().unbind();
        alice.ended().await;
    }
    running.text("1", "waits").await;
    running.gateway.shutdown().await;
    let running = home.start().await;
    let (_alice, mut came) = running.client("alice", &[]).await;
    assert_eq!(next(&mut came).await.octets, b"waits");
    running.text("1", "last").await;
    assert_eq!(next(&mut came).await.octets, b"last");
}

#[tokio::test]
async fn what_nobody_owns_is_kept_and_counted_until_a_reload_or_a_restart_gives_its_number_an_owner() {
    let mut home = Home::new(&[("alice", "43*")]);
    let mut running = home.start().await;
    assert_eq!(running.text("4511", "for bob").await, Value::Null);
    assert_eq!(running.text("4522", "for alice").await, Value::Null);
    assert_eq!(running.text("4533", "for nobody").await, Value::Null);
    running.wait_for_metric("smpp_gateway_unowned_total 3").await;
    running.wait_for_metric("smpp_gateway_unowned 3").await;
    let (_bob, mut to_bob) = running.client("bob", &[]).await;

    running.config.accounts[1].incoming_numbers = vec![NumberPattern::parse("4511").unwrap()];
    running.gateway.reload(running.config.clone()).unwrap();
    assert_eq!(next(&mut to_bob).await.octets, b"for bob");
    running.wait_for_metric("smpp_gateway_unowned 2").await;
    running.gateway.shutdown().await;

    home.numbers = vec![("alice", "4522")];
    let running = home.start().await;
    let (_alice, mut to_alice) = running.client("alice", &[]).await;
    assert_eq!(next(&mut to_alice).await.octets, b"for alice");
    running.wait_for_metric("smpp_gateway_unowned 1").await;
}

#[tokio::test]
async fn a_number_that_moves_to_another_account_takes_nothing_along_that_came_before() {
    let mut running = Home::new(&[("alice", "43*")]).start().await;
    assert_eq!(running.text("4311", "before").await, "alice");
    let [alice, bob] = running.config.accounts.as_mut_slice() else { panic!("two accounts") };
    std::mem::swap(&mut alice.incoming_numbers, &mut bob.incoming_numbers);
    running.gateway.reload(running.config.clone()).unwrap();
    assert_eq!(running.text("4311", "after").await, "bob");
    for (customer, text) in [("alice", "before"), ("bob", "after")] {
        let (_client, mut came) = running.client(customer, &[]).await;
        assert_eq!(next(&mut came).await.octets, text.as_bytes());
    }
}

#[tokio::test]
async fn a_receipt_that_is_always_refused_is_given_up_when_its_time_is_over() {
    let mut home = Home::new(&[]);
    home.lifetime = Duration::from_secs(1);
    let running = home.start().await;
    let (alice, _came) = running.client("alice", &[CommandStatus::ESME_RX_T_APPN; 100]).await;
    let registered_delivery = RegisteredDelivery::ALWAYS;
    let message = SubmitSm { destination_addr: b"4512345678", registered_delivery, ..SubmitSm::EMPTY };
    alice.submit_sm(&message).await.unwrap();
    running.wait_for_metric(r#"smpp_gateway_deliveries_total{kind="receipt",outcome="expired"} 1"#).await;
    running.wait_for_metric(r#"smpp_gateway_receipts_pending{account="alice"} 0"#).await;
}

#[tokio::test]
async fn what_nobody_took_in_its_time_is_forgotten_and_counted() {
    let mut home = Home::new(&[("alice", "43*")]);
    home.lifetime = Duration::from_secs(1);
    let running = home.start().await;
    running.text("4311", "for alice, who is away").await;
    running.text("4511", "for nobody").await;
    running.wait_for_metric(r#"smpp_gateway_deliveries_total{kind="incoming",outcome="expired"} 2"#).await;
    running.wait_for_metric("smpp_gateway_unowned 0").await;
    running.gateway.shutdown().await;

    home.lifetime = Duration::from_secs(3_600);
    let running = home.start().await;
    let (_alice, mut came) = running.client("alice", &[]).await;
    running.text("4311", "for alice, who is there").await;
    assert_eq!(next(&mut came).await.octets, b"for alice, who is there");
}

//! `smpp-gateway restart`: a new process takes over, and what can go wrong with that.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    net::TcpListener,
    process::Output,
    sync::Arc,
    time::Duration,
};

use rustls::{
    ClientConfig, HandshakeKind, RootCertStore,
    crypto::aws_lc_rs::default_provider,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use smpp_session::{
    Cause, CommandStatus, Connection, Handler, NoRequests, Outcome, Reply, ReplyTo, Request, SubmitSm,
};
use smpp_wire::{Bind, CommandId, Header, Pdu, encode, values::RegisteredDelivery};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::mpsc::{UnboundedSender, unbounded_channel},
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::gateway::{CUSTOMER, Home, MESSAGE};

/// Messages on their way for ever, and clients that may take their time.
const PATIENT: &str = "[restart]\ndeadline_milliseconds = 60000\n[simulator]\ndelay = { kind = \"fixed\", milliseconds = 600000 }";
/// Longer than anything here takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(60);

/// Asks for a restart, on a thread that may wait.
async fn restart(home: &Arc<Home>) -> Output {
    let home = Arc::clone(home);
    tokio::task::spawn_blocking(move || home.command(&["restart"])).await.unwrap()
}

/// A restart with its exit code, and what it says.
async fn refused(home: &Arc<Home>) -> (Option<i32>, String) {
    let output = restart(home).await;
    assert_eq!(output.stdout, b"");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

async fn is_restarted(home: &Arc<Home>) {
    let output = restart(home).await;
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.starts_with(&format!("restarted: process {} serves, ", home.process())), "{said}");
    assert!(said.ends_with(" ms after the first message was refused\n"), "{said}");
}

async fn accepted(client: &Connection) {
    let outcome = client.submit_sm(&MESSAGE).await.unwrap();
    assert!(matches!(&outcome, Outcome::Answered(answer) if answer.command_status.is_ok()), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_process_takes_over_and_the_old_one_ends() {
    let home = Arc::new(Home::new(PATIENT));
    let running = home.start();
    let old = running.id();
    let builder = home.client(&running);
    let mut client = builder.connect(NoRequests).await.unwrap();
    accepted(&client).await;
    is_restarted(&home).await;
    assert_eq!(client.ended().await.cause, Cause::Unbind);
    assert_ne!(home.process(), old);
    let client = builder.connect(NoRequests).await.unwrap();
    accepted(&client).await;
    assert!(running.ended().success());
    // And once more, of the process that took over.
    is_restarted(&home).await;
    let client = builder.connect(NoRequests).await.unwrap();
    accepted(&client).await;
    tokio::task::block_in_place(|| home.stop());
    assert_eq!(home.held().len(), 3, "each is there once");
    let (code, said) = refused(&home).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("gateway.sock: no gateway runs with this configuration"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_address_and_a_new_account_are_taken() {
    let home = Arc::new(Home::new(PATIENT));
    let running = home.start();
    let other = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    home.reconfigure(&format!(":{}", running.port), &format!(":{other}"));
    home.reconfigure("max_binds = 100", "max_binds = 1");
    is_restarted(&home).await;
    let builder = home.client_of(&running.fingerprint, other);
    let _client = builder.connect(NoRequests).await.unwrap();
    let second = builder.connect(NoRequests).await.unwrap_err();
    assert_eq!(second.refused(), Some(CommandStatus::ESME_RALYBND));
    let old = running.port;
    assert!(running.ended().success());
    assert!(TcpStream::connect(("127.0.0.1", old)).await.is_err(), "nobody listens where the old one did");
}

/// Whatever is wrong with the new process, the old one goes on, and its sessions with it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_configuration_changes_nothing() {
    let home = Arc::new(Home::new(&format!("node = 0\n{PATIENT}")));
    let running = home.start();
    let client = home.client(&running).connect(NoRequests).await.unwrap();
    home.reconfigure("node = 0", "node = 256");
    let (code, said) = refused(&home).await;
    assert_eq!(code, Some(2));
    assert!(said.contains("node is 256"), "{said}");
    // This one shows only to the process that would take over.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    home.reconfigure("node = 256", "node = 0");
    home.reconfigure(&format!("127.0.0.1:{}", running.port), &address.to_string());
    let (code, said) = refused(&home).await;
    assert_eq!(code, Some(1));
    assert!(
        said.contains("not restarted, nothing was changed: ") && said.contains(&address.to_string()),
        "{said}"
    );
    accepted(&client).await;
    assert!(client.session().ended().is_none());
    assert_eq!(home.process(), running.id());
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_could_not_be_written_change_nothing() {
    let home = Arc::new(Home::new(&format!("{PATIENT}\n[cdr]\ndirectory = \"cdr\"")));
    let running = home.start();
    let client = home.client(&running).connect(NoRequests).await.unwrap();
    home.reconfigure("directory = \"cdr\"", "directory = \"messages.sqlite\"");
    let (code, said) = refused(&home).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("nothing was changed: ") && said.contains("messages.sqlite: "), "{said}");
    accepted(&client).await;
    home.reconfigure("directory = \"messages.sqlite\"", "directory = \"cdr\"");
    is_restarted(&home).await;
}

/// Where namespaces may be made.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_process_of_a_container_stays() {
    let container = ["unshare", "--pid", "--fork", "--kill-child"];
    let may = std::process::Command::new(container[0]).args(&container[1..]).arg("true").output();
    if !may.is_ok_and(|output| output.status.success()) {
        return;
    }
    let home = Arc::new(Home::new(PATIENT));
    let running = home.start_under(&container);
    let client = home.client(&running).connect(NoRequests).await.unwrap();
    let (code, said) = refused(&home).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("the first process of its container"), "{said}");
    accepted(&client).await;
}

/// A database that somebody else has shows only when it is opened, and then the old process has given everything away.
#[tokio::test(flavor = "multi_thread")]
async fn when_the_new_process_fails_after_all_the_old_one_serves_again() {
    let home = Arc::new(Home::new(&format!("{PATIENT}\n[store]\npath = \"messages.sqlite\"")));
    let running = home.start();
    let builder = home.client(&running);
    let mut client = builder.connect(NoRequests).await.unwrap();
    accepted(&client).await;
    let lock = File::create(home.path().join("state/other.sqlite.lock")).unwrap();
    lock.try_lock().unwrap();
    home.reconfigure("messages.sqlite", "other.sqlite");
    let (code, said) = refused(&home).await;
    assert_eq!(code, Some(3));
    assert!(said.contains("the old process serves again: "), "{said}");
    assert!(said.contains("other.sqlite is in use by another process"), "{said}");
    assert_eq!(client.ended().await.cause, Cause::Unbind);
    assert_eq!(home.process(), running.id());
    let client = builder.connect(NoRequests).await.unwrap();
    accepted(&client).await;
    // And it can still hand over.
    home.reconfigure("other.sqlite", "messages.sqlite");
    is_restarted(&home).await;
    assert!(running.ended().success());
    tokio::task::block_in_place(|| home.stop());
    assert_eq!(home.held().len(), 2);
}

/// Takes what is delivered, and answers it when it is told to, or never.
struct Owing(UnboundedSender<(ReplyTo, String)>);

impl Handler for Owing {
    fn request(&mut self, request: &Request<'_>, reply_to: ReplyTo) -> Reply {
        let Pdu::DeliverSm(receipt) = &request.pdu else { return Reply::Unsupported };
        let id = receipt.tlvs.receipted_message_id().unwrap().unwrap();
        let _test_is_over = self.0.send((reply_to, String::from_utf8(id.to_vec()).unwrap()));
        Reply::Later
    }
}

const ASKING: SubmitSm<'_> = SubmitSm { registered_delivery: RegisteredDelivery::ALWAYS, ..MESSAGE };

#[tokio::test(flavor = "multi_thread")]
async fn until_what_is_open_is_answered_messages_and_binds_are_refused() {
    let home = Arc::new(Home::new("[restart]\ndeadline_milliseconds = 60000"));
    let running = home.start();
    let builder = home.client(&running);
    let (tell, mut delivered) = unbounded_channel();
    let mut client = builder.connect(Owing(tell)).await.unwrap();
    let Outcome::Answered(answer) = client.submit_sm(&ASKING).await.unwrap() else { panic!("no answer") };
    let (reply_to, id) = timeout(DEADLINE, delivered.recv()).await.unwrap().unwrap();
    assert_eq!(answer.message_id.as_bytes(), id.as_bytes());

    let restarting = tokio::spawn({
        let home = Arc::clone(&home);
        async move { is_restarted(&home).await }
    });
    let refused = loop {
        let Outcome::Answered(answer) = client.submit_sm(&MESSAGE).await.unwrap() else {
            panic!("no answer")
        };
        if !answer.command_status.is_ok() {
            break answer.command_status;
        }
    };
    assert_eq!(refused, CommandStatus::ESME_RSUBMITFAIL);
    let bind = builder.connect(NoRequests).await.unwrap_err();
    assert_eq!(bind.refused(), Some(CommandStatus::ESME_RBINDFAIL));
    assert!(!restarting.is_finished());
    client.session().answer([(reply_to, smpp_session::Verdict::status(CommandStatus::ESME_ROK))]);
    assert_eq!(client.ended().await.cause, Cause::Unbind);
    restarting.await.unwrap();

    // It was acknowledged before the deadline, so it does not come again: the next one that comes is another's.
    let (tell, mut delivered) = unbounded_channel();
    let client = builder.connect(Owing(tell)).await.unwrap();
    client.submit_sm(&ASKING).await.unwrap();
    let (_, next) = timeout(DEADLINE, delivered.recv()).await.unwrap().unwrap();
    assert_ne!(next, id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mute_client_holds_up_nobody_and_its_receipt_comes_again() {
    let home = Arc::new(Home::new("[restart]\ndeadline_milliseconds = 50"));
    let running = home.start();
    let builder = home.client(&running);
    let (tell, mut delivered) = unbounded_channel();
    let mute = builder.connect(Owing(tell)).await.unwrap();
    mute.submit_sm(&ASKING).await.unwrap();
    let (_, id) = timeout(DEADLINE, delivered.recv()).await.unwrap().unwrap();
    // It does not even read what comes now.
    let mut silent = tls_session(&home, running.port, &trusting(&home)).await;
    is_restarted(&home).await;
    let (tell, mut delivered) = unbounded_channel();
    let _client = builder.connect(Owing(tell)).await.unwrap();
    assert_eq!(timeout(DEADLINE, delivered.recv()).await.unwrap().unwrap().1, id);
    // Everybody was told, and then cut off.
    let mut said = Vec::new();
    let _reset = timeout(DEADLINE, silent.read_to_end(&mut said)).await.expect("it is disconnected");
    assert_eq!(Header::read(&said).unwrap().command_id, CommandId::UNBIND);
    assert!(running.ended().success());
}

fn trusting(home: &Home) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(home.certificate()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// Bound, and never answering anything.
async fn tls_session(home: &Home, port: u16, tls: &TlsConnector) -> TlsStream<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let mut stream = tls.connect(ServerName::try_from("localhost").unwrap(), stream).await.unwrap();
    let bind = Bind {
        command_id: CommandId::BIND_TRANSCEIVER,
        system_id: CUSTOMER.as_bytes(),
        password: home.password(),
        ..Bind::default()
    };
    let mut octets = Vec::new();
    encode(&bind, CommandStatus::ESME_ROK, 1, &mut octets).unwrap();
    stream.write_all(&octets).await.unwrap();
    let mut answer = [0; 256];
    let read = stream.read(&mut answer).await.unwrap();
    assert_eq!(Header::read(&answer[..read]).unwrap().command_status, CommandStatus::ESME_ROK);
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_resumes_its_tls_session_at_the_new_process() {
    let home = Arc::new(Home::new(PATIENT));
    let running = home.start();
    let tls = trusting(&home);
    let kind = |stream: TlsStream<TcpStream>| stream.get_ref().1.handshake_kind().unwrap();
    assert_eq!(kind(tls_session(&home, running.port, &tls).await), HandshakeKind::Full);
    is_restarted(&home).await;
    assert_eq!(kind(tls_session(&home, running.port, &tls).await), HandshakeKind::Resumed);
}

#[cfg(feature = "admin")]
#[tokio::test(flavor = "multi_thread")]
async fn operators_look_at_the_new_process_at_the_same_place() {
    let home = Arc::new(Home::new("[admin]\nlisten = \"127.0.0.1:0\""));
    let running = home.start();
    let address = running.admin.clone().unwrap();
    let starts = |count: u32| {
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        write!(stream, "GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        assert!(text.contains(&format!("\nsmpp_gateway_store_starts {count}\n")), "{text}");
    };
    starts(1);
    is_restarted(&home).await;
    starts(2);
}

//! A thousand sessions at work while accounts come, change and go and the certificate is another: only those end that must, and no
//! message is lost.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::CertificateDer;
use smpp_session::{
    Client, ClientBuilder, ClientTls, CommandStatus, Connection, Deadlines, Fingerprint, Outcome, SubmitSm,
};
use smpp_wire::values::RegisteredDelivery;
use tokio::task::JoinHandle;

use crate::{
    attack::{crowd, each},
    customers::Receipts,
    gateway::{PASSWORD, Running},
};

const SESSIONS: usize = 1_000;
/// They have a hundred sessions each.
const ACCOUNTS: usize = 10;
/// Its limits change, and none of its sessions may notice.
const CHANGED: usize = 7;
/// It may only receive from now on.
const RESTRICTED: usize = 8;
/// It is gone.
const REMOVED: usize = 9;
const NEW: &str = "new";
const MESSAGE: SubmitSm<'_> = SubmitSm {
    destination_addr: b"4512345678",
    registered_delivery: RegisteredDelivery::ALWAYS,
    short_message: b"Hello",
    ..SubmitSm::EMPTY
};

/// Another certificate with another key; its fingerprint.
fn renew(gateway: &Running) -> Fingerprint {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    std::fs::write(gateway.path().join("state/key.pem"), key.serialize_pem()).unwrap();
    std::fs::write(gateway.path().join("state/certificate.pem"), certificate.pem()).unwrap();
    Fingerprint::of(&CertificateDer::from(certificate.der().to_vec())).unwrap()
}

fn name(account: usize) -> String {
    format!("account{account}")
}

fn client(gateway: &Running, pin: Fingerprint, system_id: &str) -> ClientBuilder {
    let long = Duration::from_secs(120);
    let deadlines = Deadlines { connect: long, handshake: long, bind: long, ..Deadlines::default() };
    let tls = ClientTls::pinned(vec![pin]).unwrap();
    Client::builder("127.0.0.1", gateway.address.port(), tls)
        .credentials(system_id, PASSWORD)
        .deadlines(deadlines)
}

/// What the sessions of an account have sent and got.
#[derive(Clone, Default)]
struct Ledger {
    accepted: Arc<Mutex<HashSet<Vec<u8>>>>,
    receipts: Receipts,
}

/// A session at work.
struct Session {
    account: usize,
    answered: Arc<AtomicU64>,
    task: JoinHandle<Connection>,
}

/// Sends until it is told to stop, or the gateway has unbound it.
async fn work(
    client: Connection,
    ledger: Ledger,
    answered: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
) -> Connection {
    while !stop.load(Ordering::Relaxed) {
        match client.submit_sm(&MESSAGE).await {
            Ok(Outcome::Answered(answer)) if answer.command_status == CommandStatus::ESME_ROK => {
                ledger.accepted.lock().unwrap().insert(answer.message_id.as_bytes().to_vec());
                answered.fetch_add(1, Ordering::Relaxed);
            }
            // Unbound meanwhile: nobody answered that it was accepted.
            _ => break,
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    client
}

/// Longer than anything here takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(300);

async fn until(mut is_so: impl FnMut() -> bool) {
    let so = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(DEADLINE, so).await.expect("it becomes so");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_sessions_that_must_go_do_and_nothing_is_lost() {
    crowd();
    // Who is refused until the gateway has followed is not locked out for it.
    let limits =
        "[limits]\nenquire_link_seconds = 3600\n[lockout]\nattempts = 1000000\ndelay_milliseconds = 100\n";
    let all = |account: &dyn Fn(&str, &str, &str) -> String| {
        (0..ACCOUNTS).map(|number| account(&name(number), "transceiver", "")).collect()
    };
    let gateway = Running::start_with(limits, all);
    let old = Fingerprint::of(&gateway.certificate()).unwrap();
    let ledgers: Vec<_> = (0..ACCOUNTS).map(|_| Ledger::default()).collect();
    let clients = each(SESSIONS, |number| {
        let builder = client(&gateway, old, &name(number % ACCOUNTS));
        let receipts = ledgers[number % ACCOUNTS].receipts.clone();
        async move { (number % ACCOUNTS, builder.connect(receipts).await.unwrap()) }
    });
    let stop = Arc::new(AtomicBool::new(false));
    let begin = |(account, client): (usize, Connection)| {
        let answered = Arc::new(AtomicU64::new(0));
        let work = work(client, ledgers[account].clone(), Arc::clone(&answered), Arc::clone(&stop));
        Session { account, answered, task: tokio::spawn(work) }
    };
    let sessions: Vec<_> = clients.await.into_iter().map(begin).collect();
    let went_on = |of: &dyn Fn(usize) -> bool, marks: &[u64]| {
        let mut all = sessions.iter().zip(marks).filter(|(session, _)| of(session.account));
        all.all(|(session, mark)| session.answered.load(Ordering::Relaxed) > mark + 2)
    };
    until(|| went_on(&|_| true, &[0; SESSIONS])).await;

    let new = renew(&gateway);
    gateway.reload(limits, |account| {
        let kept = (0..REMOVED).map(|number| match number {
            CHANGED => account(&name(number), "transceiver", "messages_per_second = 1000000\nwindow = 50"),
            RESTRICTED => account(&name(number), "receiver", ""),
            _ => account(&name(number), "transceiver", ""),
        });
        kept.chain([account(NEW, "transceiver", "")]).collect()
    });
    let must_go = |account: usize| matches!(account, RESTRICTED | REMOVED);
    until(|| {
        sessions.iter().filter(|session| must_go(session.account)).all(|session| session.task.is_finished())
    })
    .await;
    let marks: Vec<_> = sessions.iter().map(|session| session.answered.load(Ordering::Relaxed)).collect();
    until(|| went_on(&|account| !must_go(account), &marks)).await;
    assert!(sessions.iter().all(|session| session.task.is_finished() == must_go(session.account)));
    // The new account binds, and sees the new certificate; nobody sees the old one any more.
    client(&gateway, new, NEW).connect(Receipts::default()).await.unwrap();
    client(&gateway, old, NEW).connect(Receipts::default()).await.unwrap_err();

    // Who had to go comes back: what was accepted of it has its receipt, as that of all others.
    gateway.reload(limits, all);
    let mut returned = Vec::new();
    for account in [RESTRICTED, REMOVED] {
        let receipts = ledgers[account].receipts.clone();
        let builder = client(&gateway, new, &name(account));
        returned.push(loop {
            match builder.connect(receipts.clone()).await {
                Ok(client) => break client,
                // The gateway is told by a signal.
                Err(error) => assert!(error.refused().is_some(), "{error}"),
            }
        });
    }
    stop.store(true, Ordering::Relaxed);
    let mut clients = Vec::new();
    for session in sessions {
        clients.push(session.task.await.unwrap());
    }
    for ledger in &ledgers {
        let accepted = ledger.accepted.lock().unwrap().clone();
        assert!(accepted.len() >= 3 * SESSIONS / ACCOUNTS);
        until(|| ledger.receipts.have(&accepted)).await;
    }
    drop((clients, returned));
}

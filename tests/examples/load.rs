//! `relay` between smpp-load and a message centre, each a process that is killed and started again: what the generator's ledger calls
//! accepted, the message centre has.

use std::{
    collections::HashSet,
    env, fs,
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    os::fd::{AsFd, OwnedFd},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use smpp_engine::{
    session::{Bind, Handler, Reply, ReplyTo, Request, Server, ServerTls, SessionHandle, Verdict},
    wire::{CommandStatus, MessageId, Pdu},
};
use smpp_load::{Entry, Fate, IdDigest, LedgerReader};

use crate::{
    binary::built,
    message_centre::{Certificate, PASSWORD, SYSTEM_ID},
    relay::Relay,
};

/// Set in the process of the message centre: where its certificate is, and the file of what it has accepted.
const FOLDER: &str = "SMPP_TEST_MESSAGE_CENTRE";
const ACCEPTED: &str = "accepted";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_ledger_calls_accepted_has_arrived_though_both_sides_were_killed() {
    if let Some(folder) = env::var_os(FOLDER) {
        return serve(Path::new(&folder)).await;
    }
    let story = tokio::task::spawn_blocking(|| {
        let mut centre = Centre::new();
        let relay = Relay::start(centre.address(), &centre.certificate.pin.to_string());
        let mut first = Generator::start(&relay, &centre, "First");
        centre.restart_after(1_500, "First");
        centre.wait_for(1_500, "First");
        first.kill();
        let mut second = Generator::start(&relay, &centre, "Second");
        for _ in 0..3 {
            centre.restart_after(500, "Second");
        }
        centre.wait_for(500, "Second");
        second.interrupt();

        let (first, second) = (first.fates(), second.fates());
        for (fates, from) in [(&first, "First"), (&second, "Second")] {
            let arrived = centre.accepted(from);
            let lost: Vec<_> = fates.accepted.difference(&arrived).collect();
            assert!(lost.is_empty(), "{from}: accepted and never arrived: {}", lost.len());
            assert!(fates.accepted.len() > 1_000, "{from}: {} are accepted", fates.accepted.len());
        }
        // Who ended in order has written everything down: what else arrived has an unknown fate.
        let beside = centre.accepted("Second").difference(&second.accepted).count();
        assert!(beside <= second.unknown, "{beside} arrived without a word, {} are unknown", second.unknown);
    });
    story.await.unwrap();
}

/// The message centre's process, and the socket that outlives it.
struct Centre {
    listener: TcpListener,
    certificate: Certificate,
    process: Child,
}

impl Centre {
    fn new() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let certificate = Certificate::new();
        fs::write(certificate.directory.path().join(ACCEPTED), []).unwrap();
        let process = Self::start(&listener, &certificate);
        Self { listener, certificate, process }
    }

    fn start(listener: &TcpListener, certificate: &Certificate) -> Child {
        Command::new(env::current_exe().unwrap())
            .args(["--exact", "load::what_a_ledger_calls_accepted_has_arrived_though_both_sides_were_killed"])
            .env(FOLDER, certificate.directory.path())
            .stdin(OwnedFd::from(listener.try_clone().unwrap()))
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    }

    fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap()
    }

    /// Kills it once so many more messages have arrived, and starts it again.
    fn restart_after(&mut self, more: usize, from: &str) {
        self.wait_for(more, from);
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.process = Self::start(&self.listener, &self.certificate);
    }

    fn wait_for(&self, more: usize, from: &str) {
        let wanted = self.accepted(from).len() + more;
        let mut patience = 6_000;
        while self.accepted(from).len() < wanted {
            patience -= 1;
            assert!(patience > 0, "messages arrive again");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// What it has accepted of a sender, in all its lives.
    fn accepted(&self, from: &str) -> HashSet<IdDigest> {
        let all = fs::read_to_string(self.certificate.directory.path().join(ACCEPTED)).unwrap();
        let lines = all.lines().filter_map(|line| line.split_once(' '));
        lines.filter(|(sender, _)| *sender == from).map(|(_, id)| IdDigest::of(id.as_bytes())).collect()
    }
}

impl Drop for Centre {
    fn drop(&mut self) {
        let _ended_before = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A running smpp-load.
struct Generator {
    process: Child,
    ledger: PathBuf,
}

/// What its ledger says.
#[derive(Default)]
struct Fates {
    accepted: HashSet<IdDigest>,
    unknown: usize,
}

impl Generator {
    fn start(relay: &Relay, centre: &Centre, source: &str) -> Self {
        let ledger = centre.certificate.directory.path().join(source);
        let program = built("smpp-load", &["--package", "smpp-load", "--bins"], &SOURCES);
        let process = Command::new(program)
            .arg(format!("smpps://{SYSTEM_ID}:{PASSWORD}@{}", relay.address))
            .args(["--pin", &relay.certificate.pin.to_string(), "--source", source])
            .args(["--rate", "1500", "--duration", "10m", "--ledger"])
            .arg(&ledger)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { process, ledger }
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Asks it to end: it waits for the answers to come.
    fn interrupt(&mut self) {
        kill_process(Pid::from_child(&self.process), Signal::INT).unwrap();
        self.process.wait().unwrap();
    }

    fn fates(&self) -> Fates {
        let mut ledger = LedgerReader::open(&self.ledger).unwrap();
        let mut fates = Fates::default();
        while let Some(block) = ledger.next_block().unwrap() {
            block.iter().for_each(|entry| fates.note(entry));
        }
        fates
    }
}

impl Drop for Generator {
    fn drop(&mut self) {
        let _ended_before = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Fates {
    fn note(&mut self, entry: &Entry) {
        let Entry::Message { fate, id, .. } = entry else { return };
        match fate {
            Fate::Answered(0) => assert!(self.accepted.insert(*id), "one id for two messages"),
            Fate::Answered(status) => match CommandStatus(*status) {
                CommandStatus::ESME_RUNKNOWNERR => self.unknown += 1,
                // The relay has not sent it.
                CommandStatus::ESME_RSYSERR | CommandStatus::ESME_RTHROTTLED => {}
                other => panic!("{other}"),
            },
            Fate::Lost | Fate::TimedOut => self.unknown += 1,
            Fate::Shed => {}
        }
    }
}

/// Accepts every message under an id of its own, and writes it down first.
struct Accept {
    log: Arc<Mutex<Log>>,
}

/// What one life of the message centre has accepted.
struct Log {
    file: fs::File,
    count: u64,
}

impl Handler for Accept {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Ok(())
    }

    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::SubmitSm(message) = &request.pdu else {
            return Reply::Unsupported;
        };
        let log = &mut *self.log.lock().unwrap();
        log.count += 1;
        let id = format!("{}-{}", std::process::id(), log.count);
        let sender = str::from_utf8(message.source_addr).unwrap();
        // One write: what a killed process has begun is whole.
        log.file.write_all(format!("{sender} {id}\n").as_bytes()).unwrap();
        let message_id = MessageId::new(id.as_bytes()).unwrap();
        Reply::Now(Verdict { command_status: CommandStatus::ESME_ROK, message_id })
    }
}

/// The message centre, until it is killed: it listens on the socket that it was given as its input.
async fn serve(folder: &Path) {
    let listener = TcpListener::from(io::stdin().as_fd().try_clone_to_owned().unwrap());
    let tls = ServerTls::from_files(&folder.join("certificate.pem"), &folder.join("key.pem")).unwrap();
    let file = fs::File::options().append(true).open(folder.join(ACCEPTED)).unwrap();
    let log = Arc::new(Mutex::new(Log { file, count: 0 }));
    let handler = move |_| Accept { log: Arc::clone(&log) };
    let _server = Server::builder(tls).serve(listener, handler).unwrap();
    std::future::pending().await
}

/// Of smpp-load.
const SOURCES: [&str; 4] =
    ["crates/smpp-wire/src", "crates/smpp-session/src", "crates/smpp-gateway/src", "crates/smpp-load/src"];

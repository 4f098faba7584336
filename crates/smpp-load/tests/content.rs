//! What a server reads of what the flags and a mix ask for, and what becomes of sessions that are lost.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test says where by panicking")]

use std::{
    collections::{BTreeMap, HashSet},
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use smpp_load::{Parsed, Report, Target};
use smpp_session::{
    Bind, BindMode, CommandStatus, DeliverSm, Handler, MessageId, Reply, ReplyTo, Request, Server,
    SessionHandle, Turn, Verdict,
};
use smpp_wire::{Pdu, values::EsmClass};
use tokio::sync::Notify;

/// What one submit_sm said.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Seen {
    system_id: String,
    destination: Vec<u8>,
    data_coding: u8,
    esm_class: u8,
    registered_delivery: u8,
    len: usize,
    tlvs: Vec<u8>,
}

#[derive(Default)]
struct Shared {
    seen: Mutex<Vec<Seen>>,
    binds: Mutex<Vec<(String, BindMode)>>,
    /// Ids are numbers: hex in answers, decimal in receipts.
    next_id: AtomicU64,
    /// Told when a session no longer answers.
    silent: Notify,
}

/// Notes all it sees, gives receipts whose ids are written another way, and answers no more than so many on a session.
struct Noting {
    shared: Arc<Shared>,
    system_id: String,
    owed: Vec<u64>,
    silent_after: Option<u64>,
    count: u64,
}

impl Handler for Noting {
    fn bind(&mut self, bind: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        self.system_id = String::from_utf8_lossy(bind.system_id).into_owned();
        let mode = BindMode::of(bind.command_id).unwrap();
        self.shared.binds.lock().unwrap().push((self.system_id.clone(), mode));
        Ok(())
    }

    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::SubmitSm(message) = &request.pdu else { return Reply::Unsupported };
        self.count += 1;
        if let Some(count) = self.silent_after.filter(|count| self.count > *count) {
            if self.count == count + 1 {
                self.shared.silent.notify_one();
            }
            return Reply::Later;
        }
        self.shared.seen.lock().unwrap().push(Seen {
            system_id: self.system_id.clone(),
            destination: message.destination_addr.to_vec(),
            data_coding: message.data_coding.0,
            esm_class: message.esm_class.0,
            registered_delivery: message.registered_delivery.0,
            len: message.short_message.len(),
            tlvs: message.tlvs.octets().to_vec(),
        });
        let id = self.shared.next_id.fetch_add(1, Ordering::Relaxed) + 0xA0;
        if message.registered_delivery.wants_receipt(true) {
            self.owed.push(id);
        }
        let message_id = MessageId::new(format!("{id:08X}").as_bytes()).unwrap();
        Reply::Now(Verdict { command_status: CommandStatus::ESME_ROK, message_id })
    }

    fn turn_end(&mut self, turn: &mut Turn<'_>) {
        let room = turn.window_free().min(self.owed.len());
        for id in self.owed.drain(..room) {
            let text = format!(
                "id:{id} sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 stat:DELIVRD err:000"
            );
            let receipt = DeliverSm {
                esm_class: EsmClass::RECEIPT,
                short_message: text.as_bytes(),
                ..DeliverSm::default()
            };
            turn.submit(&receipt, 0).unwrap();
        }
    }
}

async fn serve(shared: &Arc<Shared>, silent_after: Option<u64>) -> Server {
    serve_at("127.0.0.1:0".parse().unwrap(), shared, silent_after).await
}

async fn serve_at(address: SocketAddr, shared: &Arc<Shared>, silent_after: Option<u64>) -> Server {
    let shared = Arc::clone(shared);
    let handler = move |_: SocketAddr| Noting {
        shared: Arc::clone(&shared),
        system_id: String::new(),
        owed: Vec::new(),
        silent_after,
        count: 0,
    };
    loop {
        match Server::plain().listen(address, handler.clone()).await {
            Ok(server) => return server,
            // The one that was dropped lets go of its address a moment later, and tells nobody.
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    }
}

async fn run(urls: &[String], flags: &str) -> Report {
    let line = format!("smpp-load {} {flags}", urls.join(" "));
    let Ok(Parsed::Run(options)) = Parsed::from_args(line.split_whitespace()) else {
        panic!("{line}: {:?}", Parsed::from_args(line.split_whitespace()));
    };
    let targets: Vec<(Target, String)> =
        options.target.urls.iter().map(|url| (url.parse().unwrap(), "secret".to_owned())).collect();
    let server = smpp_load::Server::of(&targets, &options).unwrap();
    smpp_load::run(server, &options).await.unwrap()
}

fn url(server: &Server) -> String {
    format!("smpp://load:secret@{}", server.local_addr())
}

#[tokio::test(flavor = "multi_thread")]
async fn long_texts_go_to_many_numbers_in_parts_and_receipts_match_in_another_radix() {
    let shared = Arc::new(Shared::default());
    let server = serve(&shared, None).await;
    let flags =
        "-n 400 -l 400 --long udh --destination 45:10 --tlv 0x1400=07 --receipts --receipt-id hex:dec -c 2";
    let report = run(&[url(&server)], flags).await;
    assert_eq!((report.exit_code(), report.messages.sent), (0, 400));
    assert_eq!(report.receipts.map(|receipts| (receipts.matched, receipts.missing)), Some((400, 0)));
    let seen = shared.seen.lock().unwrap();
    assert!(seen.iter().all(|seen| seen.esm_class == 0x40 && seen.registered_delivery == 1));
    assert!(seen.iter().all(|seen| seen.tlvs == b"\x14\x00\x00\x01\x07"));
    // 400 characters are three parts, each of one text to one number.
    let numbers: HashSet<&[u8]> = seen.iter().map(|seen| &*seen.destination).collect();
    assert_eq!(numbers.len(), 134);
    assert!(numbers.iter().all(|number| number.len() == 10 && number.starts_with(b"45")));
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_of_another_form_are_unknown_when_nobody_said_so() {
    let shared = Arc::new(Shared::default());
    let server = serve(&shared, None).await;
    let report = run(&[url(&server)], "-n 20 --receipts --receipt-wait 0s").await;
    let receipts = report.receipts.unwrap();
    assert_eq!((receipts.expected, receipts.matched, receipts.missing), (20, 0, 20));
    assert_eq!(report.exit_code(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mix_that_is_shipped_keeps_its_shares_modes_and_rates() {
    let shared = Arc::new(Shared::default());
    let server = serve(&shared, None).await;
    let mix = concat!(env!("CARGO_MANIFEST_DIR"), "/mix.example.toml");
    let report =
        run(&[url(&server)], &format!("--mix {mix} -d 2s --receipt-id hex:dec --receipt-wait 2s")).await;
    assert_eq!(report.messages.sent, report.messages.answered, "{:?}", report.warnings);
    let binds = shared.binds.lock().unwrap();
    assert_eq!(binds.iter().filter(|(_, mode)| *mode == BindMode::Receiver).count(), 1);
    let seen = shared.seen.lock().unwrap();
    let mut kinds: BTreeMap<(&str, u8), u64> = BTreeMap::new();
    for seen in seen.iter() {
        *kinds.entry((&seen.system_id, seen.data_coding)).or_default() += 1;
    }
    // 100 a second for two seconds; 45 + 45 GSM and 10 UCS2.
    assert_eq!(kinds[&("marketing", 0)] + kinds[&("marketing", 8)], 200, "{kinds:?}");
    assert_eq!(kinds[&("marketing", 8)], 20, "{kinds:?}");
    assert_eq!(kinds[&("alerts", 0x10)], 40, "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_go_to_the_next_target_when_the_first_does_not_answer() {
    let shared = Arc::new(Shared::default());
    let server = serve(&shared, None).await;
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let report = run(&[format!("smpp://other:secret@{gone}"), url(&server)], "-n 10 -c 3").await;
    assert_eq!((report.exit_code(), report.messages.accepted), (0, 10));
    assert!(shared.binds.lock().unwrap().iter().all(|(system_id, _)| system_id == "load"));
    assert_eq!(shared.binds.lock().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_session_is_bound_again_and_its_unanswered_messages_are_counted_as_lost() {
    let shared = Arc::new(Shared::default());
    let mut server = serve(&shared, Some(300)).await;
    let address = server.local_addr();
    let target = [url(&server)];
    let running = tokio::spawn(async move { run(&target, "-R 500 -d 3s --reconnect --timeout 20s").await });
    for silent_after in [Some(300), None] {
        shared.silent.notified().await;
        drop(server);
        server = serve_at(address, &shared, silent_after).await;
    }
    let report = running.await.unwrap();
    let messages = &report.messages;
    assert_eq!((report.network.rebinds, report.network.errors >= 2), (2, true), "{:?}", report.network);
    assert!(messages.lost > 0 && messages.accepted >= 600, "{messages:?}");
    assert_eq!((messages.offered, messages.timed_out), (1_500, 0));
    assert_eq!(messages.offered, messages.sent + messages.shed);
    assert_eq!(messages.sent, messages.answered + messages.lost, "{messages:?}");
    assert_eq!(messages.answered, shared.seen.lock().unwrap().len() as u64);
    assert_eq!(report.exit_code(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_session_ends_the_run_when_nobody_asked_to_reconnect() {
    let shared = Arc::new(Shared::default());
    let server = serve(&shared, Some(300)).await;
    let target = [url(&server)];
    let running = tokio::spawn(async move { run(&target, "-R 500 -d 20s --timeout 20s").await });
    shared.silent.notified().await;
    drop(server);
    let report = running.await.unwrap();
    assert_eq!((report.network.rebinds, report.messages.accepted), (0, 300));
    assert!(report.messages.lost > 0 && report.duration_seconds < 10.0, "{:?}", report.messages);
}

#[tokio::test(flavor = "multi_thread")]
async fn transmitters_send_and_receivers_only_listen() {
    let shared = Arc::new(Shared::default());
    let server = serve(&shared, None).await;
    let sent = run(&[url(&server)], "-n 10 --bind tx --bind-rate 100 -c 3").await;
    assert_eq!((sent.exit_code(), sent.bind_microseconds.count), (0, 3));
    let listened = run(&[url(&server)], "-d 100ms --bind rx").await;
    assert_eq!((listened.messages.sent, listened.load.bound), (0, 1));
    let modes: Vec<_> = shared.binds.lock().unwrap().iter().map(|(_, mode)| *mode).collect();
    assert_eq!(modes, [[BindMode::Transmitter; 3].as_slice(), &[BindMode::Receiver]].concat());
}

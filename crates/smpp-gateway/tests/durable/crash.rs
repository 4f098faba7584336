//! Killed at any moment: what was answered ESME_ROK is in the store, or its receipt is with the client.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    time::Duration,
};

use smpp_load::{Entry, Fate, IdDigest, LedgerReader, Parsed, Report, Server, Target, run};

use crate::gateway::{Home, Running};

/// `SMPP_CRASH_ROUNDS=100 cargo test -p smpp-gateway --test durable kills` asks for more.
const ROUNDS: u64 = 20;
const ASKED: &str = "SMPP_CRASH_ROUNDS";
const CONNECTIONS: u64 = 4;
const WINDOW: u64 = 100;

/// What the client knows after all rounds so far.
#[derive(Default)]
struct Known {
    accepted: HashSet<IdDigest>,
    receipts: HashMap<IdDigest, u64>,
}

impl Known {
    fn add(&mut self, ledger: &Path) {
        let mut reader = LedgerReader::open(ledger).unwrap();
        while let Some(block) = reader.next_block().unwrap() {
            for entry in block {
                match entry {
                    Entry::Message { fate: Fate::Answered(0), id, .. } => {
                        assert!(self.accepted.insert(id), "one id for two messages");
                    }
                    Entry::Message { .. } => {}
                    Entry::Receipt { id, .. } => *self.receipts.entry(id).or_default() += 1,
                }
            }
        }
    }

    fn duplicates(&self) -> u64 {
        self.receipts.values().map(|count| count - 1).sum()
    }
}

/// Loads the gateway until it is gone. False when it was gone before the load began: what was delivered until then is not known.
async fn load(home: &Home, running: &Running, ledger: &Path) -> bool {
    let flags = "--duration 1s --timeout 1s --receipt-wait 300ms --receipts";
    load_with(home, running, ledger, flags).await.is_some()
}

/// The same, as these flags say; its report.
pub(crate) async fn load_with(home: &Home, running: &Running, ledger: &Path, flags: &str) -> Option<Report> {
    let (url, pin) = (home.url(), &running.fingerprint);
    let ledger = ledger.display();
    let line = format!(
        "smpp-load --quiet {url} --pin {pin} --connections {CONNECTIONS} --window {WINDOW} --ledger {ledger} {flags}"
    );
    let Ok(Parsed::Run(options)) = Parsed::from_args(line.split_whitespace()) else { panic!("{line}") };
    let target: Target = home.url().parse().unwrap();
    let password = target.password(None, None).unwrap();
    let server = Server::of(&[(target, password)], &options).unwrap();
    run(server, &options).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_at_random_moments_lose_nothing_that_was_accepted() {
    let home = Home::new("[simulator]\ndelay = { kind = \"exponential\", mean_milliseconds = 30 }");
    let mut random = fastrand::Rng::with_seed(20_261_124);
    let mut known = Known::default();
    let mut loaded = 0;
    let mut before = HashSet::new();
    let rounds = std::env::var(ASKED).map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    for round in 0..rounds {
        let ledger = home.path().join(format!("{round}.ledger"));
        let running = home.start();
        let pause = Duration::from_millis(random.u64(50..700));
        let id = running.id().to_string();
        let killer = tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            tokio::process::Command::new("kill").args(["-9", &id]).status().await.unwrap()
        });
        let began = load(&home, &running, &ledger).await;
        killer.await.unwrap();
        drop(running);
        known.add(&ledger);

        let held: Vec<_> = home.held().iter().map(|held| digest(held.message.id)).collect();
        let in_store: HashSet<_> = held.iter().copied().collect();
        assert_eq!(held.len(), in_store.len(), "a message is in the store once");
        if began {
            loaded += 1;
            let is_lost = |id: &&IdDigest| !in_store.contains(*id) && !known.receipts.contains_key(*id);
            let lost = known.accepted.iter().filter(is_lost).count();
            assert_eq!(lost, 0, "of {} in round {round}", known.accepted.len());
        } else {
            for id in before.difference(&in_store) {
                known.receipts.entry(*id).or_insert(1);
            }
        }
        before = in_store;
    }
    assert!(loaded > rounds / 2, "{loaded} rounds had a load");
    assert!(known.accepted.len() > 1_000, "{} accepted: that is no load", known.accepted.len());
    // A receipt comes again when its acknowledgement was not kept yet: at most what was open and on its way at a kill.
    let most = rounds * CONNECTIONS * 2 * WINDOW;
    assert!(known.duplicates() <= most, "{} receipts came again", known.duplicates());
    println!(
        "{rounds} kills, {} accepted, lost 0, {} receipts came again",
        known.accepted.len(),
        known.duplicates()
    );
}

pub(crate) fn digest(id: uuid::Uuid) -> IdDigest {
    IdDigest::of(id.hyphenated().to_string().as_bytes())
}

//! A power loss at every commit of a recorded run: what comes back is what was acknowledged.
//!
//! A process of its own works with a store; `strace` records what it writes, syncs and acknowledges. From that the disk is built as it was
//! at each moment, without what was not synced, or with some of it, and the store is opened on it.

use std::{
    collections::BTreeMap,
    env,
    fs::File,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::Command,
    sync::{Arc, mpsc},
    time::Duration,
};

use bytes::Bytes;
use smpp_gateway::{
    Address, Final, Outcome,
    store::{
        Batch, NewMessage, Store,
        sqlite::{SqliteOptions, SqliteStore},
    },
};
use smpp_wire::values::{DataCoding, Npi, RegisteredDelivery, Ton};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    image::{Disk, Event, Line},
    trace,
};

/// Batches that are submitted together, and whether each message has its end then.
struct Script {
    random: fastrand::Rng,
    next_key: u64,
    model: Model,
}

/// What a store holds: keys, and whether they have an end.
type Model = BTreeMap<u64, bool>;

impl Script {
    fn new(next_key: u64) -> Self {
        Self { random: fastrand::Rng::with_seed(20_261_130), next_key, model: Model::new() }
    }

    /// The next batches, each with what the store holds once it is kept.
    fn group(&mut self) -> Vec<(Batch, Model)> {
        (0..self.random.usize(1..6)).map(|_| (self.batch(), self.model.clone())).collect()
    }

    fn batch(&mut self) -> Batch {
        let mut batch = Batch::default();
        for _ in 0..self.random.usize(0..20) {
            batch.accepted.push(message(self.next_key));
            self.model.insert(self.next_key, false);
            self.next_key += 1;
        }
        let some: Vec<_> = self.model.iter().map(|(key, is_ended)| (*key, *is_ended)).collect();
        for (key, is_ended) in some {
            match self.random.u8(0..10) {
                0..3 if is_ended => {
                    self.model.remove(&key);
                    batch.gone.push(key);
                }
                0..2 => {
                    self.model.insert(key, true);
                    batch.ended.push(Final { key, outcome: Outcome::DELIVERED, done: 1_700_000_000 });
                }
                _ => {}
            }
        }
        batch
    }
}

fn message(key: u64) -> NewMessage {
    NewMessage {
        key,
        id: Uuid::from_u128(key.into()),
        account: 1,
        source: Address::source(Ton::ALPHANUMERIC, Npi::UNKNOWN, b"TestCo"),
        destination: Address::new(Ton::INTERNATIONAL, Npi::ISDN, b"4512345678").unwrap(),
        registered_delivery: RegisteredDelivery::ALWAYS,
        data_coding: DataCoding(0),
        submitted_at: 1_700_000_000,
        expires_at: 1_800_000_000,
        pdu: Bytes::from_static(&[0x55; 500]),
    }
}

/// The process that is recorded: it notes how many batches were submitted before each group, and every one that was kept.
#[test]
fn play() {
    let Some(directory) = env::var_os(PLAY) else { return };
    let directory = Path::new(&directory);
    let mut notes = File::create(directory.join(NOTES)).unwrap();
    let store = open(&directory.join(DATABASE), true);
    let (rung, bell) = mpsc::channel();
    store.wake_with(Arc::new(move || rung.send(()).unwrap()));
    let mut script = Script::new(store.recover().unwrap().next_key);
    let (mut submitted, mut answers) = (0, Vec::new());
    for _ in 0..GROUPS {
        let group = script.group();
        let all = submitted + group.len() as u64;
        notes.write_all(format!("submitted {all}").as_bytes()).unwrap();
        for (batch, _) in group {
            assert!(store.submit(batch, submitted).is_pending());
            submitted += 1;
        }
        let mut kept = 0;
        while kept < all {
            bell.recv_timeout(DEADLINE).unwrap();
            store.poll(&mut answers);
            for answer in answers.drain(..) {
                let smpp_gateway::store::Completion::Stored(token, stored) = answer else { panic!("a read") };
                assert_eq!(stored.result, Ok(()));
                kept = token + 1;
                notes.write_all(format!("kept {kept}").as_bytes()).unwrap();
            }
        }
    }
    // As it is killed, not closed in order.
    std::process::exit(0);
}

#[test]
fn a_power_loss_at_any_commit_of_a_run_leaves_what_was_acknowledged() {
    if !trace::is_available() {
        return;
    }
    let directory = directory();
    let home = directory.path().canonicalize().unwrap();
    let trace = home.join("trace");
    let calls = "trace=pwrite64,ftruncate,fdatasync,fsync,write";
    let recorded = Command::new("strace")
        .args(["-f", "-yy", "-x", "-s", "9000", "-e", "signal=none", "-e", calls, "-o"])
        .arg(&trace)
        .arg(env::current_exe().unwrap())
        .args(["--exact", "recorded::play"])
        .env(PLAY, &home)
        .output()
        .unwrap();
    assert!(recorded.status.success(), "{}", String::from_utf8_lossy(&recorded.stdout));

    let mut run = Run {
        models: models(),
        disk: Disk::default(),
        kept: 0,
        submitted: 0,
        random: fastrand::Rng::with_seed(1),
    };
    let (mut commits, mut exact, mut written_back) = (0, 0, 0);
    for line in whole_lines(&trace) {
        let Some(event) = Line::parse(&line).and_then(|line| run.disk.replay(&line, &home)) else { continue };
        match event {
            Event::Noted(note) => {
                let (word, count) = note.split_once(' ').unwrap();
                let count = count.parse().unwrap();
                match word {
                    "submitted" => run.submitted = count,
                    _ => run.kept = count,
                }
                // Nothing is on its way: nothing else than what was acknowledged.
                if run.kept == run.submitted {
                    run.check(|_| false);
                    exact += 1;
                }
            }
            Event::Synced(file) if run.submitted > 0 => {
                *if file == DATABASE { &mut written_back } else { &mut commits } += 1;
                run.check(|_| false);
                run.check(fastrand::Rng::bool);
            }
            Event::Synced(_) | Event::Changed => {}
        }
    }
    assert_eq!(exact, GROUPS);
    assert!(commits > GROUPS, "{commits} syncs");
    assert!(written_back > 1, "the log was too short");
}

struct Run {
    /// What the store holds once so many batches are kept.
    models: Vec<Model>,
    disk: Disk,
    kept: usize,
    submitted: usize,
    random: fastrand::Rng,
}

impl Run {
    /// Opens the store on what a power loss leaves now: all that was kept, and of what was on its way whole batches or nothing.
    fn check(&mut self, mut survives: impl FnMut(&mut fastrand::Rng) -> bool) {
        let directory = directory();
        self.disk.write(directory.path(), || survives(&mut self.random));
        let recovered = open(&directory.path().join(DATABASE), false).recover().unwrap();
        let waiting = recovered.waiting.iter().map(|key| (*key, false));
        let receipts = recovered.deliveries.iter().flat_map(|(_, keys)| keys).map(|key| (*key, true));
        let found: Model = waiting.chain(receipts).collect();
        let possible = &self.models[self.kept..=self.submitted];
        assert!(possible.contains(&found), "kept {} of {}: {found:?}", self.kept, self.submitted);
        let last = found.last_key_value().map_or(0, |(key, _)| key + 1);
        assert!(recovered.next_key >= last);
    }
}

/// What the store holds after none, one, two.. batches.
fn models() -> Vec<Model> {
    let mut script = Script::new(0);
    let groups = (0..GROUPS).flat_map(|_| script.group());
    let after: Vec<_> = groups.map(|(_, model)| model).collect();
    [vec![Model::new()], after].concat()
}

/// Lines of a trace; a call that another thread's stands in between is put together, and counts from when it was done.
fn whole_lines(trace: &Path) -> impl Iterator<Item = String> {
    let mut begun = BTreeMap::<String, String>::new();
    BufReader::new(File::open(trace).unwrap()).lines().map(Result::unwrap).filter_map(move |line| {
        let thread = line.split(' ').next().unwrap().to_owned();
        if let Some((start, _)) = line.split_once(" <unfinished") {
            begun.insert(thread, start.to_owned());
            return None;
        }
        match line.split_once(" resumed>") {
            Some((_, end)) => Some(begun.remove(&thread)? + end),
            None => Some(line),
        }
    })
}

/// In memory, where that is possible: which calls are made is looked at, not what they do to a disk.
fn directory() -> TempDir {
    let in_memory = Path::new("/dev/shm");
    if in_memory.is_dir() { TempDir::new_in(in_memory) } else { TempDir::new() }.unwrap()
}

fn open(path: &Path, synchronous: bool) -> SqliteStore {
    let options = SqliteOptions { synchronous, ..SqliteOptions::default() };
    SqliteStore::open(path, &[(1, "customer")], options).unwrap()
}

/// Names the directory of the process that is recorded.
const PLAY: &str = "SMPP_TEST_RECORDED_RUN";
const NOTES: &str = "notes";
const DATABASE: &str = "messages.sqlite";
/// So many that the log is written back several times.
const GROUPS: usize = 150;
/// Longer than anything here takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(60);

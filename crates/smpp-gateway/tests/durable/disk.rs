//! A disk that is full, and a disk that fails: what can't be kept is refused, and the gateway goes on when it can.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use smpp_load::{Entry, Fate, LedgerReader};
use smpp_session::{CommandStatus, Connection, NoRequests, Outcome};
use tempfile::TempDir;

use crate::{
    crash::{digest, load_with},
    gateway::{Home, MESSAGE},
    trace,
};

/// A small file system in memory; unmounted when dropped.
pub(crate) struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where mounting is not allowed.
    pub(crate) fn mount(path: PathBuf) -> Option<Self> {
        fs::create_dir(&path).unwrap();
        let words = ["-t", "tmpfs", "-o", "size=2m", "tmpfs"];
        let mounted = Command::new("mount").args(words).arg(&path).output();
        let works = mounted.is_ok_and(|output| output.status.success());
        if !works {
            say_skipped("leave to mount a tmpfs");
        }
        works.then_some(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Something else takes what is left, but for a few pages. Gives the file to remove.
    pub(crate) fn fill(&self) -> PathBuf {
        let filler = self.0.join("filler");
        let mut size = 2 << 20;
        while size > 4096 && fs::write(&filler, vec![0; size]).is_err() {
            size -= 4096;
        }
        filler
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _gone_with_the_machine = Command::new("umount").args(["--lazy"]).arg(&self.0).output();
    }
}

async fn submit(client: &Connection) -> CommandStatus {
    match client.submit_sm(&MESSAGE).await.unwrap() {
        Outcome::Answered(answer) => answer.command_status,
        Outcome::Lost(error) => panic!("{error}"),
    }
}

/// The status of `/readyz`.
#[cfg(feature = "admin")]
fn readiness(admin: std::net::SocketAddr) -> String {
    use std::io::Write as _;

    let mut stream = std::net::TcpStream::connect(admin).unwrap();
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let answer = std::io::read_to_string(stream).unwrap();
    answer.split(' ').nth(1).unwrap().to_owned()
}

/// Sends until the answer is this one, and tells how many messages had another one.
pub(crate) async fn submit_until(client: &Connection, status: CommandStatus) -> usize {
    for before in 0..20_000 {
        if submit(client).await == status {
            return before;
        }
    }
    panic!("never {status}");
}

/// Nothing ends here.
pub(crate) const ENDLESS: &str = "[simulator]\ndelay = { kind = \"fixed\", milliseconds = 600000 }";

#[cfg(feature = "admin")]
#[tokio::test]
async fn a_full_disk_refuses_and_takes_messages_again_when_there_is_room() {
    let directory = TempDir::new().unwrap();
    let Some(disk) = SmallDisk::mount(directory.path().join("disk")) else { return };
    // Free a moment ago.
    let admin = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = format!("{ENDLESS}\n[admin]\nlisten = \"{admin}\"");
    let home = Home::with_state(directory, disk.0.join("state"), &config);
    let running = home.start();
    let client = home.client(&running).connect(NoRequests).await.unwrap();
    assert_eq!(submit(&client).await, CommandStatus::ESME_ROK);
    assert_eq!(readiness(admin), "200");
    let filler = disk.fill();
    let mut kept = 1 + submit_until(&client, CommandStatus::ESME_RSUBMITFAIL).await;
    // A refusal is remembered for some seconds: on a machine that needs longer to ask it is made again.
    while readiness(admin) != "503" {
        assert_eq!(submit(&client).await, CommandStatus::ESME_RSUBMITFAIL);
    }
    assert_eq!(submit(&client).await, CommandStatus::ESME_RSUBMITFAIL, "it still lives");
    fs::remove_file(&filler).unwrap();
    submit_until(&client, CommandStatus::ESME_ROK).await;
    kept += 1;
    drop(client);
    running.kill();
    assert_eq!(home.held().len(), kept, "what was answered ESME_ROK, and nothing else");
    drop(disk);
}

#[tokio::test]
async fn after_a_failed_sync_the_message_is_refused_and_the_next_one_kept() {
    if !trace::is_available() {
        return;
    }
    let home = Home::new(ENDLESS);
    // The counts are of each thread: a start has fewer syncs, and the committing thread one a message.
    let fault = "inject=fsync,fdatasync:error=EIO:when=20..23";
    let words = ["strace", "-D", "-f", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", fault];
    let running = home.start_under(&words);
    let client = home.client(&running).connect(NoRequests).await.unwrap();
    let mut kept = submit_until(&client, CommandStatus::ESME_RSUBMITFAIL).await;
    submit_until(&client, CommandStatus::ESME_ROK).await;
    kept += 1;
    for _ in 0..20 {
        assert_eq!(submit(&client).await, CommandStatus::ESME_ROK);
        kept += 1;
    }
    drop(client);
    running.kill();
    assert_eq!(home.held().len(), kept, "what was refused is not in the store");
}

/// Loads a gateway whose disk fails again and again, and compares what is in the store with what was answered.
async fn fails_under_load(fault: &str) {
    if !trace::is_available() {
        return;
    }
    let home = Home::new(ENDLESS);
    let calls = "trace=fsync,fdatasync,pwrite64";
    let running = home.start_under(&["strace", "-D", "-f", "-o", "/dev/null", "-e", calls, "-e", fault]);
    let ledger = home.path().join("ledger");
    assert!(
        load_with(&home, &running, &ledger, "--messages 20000").await.is_some(),
        "a refusal ends no session"
    );
    // What a failed commit left in doubt is settled by the next one that succeeds.
    let client = home.client(&running).connect(NoRequests).await.unwrap();
    submit_until(&client, CommandStatus::ESME_ROK).await;
    drop(client);
    running.kill();

    let (mut accepted, mut refused) = (HashSet::new(), 0);
    let mut reader = LedgerReader::open(&ledger).unwrap();
    while let Some(block) = reader.next_block().unwrap() {
        for entry in block {
            match entry {
                Entry::Message { fate: Fate::Answered(0), id, .. } => assert!(accepted.insert(id)),
                Entry::Message { fate: Fate::Answered(_), .. } => refused += 1,
                _ => panic!("a message without an answer"),
            }
        }
    }
    assert!(refused > 0, "no commit failed");
    assert!(!accepted.is_empty(), "no commit succeeded");
    let held: HashSet<_> = home.held().iter().map(|held| digest(held.message.id)).collect();
    assert_eq!(accepted.difference(&held).count(), 0, "accepted and lost, of {}", accepted.len());
    assert_eq!(held.difference(&accepted).count(), 1, "refused and kept, apart from the last message");
}

#[tokio::test(flavor = "multi_thread")]
async fn syncs_that_fail_under_load_refuse_their_messages_and_no_others() {
    fails_under_load("inject=fsync,fdatasync:error=EIO:when=15+9").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_in_the_middle_of_transactions_refuses_their_messages_and_no_others() {
    fails_under_load("inject=pwrite64:error=ENOSPC:when=200..1500+331").await;
}

#[expect(clippy::print_stderr, reason = "the tests' output is where a skipped test is looked for")]
fn say_skipped(what: &str) {
    eprintln!("skipped: needs {what}");
}

//! A disk that is full, and a disk that fails: what can't be kept is refused, and the gateway goes on when it can.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use smpp_session::{CommandStatus, Connection, NoRequests, Outcome};
use tempfile::TempDir;

use crate::{
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

/// Sends until the answer is this one, and tells how many messages had another one.
async fn submit_until(client: &Connection, status: CommandStatus) -> usize {
    for before in 0..20_000 {
        if submit(client).await == status {
            return before;
        }
    }
    panic!("never {status}");
}

/// Nothing ends here.
const ENDLESS: &str = "[simulator]\ndelay = { kind = \"fixed\", milliseconds = 600000 }";

#[tokio::test]
async fn a_full_disk_refuses_and_takes_messages_again_when_there_is_room() {
    let directory = TempDir::new().unwrap();
    let Some(disk) = SmallDisk::mount(directory.path().join("disk")) else { return };
    let home = Home::with_state(directory, disk.0.join("state"), ENDLESS);
    let running = home.start();
    let client = home.client(&running).connect(NoRequests).await.unwrap();
    assert_eq!(submit(&client).await, CommandStatus::ESME_ROK);
    // Something else takes what is left, but for a few pages.
    let filler = disk.0.join("filler");
    let mut size = 2 << 20;
    while size > 4096 && fs::write(&filler, vec![0; size]).is_err() {
        size -= 4096;
    }
    let mut kept = 1 + submit_until(&client, CommandStatus::ESME_RSUBMITFAIL).await;
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

#[expect(clippy::print_stderr, reason = "the tests' output is where a skipped test is looked for")]
fn say_skipped(what: &str) {
    eprintln!("skipped: needs {what}");
}

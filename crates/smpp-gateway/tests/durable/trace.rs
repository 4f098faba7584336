//! strace: in which order a process writes, syncs and answers; and disks that fail on demand.

use std::{path::Path, process::Command, sync::OnceLock};

/// False, and said so, where strace can't be had; with `CI` set that is an error.
pub(crate) fn is_available() -> bool {
    static WORKS: OnceLock<bool> = OnceLock::new();
    if !smpp_debian::is_available("strace", "strace") {
        return false;
    }
    let works = *WORKS.get_or_init(works);
    if !works {
        assert!(std::env::var_os("CI").is_none(), "needs leave to trace with strace");
        say_skipped();
    }
    works
}

/// May it trace here?
fn works() -> bool {
    let tried = Command::new("strace").args(["-o", "/dev/null", "true"]).output();
    tried.is_ok_and(|output| output.status.success())
}

#[expect(clippy::print_stderr, reason = "the tests' output is where a skipped test is looked for")]
fn say_skipped() {
    eprintln!("skipped: needs leave to trace with strace");
}

/// What a process did, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Octets were added to the log of the database.
    Logged,
    /// The log of the database is on the disk.
    Synced,
    /// Octets left for a client.
    Sent,
    /// Octets were added to a file of call detail records.
    Recorded,
    /// A file of call detail records is on the disk.
    RecordSynced,
}

/// What a command is traced with, so that [`steps`] finds them in `file`.
pub(crate) const fn words(file: &str) -> [&str; 12] {
    let calls = "trace=pwrite64,fdatasync,fsync,write,writev,sendto,sendmsg";
    ["strace", "-D", "-f", "-yy", "-s", "0", "-e", "signal=none", "-e", calls, "-o", file]
}

/// Reads what `strace -f -yy` wrote. A call that took a while stands in two lines; what counts is when it was done, except for a
/// write, which others may see as soon as it begins.
pub(crate) fn steps(trace: &Path) -> Vec<Step> {
    let text = std::fs::read_to_string(trace).unwrap();
    let mut syncing = std::collections::HashMap::new();
    let mut steps = Vec::new();
    for line in text.lines() {
        let (thread, call) = line.split_once(' ').unwrap();
        let call = call.trim_start();
        let is = |names: &[&str], on: &str| {
            let (name, rest) = call.split_once('(').unwrap_or_default();
            names.contains(&name) && rest.split_once('>').is_some_and(|(file, _)| file.contains(on))
        };
        if is(&["pwrite64"], "messages.sqlite-wal") {
            steps.push(Step::Logged);
        } else if is(&["write", "writev", "sendto", "sendmsg"], "TCP:[") {
            steps.push(Step::Sent);
        } else if is(&["write"], RECORDS) {
            steps.push(Step::Recorded);
        } else if let Some((_, step)) = SYNCS.into_iter().find(|(on, _)| is(&["fdatasync", "fsync"], on)) {
            if call.ends_with("= 0") {
                steps.push(step);
            } else if call.contains("<unfinished") {
                syncing.insert(thread, step);
            }
        } else if call.starts_with("<... f") && call.ends_with("= 0") {
            steps.extend(syncing.remove(thread));
        }
    }
    steps
}

const RECORDS: &str = "/cdr/cdr-";
/// Which file's sync is which step.
const SYNCS: [(&str, Step); 2] = [("messages.sqlite-wal", Step::Synced), (RECORDS, Step::RecordSynced)];

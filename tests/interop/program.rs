//! The gateway's program with SQLite and one account, in a process of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::binary::built;

/// Killed when dropped, whichever process serves by then.
pub(crate) struct Program {
    directory: TempDir,
    first: Child,
    pub(crate) port: u16,
    pub(crate) password: String,
}

impl Program {
    /// With these lines in its configuration.
    pub(crate) fn start(config: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("gateway.toml");
        let state = directory.path().join("state");
        let base = format!("listen = \"127.0.0.1:0\"\nstate_dir = {state:?}\n{config}");
        fs::write(&path, &base).unwrap();
        let made = command(&["account", "new", CUSTOMER], &path).output().unwrap();
        let account = String::from_utf8(made.stdout).unwrap();
        let password = account.lines().next().unwrap().rsplit(' ').next().unwrap().to_owned();
        fs::write(&path, base + &account).unwrap();
        let mut first = command(&["run"], &path).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(first.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut ports = lines.filter_map(|line| line.strip_prefix("listening on 127.0.0.1:")?.parse().ok());
        let port = ports.next().unwrap();
        Self { directory, first, port, password }
    }

    /// Has a new process take over; waits until it serves.
    pub(crate) fn restart(&self) {
        let output = command(&["restart"], &self.directory.path().join("gateway.toml")).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    /// The certificate that it made.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.state("certificate.pem")
    }

    fn state(&self, file: &str) -> PathBuf {
        self.directory.path().join("state").join(file)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Ok(id) = fs::read_to_string(self.state("gateway.pid")) {
            let _ended = Command::new("kill").args(["-9", id.trim()]).status();
        }
        let _ended = self.first.kill();
        let _ended = self.first.wait();
    }
}

fn command(words: &[&str], config: &Path) -> Command {
    let places =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|place| place.join("crates/smpp-gateway/src"));
    let sources = places.into_iter().find(|sources| sources.exists()).unwrap();
    let program =
        built("smpp-gateway", &["--package", "smpp-gateway", "--bins"], &[sources.to_str().unwrap()]);
    let mut command = Command::new(program);
    command.args(words).arg("--config").arg(config).env("RUST_LOG", "warn");
    command
}

/// The account.
pub(crate) const CUSTOMER: &str = "alice";

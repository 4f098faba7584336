//! The gateway under attack: the binary, its counts, and its memory.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use rustls::pki_types::{CertificateDer, pem::PemObject};
use serde_json::Value;
use smpp_gateway::{Config, Gateway};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_smpp-gateway");
/// Who behaves.
pub(crate) const CUSTOMER: &str = "customer";
/// Who does not, with as many sessions as there may be.
pub(crate) const HOSTILE: &str = "hostile";
/// The same, with [`RATE`].
pub(crate) const FLOOD: &str = "flood";
pub(crate) const PASSWORD: &str = "secret08";
/// Messages a second.
pub(crate) const RATE: u32 = 100;

/// Killed when dropped.
pub(crate) struct Running {
    child: Child,
    directory: TempDir,
    pub(crate) address: SocketAddr,
    admin: SocketAddr,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

impl Running {
    /// With these lines of `[limits]`.
    pub(crate) fn start(limits: &str) -> Self {
        let lines =
            format!("[limits]\nmax_connections = 10400\n{limits}\n[lockout]\ndelay_milliseconds = 100\n");
        Self::start_with(&lines, |account| {
            [
                account(CUSTOMER, "transceiver\", \"transmitter", ""),
                account(HOSTILE, "transceiver", ""),
                account(FLOOD, "transceiver", &format!("messages_per_second = {RATE}")),
            ]
            .concat()
        })
    }

    /// With these tables, and the accounts that are made of names, modes and lines.
    pub(crate) fn start_with(
        lines: &str,
        accounts: impl FnOnce(&dyn Fn(&str, &str, &str) -> String) -> String,
    ) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let running = Command::new(BINARY)
            .args(["run", "--config"])
            .arg(write_config(directory.path(), lines, accounts))
            .env("RUST_LOG", "off")
            .stdout(Stdio::piped())
            .spawn();
        let mut child = running.unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut value = |key: &str| out.by_ref().find_map(|line| line.strip_prefix(key).map(str::to_owned));
        let admin = value("status on http://").unwrap().trim_end_matches("/status").parse().unwrap();
        let address = value("listening on ").unwrap().parse().unwrap();
        Self { child, directory, address, admin }
    }

    /// Gives it another configuration, and has it follow.
    pub(crate) fn reload(
        &self,
        lines: &str,
        accounts: impl FnOnce(&dyn Fn(&str, &str, &str) -> String) -> String,
    ) {
        let config = write_config(self.directory.path(), lines, accounts);
        let told = Command::new(BINARY).args(["reload", "--config"]).arg(config).output().unwrap();
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn certificate(&self) -> CertificateDer<'static> {
        CertificateDer::from_pem_file(self.directory.path().join("state/certificate.pem")).unwrap()
    }

    /// What it says of itself.
    pub(crate) fn status(&self) -> Value {
        let mut stream = TcpStream::connect(self.admin).unwrap();
        let request =
            format!("GET /status.json HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.admin);
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    /// One of the counts of [`Self::status`].
    pub(crate) fn count(&self, pointer: &str) -> u64 {
        self.status().pointer(pointer).and_then(Value::as_u64).unwrap_or_default()
    }

    /// The most memory it ever had, in octets.
    pub(crate) fn peak(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1_024
    }
}

fn write_config(
    directory: &Path,
    lines: &str,
    accounts: impl FnOnce(&dyn Fn(&str, &str, &str) -> String) -> String,
) -> PathBuf {
    let state_dir = directory.join("state");
    let key = Gateway::verifier_key(&Config { state_dir: state_dir.clone(), ..Config::default() }).unwrap();
    let account = |system_id: &str, modes: &str, more: &str| {
        let verifier = key.verifier(system_id.as_bytes(), PASSWORD.as_bytes()).to_hex();
        format!(
            "[[account]]\nsystem_id = {system_id:?}\nverifier = {verifier:?}\nconnection_mode = [\"{modes}\"]\n\
             max_binds = 10000\n{more}\n"
        )
    };
    let text = format!(
        "listen = \"127.0.0.1:0\"\nstate_dir = {state_dir:?}\n[admin]\nlisten = \"127.0.0.1:0\"\n{lines}\n{}",
        accounts(&account)
    );
    let config = directory.join("gateway.toml");
    fs::write(&config, text).unwrap();
    config
}

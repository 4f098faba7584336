//! The gateway's own program, for what only it can do: hand over to another process.

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use smpp_session::{Client, ClientBuilder, ClientTls};

use crate::home::{CUSTOMER, Home};

/// Killed when dropped, whichever process serves by then.
pub(crate) struct Program {
    program: PathBuf,
    config: PathBuf,
    pid_file: PathBuf,
    pin: String,
    port: u16,
    password: String,
    first: Child,
}

impl Program {
    /// Builds the program if need be, and returns when it listens.
    pub(crate) fn start(home: &Home) -> io::Result<Self> {
        let program = build()?;
        let mut command = Command::new(&program);
        command.args(["run", "--config"]).arg(home.file()).env("RUST_LOG", "warn").stdout(Stdio::piped());
        let mut first = command.spawn()?;
        let out = first.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let (mut pin, mut port) = (None, None);
        for line in BufReader::new(out).lines() {
            let line = line?;
            pin = pin.or_else(|| line.strip_prefix("public key sha256:").map(str::to_owned));
            port = line.strip_prefix("listening on 127.0.0.1:").and_then(|port| port.parse().ok());
            if port.is_some() {
                break;
            }
        }
        let (pin, port) = pin.zip(port).ok_or_else(|| io::Error::other("the gateway did not start"))?;
        let pid_file = home.config()?.state_dir.join("gateway.pid");
        let (config, password) = (home.file(), home.password().to_owned());
        Ok(Self { program, config, pid_file, pin, port, password, first })
    }

    /// Has a new process take over; the milliseconds from the first refusal until it served, as the old one counts them.
    pub(crate) fn restart(&self) -> io::Result<f64> {
        let output = Command::new(&self.program).args(["restart", "--config"]).arg(&self.config).output()?;
        let failed = || io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned());
        let said = String::from_utf8_lossy(&output.stdout);
        let milliseconds = said.split(' ').nth(4).and_then(|word| word.parse().ok());
        milliseconds.filter(|_| output.status.success()).ok_or_else(failed)
    }

    /// What its customer connects with.
    pub(crate) fn client(&self) -> io::Result<ClientBuilder> {
        let pin = self.pin.parse().map_err(io::Error::other)?;
        let tls = ClientTls::pinned(vec![pin]).map_err(io::Error::other)?;
        Ok(Client::builder("127.0.0.1", self.port, tls).credentials(CUSTOMER, self.password.as_str()))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // An error means that it has ended already.
        if let Ok(id) = fs::read_to_string(&self.pid_file) {
            let _ = Command::new("kill").args(["-9", id.trim()]).status();
        }
        let _ = self.first.kill();
        let _ = self.first.wait();
    }
}

fn build() -> io::Result<PathBuf> {
    let bench = env::current_exe()?;
    let profile = bench.parent().and_then(Path::parent).ok_or(io::ErrorKind::NotFound)?;
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", "smpp-gateway", "--bins"]);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    cargo.arg("--target-dir").arg(profile.parent().ok_or(io::ErrorKind::NotFound)?);
    let built = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status()?;
    built
        .success()
        .then(|| profile.join("smpp-gateway"))
        .ok_or_else(|| io::Error::other("no program was built"))
}

//! The binary with a directory of its own, to be killed and started again.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
};

use smpp_gateway::store::{
    Completion, Held, Store,
    sqlite::{SqliteOptions, SqliteStore},
};
use smpp_session::{Client, ClientBuilder, ClientTls, SubmitSm};
use smpp_wire::values::{Npi, Ton};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_smpp-gateway");
pub(crate) const CUSTOMER: &str = "customer1";

/// A message that nobody could object to.
pub(crate) const MESSAGE: SubmitSm<'_> = SubmitSm {
    source_addr_ton: Ton::ALPHANUMERIC,
    source_addr: b"TestCo",
    dest_addr_ton: Ton::INTERNATIONAL,
    dest_addr_npi: Npi::ISDN,
    destination_addr: b"4512345678",
    short_message: &[b'x'; 120],
    ..SubmitSm::EMPTY
};

/// Where a gateway lives, whether it runs or not.
pub(crate) struct Home {
    directory: TempDir,
    state: PathBuf,
    password: String,
    port: u16,
}

/// A running gateway; killed when dropped.
pub(crate) struct Running {
    child: Child,
    pub(crate) fingerprint: String,
    pub(crate) port: u16,
    /// Where operators look, if anywhere.
    #[cfg_attr(not(feature = "admin"), expect(dead_code, reason = "nobody may look"))]
    pub(crate) admin: Option<String>,
}

impl Home {
    /// A new gateway with one account; `config` is added to its configuration.
    pub(crate) fn new(config: &str) -> Self {
        let directory = TempDir::new().unwrap();
        let state = directory.path().join("state");
        Self::with_state(directory, state, config)
    }

    /// One that keeps its state elsewhere.
    pub(crate) fn with_state(directory: TempDir, state: PathBuf, config: &str) -> Self {
        // The same port at every start, so that clients find it again; free a moment ago.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let path = directory.path().join("gateway.toml");
        let base = format!("listen = \"127.0.0.1:{port}\"\nstate_dir = {state:?}\n{config}\n");
        fs::write(&path, &base).unwrap();
        let made =
            Command::new(BINARY).args(["account", "new", CUSTOMER, "--config"]).arg(&path).output().unwrap();
        let account = String::from_utf8(made.stdout).unwrap();
        let password = account.lines().next().unwrap().rsplit(' ').next().unwrap().to_owned();
        fs::write(&path, format!("{base}{account}max_binds = 100\n")).unwrap();
        Self { directory, state, password, port }
    }

    /// Changes its configuration.
    pub(crate) fn reconfigure(&self, from: &str, to: &str) {
        let path = self.path().join("gateway.toml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
    }

    /// The process that serves, whoever started it.
    pub(crate) fn process(&self) -> u32 {
        fs::read_to_string(self.state.join("gateway.pid")).unwrap().trim().parse().unwrap()
    }

    /// SIGTERM, and waits until the database is free.
    pub(crate) fn stop(&self) {
        let told = Command::new("kill").arg(self.process().to_string()).status().unwrap();
        assert!(told.success());
        let lock =
            fs::File::options().write(true).open(self.database().with_extension("sqlite.lock")).unwrap();
        lock.lock().unwrap();
    }

    pub(crate) fn certificate(&self) -> PathBuf {
        self.state.join("certificate.pem")
    }

    pub(crate) fn password(&self) -> &[u8] {
        self.password.as_bytes()
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.state.join("messages.sqlite")
    }

    /// Runs another command of the binary with its configuration.
    pub(crate) fn command(&self, words: &[&str]) -> Output {
        let mut command = Command::new(BINARY);
        command.args(words).arg("--config").arg(self.path().join("gateway.toml")).output().unwrap()
    }

    /// Starts it, and waits until it listens.
    pub(crate) fn start(&self) -> Running {
        self.start_under(&[])
    }

    /// Starts it as the command that another one runs.
    pub(crate) fn start_under(&self, words: &[&str]) -> Running {
        let mut all = words.to_vec();
        all.extend([BINARY, "run", "--config"]);
        let mut child = Command::new(all[0])
            .args(&all[1..])
            .arg(self.path().join("gateway.toml"))
            .env("RUST_LOG", "off")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut value = |key: &str| {
            let found = lines.by_ref().find_map(|line| line.strip_prefix(key).map(str::to_owned));
            found.expect("the gateway says it")
        };
        let fingerprint = value("public key sha256:");
        // The last line before that of the port, where there is such a listener.
        let mut said = Vec::new();
        let mut value = |key: &str| loop {
            let line = lines.next().expect("the gateway says it");
            match line.strip_prefix(key) {
                Some(value) => return value.to_owned(),
                None => said.push(line),
            }
        };
        let port = value("listening on 127.0.0.1:").parse().unwrap();
        assert_eq!(port, self.port);
        let status = said.iter().find_map(|line| line.strip_prefix("status on http://"));
        let admin = status.and_then(|url| url.strip_suffix("/status")).map(str::to_owned);
        Running { child, fingerprint, port, admin }
    }

    /// What its clients connect with.
    pub(crate) fn client(&self, running: &Running) -> ClientBuilder {
        self.client_of(&running.fingerprint, running.port)
    }

    /// The same, for a gateway that may be gone by then.
    pub(crate) fn client_of(&self, fingerprint: &str, port: u16) -> ClientBuilder {
        let tls = ClientTls::pinned(vec![fingerprint.parse().unwrap()]).unwrap();
        Client::builder("127.0.0.1", port, tls).credentials(CUSTOMER, self.password.as_str())
    }

    /// The same for `smpp-load`.
    pub(crate) fn url(&self) -> String {
        format!("smpps://{CUSTOMER}:{}@127.0.0.1:{}", self.password, self.port)
    }

    /// What its database holds while it does not run.
    pub(crate) fn held(&self) -> Vec<Held> {
        let store = SqliteStore::open(&self.database(), &[], SqliteOptions::default()).unwrap();
        let recovered = store.recover().unwrap();
        let receipts = recovered.deliveries.into_iter().flat_map(|(_, keys)| keys);
        let keys: Vec<_> = recovered.waiting.into_iter().chain(receipts).collect();
        assert!(store.read(keys, 0).is_pending());
        let mut out = Vec::new();
        while out.is_empty() {
            store.poll(&mut out);
            std::thread::yield_now();
        }
        let Some(Completion::Read(_, held)) = out.pop() else { panic!("{out:?}") };
        held.unwrap()
    }
}

impl Running {
    /// Waits for its end.
    pub(crate) fn ended(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A process that took over is no child of this one.
impl Drop for Home {
    fn drop(&mut self) {
        let Ok(id) = fs::read_to_string(self.state.join("gateway.pid")) else { return };
        let words = fs::read(format!("/proc/{}/cmdline", id.trim())).unwrap_or_default();
        // The number may be another's by now.
        if String::from_utf8_lossy(&words).contains(&*self.path().to_string_lossy()) {
            let _ended = Command::new("kill").args(["-9", id.trim()]).status();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already where the test went well.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

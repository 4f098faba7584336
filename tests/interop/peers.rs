//! Peers: SMPP implementations of other people, installed once and run as processes that print one JSON object a line.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// npm's `smpp`, or `None` where it can't be had.
pub(crate) fn node() -> Option<&'static Peer> {
    static NODE: OnceLock<Option<Peer>> = OnceLock::new();
    NODE.get_or_init(|| available(install_node())).as_ref()
}

/// PyPI's `smpplib`, or `None` where it can't be had.
pub(crate) fn python() -> Option<&'static Peer> {
    static PYTHON: OnceLock<Option<Peer>> = OnceLock::new();
    PYTHON.get_or_init(|| available(install_python())).as_ref()
}

/// PyPI's `smpp.twisted3`, or `None` where it can't be had.
pub(crate) fn twisted() -> Option<&'static Peer> {
    static TWISTED: OnceLock<Option<Peer>> = OnceLock::new();
    TWISTED.get_or_init(|| available(install_twisted())).as_ref()
}

/// An installed library and the scripts that drive it.
#[derive(Debug)]
pub(crate) struct Peer {
    interpreter: PathBuf,
    home: PathBuf,
    /// the one that is run where nothing else is said
    script: &'static str,
}

impl Peer {
    /// Starts an ESME that plays one scenario against the server at `server`.
    pub(crate) fn client(
        &self,
        scenario: &str,
        server: SocketAddr,
        system_id: &str,
        password: &str,
    ) -> Process {
        let (host, port) = (server.ip().to_string(), server.port().to_string());
        Process::spawn(self.script(self.script).args([scenario, &host, &port, system_id, password]))
    }

    /// Starts an SMSC that takes any system_id with the password "secret08". npm's `smpp` has one, `smpplib` has none.
    pub(crate) fn server(&self) -> Server {
        Server::start(&mut self.script("server.js"))
    }

    /// The same SMSC over TLS, with this key and certificate.
    pub(crate) fn tls_server(&self, key_pem: &str, cert_pem: &str) -> Server {
        Server::start(self.script("server.js").env("TLS_KEY_PEM", key_pem).env("TLS_CERT_PEM", cert_pem))
    }

    /// Starts a script from elsewhere that uses the peer's library, with these environment variables.
    pub(crate) fn file(&self, path: &Path, environment: &[(&str, &str)]) -> Process {
        let mut command = Command::new(&self.interpreter);
        command.arg(path).env("NODE_PATH", self.home.join("node_modules")).env("PYTHONUTF8", "1");
        Process::spawn(command.envs(environment.iter().copied()))
    }

    /// One of the peer's scripts, ready to be run.
    pub(crate) fn script(&self, name: &str) -> Command {
        let mut command = Command::new(&self.interpreter);
        command.arg(self.home.join(name)).env("PYTHONUTF8", "1");
        command
    }
}

/// An SMSC that listens.
#[derive(Debug)]
pub(crate) struct Server {
    process: Process,
    addr: SocketAddr,
}

impl Server {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut process = Process::spawn(command);
        let listening = process.wait_for("listening");
        let port = listening.get("port").and_then(Value::as_u64).expect("a port");
        let port = u16::try_from(port).expect("a port");
        Self { process, addr: SocketAddr::from(([127, 0, 0, 1], port)) }
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Has it send enquire_link to every session; returns the first answer.
    pub(crate) fn enquire_link(&mut self) -> Value {
        self.process.order("enquire_link");
        self.process.wait_for_pdu("received", "enquire_link_resp")
    }

    /// Has it send unbind to every session; returns the first answer.
    pub(crate) fn unbind(&mut self) -> Value {
        self.process.order("unbind");
        self.process.wait_for_pdu("received", "unbind_resp")
    }

    /// Ends it; returns its counters: binds, refused_binds, submits, receipts_sent, receipts_answered, enquire_links
    /// and unbinds.
    pub(crate) fn stop(mut self) -> Value {
        drop(self.process.child.stdin.take());
        self.process.wait_for("counters")
    }
}

/// A running script. It is killed when dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    lines: Receiver<Value>,
    /// everything printed so far, for the message of a failed test
    seen: Vec<Value>,
}

impl Process {
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the interpreter was there when the peer was installed");
        let (sender, lines) = mpsc::channel();
        forward(child.stdout.take().expect("piped"), sender.clone(), |line| {
            serde_json::from_str(&line).unwrap_or_else(|_| json!({"event": "not JSON", "line": line}))
        });
        forward(child.stderr.take().expect("piped"), sender, |line| json!({"event": "stderr", "line": line}));
        Self { child, lines, seen: Vec::new() }
    }

    /// The next line whose event is this one; what comes before is passed over.
    pub(crate) fn wait_for(&mut self, event: &str) -> Value {
        self.wait(event, |line| line["event"] == event)
    }

    /// The next PDU "sent" or "received" with this command.
    pub(crate) fn wait_for_pdu(&mut self, event: &str, command: &str) -> Value {
        self.wait(&format!("{event} {command}"), |line| line["event"] == event && line["command"] == command)
    }

    /// Waits for a good end; returns everything it printed from its start.
    pub(crate) fn finish(mut self) -> Vec<Value> {
        let deadline = Instant::now() + DEADLINE;
        while self.read(deadline, "an end").is_some() {}
        let status = self.child.wait().expect("the process was started here");
        assert!(status.success(), "the peer failed, {status}; it printed\n{}", self.transcript());
        std::mem::take(&mut self.seen)
    }

    fn order(&mut self, line: &str) {
        let stdin = self.child.stdin.as_mut().expect("open until the process is stopped");
        writeln!(stdin, "{line}").expect("the peer reads its orders");
    }

    fn wait(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let line = self.read(deadline, what);
            assert!(line.is_some(), "the peer ended without {what}; it printed\n{}", self.transcript());
            if let Some(line) = line.filter(&is_it) {
                return line;
            }
        }
    }

    /// The next line, or `None` after the last.
    fn read(&mut self, deadline: Instant, what: &str) -> Option<Value> {
        let line = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now()));
        assert_ne!(
            line,
            Err(RecvTimeoutError::Timeout),
            "no {what} in {DEADLINE:?}; the peer printed\n{}",
            self.transcript()
        );
        let line = line.ok()?;
        self.seen.push(line.clone());
        Some(line)
    }

    fn transcript(&self) -> String {
        self.seen.iter().map(|line| format!("  {line}\n")).collect()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // An error here means that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn forward(
    pipe: impl Read + Send + 'static,
    to: Sender<Value>,
    read: impl Fn(String) -> Value + Send + 'static,
) {
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if to.send(read(line)).is_err() {
                return;
            }
        }
    });
}

/// Turns "needs X" into a skipped test on a developer's machine and into a failure in CI.
fn available(installed: Result<Peer, String>) -> Option<Peer> {
    match installed {
        Ok(peer) => Some(peer),
        Err(needs) => {
            assert!(std::env::var_os("CI").is_none(), "needs {needs}");
            say_skipped(&needs);
            None
        }
    }
}

#[expect(clippy::print_stderr, reason = "the tests' output is where a skipped test is looked for")]
fn say_skipped(needs: &str) {
    eprintln!("skipped: needs {needs}");
}

fn install_node() -> Result<Peer, String> {
    run("node", Command::new("node").arg("--version"))?;
    run("npm", Command::new(NPM).arg("--version"))?;
    let home = interop_dir().join("node-0.5.1");
    let files = [
        ("package.json", include_str!("peers/package.json")),
        ("package-lock.json", include_str!("peers/package-lock.json")),
        ("client.js", include_str!("peers/client.js")),
        ("server.js", include_str!("peers/server.js")),
        ("rate.js", include_str!("peers/rate.js")),
        ("decode.js", include_str!("peers/decode.js")),
        ("histograms.js", include_str!("peers/histograms.js")),
    ];
    install(&home, &files, || {
        let install = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"];
        run("what npm installs", Command::new(NPM).args(install).current_dir(&home))
    })?;
    Ok(Peer { interpreter: "node".into(), home, script: "client.js" })
}

fn install_python() -> Result<Peer, String> {
    let client = ("client.py", include_str!("peers/client.py"));
    install_venv("python-2.2.4", include_str!("peers/requirements.txt"), client)
}

fn install_twisted() -> Result<Peer, String> {
    let server = ("twisted_server.py", include_str!("peers/twisted_server.py"));
    install_venv("twisted-0.8", include_str!("peers/twisted.txt"), server)
}

fn install_venv(name: &str, requirements: &str, script: (&'static str, &str)) -> Result<Peer, String> {
    run("python3", Command::new("python3").arg("--version"))?;
    let home = interop_dir().join(name);
    let interpreter = home.join("venv/bin/python");
    install(&home, &[("requirements.txt", requirements), script], || {
        run(
            "python3 with venv",
            Command::new("python3").args(["-m", "venv", "--clear", "venv"]).current_dir(&home),
        )?;
        let install = ["-m", "pip", "install", "--quiet", "--no-input", "--requirement", "requirements.txt"];
        run("what pip installs", Command::new(&interpreter).args(install).current_dir(&home))
    })?;
    Ok(Peer { interpreter, home, script: script.0 })
}

/// Writes the files and runs `fetch`, unless this has been done before with the same files. Other test processes wait.
fn install(
    home: &Path,
    files: &[(&str, &str)],
    fetch: impl FnOnce() -> Result<(), String>,
) -> Result<(), String> {
    fs::create_dir_all(home).expect("the target directory can be written");
    let lock = File::create(home.join("lock")).expect("the target directory can be written");
    lock.lock().expect("the target directory's file system has locks");
    let done = home.join("installed");
    let is_same =
        |&(name, text): &(&str, &str)| fs::read_to_string(home.join(name)).is_ok_and(|old| old == text);
    if done.exists() && files.iter().all(is_same) {
        return Ok(());
    }
    let _ = fs::remove_file(&done); // it is missing on the first run
    for (name, text) in files {
        fs::write(home.join(name), text).expect("the target directory can be written");
    }
    fetch()?;
    File::create(&done).expect("the target directory can be written");
    Ok(())
}

/// Runs a command to its end; an error says what is needed and what the command printed.
fn run(needs: &str, command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{needs} ({error})"))?;
    if output.status.success() {
        return Ok(());
    }
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Err(format!("{needs} ({}: {} {})", output.status, out.trim(), err.trim()))
}

fn interop_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("interop")
}

/// Longer than anything here takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(30);
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

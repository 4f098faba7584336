//! A gateway in a process of its own, to be started, measured and killed.

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use smpp_gateway::{Config, Gateway};
use smpp_session::{Client, ClientBuilder, ClientTls};

use crate::home::{CUSTOMER, Home};

/// What this process is to do, when it is not the bench itself.
pub(crate) fn role() -> Option<String> {
    let mut arguments = env::args().skip(1);
    (arguments.next().as_deref() == Some(ROLE)).then(|| arguments.next().unwrap_or_default())
}

/// Serves with the configuration at this path, until the standard input is closed.
pub(crate) fn play(config: &str) -> io::Result<()> {
    smpp_benches::files::allow_many()?;
    let config = Config::load(Path::new(config)).map_err(io::Error::other)?;
    if env::var_os(LOG).is_some() {
        tracing_subscriber::fmt().with_writer(io::stderr).init();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let gateway = runtime.block_on(Gateway::start(config)).map_err(io::Error::other)?;
    let admin = gateway.admin_addr().map_or_else(String::new, |address| address.to_string());
    writeln!(io::stdout(), "{} {} {admin}", gateway.local_addr(), gateway.fingerprint())?;
    io::stdin().read_to_end(&mut Vec::new()).map(drop)
}

/// Killed when dropped.
pub(crate) struct Process {
    pub(crate) address: String,
    pub(crate) pin: String,
    /// Where operators look; empty where nobody may.
    pub(crate) admin: String,
    password: String,
    child: Child,
    _out: BufReader<ChildStdout>,
}

impl Process {
    /// Returns when it listens.
    pub(crate) fn start(home: &Home) -> io::Result<Self> {
        Self::run(home, &mut Command::new(env::current_exe()?))
    }

    /// The same with a log, as the binary writes it where nobody asks for more, into the void.
    pub(crate) fn start_logging(home: &Home) -> io::Result<Self> {
        Self::run(home, Command::new(env::current_exe()?).env(LOG, "on").stderr(Stdio::null()))
    }

    fn run(home: &Home, command: &mut Command) -> io::Result<Self> {
        command.arg(ROLE).arg(home.file()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let mut out = BufReader::new(child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?);
        let mut line = String::new();
        out.read_line(&mut line)?;
        let mut words = line.split_whitespace().map(str::to_owned);
        let pair = words.next().zip(words.next());
        let (address, pin) = pair.ok_or_else(|| io::Error::other("the gateway did not start"))?;
        let admin = words.next().unwrap_or_default();
        Ok(Self { address, pin, admin, password: home.password().to_owned(), child, _out: out })
    }

    /// What its customer connects with.
    pub(crate) fn client(&self) -> io::Result<ClientBuilder> {
        let pin = self.pin.parse().map_err(io::Error::other)?;
        let tls = ClientTls::pinned(vec![pin]).map_err(io::Error::other)?;
        let (host, port) = self.address.rsplit_once(':').ok_or(io::ErrorKind::InvalidData)?;
        let port = port.parse().map_err(io::Error::other)?;
        Ok(Client::builder(host, port, tls).credentials(CUSTOMER, self.password.as_str()))
    }

    /// MiB that it holds now, and that it held at most.
    pub(crate) fn resident(&self) -> io::Result<(f64, f64)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let mib = |name: &str| {
            let value = status.lines().find_map(|line| line.strip_prefix(name))?;
            value.trim().strip_suffix(" kB")?.parse::<f64>().ok().map(|kib| kib / 1024.0)
        };
        mib("VmRSS:").zip(mib("VmHWM:")).ok_or_else(|| io::Error::other("the system does not tell"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const ROLE: &str = "--gateway";
/// Set where it writes a log.
const LOG: &str = "SMPP_BENCH_LOG";

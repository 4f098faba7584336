//! Other processes of this bench: one whose memory is measured, and one that a row has on the other end.

use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use smpp_load::Embedded;
use tokio::runtime::{Builder, Runtime};

use crate::generator::run;

/// What this process is to do, when it is not the bench itself.
pub(crate) fn role() -> Option<Vec<String>> {
    let mut arguments = env::args().skip(1);
    (arguments.next().as_deref() == Some(ROLE)).then(|| arguments.collect())
}

/// Does it, until the standard input is closed where nothing else ends it.
pub(crate) fn play(role: &[String]) -> io::Result<()> {
    match role {
        [name, flags] if name == GENERATOR => generate(flags),
        [name] if name == GATEWAY => serve(),
        _ => Err(io::Error::other(format!("{role:?} is no role"))),
    }
}

/// A run in a process of its own: messages a second that were answered, and MiB that it held at most.
pub(crate) fn generator(flags: &str) -> io::Result<(f64, f64)> {
    let output = command(&[GENERATOR, flags])?.stdin(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let figures: Vec<f64> = said.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    match figures[..] {
        [rate, mib] => Ok((rate, mib)),
        _ => Err(io::Error::other(format!("the generator ended, {}, and said {said}", output.status))),
    }
}

/// A gateway in a process of its own; it ends with this.
pub(crate) struct Gateway {
    /// The flags that name it.
    pub(crate) flags: String,
    process: Child,
    _out: BufReader<ChildStdout>,
}

impl Gateway {
    pub(crate) fn start() -> io::Result<Self> {
        let mut process = command(&[GATEWAY])?.stdin(Stdio::piped()).spawn()?;
        let mut out = BufReader::new(process.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?);
        let mut flags = String::new();
        out.read_line(&mut flags)?;
        Ok(Self { flags: flags.trim().to_owned(), process, _out: out })
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn command(role: &[&str]) -> io::Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    command.arg(ROLE).args(role).stdout(Stdio::piped());
    Ok(command)
}

fn generate(flags: &str) -> io::Result<()> {
    let report = runtime()?.block_on(run(flags));
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|peak| peak.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    let mib = kib.ok_or_else(|| io::Error::other("the system does not tell"))? / 1024.0;
    writeln!(io::stdout(), "{} {mib}", report.rates.answered)
}

fn serve() -> io::Result<()> {
    smpp_benches::files::allow_many()?;
    let gateway = Embedded::start(1, SESSIONS, None).map_err(io::Error::other)?;
    writeln!(io::stdout(), "{} --pin {}", gateway.url(), gateway.pin())?;
    io::stdin().read_to_end(&mut Vec::new()).map(drop)
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(1).enable_all().build()
}

/// As many as the gateway's account may bind.
pub(crate) const SESSIONS: u32 = 10_000;
const ROLE: &str = "--role";
const GENERATOR: &str = "generator";
const GATEWAY: &str = "gateway";

//! What an idle, bound session holds: resident octets of a server's process, with 10,000 of them, window 16.
//!
//! Two processes a question: one serves and is measured, the other connects and binds. Each is asked twice: of sessions that never
//! carried a message, and of such that have filled their window once and fell silent. `--connections N`, `--window N`, `--plain` and
//! `--quick` (1,000 connections) ask otherwise.

use std::{
    env, fs,
    io::{self, BufRead, BufReader, Write},
    net::SocketAddr,
    process::{Child, ChildStdin, Command, Stdio},
    time::Duration,
};

use futures::future::join_all;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use smpp_benches::{
    sessions::Accept,
    table::{Better, Row, Table},
};
use smpp_session::{
    Client, ClientTls, Fingerprint, Limits, NoRequests, Outcome, Server, ServerTls, SubmitSm,
};
use tokio::runtime::{Builder, Runtime};

/// What to measure.
#[derive(Clone, Debug)]
struct Question {
    connections: usize,
    window: u16,
    tls: bool,
    /// Messages that each client sends at once before it falls silent.
    messages: u16,
}

fn main() -> io::Result<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let smoke = arguments.iter().any(|argument| argument == "--test");
    if let [mode, address, pin, connections, messages] = &arguments[..]
        && mode == CLIENTS
    {
        return connect(address, pin, connections, messages);
    }
    let asked = Question::from(&arguments);
    if arguments.iter().any(|argument| argument == SERVER) {
        return writeln!(io::stdout(), "{}", measure(&asked)?);
    }
    let mut table = Table::new("idle");
    for messages in [0, asked.window] {
        let question = Question { messages, ..asked.clone() };
        table.push(row(&question, question.measure_apart(&arguments)?));
    }
    if smoke {
        return Ok(());
    }
    table.print()?;
    writeln!(io::stdout(), "written to {}", table.write()?.display())
}

impl Question {
    fn from(arguments: &[String]) -> Self {
        let flag = |name: &str| arguments.iter().any(|argument| argument == name);
        let value = |name: &str| {
            let at = arguments.iter().position(|argument| argument == name)?;
            arguments.get(at + 1)?.parse::<u16>().ok()
        };
        // A bench binary is smoke-run by `cargo test` with --test.
        let usual = if flag("--test") {
            20
        } else if flag("--quick") {
            1_000
        } else {
            10_000
        };
        let wanted = value("--connections").map_or(usual, usize::from);
        Self {
            connections: possible(wanted),
            window: value("--window").unwrap_or(16),
            tls: !flag("--plain"),
            messages: value(SERVER).unwrap_or(0),
        }
    }

    /// In a process of its own: what an earlier question left behind must not serve the next.
    fn measure_apart(&self, arguments: &[String]) -> io::Result<f64> {
        let mut server = Command::new(env::current_exe()?);
        server.args(arguments).args([SERVER, &self.messages.to_string()]).stderr(Stdio::inherit());
        let output = server.output()?;
        let figure = String::from_utf8_lossy(&output.stdout).trim().parse();
        figure.map_err(|_| io::Error::other(format!("the server ended: {}", output.status)))
    }
}

/// Raises the limit on open files as far as it may be, and says so when fewer connections fit.
fn possible(wanted: usize) -> usize {
    let needed = wanted as u64 + RESERVE;
    let limit = getrlimit(Resource::Nofile);
    let maximum = limit.maximum.unwrap_or(u64::MAX);
    if limit.current.is_some_and(|current| current < needed) {
        let raised = Rlimit { current: Some(needed.min(maximum)), maximum: limit.maximum };
        setrlimit(Resource::Nofile, raised).expect("the soft limit may be raised up to the hard one");
    }
    let fits = usize::try_from(maximum.saturating_sub(RESERVE)).unwrap_or(usize::MAX);
    if fits < wanted {
        let _ = writeln!(
            io::stderr(),
            "the hard limit on open files is {maximum}: {fits} connections in place of {wanted}"
        );
    }
    wanted.min(fits)
}

/// Resident octets a session.
fn measure(question: &Question) -> io::Result<f64> {
    let runtime = runtime(2)?;
    let (server, pin) = runtime.block_on(serve(question))?;
    // One session first, so that what all share is there before.
    let first = Clients::start(server.local_addr(), &pin, 1, question.messages)?;
    let before = resident()?;
    let mut clients = Clients::start(server.local_addr(), &pin, question.connections, question.messages)?;
    assert_eq!(server.connections(), question.connections + 1, "they are all bound");
    assert_eq!(server.counters().bound, question.connections as u64 + 1);
    let held = resident()?.saturating_sub(before);
    assert!(clients.alive()?, "they are bound all along");
    drop((first, clients));
    Ok(held as f64 / question.connections as f64)
}

async fn serve(question: &Question) -> io::Result<(Server, String)> {
    let limits = Limits {
        window: question.window,
        inbound_window: question.window,
        session_init: Duration::from_secs(60),
        // Idle is idle.
        enquire_link: Duration::from_secs(3_600),
        ..Limits::default()
    };
    let (builder, pin) = if question.tls {
        let made =
            rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).map_err(io::Error::other)?;
        let pin = Fingerprint::of(made.cert.der()).map_err(io::Error::other)?;
        let key = made.signing_key.serialize_der().try_into().map_err(io::Error::other)?;
        let tls = ServerTls::new(vec![made.cert.der().clone()], key).map_err(io::Error::other)?;
        (Server::builder(tls), pin.to_string())
    } else {
        (Server::plain(), PLAIN.to_owned())
    };
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let server =
        builder.limits(limits).max_connections(question.connections + 1).listen(any, |_| Accept).await?;
    Ok((server, pin))
}

/// Resident octets of this process.
fn resident() -> io::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kibibytes
        .map(|kibibytes| kibibytes * 1_024)
        .ok_or_else(|| io::Error::other("no VmRSS in /proc/self/status"))
}

fn row(question: &Question, held: f64) -> Row {
    let Question { connections, window, tls, messages } = question;
    let how = if *tls { "TLS" } else { "plain" };
    let past = if *messages == 0 { String::new() } else { format!(" after {messages} messages each") };
    let name = format!("idle bound session, {how}, window {window}, {connections} of them{past}");
    let mut row = Row::measured(&name, "octets resident", Better::Lower, held);
    if *tls && *window == 16 {
        row.goal = "<= 24 KiB".to_owned();
        row.met = held <= 24.0 * 1_024.0;
    }
    row
}

/// The other process: bound clients, for as long as it lives.
struct Clients {
    process: Child,
    /// Closed when this is dropped: the process ends.
    input: Option<ChildStdin>,
}

impl Clients {
    /// Returns when all are bound.
    fn start(server: SocketAddr, pin: &str, connections: usize, messages: u16) -> io::Result<Self> {
        let mut process = Command::new(env::current_exe()?)
            .args([CLIENTS, &server.to_string(), pin, &connections.to_string(), &messages.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = process.stdin.take();
        let output = process.stdout.take().ok_or_else(|| io::Error::other("the clients have no output"))?;
        let mut clients = Self { process, input };
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        if line.trim() != BOUND {
            return Err(io::Error::other(format!("the clients ended: {}", clients.process.wait()?)));
        }
        Ok(clients)
    }

    fn alive(&mut self) -> io::Result<bool> {
        Ok(self.process.try_wait()?.is_none())
    }
}

impl Drop for Clients {
    fn drop(&mut self) {
        self.input.take();
        let _ended = self.process.wait();
    }
}

/// Binds so many clients, says so, and holds them until its input is closed.
fn connect(address: &str, pin: &str, connections: &str, messages: &str) -> io::Result<()> {
    let address: SocketAddr = address.parse().map_err(io::Error::other)?;
    let connections = possible(connections.parse().map_err(io::Error::other)?);
    let messages: u16 = messages.parse().map_err(io::Error::other)?;
    let builder = if pin == PLAIN {
        Client::plain(address.ip().to_string(), address.port())
    } else {
        let pin = pin.parse().map_err(io::Error::other)?;
        let tls = ClientTls::pinned(vec![pin]).map_err(io::Error::other)?;
        Client::builder(address.ip().to_string(), address.port(), tls)
    };
    let limits = Limits { window: 16, enquire_link: Duration::from_secs(3_600), ..Limits::default() };
    let builder = builder.limits(limits);
    runtime(1)?.block_on(async {
        let mut clients = Vec::new();
        for _ in 0..connections {
            let client = builder.connect(NoRequests).await.map_err(io::Error::other)?;
            for answer in join_all((0..messages).map(|_| client.submit_sm(&MESSAGE))).await {
                assert!(matches!(answer, Ok(Outcome::Answered(answer)) if answer.command_status.is_ok()));
            }
            clients.push(client);
        }
        writeln!(io::stdout(), "{BOUND}")?;
        // Nobody writes to it: this returns when the other process lets go.
        tokio::task::spawn_blocking(|| io::stdin().read_line(&mut String::new())).await??;
        drop(clients);
        Ok(())
    })
}

fn runtime(threads: usize) -> io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(threads).enable_all().build()
}

/// 120 octets of text.
const MESSAGE: SubmitSm<'static> =
    SubmitSm { destination_addr: b"4512345678", short_message: &[b'x'; 120], ..SubmitSm::EMPTY };
/// Open files beside the connections.
const RESERVE: u64 = 128;
/// Has this process serve, and print its figure.
const SERVER: &str = "--serve-after";
/// The first argument of the other process.
const CLIENTS: &str = "clients";
/// In place of a fingerprint.
const PLAIN: &str = "plain";
/// What the other process says once all its clients are bound.
const BOUND: &str = "bound";

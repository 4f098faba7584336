//! Ten thousand clients, in a process of their own, on one server, over TLS: all bind, all are answered, and all leave in order.
//!
//! A test without the usual harness, since it is two processes.
#![expect(clippy::unwrap_used, reason = "a failed test says where by panicking")]

use std::{
    env,
    io::{self, BufRead, BufReader, Write},
    net::SocketAddr,
    process::{Command, Stdio},
    time::Duration,
};

use futures::future::join_all;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use smpp_session::{
    Bind, Client, ClientTls, CommandStatus, Connection, Deadlines, Fingerprint, Handler, Limits, NoRequests,
    Outcome, Reply, ReplyTo, Request, Server, ServerTls, SessionHandle, SubmitSm, Verdict,
};
use tokio::runtime::{Builder, Runtime};

const NAME: &str = "ten_thousand_clients_are_served_and_leave_in_order";
const CLIENTS: usize = 10_000;
/// Open files beside the connections.
const RESERVE: u64 = 128;
/// Set in the process of the clients: the server's address, and the fingerprint of its key.
const SERVER: &str = "CROWD_SERVER";
const PIN: &str = "CROWD_PIN";

fn main() -> io::Result<()> {
    if let Ok(server) = env::var(SERVER) {
        let pin = env::var(PIN).map_err(io::Error::other)?.parse().map_err(io::Error::other)?;
        return clients(server.parse().map_err(io::Error::other)?, pin);
    }
    let arguments: Vec<_> = env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        return writeln!(io::stdout(), "{NAME}: test");
    }
    // A filter that names another test.
    if arguments.iter().any(|argument| !argument.starts_with('-') && !NAME.contains(argument.as_str())) {
        return Ok(());
    }
    serve()?;
    writeln!(io::stdout(), "test {NAME} ... ok")
}

struct Accept;

impl Handler for Accept {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Ok(())
    }

    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

/// As many clients as may have a connection each; fewer than ten thousand are said aloud.
fn possible() -> usize {
    let wanted = CLIENTS as u64 + RESERVE;
    let limit = getrlimit(Resource::Nofile);
    let maximum = limit.maximum.unwrap_or(u64::MAX);
    if limit.current.is_some_and(|current| current < wanted) {
        setrlimit(Resource::Nofile, Rlimit { current: Some(wanted.min(maximum)), maximum: limit.maximum })
            .unwrap();
    }
    let fits = usize::try_from(maximum.saturating_sub(RESERVE)).unwrap_or(usize::MAX);
    if fits < CLIENTS {
        let _ = writeln!(
            io::stderr(),
            "the hard limit on open files is {maximum}: {fits} clients in place of {CLIENTS}"
        );
    }
    fits.min(CLIENTS)
}

/// Sessions are silent for as long as the others take to come.
fn limits() -> Limits {
    let long = Duration::from_secs(600);
    Limits { window: 1, inbound_window: 1, session_init: long, enquire_link: long, ..Limits::default() }
}

/// As many at once may take longer than a client would wait.
fn patient() -> Deadlines {
    let long = Duration::from_secs(600);
    Deadlines { connect: long, handshake: long, bind: long, ..Deadlines::default() }
}

fn serve() -> io::Result<()> {
    let count = possible();
    runtime()?.block_on(async {
        let made = rcgen::generate_simple_self_signed([]).map_err(io::Error::other)?;
        let pin = Fingerprint::of(made.cert.der()).map_err(io::Error::other)?;
        let key = made.signing_key.serialize_der().try_into().map_err(io::Error::other)?;
        let tls = ServerTls::new(vec![made.cert.der().clone()], key).map_err(io::Error::other)?;
        let builder = Server::builder(tls).limits(limits()).max_connections(count);
        let server = builder.listen(SocketAddr::from(([127, 0, 0, 1], 0)), |_| Accept).await?;
        let mut clients = Command::new(env::current_exe()?)
            .env(SERVER, server.local_addr().to_string())
            .env(PIN, pin.to_string())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut output = BufReader::new(clients.stdout.take().unwrap());
        // They say so when all are bound and answered.
        let bound = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            output.read_line(&mut line).map(|_| line)
        });
        assert_eq!(bound.await??, format!("{count} answered\n"));
        assert_eq!((server.connections(), server.counters().bound), (count, count as u64));
        // A bind and a message each; a session adds its counts up behind the write that the client has seen already.
        let counted = async {
            while server.counters().sessions.answers_out.ok < 2 * count as u64 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), counted).await?;
        let end = server.shutdown(Duration::from_secs(300)).await;
        assert_eq!((end.drained, end.cut_off), (count, 0));
        let status = tokio::task::spawn_blocking(move || clients.wait()).await??;
        assert!(status.success(), "each client was told: {status}");
        Ok(())
    })
}

fn clients(server: SocketAddr, pin: Fingerprint) -> io::Result<()> {
    let count = possible();
    let tls = ClientTls::pinned(vec![pin]).map_err(io::Error::other)?;
    runtime()?.block_on(async {
        let builder = Client::builder(server.ip().to_string(), server.port(), tls)
            .limits(limits())
            .deadlines(patient());
        let mut clients: Vec<Connection> = Vec::new();
        while clients.len() < count {
            let some = (0..100.min(count - clients.len())).map(|_| builder.connect(NoRequests));
            for client in join_all(some).await {
                clients.push(client.map_err(io::Error::other)?);
            }
        }
        let answers = join_all(clients.iter().map(|client| client.submit_sm(&SubmitSm::EMPTY))).await;
        let answered = answers.iter().filter(|answer| matches!(answer, Ok(Outcome::Answered(_)))).count();
        writeln!(io::stdout(), "{answered} answered")?;
        for end in join_all(clients.iter_mut().map(Connection::ended)).await {
            assert_eq!(end.to_string(), "the peer unbound");
        }
        Ok(())
    })
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(2).enable_all().build()
}

//! A run from connect to report.

use std::{
    path::Path,
    sync::Arc,
    thread::JoinHandle,
    time::{Duration, Instant, SystemTime},
};

use smpp_session::{Client, ClientBuilder, ClientTls, Connection, Fingerprint, Limits, TlsError};

use super::{
    lane::Lane,
    loader::{Loader, Source, Template},
    pacer::{MachineClock, Pacer, Receiver},
    run::{Plan, Run},
};
use crate::{
    Head, LedgerWriter, Network, Options, Progress, Report, Target,
    record::HdrLog,
    report::{self, Cpu, CpuMeter, Gathered},
};

/// The server to load, and what the report says of it.
#[derive(Debug)]
pub struct Server {
    /// How to connect.
    pub client: ClientBuilder,
    /// Its name in the report.
    pub name: String,
    /// Where an embedded gateway keeps its messages.
    pub store: Option<String>,
    /// True when the connections are encrypted.
    pub tls: bool,
}

impl Server {
    /// The server of a target URL.
    ///
    /// # Errors
    /// When no trust can be set up; says which option is at fault.
    pub fn of(target: &Target, password: &str, options: &Options) -> Result<Self, TlsError> {
        let (host, port) = (target.host.as_str(), target.port);
        let client = if target.tls {
            Client::builder(host, port, trust(options.target.ca.as_deref(), &options.target.pins)?)
        } else {
            Client::plain(host, port)
        };
        let client = client.credentials(target.system_id.as_str(), password);
        Ok(Self { client, name: target.to_string(), store: None, tls: target.tls })
    }
}

/// Pins win over an authority file, which wins over the system's authorities.
fn trust(ca: Option<&Path>, pins: &[[u8; 32]]) -> Result<ClientTls, TlsError> {
    if !pins.is_empty() {
        return ClientTls::pinned(pins.iter().copied().map(Fingerprint::from).collect());
    }
    ca.map_or_else(ClientTls::system_roots, ClientTls::ca_file)
}

/// Runs to the goal and waits for what is still open. Cancellation: the connections are dropped.
///
/// # Errors
/// When a connection can't be made or bound, or the ledger not be created; one line.
pub async fn run(server: Server, options: &Options) -> Result<Report, String> {
    let run = Arc::new(Run::new(plan(options)?));
    let connections = connect(&server, options, &run).await?;
    let started_at = report::timestamp(SystemTime::now());
    let meter = CpuMeter::start();
    let progress = Progress::new(options.load.goal());
    let pacer = start(&run, &connections, options);
    wake(&connections);
    let ends = options.load.schedule().is_none().then(|| options.load.goal().duration).flatten();
    offer(&run, &connections, ends.map(|lasts| Instant::now() + lasts), &progress).await;
    let cpu = meter.read();
    settle(&run, options.session.timeout, &progress).await;
    run.stop();
    run.tick();
    progress.finish();
    let bound = connections.len();
    let network = network(&run, &connections);
    for connection in connections {
        connection.client.unbind().await;
    }
    if let Some(pacer) = pacer {
        // It has nothing to do any more.
        let _ended = tokio::task::spawn_blocking(|| pacer.join()).await;
    }
    Ok(finish(run, &server, options, Ended { started_at, bound, network, cpu }))
}

fn plan(options: &Options) -> Result<Plan, String> {
    let head = Head { seed: options.load.seed(), receipts: options.content.receipts };
    let ledger = options.report.ledger.as_deref().map(|path| {
        LedgerWriter::create(path, &head).map_err(|error| {
            format!("--ledger is {} ({error}), allowed is the path of a file to write", path.display())
        })
    });
    let hdr = options.report.hdr.as_deref().map(|path| {
        HdrLog::create(path, SystemTime::now()).map_err(|error| {
            format!("--hdr is {} ({error}), allowed is the path of a file to write", path.display())
        })
    });
    Ok(Plan {
        goal: options.load.goal(),
        warmup: options.load.warmup,
        deadline: options.deadline(),
        receipts: options.content.receipts,
        ledger: ledger.transpose()?,
        hdr: hdr.transpose()?,
    })
}

/// A bound connection and what is due on it.
struct Bound {
    client: Connection,
    lane: Option<Arc<Lane>>,
}

async fn connect(server: &Server, options: &Options, run: &Arc<Run>) -> Result<Vec<Bound>, String> {
    let template = Arc::new(Template {
        source: options.content.source.clone(),
        destination: options.content.destination.clone(),
        text: TEXT.iter().copied().cycle().take(options.content.length.into()).collect(),
        receipts: options.content.receipts,
    });
    let window = u16::try_from(options.session.window).unwrap_or(u16::MAX);
    let builder = server.client.clone().limits(Limits {
        window,
        response: options.session.timeout,
        request_buffer: usize::from(window) * LARGEST_SUBMIT_SM,
        ..Limits::default()
    });
    let mut connections = Vec::new();
    for _ in 0..options.session.connections {
        let lane = options.load.is_open_loop().then(Arc::<Lane>::default);
        let source = lane.clone().map_or(Source::Window, Source::Clock);
        let loader = Loader::new(Arc::clone(run), Arc::clone(&template), source);
        let client = builder.connect(loader).await.map_err(|error| error.to_string())?;
        connections.push(Bound { client, lane });
    }
    Ok(connections)
}

/// Starts the clock; in an open loop, the pacer with it.
fn start(run: &Arc<Run>, connections: &[Bound], options: &Options) -> Option<JoinHandle<()>> {
    let schedule = options.load.schedule();
    let receivers = connections.iter().filter_map(|connection| {
        let session = connection.client.session().clone();
        let lane = Arc::clone(connection.lane.as_ref()?);
        Some(Receiver { lane, wake: Box::new(move || session.wake()) })
    });
    let receivers = receivers.collect();
    let clock = MachineClock(run.start());
    let pacer = Pacer::new(Arc::clone(run), schedule?, receivers, clock);
    std::thread::Builder::new().name("pacer".to_owned()).spawn(move || pacer.run()).ok()
}

/// Lets the connections work until all is offered, all of them have ended, or Ctrl-C.
async fn offer(run: &Run, connections: &[Bound], ends: Option<Instant>, progress: &Progress) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.tick().await;
    while !run.has_offered_all() {
        tokio::select! {
            _ = ticks.tick() => progress.tick(&run.tick()),
            () = until(ends) => run.stop(),
            () = run.settled.notified() => {
                if connections.iter().all(|connection| connection.client.session().ended().is_some()) {
                    run.stop();
                }
            }
            _ = tokio::signal::ctrl_c() => run.stop(),
        }
    }
    wake(connections);
}

/// Waits for the answers and receipts of what was sent; gives up when nothing moves for as long as an answer may take.
async fn settle(run: &Run, timeout: Duration, progress: &Progress) {
    let mut last = None;
    let mut tick_at = Instant::now() + TICK;
    loop {
        let open = run.open();
        if open == (0, 0) && run.has_sent_all() {
            return;
        }
        let patience = if open.0 > 0 { timeout + TICK } else { timeout };
        if last.is_some_and(|(seen, since): (_, Instant)| seen == open && since.elapsed() > patience) {
            return;
        }
        if last.is_none_or(|(seen, _)| seen != open) {
            last = Some((open, Instant::now()));
        }
        let _moved = tokio::time::timeout_at(tick_at.into(), run.settled.notified()).await;
        if Instant::now() >= tick_at {
            tick_at += TICK;
            progress.tick(&run.tick());
        }
    }
}

async fn until(end: Option<Instant>) {
    match end {
        Some(end) => tokio::time::sleep_until(end.into()).await,
        None => std::future::pending().await,
    }
}

fn wake(connections: &[Bound]) {
    connections.iter().for_each(|connection| connection.client.session().wake());
}

/// What is known of a run beside its records.
struct Ended {
    started_at: String,
    bound: usize,
    network: Network,
    cpu: Cpu,
}

fn network(run: &Run, connections: &[Bound]) -> Network {
    let mut network = Network { errors: run.connections_ended(), ..Network::default() };
    for connection in connections {
        let counters = connection.client.session().counters();
        network.octets_sent += counters.octets_out;
        network.octets_received += counters.octets_in;
    }
    network
}

fn finish(run: Arc<Run>, server: &Server, options: &Options, ended: Ended) -> Report {
    let receipts = run.receipts.lock().counts();
    let (recorded, mut warnings) = run.take_records();
    if let Some(ledger) = Arc::into_inner(run).and_then(Run::into_ledger)
        && let Err(error) = ledger.finish()
    {
        warnings.push(format!("the ledger is not whole: {error}"));
    }
    let Ended { started_at, bound, network, cpu } = ended;
    let (interrupted, aborted) = (None, None);
    let gathered =
        Gathered { started_at, bound, recorded, receipts, network, cpu, interrupted, aborted, warnings };
    Report::new(server, options, gathered)
}

/// How often progress is shown, and an interval of the series ends.
const TICK: Duration = Duration::from_secs(1);
/// Octets of the largest submit_sm without TLVs (SMPP v3.4 §4.4.1).
const LARGEST_SUBMIT_SM: usize = 364;
/// The text of every message, repeated to the wanted length.
const TEXT: &[u8] = b"The quick brown fox jumps over the lazy dog. ";

//! A run from connect to report.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use smpp_session::{Client, ClientBuilder, ClientTls, Connection, Fingerprint, Limits, TlsError};

use crate::{
    CLOSED_LOOP, Machine, Messages, Options, Progress, Report, Target,
    loader::{Loader, Template},
    run::Run,
    timestamp,
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
            Client::builder(host, port, trust(options.ca.as_deref(), &options.pins)?)
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
/// When a connection can't be made or bound; one line.
pub async fn run(server: Server, options: &Options) -> Result<Report, String> {
    let goal = options.goal();
    let run = Arc::new(Run::new(goal, options.receipts));
    let template = Arc::new(Template {
        source: options.source.clone(),
        destination: options.destination.clone(),
        text: TEXT.iter().copied().cycle().take(options.length.into()).collect(),
        receipts: options.receipts,
    });
    let clients = connect(&server, options, &run, &template).await?;
    let started_at = timestamp(SystemTime::now());
    let mut progress = Progress::new(goal);
    run.start();
    wake(&clients);
    submit(&run, &clients, &mut progress).await;
    settle(&run, options.timeout, &mut progress).await;
    progress.finish();
    for client in clients {
        client.unbind().await;
    }
    Ok(report(&run, &server, options, started_at))
}

async fn connect(
    server: &Server,
    options: &Options,
    run: &Arc<Run>,
    template: &Arc<Template>,
) -> Result<Vec<Connection>, String> {
    let window = u16::try_from(options.window).unwrap_or(u16::MAX);
    let builder = server.client.clone().limits(Limits {
        window,
        response: options.timeout,
        request_buffer: usize::from(window) * LARGEST_SUBMIT_SM,
        ..Limits::default()
    });
    let mut clients = Vec::new();
    for _ in 0..options.connections {
        let loader = Loader::new(Arc::clone(run), Arc::clone(template));
        clients.push(builder.connect(loader).await.map_err(|error| error.to_string())?);
    }
    Ok(clients)
}

/// Lets the connections work until the goal is reached, all of them have ended, or Ctrl-C.
async fn submit(run: &Run, clients: &[Connection], progress: &mut Progress) {
    let deadline = run.goal.duration.map(|duration| Instant::now() + duration);
    let mut ticks = tokio::time::interval(TICK);
    ticks.tick().await;
    while !run.is_over() {
        tokio::select! {
            _ = ticks.tick() => progress.tick(&run.snapshot()),
            () = until(deadline) => run.stop(),
            () = run.settled.notified() => {
                if clients.iter().all(|client| client.session().ended().is_some()) {
                    run.stop();
                }
            }
            _ = tokio::signal::ctrl_c() => run.stop(),
        }
    }
    wake(clients);
}

/// Waits for the answers and receipts of what was sent; gives up when nothing moves for as long as an answer may take.
async fn settle(run: &Run, timeout: Duration, progress: &mut Progress) {
    let mut last = None;
    loop {
        let open = (run.in_flight(), run.receipts.lock().outstanding());
        if open == (0, 0) {
            return;
        }
        let patience = if open.0 > 0 { timeout + TICK } else { timeout };
        if last.is_some_and(|(seen, since): (_, Instant)| seen == open && since.elapsed() > patience) {
            return;
        }
        if last.is_none_or(|(seen, _)| seen != open) {
            last = Some((open, Instant::now()));
        }
        if tokio::time::timeout(TICK, run.settled.notified()).await.is_err() {
            progress.tick(&run.snapshot());
        }
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}

fn wake(clients: &[Connection]) {
    clients.iter().for_each(|client| client.session().wake());
}

fn report(run: &Run, server: &Server, options: &Options, started_at: String) -> Report {
    let tally = run.tally.lock();
    let answered = tally.messages.answered;
    let lasted = match (run.started(), tally.last_answer) {
        (Some(started), Some(last)) => last.saturating_duration_since(started).as_secs_f64(),
        _ => 0.0,
    };
    #[expect(clippy::cast_precision_loss, reason = "a rate is shown with far fewer than 52 bits")]
    let rate_per_second = if lasted > 0.0 { answered as f64 / lasted } else { 0.0 };
    // What the window still held when patience ended was sent and never answered.
    let unanswered =
        run.submitted().saturating_sub(answered + tally.messages.lost + tally.messages.timed_out);
    Report {
        target: server.name.clone(),
        store: server.store.clone(),
        tls: server.tls,
        mode: CLOSED_LOOP,
        connections: options.connections,
        window: options.window,
        text_octets: options.length,
        started_at,
        duration_seconds: lasted,
        messages: Messages {
            submitted: run.submitted(),
            timed_out: tally.messages.timed_out + unanswered,
            ..tally.messages
        },
        rate_per_second,
        latency_microseconds: tally.latency.summary(),
        receipts: run.receipts.lock().counts(),
        statuses: tally.statuses.iter().map(|(status, count)| (status.to_string(), *count)).collect(),
        warnings: tally.ended.clone(),
        machine: Machine::here(),
    }
}

/// How often progress is shown.
const TICK: Duration = Duration::from_secs(1);
/// Octets of the largest submit_sm without TLVs (SMPP v3.4 §4.4.1).
const LARGEST_SUBMIT_SM: usize = 364;
/// The text of every message, repeated to the wanted length.
const TEXT: &[u8] = b"The quick brown fox jumps over the lazy dog. ";

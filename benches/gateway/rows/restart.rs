//! A restart by the real binary with a thousand bound sessions, one of them mute: from the first refusal to the first bind.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use smpp_benches::files::allow_many;
use smpp_benches::goal::{Figures, Goal};
use smpp_benches::interleave::{Effort, median};
use smpp_benches::table::{Better, Row};
use smpp_session::{ClientBuilder, Connection, NoRequests, Outcome, SubmitSm};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::World;
use crate::binary::Program;
use crate::home::Home;
use crate::pending::fill;

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let (sessions, pending, rounds) = match effort {
        Effort::Smoke => (10, 1_000, 1),
        Effort::Quick => (SESSIONS, PENDING, 3),
        Effort::Full => (SESSIONS, PENDING, 9),
    };
    let restarts = measure(world, sessions, pending, rounds).expect("it restarts");
    let of = |figure: fn(&Restart) -> f64| Figures::ours(median(restarts.iter().map(figure).collect()));
    let name =
        format!("restart, {sessions} sessions, one mute, {pending} pending: first refusal to first bind");
    vec![
        of(|restart| restart.first).row(&name, "ms", Better::Lower, &[Goal::Value(500.0)]),
        of(|restart| restart.serving).row(
            "the same until it serves, as the gateway counts it",
            "ms",
            Better::Lower,
            &[],
        ),
        of(|restart| restart.all).row(
            "from there until all but the mute one are bound",
            "ms",
            Better::Lower,
            &[],
        ),
    ]
}

/// Milliseconds.
struct Restart {
    serving: f64,
    first: f64,
    all: f64,
}

fn measure(world: &World, sessions: usize, pending: u64, rounds: usize) -> io::Result<Vec<Restart>> {
    allow_many()?;
    // Nothing ends: what is pending stays so.
    let home = Home::new("[simulator]\ndelay = { kind = \"fixed\", milliseconds = 3600000 }")?;
    fill(&home, pending)?;
    let program = Arc::new(Program::start(&home)?);
    let builder = program.client()?;
    let mut clients = world.client.run(bind(builder.clone(), sessions - 1))?;
    let mut restarts = Vec::new();
    for _ in 0..rounds {
        let _mute = Mute::bind(builder.clone())?;
        let (restart, bound) = world.client.run(restart(Arc::clone(&program), builder.clone(), clients))?;
        restarts.push(restart);
        clients = bound;
    }
    Ok(restarts)
}

/// As a client sees it that sends all the time, and the others that come back as soon as they are unbound.
async fn restart(
    program: Arc<Program>,
    builder: ClientBuilder,
    clients: Vec<Connection>,
) -> io::Result<(Restart, Vec<Connection>)> {
    let (refused, mut refusal) = watch::channel(None);
    let mut coming = JoinSet::new();
    for (number, mut client) in clients.into_iter().enumerate() {
        let (builder, refused) = (builder.clone(), refused.clone());
        coming.spawn(async move {
            if number == 0 {
                refused.send_replace(Some(until_refused(&client).await));
            }
            client.ended().await;
            comes_back(builder).await
        });
    }
    let restarted = tokio::task::spawn_blocking(move || program.restart());
    let (mut bound, mut instants) = (Vec::new(), Vec::new());
    while let Some(came) = coming.join_next().await {
        let (client, at) = came.map_err(io::Error::other)?;
        bound.push(client);
        instants.push(at);
    }
    let serving = restarted.await.map_err(io::Error::other)??;
    let begun =
        refusal.wait_for(Option::is_some).await.map_err(io::Error::other)?.unwrap_or_else(Instant::now);
    let since = |at: Option<&Instant>| at.map_or(f64::NAN, |at| at.duration_since(begun).as_secs_f64() * 1e3);
    let first = since(instants.iter().min());
    Ok((Restart { serving, first, all: since(instants.iter().max()) - first }, bound))
}

async fn until_refused(client: &Connection) -> Instant {
    loop {
        match client.submit_sm(&MESSAGE).await {
            Ok(Outcome::Answered(answer)) if answer.command_status.is_ok() => tokio::time::sleep(PAUSE).await,
            _ => return Instant::now(),
        }
    }
}

/// It was refused as long as the old process accepted, and waits in the queue of the socket after that.
async fn comes_back(builder: ClientBuilder) -> (Connection, Instant) {
    loop {
        match builder.connect(NoRequests).await {
            Ok(client) => return (client, Instant::now()),
            Err(_) => tokio::time::sleep(AFTER_REFUSAL).await,
        }
    }
}

async fn bind(builder: ClientBuilder, count: usize) -> io::Result<Vec<Connection>> {
    let few = Arc::new(Semaphore::new(32));
    let mut coming = JoinSet::new();
    for _ in 0..count {
        let (builder, few) = (builder.clone(), Arc::clone(&few));
        coming.spawn(async move {
            let _one_of_few = few.acquire().await;
            builder.connect(NoRequests).await
        });
    }
    let bound = coming.join_all().await;
    bound.into_iter().collect::<Result<_, _>>().map_err(io::Error::other)
}

/// A client that is bound and does nothing more: nobody runs it.
struct Mute {
    _client: Connection,
    _runtime: Runtime,
}

impl Mute {
    fn bind(builder: ClientBuilder) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let client = runtime.block_on(builder.connect(NoRequests)).map_err(io::Error::other)?;
        Ok(Self { _client: client, _runtime: runtime })
    }
}

const SESSIONS: usize = 1_000;
const PENDING: u64 = 100_000;
const MESSAGE: SubmitSm<'_> =
    SubmitSm { destination_addr: b"4512345678", short_message: &[b'x'; 120], ..SubmitSm::EMPTY };
/// Who was refused is not at once back.
const AFTER_REFUSAL: Duration = Duration::from_millis(50);
/// Less than what is measured.
const PAUSE: Duration = Duration::from_millis(1);

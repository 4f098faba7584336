//! A session storm: bind many sessions, let them idle, unbind them. What a server does when all its clients come back at once.

mod report;

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use smpp_session::{Cause, Connection, Limits, NoRequests};
use tokio::task::JoinSet;

pub use report::{STORM_SCHEMA, StormReport};

use crate::{Latency, Machine, Options, Server, load::bind_all, timestamp};

/// Binds `--connections` sessions, at `--bind-rate` or as fast as the server answers, lets them idle for `--duration`, and unbinds
/// them. A bind that fails is counted, and the others go on. Cancellation: the connections are dropped.
pub async fn storm(server: &Server, options: &Options) -> StormReport {
    let started_at = timestamp(SystemTime::now());
    let began = Instant::now();
    let (mut sessions, mut latency, mut failures) = (Vec::new(), Latency::new(), BTreeMap::new());
    let limits =
        Limits { window: 1, inbound_window: 10, response: options.session.timeout, ..Limits::default() };
    let clients =
        server.clients.iter().map(|client| client.clone().mode(options.session.bind).limits(limits.clone()));
    let clients: Arc<[_]> = clients.collect();
    let bind = |_| {
        let clients = Arc::clone(&clients);
        async move {
            let mut last = None;
            for client in clients.iter() {
                match client.connect(NoRequests).await {
                    Ok(connection) => return Ok(connection),
                    Err(error) => last = Some(error),
                }
            }
            match last {
                Some(error) => Err(error),
                // There is always a target.
                None => std::future::pending().await,
            }
        }
    };
    let asked = options.session.connections;
    bind_all(asked as usize, options.session.bind_rate, bind, |attempt| {
        match attempt.result {
            Ok(connection) => {
                latency.record(attempt.took);
                sessions.push(connection);
            }
            Err(error) => *failures.entry(error.to_string()).or_default() += 1,
        }
        true
    })
    .await;
    let bound = sessions.len();
    let bind_seconds = began.elapsed().as_secs_f64();
    let interrupted = idle(options.load.duration.unwrap_or(IDLE)).await;
    let lost = sessions.iter().filter(|session| session.session().ended().is_some()).count();
    let began = Instant::now();
    let unbound = unbind(sessions).await;
    StormReport {
        schema: STORM_SCHEMA.to_owned(),
        target: server.name.clone(),
        tls: server.tls,
        started_at,
        asked,
        bound,
        failures,
        bind_seconds,
        binds_per_second: per_second(bound, bind_seconds),
        bind_microseconds: latency.summary(),
        bind_histogram: latency.to_base64(),
        idle_seconds: options.load.duration.unwrap_or(IDLE).as_secs_f64(),
        lost,
        unbound,
        unbind_seconds: began.elapsed().as_secs_f64(),
        interrupted,
        warnings: Vec::new(),
        machine: Machine::here(),
    }
}

/// True when it was cut short.
async fn idle(lasts: Duration) -> bool {
    tokio::select! {
        () = tokio::time::sleep(lasts) => false,
        interrupted = tokio::signal::ctrl_c() => interrupted.is_ok(),
    }
}

/// How many ended in order, within [`GOODBYE`].
async fn unbind(sessions: Vec<Connection>) -> usize {
    let mut ends: JoinSet<bool> = JoinSet::new();
    for session in sessions {
        ends.spawn(async move { session.unbind().await.cause == Cause::Unbind });
    }
    let mut in_order = 0;
    let all = async {
        while let Some(end) = ends.join_next().await {
            in_order += usize::from(end.unwrap_or_default());
        }
    };
    let _late = tokio::time::timeout(GOODBYE, all).await;
    in_order
}

#[expect(clippy::cast_precision_loss, reason = "sessions are fewer than 52 bits count")]
fn per_second(count: usize, seconds: f64) -> f64 {
    if seconds > 0.0 { count as f64 / seconds } else { 0.0 }
}

/// How long sessions idle when nobody says.
const IDLE: Duration = Duration::from_secs(10);
/// How long all sessions together may take to end.
const GOODBYE: Duration = Duration::from_secs(60);

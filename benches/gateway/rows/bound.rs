//! What the gateway's own process holds of sessions that are bound and silent.

use std::io;
use std::thread;
use std::time::Duration;

use futures::future::try_join_all;
use smpp_benches::goal::{Figures, Goal};
use smpp_benches::interleave::Effort;
use smpp_benches::table::{Better, Row};
use smpp_session::{Connection, Limits, NoRequests};

use crate::World;
use crate::home::Home;
use crate::process::Process;

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let sessions = match effort {
        Effort::Smoke => 20,
        Effort::Quick => 2_000,
        Effort::Full => 9_900,
    };
    let kib = held(world, sessions).expect("all of them bind");
    let name = format!("{sessions} bound sessions, default limits: resident in the gateway's process, each");
    vec![Figures::ours(kib).row(&name, "KiB", Better::Lower, &[Goal::Value(32.0)])]
}

#[expect(clippy::cast_precision_loss, reason = "not so many")]
fn held(world: &World, sessions: usize) -> io::Result<f64> {
    let home = Home::new("")?;
    // What a gateway has that nobody configured.
    home.edit(|text| text.replace("window = 10000\n", ""))?;
    let process = Process::start(&home)?;
    let (builder, wait) = (process.client()?, Duration::from_secs(3_600));
    let limits = Limits { window: 16, enquire_link: wait, ..Limits::default() };
    let builder = builder.limits(limits);
    // One session first, so that what all share is there before.
    let first = builder.clone();
    let first = world.client.run(async move { first.connect(NoRequests).await }).map_err(io::Error::other)?;
    let (before, _) = process.resident()?;
    let bound: Vec<Connection> = world.client.run(async move {
        let mut bound = Vec::new();
        while bound.len() < sessions {
            let some = (0..AT_ONCE.min(sessions - bound.len())).map(|_| builder.connect(NoRequests));
            bound.extend(try_join_all(some).await.map_err(io::Error::other)?);
        }
        Ok::<_, io::Error>(bound)
    })?;
    thread::sleep(SETTLED);
    let (after, _) = process.resident()?;
    assert!(bound.iter().all(|client| client.session().ended().is_none()), "they are bound all along");
    drop((first, bound));
    Ok((after - before) * 1024.0 / sessions as f64)
}

const AT_ONCE: usize = 50;
const SETTLED: Duration = Duration::from_secs(1);

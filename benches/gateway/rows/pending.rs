//! What the gateway's process holds while five million messages wait.

use std::io;
use std::thread;
use std::time::Duration;

use smpp_benches::goal::{Figures, Goal};
use smpp_benches::interleave::Effort;
use smpp_benches::table::{Better, Row};
use smpp_session::NoRequests;

use crate::World;
use crate::home::Home;
use crate::pending::fill;
use crate::process::Process;

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let pending = if effort == Effort::Smoke { 1_000 } else { PENDING };
    let (now, most) = resident(world, pending).expect("it starts");
    let name = format!("{pending} messages pending: resident at most, from the start on");
    vec![
        Figures::ours(most).row(&name, "MiB", Better::Lower, &[Goal::Value(200.0)]),
        Figures::ours(now).row("the same, at rest", "MiB", Better::Lower, &[]),
    ]
}

fn resident(world: &World, pending: u64) -> io::Result<(f64, f64)> {
    // Nothing ends, so that as many as may be are with the carrier.
    let home = Home::new("[simulator]\ndelay = { kind = \"fixed\", milliseconds = 3600000 }")?;
    fill(&home, pending)?;
    let process = Process::start(&home)?;
    let builder = process.client()?;
    let bound = world.client.run(async move { builder.connect(NoRequests).await });
    let _client = bound.map_err(io::Error::other)?;
    let mut last = process.resident()?;
    loop {
        thread::sleep(STILL);
        let now = process.resident()?;
        if now == last {
            return Ok(now);
        }
        last = now;
    }
}

const PENDING: u64 = 5_000_000;
/// At rest: nothing changes for so long.
const STILL: Duration = Duration::from_secs(1);

//! p99 of customers who behave, alone and beside each kind of hostile client.
//!
//! Attackers have a thread of their own, on the same machine: what they compute, the gateway can't.

use std::io;

use smpp_benches::end::End;
use smpp_benches::goal::{Figures, Goal};
use smpp_benches::interleave::{Effort, median};
use smpp_benches::table::{Better, Row};
use tokio::task::JoinHandle;

use crate::World;
use crate::attack::{Kind, begin};
use crate::generator::run;
use crate::home::Home;
use crate::process::Process;
use crate::raw::Stranger;
use crate::serving::flags;

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let (count, seconds, rounds) = match effort {
        Effort::Smoke => (10, 1, 1),
        Effort::Quick => (1_000, 3, 1),
        Effort::Full => (9_900, 6, 3),
    };
    let kinds = Kind::ALL.into_iter();
    let row = |kind: Kind| {
        let (alone, beside) = p99(world, kind, count, seconds, rounds).expect("the gateway serves");
        let name = format!("p99 of customers at {RATE}/s beside {}", kind.name(count));
        Figures::ours(beside).beside(ALONE, alone).row(&name, "ms", Better::Lower, &[Goal::Rival(ALONE, 2.0)])
    };
    kinds.map(row).collect()
}

/// Milliseconds alone and beside the attack, in turns.
fn p99(world: &World, kind: Kind, count: usize, seconds: u32, rounds: u32) -> io::Result<(f64, f64)> {
    let home = Home::new("")?;
    home.add_account(FLOOD, &format!("messages_per_second = {FLOOD_RATE}"))?;
    home.add_account(HOSTILE, "")?;
    let process = Process::start(&home)?;
    let flags = flags(home.password(), &process.address, &process.pin);
    let flags = format!("{flags} -c 4 -w 500 -R {RATE} -d {seconds}s");
    let customers = || {
        let flags = flags.clone();
        let report = world.client.run(async move { run(&flags).await });
        assert!(report.lost_nothing(), "{:?}", report.messages);
        assert_eq!(report.messages.accepted, report.messages.sent, "{:?}", report.statuses);
        // The first second warms up, the last is not whole.
        let seconds = report.series.iter().skip(1).filter(|second| second.seconds() > 0.9);
        let p99 = median(seconds.map(|second| second.latency.p99 / 1e3).collect());
        if p99.is_nan() { report.latency().p99 / 1e3 } else { p99 }
    };
    let stranger = Stranger::new(&home, &process, 2)?;
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        alone.push(customers());
        // Its connections end with it.
        let attackers = End::start();
        let (from, password) = (stranger.clone(), home.password().to_owned());
        let attack: Vec<JoinHandle<()>> =
            attackers.run(async move { begin(kind, from, password, count).await });
        beside.push(customers());
        attack.iter().for_each(JoinHandle::abort);
        drop(attackers);
    }
    Ok((median(alone), median(beside)))
}

/// Messages a second of all customers together.
const RATE: u32 = 2_000;
const ALONE: &str = "alone";
/// The account that may send little, and sends much.
pub(crate) const FLOOD: &str = "flood";
pub(crate) const FLOOD_RATE: u32 = 100;
/// The account of the others.
pub(crate) const HOSTILE: &str = "hostile";

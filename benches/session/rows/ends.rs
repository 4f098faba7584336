//! One end alone, against the raw other end: the CPU time is that of the end in question.

use std::net::SocketAddr;
use std::time::Duration;

use smpp_benches::end::End;
use smpp_benches::goal::{FLOOR, Figures, Goal, OURS, rows};
use smpp_benches::identity::Security;
use smpp_benches::interleave::Effort;
use smpp_benches::race::{Contestant, race};
use smpp_benches::sessions::{Target, send_with_futures};
use smpp_benches::stopwatch::Took;
use smpp_benches::table::{Better, Row};

use crate::World;
use crate::floor::raw;
use crate::rivals::smpp34;

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let mut rows = servers(world, effort).to_vec();
    rows.push(clients(world, effort));
    rows
}

fn servers(world: &World, effort: Effort) -> [Row; 2] {
    let (ours, rival, raw) = (world.serving(Security::Plain), &world.smpp34, world.raw(Security::Plain));
    let scores = race(
        effort,
        vec![
            Contestant::new(OURS, |messages| with_cpu_of(&ours.end, || blast(ours.address(), messages))),
            Contestant::new("smpp34", |messages| with_cpu_of(&rival.end, || blast(rival.address, messages))),
            Contestant::new(FLOOR, |messages| {
                raw.forget();
                let took = blast(raw.address, messages);
                Took { cpu: raw.cpu(), ..took }
            }),
        ],
    );
    let name = "server alone, raw client, window 64, plain";
    rows(&scores, name, &[Goal::Floor(0.9)], &[Goal::Floor(2.0)])
}

fn clients(world: &World, effort: Effort) -> Row {
    let raw = world.raw(Security::Plain).address;
    let target = Target::new(raw, Security::Plain, &world.identity);
    let end = &world.client;
    let scores = race(
        effort,
        vec![
            Contestant::new(OURS, |messages| {
                with_cpu_of(end, || send_with_futures(end, &target, 1, WINDOW, messages))
            }),
            Contestant::new("smpp34", |messages| {
                with_cpu_of(end, || smpp34::send(end, raw, 1, WINDOW, messages))
            }),
        ],
    );
    let name = "CPU, client alone (futures), raw server, window 64, plain";
    let wanted = [Goal::Value(1_200.0)];
    Figures::of(&scores, |score| score.cpu).row(name, "CPU ns/msg", Better::Lower, &wanted)
}

fn blast(address: SocketAddr, messages: u64) -> Took {
    raw::blast(address, WINDOW.into(), messages).expect("the server accepts")
}

/// Connecting counts, too: a run is long enough for that not to show.
fn with_cpu_of(end: &End, run: impl FnOnce() -> Took) -> Took {
    let before = end.cpu();
    let took = run();
    let cpu: Duration = end.cpu() - before;
    Took { cpu, ..took }
}

const WINDOW: u16 = 64;

//! The store alone: whole lives of messages in transactions of a given size, beside the least that a commit costs.

use std::io;
use std::time::{Duration, Instant};

use smpp_benches::goal::Figures;
use smpp_benches::interleave::{Effort, median};
use smpp_benches::stopwatch::Stopwatch;
use smpp_benches::table::{Better, Row};
use smpp_gateway::store::Batch;
use smpp_gateway::{Final, Outcome};

use crate::World;
use crate::home::Home;
use crate::store::Desk;

pub(crate) fn all(_: &World, effort: Effort) -> Vec<Row> {
    let (rounds, time) = match effort {
        Effort::Smoke => (1, Duration::from_millis(10)),
        Effort::Quick => (3, Duration::from_millis(700)),
        Effort::Full => (7, Duration::from_secs(3)),
    };
    let mut rows = Vec::new();
    for (life, has_receipt) in [("accepted, gone", false), ("accepted, ended, gone", true)] {
        for size in [32, 256, 1_024] {
            let runs: Vec<_> = (0..rounds).map(|_| run(size, has_receipt, time).expect("it works")).collect();
            let of =
                |figure: fn(&(f64, f64)) -> f64| Figures::ours(median(runs.iter().map(figure).collect()));
            let name = format!("store alone, transactions of {size}: {life}");
            rows.push(of(|run| run.0).row(&name, "msg/s", Better::Higher, &[]));
            rows.push(of(|run| run.1).row(&format!("CPU, {name}"), "CPU ns/msg", Better::Lower, &[]));
        }
    }
    rows
}

/// Messages a second, and nanoseconds of CPU time a message. In each transaction `size` messages are new, as many have their end, and as
/// many are gone.
#[expect(clippy::cast_precision_loss, reason = "counts of seconds")]
fn run(size: usize, has_receipt: bool, time: Duration) -> io::Result<(f64, f64)> {
    let home = Home::new("")?;
    let mut desk = Desk::open(&home.config()?, true)?;
    let (mut last, mut before, mut count) = (Vec::new(), Vec::new(), 0);
    let watch = Stopwatch::start();
    let start = Instant::now();
    while start.elapsed() < time {
        let accepted = desk.messages(size);
        let keys = accepted.iter().map(|message| message.key).collect();
        let mut batch = Batch { accepted, ..Batch::default() };
        let ended = std::mem::replace(&mut last, keys);
        if has_receipt {
            batch.ended =
                ended.iter().map(|key| Final { key: *key, outcome: Outcome::DELIVERED, done: 1 }).collect();
            batch.gone = std::mem::replace(&mut before, ended);
        } else {
            batch.gone = ended;
        }
        // The next one is made while this one is on its way.
        desk.submit(batch, 1)?;
        count += size;
    }
    desk.submit(Batch::default(), 0)?;
    let took = watch.stop();
    let messages = count as f64;
    Ok((messages / took.time.as_secs_f64(), took.cpu.as_secs_f64() * 1e9 / messages))
}

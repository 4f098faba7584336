//! How long an answer takes at a rate that is kept, whatever the answers do.

use smpp_benches::interleave::{Effort, median};
use smpp_benches::table::{Better, Row};

use crate::World;
use crate::disk::sync_p99;
use crate::generator::run;
use crate::home::Home;
use crate::serving::Serving;

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let (rate, seconds, syncs) = match effort {
        Effort::Smoke => (500, 1, 10),
        Effort::Quick => (RATE, 10, 1_000),
        Effort::Full => (RATE, 30, 5_000),
    };
    let serving = Home::new("").and_then(Serving::start).expect("it starts");
    let before = sync_p99(serving.home().path(), syncs).expect("the disk works");
    let flags = format!("{} -c 4 -w 500 -R {rate} -d {seconds}s", serving.flags);
    let report = world.client.run(async move { run(&flags).await });
    assert!(report.lost_nothing(), "{:?}", report.messages);
    let after = sync_p99(serving.home().path(), syncs).expect("the disk works");
    let sync = f64::midpoint(before, after);

    // The first second warms up, the last is not whole.
    let seconds = report.series.iter().skip(1).filter(|second| second.seconds() > 0.9);
    let p99 = median(seconds.map(|second| second.latency.p99 / 1e3).collect());
    let name = format!("p99 of submit_sm_resp at {rate}/s, 4 x window 500, durable: median of seconds");
    let mut row = Row::cost(&name, "ms", [("ours", p99), ("sync", sync)]);
    row.goal = "<= 10, or 3 x sync".to_owned();
    row.met = p99 <= LIMIT || p99 <= 3.0 * sync;
    let all = report.latency().p99 / 1e3;
    vec![row, Row::measured("the same, of the whole run", "ms", Better::Lower, all)]
}

/// Messages a second.
const RATE: u32 = 20_000;
/// Milliseconds.
const LIMIT: f64 = 10.0;

//! An open loop over TLS: up to which rate messages leave when they should.

use smpp_benches::goal::{Figures, Goal};
use smpp_benches::identity::Security;
use smpp_benches::interleave::{Effort, median};
use smpp_benches::table::{Better, Row};

use crate::World;
use crate::generator::run;
use crate::serving::Serving;

/// By bisection from the goal, to a twentieth.
pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let serving = Serving::start(Security::Tls, &world.identity);
    let (seconds, steps, first) = match effort {
        Effort::Smoke => (1, 1, 1_000.0),
        Effort::Quick => (9, 4, GOAL),
        Effort::Full => (12, 8, GOAL),
    };
    let (mut kept, mut broken) = (0.0, f64::INFINITY);
    let mut rate: f64 = first;
    for _ in 0..steps {
        let flags = format!("{} -R {} -d {seconds}s -w 10000 --deadline 1s", serving.flags, rate.round());
        let report = world.client.run(async move { run(&flags).await });
        if is_on_time(&report.series) {
            kept = rate
        } else {
            broken = rate
        }
        rate = if broken.is_infinite() { kept * 1.5 } else { f64::midpoint(kept, broken) };
        if broken < kept * 1.05 {
            break;
        }
    }
    let name =
        "open loop, TLS: highest rate with 99.9 % of sends within 1 ms of their time, median of seconds";
    vec![Figures::ours(kept).row(name, "msg/s", Better::Higher, &[Goal::Value(GOAL)])]
}

/// The median of the shares of all whole seconds; messages that were shed were not on time.
#[expect(clippy::cast_precision_loss, reason = "counts of one second")]
fn is_on_time(series: &[smpp_load::Interval]) -> bool {
    let whole = series.iter().filter(|second| second.seconds() > 0.5 && second.counts.offered > 0);
    let shares = whole.map(|second| second.counts.on_time as f64 / second.counts.offered.max(1) as f64);
    median(shares.collect()) >= 0.999
}

/// Messages a second.
const GOAL: f64 = 300_000.0;

//! Messages a second: accepted, and with their receipts; durable, beside the same with the store in memory.

use std::io;

use smpp_benches::goal::{Figures, Goal};
use smpp_benches::interleave::{Effort, median};
use smpp_benches::table::{Better, Row};
use smpp_load::Report;

use crate::World;
use crate::disk::sync_p99;
use crate::generator::run;
use crate::home::Home;
use crate::serving::Serving;

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let contest = Contest::start(world, effort).expect("both gateways start");
    let [durable, memory] = contest.run("-c 4 -w 500");
    let many = rate(&durable, &memory);
    let many = many.row(
        "accepted durably, 4 x window 500",
        "msg/s",
        Better::Higher,
        &[Goal::Value(200_000.0), HALF],
    );
    let [durable, memory] = contest.run("-c 1 -w 64");
    let one = rate(&durable, &memory);
    let one = one.row("accepted durably, 1 x window 64", "msg/s", Better::Higher, &[Goal::Value(60_000.0)]);
    let sync = sync_p99(contest.durable.home().path(), contest.syncs).expect("the disk works");
    let p99 = Figures::ours(of(&durable, p99)).beside("sync", sync).beside(MEMORY, of(&memory, p99));
    let p99 = p99.row("p99 of its answers, beside that of a sync", "ms", Better::Lower, &[]);
    let [durable, memory] = contest.run("-c 4 -w 500 --receipts");
    let receipts = rate(&durable, &memory);
    let receipts = receipts.row(
        "with receipts, 4 x window 500",
        "msg/s",
        Better::Higher,
        &[Goal::Value(80_000.0), HALF],
    );
    vec![many, one, p99, receipts]
}

/// Two gateways, of which one works while the other is idle.
struct Contest<'w> {
    world: &'w World,
    durable: Serving,
    memory: Serving,
    rounds: usize,
    seconds: f64,
    syncs: u64,
}

impl<'w> Contest<'w> {
    fn start(world: &'w World, effort: Effort) -> io::Result<Self> {
        let (rounds, seconds, syncs) = match effort {
            Effort::Smoke => (1, 0.1, 10),
            Effort::Quick => (5, 1.0, 1_000),
            Effort::Full => (9, 3.0, 5_000),
        };
        let durable = Serving::start(Home::new("")?)?;
        let memory = Serving::start(Home::new("[store]\nkind = \"memory\"")?)?;
        Ok(Self { world, durable, memory, rounds, seconds, syncs })
    }

    /// The reports of both, from runs in turns.
    fn run(&self, flags: &str) -> [Vec<Report>; 2] {
        let mut reports = [Vec::new(), Vec::new()];
        for _ in 0..self.rounds {
            for (serving, reports) in [&self.durable, &self.memory].into_iter().zip(&mut reports) {
                let flags = format!("{} {flags} -d {}s", serving.flags, self.seconds);
                let report = self.world.client.run(async move { run(&flags).await });
                assert!(report.lost_nothing(), "{:?}", report.messages);
                assert_eq!(report.messages.accepted, report.messages.sent, "{:?}", report.statuses);
                serving.await_idle();
                reports.push(report);
            }
        }
        reports
    }
}

fn rate(durable: &[Report], memory: &[Report]) -> Figures {
    Figures::ours(of(durable, messages_a_second)).beside(MEMORY, of(memory, messages_a_second))
}

fn of(reports: &[Report], figure: impl Fn(&Report) -> f64) -> f64 {
    median(reports.iter().map(figure).collect())
}

/// To the last receipt, where there are any.
#[expect(clippy::cast_precision_loss, reason = "counts of seconds")]
fn messages_a_second(report: &Report) -> f64 {
    let last = report.series.last().map_or(f64::NAN, |last| last.to);
    let seconds = if report.receipts.is_some() { last } else { report.duration_seconds };
    report.messages.accepted as f64 / seconds
}

fn p99(report: &Report) -> f64 {
    report.uncorrected_microseconds.p99 / 1e3
}

const MEMORY: &str = "memory";
/// What durability may cost.
const HALF: Goal = Goal::Rival(MEMORY, 0.5);

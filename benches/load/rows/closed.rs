//! A closed loop beside the completion queue that it is built on, against the same sink.

use smpp_benches::goal::{Goal, OURS, rows};
use smpp_benches::identity::Security;
use smpp_benches::interleave::Effort;
use smpp_benches::queue;
use smpp_benches::race::{Contestant, race};
use smpp_benches::sessions::Target;
use smpp_benches::stopwatch::Took;
use smpp_benches::table::Row;

use crate::World;
use crate::generator::send;
use crate::serving::Serving;

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let serving = Serving::start(Security::Plain, &world.identity);
    let target = Target::new(serving.address, Security::Plain, &world.identity);
    let ledger = std::env::temp_dir().join(format!("bench-{}.ledger", std::process::id()));
    let plain = format!("{} -w 1000", serving.flags);
    let whole = format!("{plain} --receipts --ledger {}", ledger.display());
    let queue = |messages| -> Took {
        let target = target.clone();
        world.client.run(async move { queue::send_for_any_id(&target, 1_000, messages).await }).took
    };
    let questions = [
        ("closed loop, window 1000, plain, one connection", &plain, 0.8),
        ("the same with ledger and receipts", &whole, 0.5),
    ];
    let answers = questions.map(|(name, flags, share)| {
        let ours = Contestant::new(OURS, |messages| send(&world.client, flags, messages));
        let scores = race(effort, vec![ours, Contestant::new(QUEUE, queue)]);
        rows(&scores, name, &[Goal::Rival(QUEUE, share)], &[])
    });
    let _written = std::fs::remove_file(ledger);
    answers.into_iter().flatten().collect()
}

const QUEUE: &str = "completion queue";

//! What the generator's process holds at most while it sends a million messages a second.

use smpp_benches::goal::{Figures, Goal};
use smpp_benches::identity::Security;
use smpp_benches::interleave::Effort;
use smpp_benches::table::{Better, Row};

use crate::World;
use crate::process::generator;
use crate::serving::Serving;

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let serving = Serving::start(Security::Plain, &world.identity);
    let (rate, seconds) = match effort {
        Effort::Smoke => (1_000, 1),
        Effort::Quick => (1_000_000, 15),
        Effort::Full => (1_000_000, 60),
    };
    let flags = format!("{} -R {rate} -d {seconds}s -w 10000 --deadline 1s", serving.flags);
    let (answered, mib) = generator(&flags).expect("it runs to its end");
    vec![
        Figures::ours(mib).row(
            &format!("memory: peak of {seconds} s at {rate}/s, plain"),
            "MiB",
            Better::Lower,
            &[Goal::Value(64.0)],
        ),
        Figures::ours(answered).row("answered in it", "msg/s", Better::Higher, &[]),
    ]
}

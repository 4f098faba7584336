//! Ten thousand sessions from one process to a gateway in another: from the first bind to the last answer.

use smpp_benches::goal::{Figures, Goal};
use smpp_benches::interleave::Effort;
use smpp_benches::table::{Better, Row};

use crate::World;
use crate::generator::run;
use crate::process::{Gateway, SESSIONS};

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let sessions = if effort == Effort::Smoke { 10 } else { SESSIONS };
    let gateway = Gateway::start().expect("it starts");
    // One message each, so that each session is used.
    let flags = format!("{} -c {sessions} -w 1 -n {sessions}", gateway.flags);
    let report = world.client.run(async move { run(&flags).await });
    assert_eq!(report.load.bound, sessions as usize);
    let name = format!("{sessions} sessions bound, TLS");
    vec![Figures::ours(report.bind_seconds).row(&name, "s", Better::Lower, &[Goal::Value(15.0)])]
}

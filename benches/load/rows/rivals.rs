//! Other people's generators against the same fast server, window 1000.

use smpp_benches::goal::{FLOOR, Goal, OURS, rows};
use smpp_benches::interleave::Effort;
use smpp_benches::race::{Contestant, race};
use smpp_benches::table::Row;

use crate::World;
use crate::floor::raw::{Responder, blast};
use crate::generator::send;
use crate::rivals::{node::Node, rusmpp, smpp34};
use crate::serving::plain;

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let server = Responder::start(None).expect("loopback works");
    let address = server.address;
    let flags = format!("{} -w 1000", plain(address));
    let node = Node::start(address);
    let mut contestants = vec![
        Contestant::new(OURS, |messages| send(&world.client, &flags, messages)),
        Contestant::new(FLOOR, |messages| blast(address, WINDOW.into(), messages).expect("it answers")),
        Contestant::new("rusmppc", |messages| rusmpp::send(&world.client, address, WINDOW, messages)),
        Contestant::new("smpp34", |messages| smpp34::send(&world.client, address, 1, WINDOW, messages)),
    ];
    let mut goals = vec![Goal::Rival("rusmppc", 4.0), Goal::Rival("smpp34", 4.0)];
    if let Some(node) = &node {
        contestants.push(Contestant::new("npm smpp", |messages| node.send(WINDOW, messages)));
        goals.push(Goal::Rival("npm smpp", 4.0));
    }
    let scores = race(effort, contestants);
    rows(&scores, "generators against one fast server, window 1000, plain", &goals, &[]).into()
}

const WINDOW: u16 = 1_000;

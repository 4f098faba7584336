//! A hundred connections beside one.

use smpp_benches::goal::{Goal, OURS, rows};
use smpp_benches::identity::Security;
use smpp_benches::interleave::Effort;
use smpp_benches::queue::Sender;
use smpp_benches::race::{Contestant, race};
use smpp_benches::stopwatch::{Stopwatch, Took};
use smpp_benches::table::Row;

use crate::World;

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let scores = race(
        effort,
        vec![
            Contestant::new(OURS, |messages| send(world, 100, 16, messages.next_multiple_of(100))),
            Contestant::new("one connection", |messages| send(world, 1, 64, messages)),
        ],
    );
    let name = "completion queue, 100 connections x window 16, TLS";
    rows(&scores, name, &[Goal::Rival("one connection", 0.8)], &[]).into()
}

/// Handshakes come before the time that is taken.
fn send(world: &World, connections: u32, window: u16, messages: u64) -> Took {
    let target = world.serving(Security::Tls).target.clone();
    world.client.run(async move {
        let each = messages.div_ceil(connections.into());
        let mut senders = Vec::new();
        for _ in 0..connections {
            senders.push(Sender::connect(&target, window, each).await);
        }
        let watch = Stopwatch::start();
        let sending: Vec<_> = senders
            .into_iter()
            .map(|mut sender| {
                tokio::spawn(async move {
                    sender.send().await;
                    sender
                })
            })
            .collect();
        let mut sent = Vec::new();
        for sender in sending {
            sent.push(sender.await.expect("every message is accepted"));
        }
        let took = watch.stop();
        for sender in sent {
            sender.unbind().await;
        }
        took
    })
}

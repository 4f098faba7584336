//! Handshakes and binds a second: TLS 1.3, ECDSA P-256, client and server on a thread each.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use smpp_benches::goal::{Figures, Goal};
use smpp_benches::identity::{Identity, Security};
use smpp_benches::interleave::Effort;
use smpp_benches::race::{Contestant, race};
use smpp_benches::sessions::{Accept, Target, claim};
use smpp_benches::stopwatch::{Stopwatch, Took};
use smpp_benches::table::{Better, Row};

use crate::World;

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let scores = race(
        effort,
        vec![
            Contestant::new("full", |count| connect(world, false, count)),
            Contestant::new("resumed", |count| connect(world, true, count)),
        ],
    );
    let wanted = [("full", 2_000.0), ("resumed", 4_000.0)];
    wanted
        .into_iter()
        .zip(scores)
        .map(|((name, wanted), score)| {
            let name = format!("handshakes and binds, ECDSA P-256, TLS 1.3, {name}");
            Figures::ours(score.rate).row(&name, "binds/s", Better::Higher, &[Goal::Value(wanted)])
        })
        .collect()
}

/// Binds `count` sessions and keeps them until the time is taken.
fn connect(world: &World, resume: bool, count: u64) -> Took {
    let (target, identity) = (world.serving(Security::Tls).target.clone(), Arc::clone(&world.identity));
    let address = world.serving(Security::Tls).address();
    world.client.run(async move {
        let left = Arc::new(AtomicU64::new(count));
        let watch = Stopwatch::start();
        let connecting: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                let (target, identity, left) = (target.clone(), Arc::clone(&identity), Arc::clone(&left));
                let target = move |identity: &Identity| match resume {
                    true => target.clone(),
                    false => Target::new(address, Security::Tls, identity),
                };
                tokio::spawn(async move {
                    let mut clients = Vec::new();
                    while claim(&left) {
                        clients.push(target(&identity).connect(16, Accept).await);
                    }
                    clients
                })
            })
            .collect();
        let mut clients = Vec::new();
        for connecting in connecting {
            clients.extend(connecting.await.expect("the server accepts"));
        }
        let took = watch.stop();
        assert_eq!(clients.len() as u64, count);
        for client in clients {
            client.unbind().await;
        }
        took
    })
}

/// A client keeps eight tickets of a server, and each is used once: no more than that may connect at once for all to resume.
const AT_ONCE: usize = 4;

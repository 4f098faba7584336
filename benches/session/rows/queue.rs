//! The completion queue beside one loop, both with both ends on one thread: no thread has to be woken, so what is left is the work.

use smpp_benches::goal::{FLOOR, Goal, OURS, rows};
use smpp_benches::identity::{Identity, Security};
use smpp_benches::interleave::Effort;
use smpp_benches::queue;
use smpp_benches::race::{Contestant, race};
use smpp_benches::sessions::{Target, listen};
use smpp_benches::stopwatch::Took;
use smpp_benches::table::Row;
use smpp_session::Server;
use tokio::runtime::{Builder, Runtime};

use crate::World;
use crate::floor::one_loop;

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    [(Security::Tls, 64_u16, "window 64, TLS"), (Security::Plain, 1_000, "window 1000, plain")]
        .into_iter()
        .flat_map(|(security, window, name)| {
            let thread = OneThread::start(security, &world.identity);
            let identity = (security == Security::Tls).then_some(&*world.identity);
            let scores = race(
                effort,
                vec![
                    Contestant::new(OURS, |messages| thread.send(window, messages)),
                    Contestant::new(FLOOR, |messages| {
                        one_loop::run(identity, window.into(), messages).expect("loopback works")
                    }),
                ],
            );
            let name = format!("completion queue, {name}");
            rows(&scores, &name, &[Goal::Floor(0.6)], &[Goal::Floor(1.6)])
        })
        .collect()
}

/// Our client and server on this thread.
struct OneThread {
    runtime: Runtime,
    target: Target,
    _server: Server,
}

impl OneThread {
    fn start(security: Security, identity: &Identity) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let server = runtime.block_on(listen(security, identity));
        let target = Target::new(server.local_addr(), security, identity);
        Self { runtime, target, _server: server }
    }

    /// In a task: whatever wakes the future that a runtime blocks on makes it look at its sockets first.
    fn send(&self, window: u16, messages: u64) -> Took {
        let target = self.target.clone();
        let sending = self.runtime.spawn(async move { queue::send(&target, window, messages).await.took });
        self.runtime.block_on(sending).expect("every message is accepted")
    }
}

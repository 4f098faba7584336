//! Counts allocations of both ends on one thread, once everything is warm: `allocations MESSAGES` prints a line each for the
//! completion queue and futures, plain, a message, and for the completion queue over TLS, a record.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use allocation_counter::measure;
use smpp_benches::identity::{Identity, Security};
use smpp_benches::queue;
use smpp_benches::sessions::{Accept, Target, listen, send_from};
use smpp_session::{Connection, Server};
use tokio::runtime::{Builder, Runtime};

fn main() -> io::Result<()> {
    let messages = std::env::args().nth(1).and_then(|messages| messages.parse().ok());
    let messages: u32 = messages.expect("usage: allocations MESSAGES");
    let (plain, tls) = (OneThread::start(Security::Plain), OneThread::start(Security::Tls));
    let (of_queue, _) = plain.with_queue(messages);
    let (of_tls, records) = tls.with_queue(messages);
    let mut out = io::stdout().lock();
    writeln!(out, "{}", of_queue / f64::from(messages))?;
    writeln!(out, "{}", plain.with_futures(messages) / f64::from(messages))?;
    writeln!(out, "{}", of_tls / records)
}

struct OneThread {
    runtime: Runtime,
    target: Target,
    _server: Server,
}

impl OneThread {
    fn start(security: Security) -> Self {
        let (runtime, identity) = (Builder::new_current_thread().enable_all().build(), Identity::new());
        let runtime = runtime.expect("a runtime");
        let server = runtime.block_on(listen(security, &identity));
        let target = Target::new(server.local_addr(), security, &identity);
        Self { runtime, target, _server: server }
    }

    /// Allocations and records of `messages` more than a run that warms up: connecting is in both.
    fn with_queue(&self, messages: u32) -> (f64, f64) {
        let run = |messages: u32| {
            let mut writes = 0;
            let send = queue::send(&self.target, WINDOW, messages.into());
            let info = measure(|| writes = self.runtime.block_on(send).writes);
            (info.count_total as f64, writes as f64)
        };
        run(WARM);
        let (few, many) = (run(WARM), run(WARM + messages));
        // Each write of the client is a record, and so is the server's answer to it.
        (many.0 - few.0, 2.0 * (many.1 - few.1))
    }

    /// Allocations of `messages` over a session that is warm.
    fn with_futures(&self, messages: u32) -> f64 {
        let client = self.runtime.block_on(self.target.connect(WINDOW, Accept));
        self.send(&client, WARM);
        let few = self.send(&client, WARM);
        let many = self.send(&client, WARM + messages);
        self.runtime.block_on(client.unbind());
        many - few
    }

    /// The senders' own tasks are in each run.
    fn send(&self, client: &Connection, messages: u32) -> f64 {
        let send = async {
            let left = Arc::new(AtomicU64::new(messages.into()));
            let senders: Vec<_> = (0..WINDOW)
                .map(|_| tokio::spawn(send_from(Arc::clone(&left), client.session().clone())))
                .collect();
            for sender in senders {
                sender.await.expect("a sender ends");
            }
        };
        measure(|| self.runtime.block_on(send)).count_total as f64
    }
}

const WINDOW: u16 = 64;
const WARM: u32 = 1_000;

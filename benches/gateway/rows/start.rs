//! A start with a million messages that wait, in a process of its own: to the first bind, and until sending goes on.

use std::io;
use std::time::{Duration, Instant};

use smpp_benches::goal::{Figures, Goal};
use smpp_benches::interleave::{Effort, median};
use smpp_benches::table::{Better, Row};
use smpp_session::{CommandStatus, Handler, Reply, ReplyTo, Request, Verdict};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::World;
use crate::home::Home;
use crate::pending::fill;
use crate::process::Process;

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let (pending, rounds) = match effort {
        Effort::Smoke => (1_000, 1),
        Effort::Quick => (PENDING, 1),
        Effort::Full => (PENDING, 3),
    };
    let starts: Vec<_> = (0..rounds).map(|_| start(world, pending).expect("it starts")).collect();
    let of = |figure: fn(&Start) -> f64| Figures::ours(median(starts.iter().map(figure).collect()));
    let bind = format!("start with {pending} pending: to the first bind");
    let rate = "receipts a second until then".to_owned();
    vec![
        of(|start| start.bind).row(&bind, "s", Better::Lower, &[Goal::Value(3.0)]),
        of(|start| start.receipt).row("from there to the first receipt", "s", Better::Lower, &[]),
        of(|start| start.receipts).row(&format!("from there to {SOME} receipts"), "s", Better::Lower, &[]),
        of(|start| start.rate).row(&rate, "msg/s", Better::Higher, &[]),
    ]
}

/// Seconds, each from the one before.
struct Start {
    bind: f64,
    receipt: f64,
    receipts: f64,
    rate: f64,
}

fn start(world: &World, pending: u64) -> io::Result<Start> {
    let home = Home::new("")?;
    fill(&home, pending)?;
    let begin = Instant::now();
    let process = Process::start(&home)?;
    let builder = process.client()?;
    let (told, mut receipts) = unbounded_channel();
    let (bound, first, last) = world.client.run(async move {
        let _client = builder.connect(Receiver(told)).await.map_err(io::Error::other)?;
        let bound = Instant::now();
        let mut first = None;
        for _ in 0..SOME.min(pending) {
            let at = tokio::time::timeout(PATIENCE, receipts.recv()).await?;
            first = first.or(at);
        }
        Ok::<_, io::Error>((bound, first.unwrap_or(bound), Instant::now()))
    })?;
    let receipts = last.duration_since(bound).as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "not so many")]
    let rate = SOME.min(pending) as f64 / receipts;
    Ok(Start {
        bind: bound.duration_since(begin).as_secs_f64(),
        receipt: first.saturating_duration_since(bound).as_secs_f64(),
        receipts,
        rate,
    })
}

/// Takes receipts, and tells when each came.
struct Receiver(UnboundedSender<Instant>);

impl Handler for Receiver {
    fn request(&mut self, _: &Request<'_>, _: ReplyTo) -> Reply {
        let _nobody_counts_any_more = self.0.send(Instant::now());
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

const PENDING: u64 = 1_000_000;
/// Receipts that are waited for.
const SOME: u64 = 100_000;
const PATIENCE: Duration = Duration::from_secs(60);

//! The time from when a message should have left to its answer, at a fixed rate, whatever the answers do.

use std::num::NonZeroU64;
use std::thread;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use rustix::thread::set_current_timer_slack;
use smpp_benches::goal::{Figures, Goal};
use smpp_benches::identity::Security;
use smpp_benches::interleave::{Effort, median};
use smpp_benches::sessions::{MESSAGE, MESSAGE_ID};
use smpp_benches::table::{Better, Row};
use smpp_session::{Completion, Handler, SessionHandle, SubmitError};
use tokio::sync::oneshot;

use crate::World;

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let seconds = match effort {
        Effort::Smoke => 0,
        Effort::Quick => 7,
        Effort::Full => 21,
    };
    let histograms = measure(world, seconds);
    let at = |quantile| {
        let micros = |histogram: &Histogram<u64>| histogram.value_at_quantile(quantile) as f64 / 1e3;
        Figures::ours(median(histograms.iter().map(micros).collect()))
    };
    let row =
        |name: &str, quantile, wanted| at(quantile).row(name, "us", Better::Lower, &[Goal::Value(wanted)]);
    vec![
        row("latency at 50,000/s, window 64, TLS: median of per-second p99", 0.99, 1_000.0),
        row("latency at 50,000/s, window 64, TLS: median of per-second p50", 0.5, 100.0),
    ]
}

/// One histogram a second, in nanoseconds; the first second warms up and is left out.
fn measure(world: &World, seconds: u32) -> Vec<Histogram<u64>> {
    let messages = u64::from(seconds + 1) * RATE;
    let target = world.serving(Security::Tls).target.clone();
    let (done, answered) = oneshot::channel();
    let (start_of, start) = oneshot::channel();
    let handler =
        Timing { start: None, start_from: start, seconds: Vec::new(), left: messages, done: Some(done) };
    let client = world.client.run(async move { target.connect(64, handler).await });
    let session = client.session().clone();
    let pacer = thread::spawn(move || {
        let start = Instant::now();
        let _ = start_of.send(start);
        pace(&session, start, messages);
    });
    let histograms = world.client.run(answered).expect("every message is accepted");
    pacer.join().expect("it has sent everything");
    world.client.run(client.unbind());
    histograms.into_iter().skip(1).collect()
}

/// Sends each message when it is due, or as soon after as it can.
fn pace(session: &SessionHandle, start: Instant, messages: u64) {
    // By default a sleep may take 50 us longer than asked for.
    let _ = set_current_timer_slack(NonZeroU64::new(1));
    for token in 0..messages {
        let due = start + planned(token);
        while let Some(early) = due.checked_duration_since(Instant::now()).filter(|early| !early.is_zero()) {
            thread::sleep(early);
        }
        while let Err(error) = session.try_submit(&MESSAGE, token) {
            assert!(matches!(error, SubmitError::WindowFull), "{error}");
            thread::yield_now();
        }
    }
}

fn planned(token: u64) -> Duration {
    Duration::from_nanos(token * (1_000_000_000 / RATE))
}

struct Timing {
    start: Option<Instant>,
    start_from: oneshot::Receiver<Instant>,
    seconds: Vec<Histogram<u64>>,
    left: u64,
    done: Option<oneshot::Sender<Vec<Histogram<u64>>>>,
}

impl Handler for Timing {
    fn completed(&mut self, token: u64, completion: Completion<'_>) {
        assert!(matches!(completion, Completion::Answered(answer)
                if answer.command_status.is_ok() && answer.message_id == MESSAGE_ID.as_bytes()));
        let Some(start) = self.start.or_else(|| self.start_from.try_recv().ok()) else {
            return;
        };
        self.start = Some(start);
        let second = usize::try_from(token / RATE).unwrap_or_default();
        while self.seconds.len() <= second {
            self.seconds.push(Histogram::new_with_bounds(1, HIGHEST, 3).expect("three digits are possible"));
        }
        let latency = (Instant::now() - start).saturating_sub(planned(token));
        if let Some(histogram) = self.seconds.get_mut(second) {
            histogram.saturating_record(u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX));
        }
        self.left -= 1;
        if self.left == 0
            && let Some(done) = self.done.take()
        {
            assert!(done.send(std::mem::take(&mut self.seconds)).is_ok(), "somebody waits for it");
        }
    }
}

/// A minute, in nanoseconds: what takes longer counts as that.
const HIGHEST: u64 = 60_000_000_000;
/// Messages a second.
const RATE: u64 = 50_000;

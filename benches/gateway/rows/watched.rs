//! What it costs to be watched: metrics that are scraped, a log, and call detail records, against none of them.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use smpp_benches::goal::{Figures, Goal};
use smpp_benches::interleave::{Effort, median};
use smpp_benches::table::{Better, Row};
use smpp_load::Report;

use crate::World;
use crate::generator::run;
use crate::home::Home;
use crate::process::Process;
use crate::serving::flags;

pub(crate) fn all(world: &World, effort: Effort) -> Vec<Row> {
    let (rounds, seconds) = match effort {
        Effort::Smoke => (1, 0.1),
        Effort::Quick => (5, 1.0),
        Effort::Full => (9, 3.0),
    };
    let [on, off] = rates(world, rounds, seconds).expect("both gateways start");
    let name =
        "accepted durably, 4 x window 500: metrics scraped each second, log at info and CDRs, beside none";
    vec![Figures::ours(on).beside(OFF, off).row(name, "msg/s", Better::Higher, &[Goal::Rival(OFF, 0.9)])]
}

/// Messages a second with and without, from runs in turns.
fn rates(world: &World, rounds: usize, seconds: f64) -> io::Result<[f64; 2]> {
    let watched = Home::new("[cdr]\n[admin]\nlisten = \"127.0.0.1:0\"\n")?;
    let unwatched = Home::new("")?;
    let on = Process::start_logging(&watched)?;
    let off = Process::start(&unwatched)?;
    let mut rates = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for ((home, process), rates) in [(&watched, &on), (&unwatched, &off)].into_iter().zip(&mut rates) {
            let flags = flags(home.password(), &process.address, &process.pin);
            let flags = format!("{flags} -c 4 -w 500 -d {seconds}s");
            let report = scraped(&process.admin, || world.client.run(async move { run(&flags).await }));
            assert!(report.lost_nothing(), "{:?}", report.messages);
            rates.push(accepted(&report));
            thread::sleep(REST);
        }
    }
    Ok(rates.map(median))
}

#[expect(clippy::cast_precision_loss, reason = "not so many")]
fn accepted(report: &Report) -> f64 {
    report.messages.accepted as f64 / report.duration_seconds
}

/// Runs this while somebody reads the metrics, where there are any.
fn scraped<T>(admin: &str, work: impl FnOnce() -> T) -> T {
    let is_done = AtomicBool::new(admin.is_empty());
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                scrape(admin).expect("the gateway tells");
                thread::park_timeout(SCRAPED_EVERY);
            }
        });
        let done = work();
        is_done.store(true, Ordering::Relaxed);
        done
    })
}

fn scrape(admin: &str) -> io::Result<()> {
    let mut stream = TcpStream::connect(admin)?;
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: {admin}\r\nConnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    assert!(text.contains("smpp_gateway_submits_total"));
    Ok(())
}

const OFF: &str = "off";
/// Prometheus asks every quarter of a minute.
const SCRAPED_EVERY: Duration = Duration::from_secs(1);
/// What one run has left behind is done before the next.
const REST: Duration = Duration::from_millis(300);

//! Who waited: the sender that was blocked, the message behind a slow one. Each wait is in the corrected latency.

use std::{sync::Arc, time::Duration};

use crate::against::{quantile, run_at};
use smpp_session::{Bind, CommandStatus, Handler, Reply, ReplyTo, Request, Server, SessionHandle, Verdict};
use tokio::{runtime::Builder, sync::Notify};

/// A server whose every tenth answer takes long.
struct Slow {
    session: Option<SessionHandle>,
    seen: u64,
    fifth: Arc<Notify>,
    takes: fn(u64) -> Duration,
}

impl Handler for Slow {
    fn bind(&mut self, _: &Bind<'_>, session: &SessionHandle) -> Result<(), CommandStatus> {
        self.session = Some(session.clone());
        Ok(())
    }

    fn request(&mut self, _: &Request<'_>, reply_to: ReplyTo) -> Reply {
        self.seen += 1;
        if self.seen == 5 {
            self.fifth.notify_one();
        }
        let verdict = Verdict::status(CommandStatus::ESME_ROK);
        let takes = (self.takes)(self.seen);
        if takes.is_zero() {
            return Reply::Now(verdict);
        }
        let session = self.session.clone().unwrap();
        tokio::spawn(async move {
            tokio::time::sleep(takes).await;
            session.answer([(reply_to, verdict)]);
        });
        Reply::Later
    }
}

async fn serve(fifth: &Arc<Notify>, takes: fn(u64) -> Duration) -> Server {
    let fifth = Arc::clone(fifth);
    let handler = move |_| Slow { session: None, seen: 0, fifth: Arc::clone(&fifth), takes };
    Server::plain().listen("127.0.0.1:0".parse().unwrap(), handler).await.unwrap()
}

#[test]
fn a_sender_that_is_blocked_has_its_wait_in_the_corrected_latency_alone() {
    let fifth = Arc::<Notify>::default();
    let serving = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = serving.block_on(serve(&fifth, |_| Duration::ZERO));
    // One thread, so that blocking it blocks the sender.
    let sending = Builder::new_current_thread().enable_all().build().unwrap();
    let report = sending.block_on(async move {
        let blocking = tokio::spawn(async move {
            fifth.notified().await;
            // The fifth message is answered by now, and the sixth, 100 ms behind it, not due yet.
            tokio::time::sleep(Duration::from_millis(40)).await;
            std::thread::sleep(Duration::from_millis(260));
        });
        let report = run_at(server.local_addr(), "-R 10 -n 20").await;
        blocking.await.unwrap();
        report
    });
    let (corrected, uncorrected) = (report.latency_microseconds.unwrap(), report.uncorrected_microseconds);
    assert_eq!((report.messages.sent, report.messages.shed), (20, 0));
    assert!(corrected.max >= 150e3, "{corrected:?}");
    assert!(uncorrected.max < 150e3, "{uncorrected:?}");
    assert!(report.max_lag_microseconds >= 150e3, "{}", report.max_lag_microseconds);
}

#[tokio::test(flavor = "multi_thread")]
async fn known_service_times_at_window_one_come_out_as_computed() {
    let takes = |seen: u64| Duration::from_millis(if seen.is_multiple_of(10) { 150 } else { 1 });
    let server = serve(&Arc::default(), takes).await;
    let report = run_at(server.local_addr(), "-R 10 -d 20s -w 1").await;
    let of = |share| {
        let histograms = &report.histograms;
        (quantile(histograms.latency.as_deref(), share), quantile(Some(&histograms.uncorrected), share))
    };
    let near = |figure: f64, expected: f64| (figure - expected).abs() <= expected * 0.05;
    // Nine tenths are fast, one tenth takes 150 ms; the one behind those waits for 50 ms. Shares in the middle of each group.
    let (_, fast) = of(0.45);
    let (behind, _) = of(0.85);
    let (slow, uncorrected) = of(0.95);
    assert!(fast < 20e3, "{fast}");
    // What the machine adds to a slow answer, the one behind waits for too.
    let expected = uncorrected - 100e3 + fast;
    assert!(near(behind, expected), "{behind} instead of {expected}");
    assert!(near(slow, 150e3) && near(uncorrected, 150e3), "{slow} and {uncorrected}");
}

//! Through a relay: what went in on one side and what came out on the other, to the message.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test says where by panicking")]

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use smpp_load::{FarSide, Parsed, Report, Target};
use smpp_session::{
    Bind, Client, CommandStatus, Handler, NoRequests, Reply, ReplyTo, Request, Server, SessionHandle, Verdict,
};
use smpp_wire::{Frame, Pdu};

/// What the relay does with each hundredth message.
#[derive(Clone, Copy, PartialEq)]
enum Hundredth {
    Relay,
    /// Says that it is accepted, and forgets it.
    Forget,
    /// Hands it on twice.
    Repeat,
}

/// Answers at once, and hands on.
struct Relay {
    far: Client,
    count: Arc<AtomicU64>,
    hundredth: Hundredth,
}

impl Handler for Relay {
    fn bind(&mut self, _: &Bind<'_>, _: &SessionHandle) -> Result<(), CommandStatus> {
        Ok(())
    }

    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::SubmitSm(message) = &request.pdu else { return Reply::Unsupported };
        let frame = Frame::new(message, CommandStatus::ESME_ROK, 1).unwrap();
        let is_hundredth = self.count.fetch_add(1, Ordering::Relaxed) % 100 == 99;
        let copies = match self.hundredth {
            Hundredth::Forget if is_hundredth => 0,
            Hundredth::Repeat if is_hundredth => 2,
            _ => 1,
        };
        for _ in 0..copies {
            let (far, frame) = (self.far.clone(), frame.clone());
            tokio::spawn(async move {
                let Ok(Pdu::SubmitSm(message)) = frame.parse() else { panic!("it was one") };
                far.submit_sm(&message).await.unwrap();
            });
        }
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

async fn through(hundredth: Hundredth, flags: &str) -> Report {
    let side = FarSide::start("127.0.0.1:0".parse().unwrap(), None).await.unwrap();
    let far = Client::plain("127.0.0.1", side.local_addr().port())
        .credentials("relay", "secret")
        .start(|_| NoRequests)
        .unwrap();
    let count = Arc::<AtomicU64>::default();
    let handler = move |_| Relay { far: far.clone(), count: Arc::clone(&count), hundredth };
    let relay = Server::plain().listen("127.0.0.1:0".parse().unwrap(), handler).await.unwrap();
    let line = format!("smpp-load through smpp://load:secret@{} {flags}", relay.local_addr());
    let Ok(Parsed::Through(all)) = Parsed::from_args(line.split_whitespace()) else { panic!("{line}") };
    let target: Target = all.options.target.urls.first().unwrap().parse().unwrap();
    let server = smpp_load::Server::of(&[(target, "secret".to_owned())], &all.options).unwrap();
    side.run(server, &all.options).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_comes_through_and_its_latency_counts_from_the_intended_start() {
    let report = through(Hundredth::Relay, "-R 1000 -d 2s -c 2").await;
    let through = report.through.unwrap();
    assert_eq!((through.expected, through.arrived, through.missing), (2_000, 2_000, 0));
    assert_eq!((through.duplicate, through.foreign, through.unaccepted), (0, 0, 0));
    assert_eq!(through.latency_microseconds.count, 2_000);
    assert!(through.latency_microseconds.min > 0.0, "{through:?}");
    assert_eq!(report.exit_code(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_relay_accepts_and_forgets_is_missing_and_costs_the_exit_code() {
    let report = through(Hundredth::Forget, "-n 2000 --receipt-wait 200ms").await;
    let through = report.through.unwrap();
    assert_eq!((through.expected, through.arrived, through.missing), (2_000, 1_980, 20));
    assert_eq!((report.messages.accepted, report.exit_code()), (2_000, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_relay_hands_on_twice_is_a_duplicate() {
    let report = through(Hundredth::Repeat, "-n 2000").await;
    let through = report.through.unwrap();
    assert_eq!((through.arrived, through.missing, report.exit_code()), (2_000, 0, 0));
    assert!(through.duplicate <= 20, "the last ones may still be on their way: {through:?}");
}

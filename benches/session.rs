//! Messages a second over loopback sockets: one connection, client and server on runtimes of their own, one thread each.
//!
//! Two ways to send: `futures`, as many concurrent `submit_sm(..).await` as the window holds; `turns`, a handler that refills the window
//! in its own turns. Every message is asserted to be answered ESME_ROK.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use smpp_benches::interleave::{Effort, median};
use smpp_benches::sessions::{Accept, Peers, Security};
use smpp_benches::table::{Better, Row, Table};
use smpp_session::{Completion, Handler, Outcome, SubmitSm, Turn};
use tokio::sync::Notify;

/// How a row's client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Futures,
    Turns,
}

#[derive(Clone, Copy, Debug)]
struct Question {
    security: Security,
    way: Way,
    window: u16,
}

impl Question {
    fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for security in [Security::Plain, Security::Tls] {
            for way in [Way::Futures, Way::Turns] {
                all.extend([1, 64, 1000].map(|window| Self { security, way, window }));
            }
        }
        all
    }

    fn name(self) -> String {
        format!("{:?}, window {}, {:?}", self.way, self.window, self.security).to_lowercase()
    }

    /// Messages of one run: about a third of a second's worth, so that rounds interleave often.
    fn messages(self, effort: Effort) -> u64 {
        let quick = if self.window == 1 { 8_000 } else { 200_000 };
        match effort {
            Effort::Smoke => 100,
            Effort::Quick => quick,
            Effort::Full => 3 * quick,
        }
    }

    /// Sends `messages` and says how long that took.
    fn run(self, peers: &Peers, messages: u64) -> Duration {
        match self.way {
            Way::Futures => futures(peers, self.window, messages),
            Way::Turns => turns(peers, self.window, messages),
        }
    }
}

/// 120 octets of text.
const MESSAGE: SubmitSm<'static> = SubmitSm {
    service_type: b"",
    source_addr_ton: 5,
    source_addr_npi: 0,
    source_addr: b"TestCo",
    dest_addr_ton: 1,
    dest_addr_npi: 1,
    destination_addr: b"4512345678",
    esm_class: 0,
    protocol_id: 0,
    priority_flag: 0,
    schedule_delivery_time: b"",
    validity_period: b"",
    registered_delivery: 0,
    replace_if_present_flag: 0,
    data_coding: 0,
    sm_default_msg_id: 0,
    short_message: &[b'x'; 120],
    tlvs: smpp_wire::Tlvs::EMPTY,
};

fn futures(peers: &Peers, window: u16, messages: u64) -> Duration {
    peers.client.block_on(async {
        let client = peers.connect(window, Accept).await;
        let left = Arc::new(AtomicU64::new(messages));
        let start = Instant::now();
        let senders: Vec<_> = (0..window)
            .map(|_| {
                let (session, left) = (client.session().clone(), Arc::clone(&left));
                tokio::spawn(async move {
                    let mut answered = 0;
                    while left
                        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
                        .is_ok()
                    {
                        let outcome = session.submit_sm(&MESSAGE).await;
                        assert!(
                            matches!(outcome, Ok(Outcome::Answered(answer)) if answer.command_status.is_ok())
                        );
                        answered += 1;
                    }
                    answered
                })
            })
            .collect();
        let mut answered: u64 = 0;
        for sender in senders {
            answered += sender.await.expect("a sender ends");
        }
        let elapsed = start.elapsed();
        assert_eq!(answered, messages);
        client.unbind().await;
        elapsed
    })
}

/// Refills the window in its own turns.
struct Refill {
    left: u64,
    open: u64,
    done: Arc<Notify>,
}

impl Handler for Refill {
    fn completed(&mut self, _: u64, completion: Completion<'_>) {
        assert!(matches!(completion, Completion::Answered(answer) if answer.command_status.is_ok()));
        self.open -= 1;
    }

    fn turn_end(&mut self, turn: &mut Turn<'_>) {
        for _ in 0..turn.window_free().min(usize::try_from(self.left).unwrap_or(usize::MAX)) {
            turn.submit(&MESSAGE, 0).expect("the window has room");
            self.left -= 1;
            self.open += 1;
        }
        if self.left == 0 && self.open == 0 {
            self.done.notify_one();
        }
    }
}

fn turns(peers: &Peers, window: u16, messages: u64) -> Duration {
    peers.client.block_on(async {
        let done = Arc::new(Notify::new());
        let refill = Refill { left: messages, open: 0, done: Arc::clone(&done) };
        // It sends as soon as it is bound, so connecting is part of the time: under a hundredth of it.
        let start = Instant::now();
        let client = peers.connect(window, refill).await;
        done.notified().await;
        let elapsed = start.elapsed();
        client.unbind().await;
        elapsed
    })
}

fn table(effort: Effort, plain: &Peers, tls: &Peers) {
    let questions = Question::all();
    let mut rates = vec![Vec::new(); questions.len()];
    for _ in 0..if effort == Effort::Smoke { 1 } else { ROUNDS } {
        for (question, rates) in questions.iter().zip(&mut rates) {
            let peers = if question.security == Security::Plain { plain } else { tls };
            let messages = question.messages(effort);
            let seconds = question.run(peers, messages).as_secs_f64();
            rates.push(f64::from(u32::try_from(messages).unwrap_or(u32::MAX)) / seconds);
        }
    }
    if effort == Effort::Smoke {
        return;
    }
    let mut table = Table::new("session");
    for (question, rates) in questions.iter().zip(rates) {
        table.push(Row {
            row: question.name(),
            unit: "msg/s".to_owned(),
            better: Better::Higher,
            ours: median(rates),
            rivals: std::collections::BTreeMap::new(),
            floor: None,
            goal: "measured".to_owned(),
            met: true,
        });
    }
    table.print().expect("standard output is open");
    table.write().expect("the target folder can be written");
}

fn main() {
    let effort = Effort::from_args();
    let (plain, tls) = (Peers::start(Security::Plain), Peers::start(Security::Tls));
    if effort == Effort::Full {
        let mut criterion = Criterion::default().sample_size(10);
        let mut group = criterion.benchmark_group("session");
        for question in Question::all() {
            let peers = if question.security == Security::Plain { &plain } else { &tls };
            group.throughput(Throughput::Elements(1));
            group.bench_function(question.name(), |bencher| {
                bencher.iter_custom(|messages| question.run(peers, messages));
            });
        }
        group.finish();
    }
    table(effort, &plain, &tls);
}

/// Interleaved rounds; the table shows their medians.
const ROUNDS: usize = 7;

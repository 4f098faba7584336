//! Messages a second over loopback sockets: one connection, client and server on runtimes of their own, one thread each.
//!
//! Two ways to send: `futures`, as many concurrent `submit_sm(..).await` as the window holds; `turns`, a handler that refills the window
//! in its own turns. Every message is asserted to be accepted, once, with its id.

use smpp_wire::values::{Npi, Ton};
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use criterion::{Criterion, Throughput};
use smpp_benches::interleave::{Effort, median};
use smpp_benches::sessions::{Accept, MESSAGE_ID, Peers, Security};
use smpp_benches::stopwatch::{Stopwatch, Took};
use smpp_benches::table::{Better, Row, Table};
use smpp_session::{Completion, Handler, Outcome, SessionHandle, SubmitSm, Turn};
use tokio::sync::oneshot;

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

    /// Messages of one run: between a tenth and half of a second's worth, so that rounds interleave often and CPU ticks are many.
    fn messages(self, effort: Effort) -> u32 {
        let quick = match self.window {
            1 => 8_000,
            64 => 400_000,
            _ => 2_000_000,
        };
        match effort {
            Effort::Smoke => 100,
            Effort::Quick => quick,
            Effort::Full => 3 * quick,
        }
    }

    /// Sends `messages` over a new connection and says how long that took, from the first submit_sm to the last answer.
    fn run(self, peers: &Peers, messages: u64) -> Took {
        match self.way {
            Way::Futures => futures(peers, self.window, messages),
            Way::Turns => turns(peers, self.window, messages),
        }
    }
}

/// 120 octets of text.
const MESSAGE: SubmitSm<'static> = SubmitSm {
    source_addr_ton: Ton::ALPHANUMERIC,
    source_addr: b"TestCo",
    dest_addr_ton: Ton::INTERNATIONAL,
    dest_addr_npi: Npi::ISDN,
    destination_addr: b"4512345678",
    short_message: &[b'x'; 120],
    ..SubmitSm::EMPTY
};

fn futures(peers: &Peers, window: u16, messages: u64) -> Took {
    peers.client.block_on(async {
        let client = peers.connect(window, Accept).await;
        let left = Arc::new(AtomicU64::new(messages));
        let watch = Stopwatch::start();
        let senders: Vec<_> = (0..window)
            .map(|_| tokio::spawn(send_from(Arc::clone(&left), client.session().clone())))
            .collect();
        let mut accepted = 0;
        for sender in senders {
            accepted += sender.await.expect("a sender ends");
        }
        let took = watch.stop();
        assert_eq!(accepted, messages);
        client.unbind().await;
        took
    })
}

/// Sends one message after the other until none are left; how many it sent.
async fn send_from(left: Arc<AtomicU64>, session: SessionHandle) -> u64 {
    let claim = || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
    let mut accepted = 0;
    while claim().is_ok() {
        let outcome = session.submit_sm(&MESSAGE).await;
        assert!(matches!(outcome, Ok(Outcome::Answered(answer))
                if answer.command_status.is_ok() && answer.message_id.as_bytes() == MESSAGE_ID));
        accepted += 1;
    }
    accepted
}

fn turns(peers: &Peers, window: u16, messages: u64) -> Took {
    peers.client.block_on(async {
        let (done, all_accepted) = oneshot::channel();
        let refill = Refill { messages, sent: 0, accepted: 0, watch: None, done: Some(done) };
        let client = peers.connect(window, refill).await;
        let took = all_accepted.await.expect("every message is accepted");
        client.unbind().await;
        took
    })
}

/// Refills the window in its own turns.
struct Refill {
    messages: u64,
    /// Also the token of the message that is sent next.
    sent: u64,
    /// One server answers one connection in order, so this is the token of the next answer, too.
    accepted: u64,
    watch: Option<Stopwatch>,
    /// Dropped unused when an assertion below fails.
    done: Option<oneshot::Sender<Took>>,
}

impl Handler for Refill {
    fn completed(&mut self, token: u64, completion: Completion<'_>) {
        assert_eq!(token, self.accepted);
        assert!(matches!(completion, Completion::Answered(answer)
                if answer.command_status.is_ok() && answer.message_id == MESSAGE_ID));
        self.accepted += 1;
    }

    fn turn_end(&mut self, turn: &mut Turn<'_>) {
        for _ in 0..turn.window_free() {
            if self.sent == self.messages {
                break;
            }
            self.watch.get_or_insert_with(Stopwatch::start);
            turn.submit(&MESSAGE, self.sent).expect("the window has room");
            self.sent += 1;
        }
        if self.accepted == self.messages
            && let (Some(watch), Some(done)) = (self.watch, self.done.take())
        {
            done.send(watch.stop()).expect("somebody waits for it");
        }
    }
}

fn main() -> io::Result<()> {
    let effort = Effort::from_args();
    let (plain, tls) = (Peers::start(Security::Plain), Peers::start(Security::Tls));
    let peers_of = |question: Question| match question.security {
        Security::Plain => &plain,
        Security::Tls => &tls,
    };
    if effort == Effort::Full {
        let mut criterion = Criterion::default().sample_size(10);
        let mut group = criterion.benchmark_group("session");
        for question in Question::all() {
            group.throughput(Throughput::Elements(1));
            group.bench_function(question.name(), |bencher| {
                bencher.iter_custom(|messages| question.run(peers_of(question), messages).time);
            });
        }
        group.finish();
    }
    let answers = answer_all(effort, peers_of);
    if effort == Effort::Smoke {
        return Ok(());
    }
    let table = table_of(answers);
    table.print()?;
    let path = table.write()?;
    writeln!(io::stdout(), "written to {}", path.display())
}

/// What the rounds of one question brought.
struct Answers {
    question: Question,
    /// Messages a second.
    rates: Vec<f64>,
    /// Nanoseconds of CPU time a message, of both ends.
    cpu: Vec<f64>,
}

fn answer_all<'p>(effort: Effort, peers_of: impl Fn(Question) -> &'p Peers) -> Vec<Answers> {
    let new = |question| Answers { question, rates: Vec::new(), cpu: Vec::new() };
    let mut all: Vec<_> = Question::all().into_iter().map(new).collect();
    for _ in 0..if effort == Effort::Smoke { 1 } else { ROUNDS } {
        for Answers { question, rates, cpu } in &mut all {
            let messages = question.messages(effort);
            let took = question.run(peers_of(*question), messages.into());
            rates.push(f64::from(messages) / took.time.as_secs_f64());
            cpu.extend(took.cpu.map(|cpu| cpu.as_secs_f64() * 1e9 / f64::from(messages)));
        }
    }
    all
}

fn table_of(answers: Vec<Answers>) -> Table {
    let mut table = Table::new("session");
    let mut cpu_rows = Vec::new();
    for Answers { question, rates, cpu } in answers {
        let name = question.name();
        table.push(Row::measured(&name, "msg/s", Better::Higher, median(rates)));
        if !cpu.is_empty() {
            let name = format!("CPU, {name}");
            cpu_rows.push(Row::measured(&name, "CPU ns/msg", Better::Lower, median(cpu)));
        }
    }
    cpu_rows.into_iter().for_each(|row| table.push(row));
    table
}

/// Interleaved rounds; the table shows their medians.
const ROUNDS: usize = 7;

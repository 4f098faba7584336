//! Sends many messages over TLS as fast as the server takes them, through a completion queue:
//! `cargo run --release --example bulk -- HOST PORT SHA256-OF-THE-PUBLIC-KEY SYSTEM_ID PASSWORD DESTINATION COUNT`

use std::{
    error::Error,
    process::ExitCode,
    time::{Duration, Instant},
};

use smpp_engine::{
    session::{BindMode, Client, ClientTls, CompletionQueue, Limits, NoRequests, Outcome, SubmitError},
    wire::{
        CommandStatus, SubmitSm,
        values::{Npi, Ton},
    },
};

/// Messages in flight, and in a batch at most.
const WINDOW: u16 = 1_000;

/// What became of the messages.
#[derive(Debug, Default)]
struct Counts {
    accepted: u64,
    /// To be sent again later.
    throttled: u64,
    refused: u64,
    /// Sent and never answered.
    fate_unknown: u64,
}

impl Counts {
    fn count(&mut self, outcome: &Outcome) {
        let counter = match outcome {
            Outcome::Lost(_) => &mut self.fate_unknown,
            Outcome::Answered(response) => match response.command_status {
                CommandStatus::ESME_ROK => &mut self.accepted,
                CommandStatus::ESME_RTHROTTLED | CommandStatus::ESME_RMSGQFUL => &mut self.throttled,
                _ => &mut self.refused,
            },
        };
        *counter += 1;
    }

    const fn total(&self) -> u64 {
        self.accepted + self.throttled + self.refused + self.fate_unknown
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments).await {
        Ok((counts, took)) => {
            let Counts { accepted, throttled, refused, fate_unknown } = counts;
            say(&format!(
                "{accepted} accepted, {throttled} throttled, {refused} refused, {fate_unknown} unknown"
            ));
            say(&format!("in {took:.1?}"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[String]) -> Result<(Counts, Duration), Box<dyn Error>> {
    let [host, port, pin, system_id, password, destination, count] = arguments else {
        return Err("usage: bulk HOST PORT SHA256 SYSTEM_ID PASSWORD DESTINATION COUNT".into());
    };
    let client = Client::builder(host, port.parse()?, ClientTls::pinned(vec![pin.parse()?])?)
        .credentials(system_id, password)
        .mode(BindMode::Transmitter)
        .limits(Limits { window: WINDOW, ..Limits::default() })
        .connect(NoRequests)
        .await?;
    let begun = Instant::now();
    let counts = send(&client.session().completion_queue(), destination, count.parse()?).await;
    let took = begun.elapsed();
    client.unbind().await;
    Ok((counts, took))
}

/// Keeps the window full, and collects what has ended.
async fn send(queue: &CompletionQueue, destination: &str, count: u64) -> Counts {
    let message = SubmitSm {
        dest_addr_ton: Ton::INTERNATIONAL,
        dest_addr_npi: Npi::ISDN,
        destination_addr: destination.as_bytes(),
        short_message: b"Hello",
        ..SubmitSm::EMPTY
    };
    let (mut counts, mut sent) = (Counts::default(), 0);
    // Made once: a batch is filled and emptied again and again.
    let (mut batch, mut completed) = (Vec::new(), Vec::new());
    while counts.total() < count {
        let more = (count - sent).min(WINDOW.into());
        batch.clear();
        batch.extend((sent..sent + more).map(|token| (token, message)));
        match queue.try_submit(&batch) {
            Ok(submitted) => sent += submitted as u64,
            // What is in flight will make room.
            Err(SubmitError::WindowFull | SubmitError::BufferFull) => {}
            Err(error) if counts.total() == sent => {
                say(&format!("{} not sent: {error}", count - sent));
                break;
            }
            Err(_) => {}
        }
        if counts.total() < sent && queue.completed(&mut completed).await.is_ok() {
            completed.drain(..).for_each(|one| counts.count(&one.outcome));
        }
    }
    counts
}

#[expect(clippy::print_stdout, reason = "an example talks to its user")]
fn say(text: &str) {
    println!("{text}");
}

//! Sends one message over TLS and waits for its receipt:
//! `cargo run --example send -- HOST PORT SHA256-OF-THE-PUBLIC-KEY SYSTEM_ID PASSWORD DESTINATION TEXT`

use smpp_wire::values::{Npi, RegisteredDelivery, Ton};
use std::{error::Error, process::ExitCode, time::Duration};

use smpp_engine::{
    session::{Client, ClientTls, Handler, Outcome, Reply, ReplyTo, Request, Verdict},
    wire::{CommandStatus, Pdu, SubmitSm},
};
use tokio::sync::mpsc;

/// Hands the text of every receipt on.
struct Receipts(mpsc::UnboundedSender<String>);

impl Handler for Receipts {
    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::DeliverSm(message) = &request.pdu else {
            return Reply::Unsupported;
        };
        let text = String::from_utf8_lossy(message.short_message).into_owned();
        // Nobody waits any more: the receipt is acknowledged all the same.
        let _nobody = self.0.send(text);
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match send(&arguments).await {
        Ok(lines) => {
            say(&lines);
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn send(arguments: &[String]) -> Result<String, Box<dyn Error>> {
    let [host, port, pin, system_id, password, destination, text] = arguments else {
        return Err("usage: send HOST PORT SHA256 SYSTEM_ID PASSWORD DESTINATION TEXT".into());
    };
    let (sender, mut receipts) = mpsc::unbounded_channel();
    let client = Client::builder(host, port.parse()?, ClientTls::pinned(vec![pin.parse()?])?)
        .credentials(system_id, password)
        .connect(Receipts(sender))
        .await?;
    let message = SubmitSm {
        dest_addr_ton: Ton::INTERNATIONAL,
        dest_addr_npi: Npi::ISDN,
        destination_addr: destination.as_bytes(),
        registered_delivery: RegisteredDelivery::ALWAYS,
        short_message: text.as_bytes(),
        ..SubmitSm::default()
    };
    let response = match client.submit_sm(&message).await? {
        Outcome::Answered(response) if response.command_status.is_ok() => response,
        Outcome::Answered(response) => return Err(format!("refused: {}", response.command_status).into()),
        Outcome::Lost(error) => return Err(format!("fate unknown: {error}").into()),
    };
    let receipt = tokio::time::timeout(Duration::from_secs(30), receipts.recv()).await?;
    client.unbind().await;
    Ok(format!("accepted as {}\n{}", response.message_id, receipt.unwrap_or_default()))
}

#[expect(clippy::print_stdout, reason = "an example talks to its user")]
fn say(text: &str) {
    println!("{text}");
}

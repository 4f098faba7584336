//! Sends one text over TLS, in as many messages as it takes, and waits for their receipts:
//! `cargo run --example send -- HOST PORT SHA256-OF-THE-PUBLIC-KEY SYSTEM_ID PASSWORD DESTINATION TEXT`

use std::{collections::HashSet, error::Error, process::ExitCode, time::Duration};

use smpp_engine::{
    session::{Client, ClientTls, Connection, Handler, Outcome, Reply, ReplyTo, Request, Verdict},
    wire::{
        CommandStatus, MessageId, Pdu, SubmitSm,
        receipt::{Recognition, Scratch},
        text::{Carriage, Segmentation, plan},
        values::{EsmClass, Npi, RegisteredDelivery, Ton},
    },
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How long to wait for the receipts.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a receipt says: of which message, and what became of it.
type Receipt = (Vec<u8>, String);

/// Hands receipts on.
struct Receipts(UnboundedSender<Receipt>);

impl Handler for Receipts {
    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::DeliverSm(message) = &request.pdu else {
            return Reply::Unsupported;
        };
        let mut scratch = Scratch::new();
        if let Some(receipt) = message.receipt(Recognition::EsmClassOrText, &mut scratch)
            && let Some(id) = receipt.id()
        {
            let state =
                receipt.state().and_then(|state| state.name()).unwrap_or("in a state that has no name");
            // When nobody waits any more the receipt is acknowledged all the same.
            let _nobody = self.0.send((id.to_vec(), state.to_owned()));
        }
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [host, port, pin, system_id, password, destination, text] = arguments else {
        return Err("usage: send HOST PORT SHA256 SYSTEM_ID PASSWORD DESTINATION TEXT".into());
    };
    let (sender, receipts) = unbounded_channel();
    let client = Client::builder(host, port.parse()?, ClientTls::pinned(vec![pin.parse()?])?)
        .credentials(system_id, password)
        .connect(Receipts(sender))
        .await?;
    let accepted = send(&client, destination, text).await?;
    tokio::time::timeout(PATIENCE, wait_for(accepted, receipts)).await?;
    client.unbind().await;
    Ok(())
}

/// Sends the parts of a text, and gives their ids.
async fn send(
    client: &Connection,
    destination: &str,
    text: &str,
) -> Result<HashSet<Vec<u8>>, Box<dyn Error>> {
    let planned = plan(text, Carriage::Udh8);
    let octets = planned.alphabet.to_vec(text)?;
    // Parts of different texts must not be taken for parts of one.
    let reference = fastrand::u16(..);
    let segmentation = Segmentation { alphabet: planned.alphabet, reference, ..Segmentation::default() };
    let mut accepted = HashSet::new();
    for part in segmentation.split(&octets)? {
        let mut short_message = Vec::new();
        part.encode(&mut short_message)?;
        let plain = EsmClass::DEFAULT;
        let message = SubmitSm {
            dest_addr_ton: Ton::INTERNATIONAL,
            dest_addr_npi: Npi::ISDN,
            destination_addr: destination.as_bytes(),
            esm_class: if part.has_udh() { plain.with_udhi() } else { plain },
            registered_delivery: RegisteredDelivery::ALWAYS,
            data_coding: planned.data_coding(),
            short_message: &short_message,
            ..SubmitSm::EMPTY
        };
        let id = accept(client.submit_sm(&message).await?)?;
        say(&format!("{id} accepted"));
        accepted.insert(id.as_bytes().to_vec());
    }
    Ok(accepted)
}

fn accept(outcome: Outcome) -> Result<MessageId, Box<dyn Error>> {
    match outcome {
        Outcome::Answered(response) if response.command_status.is_ok() => Ok(response.message_id),
        Outcome::Answered(response) => Err(format!("refused: {}", response.command_status).into()),
        // Sending it again might deliver it twice.
        Outcome::Lost(error) => Err(format!("fate unknown: {error}").into()),
    }
}

async fn wait_for(mut accepted: HashSet<Vec<u8>>, mut receipts: UnboundedReceiver<Receipt>) {
    while !accepted.is_empty()
        && let Some((id, state)) = receipts.recv().await
    {
        if accepted.remove(&id) {
            say(&format!("{} {state}", id.escape_ascii()));
        }
    }
}

#[expect(clippy::print_stdout, reason = "an example talks to its user")]
fn say(text: &str) {
    println!("{text}");
}

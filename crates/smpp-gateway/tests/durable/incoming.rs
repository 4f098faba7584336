//! Incoming messages and a gateway that is killed: each comes, in its order, and twice only where its answer was on its way.

use std::{fs::File, io::Write, time::Duration};

use smpp_gateway::store::{Held, Stage};
use smpp_session::{CommandStatus, Handler, Reply, ReplyTo, Request, Verdict};
use smpp_wire::{Frame, Pdu};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::gateway::Home;

/// Before the kill.
const MESSAGES: usize = 200;
/// Longer than anything here takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(30);

/// Takes what comes, and tells its texts.
struct Receiver(UnboundedSender<String>);

impl Handler for Receiver {
    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::DeliverSm(pdu) = &request.pdu else { return Reply::Unsupported };
        let _nobody_listens = self.0.send(String::from_utf8(pdu.short_message.to_vec()).unwrap());
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

async fn take(texts: &mut UnboundedReceiver<String>, count: usize) -> Vec<String> {
    let mut taken = Vec::new();
    while taken.len() < count {
        let text = tokio::time::timeout(DEADLINE, texts.recv()).await.expect("a message in time");
        taken.push(text.unwrap());
    }
    taken
}

fn text(held: &Held) -> String {
    assert_eq!(held.stage, Stage::Incoming);
    let frame = Frame::from_bytes(held.message.pdu.clone()).unwrap();
    let Pdu::DeliverSm(pdu) = frame.parse().unwrap() else { panic!("{frame:?}") };
    String::from_utf8(pdu.short_message.to_vec()).unwrap()
}

#[tokio::test]
async fn a_kill_loses_no_incoming_message_and_changes_no_order() {
    let texts: Vec<_> = (10..90).map(|number| format!("\"message {number}\"")).collect();
    // The same messages in the same order at each start.
    let home = Home::new(&format!(
        "[simulator]\nseed = 7\n[simulator.incoming]\nper_second = 500\ndestinations = \"4366012345\"\ntexts = [{}]",
        texts.join(", ")
    ));
    let config = home.path().join("gateway.toml");
    let mut config = File::options().append(true).open(config).unwrap();
    writeln!(config, "incoming_numbers = \"43660*\"").unwrap();

    let running = home.start();
    let (told, mut came) = unbounded_channel();
    let client = home.client(&running).connect(Receiver(told)).await.unwrap();
    let mut first = take(&mut came, MESSAGES).await;
    running.kill();
    drop(client);
    // Until the last one that came, since what comes behind it was sent when the gateway was dead.
    while let Some(text) = came.recv().await {
        first.push(text);
    }
    let held: Vec<_> = home.held().iter().map(text).collect();

    let running = home.start();
    let (told, mut came) = unbounded_channel();
    let _client = home.client(&running).connect(Receiver(told)).await.unwrap();
    assert_eq!(take(&mut came, held.len()).await, held, "what is held comes first, in its order");
    let all = take(&mut came, first.len() + held.len()).await;
    assert_eq!(all[..first.len()], first);
    let goes_on = |twice: usize| all[first.len() - twice..].starts_with(&held);
    // How many come twice is up to the disk: those whose answers it had not kept yet.
    assert!((0..=first.len()).any(goes_on), "{held:?} does not go on where {first:?} ended");
}

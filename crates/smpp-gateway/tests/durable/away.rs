//! A client that takes no receipt, and a gateway that is killed: the receipts wait on the disk.

use std::{collections::BTreeSet, time::Duration};

use smpp_session::{CommandStatus, Handler, NoRequests, Outcome, Reply, ReplyTo, Request, SubmitSm, Verdict};
use smpp_wire::{Pdu, values::RegisteredDelivery};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::gateway::{Home, MESSAGE};

const MESSAGES: usize = 50;
/// Longer than anything here takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(20);

/// Takes receipts, and tells the ids in them.
struct Receiver(UnboundedSender<String>);

impl Handler for Receiver {
    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::DeliverSm(receipt) = &request.pdu else { return Reply::Unsupported };
        let id = receipt.tlvs.receipted_message_id().unwrap().unwrap();
        let _nobody_listens = self.0.send(String::from_utf8(id.to_vec()).unwrap());
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }
}

#[tokio::test]
async fn receipts_that_nobody_took_come_after_the_gateway_was_killed() {
    let home = Home::new("[simulator]\ndelay = { kind = \"fixed\", milliseconds = 20 }");
    let running = home.start();
    let client = home.client(&running).connect(NoRequests).await.unwrap();
    let asking = SubmitSm { registered_delivery: RegisteredDelivery::ALWAYS, ..MESSAGE };
    let mut sent = BTreeSet::new();
    for _ in 0..MESSAGES {
        let Outcome::Answered(answer) = client.submit_sm(&asking).await.unwrap() else { panic!("no answer") };
        assert_eq!(answer.command_status, CommandStatus::ESME_ROK);
        sent.insert(String::from_utf8(answer.message_id.as_bytes().to_vec()).unwrap());
    }
    drop(client);
    running.kill();

    let running = home.start();
    let (told, mut receipts) = unbounded_channel();
    let _receiver = home.client(&running).connect(Receiver(told)).await.unwrap();
    let mut came = BTreeSet::new();
    while came.len() < MESSAGES {
        let id = tokio::time::timeout(DEADLINE, receipts.recv()).await.expect("a receipt in time").unwrap();
        assert!(came.insert(id), "each comes once");
    }
    assert_eq!(came, sent);
}

//! Sessions that come and go under load: what the client says of each message is true.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use smpp_session::{Client, CommandId, CommandStatus, Limits, Outcome, SubmitError, SubmitSm};

use crate::smsc::{Smsc, in_time, start};

/// What a sender is told of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Answered,
    Lost,
    NotSent,
}

/// Resets its sessions with one message unanswered each, until there were enough; gives all texts that came.
async fn unreliable(smsc: Smsc, enough: Arc<AtomicBool>) -> Vec<Vec<u8>> {
    let mut came = Vec::new();
    for answered in [0, 1, 3, 7, 20].into_iter().cycle().take(100) {
        let mut peer = smsc.bound().await;
        for number in 0..=answered {
            let (request, body) = peer.next_pdu().await;
            came.push(SubmitSm::parse(&body).unwrap().short_message.to_vec());
            if number < answered {
                peer.answer(&request, CommandStatus::ESME_ROK).await;
            }
        }
        peer.reset();
    }
    enough.store(true, Ordering::Relaxed);
    let mut last = smsc.bound().await;
    loop {
        let (request, body) = last.next_pdu().await;
        last.answer(&request, CommandStatus::ESME_ROK).await;
        if request.command_id == CommandId::UNBIND {
            return came;
        }
        came.push(SubmitSm::parse(&body).unwrap().short_message.to_vec());
    }
}

/// Sends numbered messages until there were enough.
async fn sender(client: Client, number: usize, enough: Arc<AtomicBool>) -> Vec<(Vec<u8>, Told)> {
    let mut told = Vec::new();
    while !enough.load(Ordering::Relaxed) {
        in_time(client.bound()).await.unwrap();
        let text = format!("{number}/{}", told.len()).into_bytes();
        let message = SubmitSm { short_message: &text, ..SubmitSm::default() };
        let end = match in_time(client.submit_sm(&message)).await {
            Ok(Outcome::Answered(_)) => Told::Answered,
            Ok(Outcome::Lost(_)) => Told::Lost,
            Err(SubmitError::NotBound | SubmitError::Closed(_)) => Told::NotSent,
            Err(other) => panic!("{other}"),
        };
        told.push((text, end));
        tokio::task::yield_now().await;
    }
    told
}

#[tokio::test]
async fn nothing_is_sent_twice_and_what_was_not_sent_never_came() {
    let smsc = Smsc::listen().await;
    let (client, _) = start(smsc.client().limits(Limits { window: 4, ..Limits::default() }));
    let enough = Arc::new(AtomicBool::new(false));
    let server = tokio::spawn(unreliable(smsc, Arc::clone(&enough)));
    let senders: Vec<_> =
        (0..8).map(|number| tokio::spawn(sender(client.clone(), number, Arc::clone(&enough)))).collect();
    let mut told = Vec::new();
    for sender in senders {
        told.extend(sender.await.unwrap());
    }
    in_time(client.bound()).await.unwrap();
    in_time(client.shutdown()).await;
    let mut came: HashMap<Vec<u8>, usize> = HashMap::new();
    for text in server.await.unwrap() {
        *came.entry(text).or_default() += 1;
    }
    for (text, told) in &told {
        let times = came.get(text).copied().unwrap_or_default();
        let may = match told {
            Told::Answered => 1..=1,
            Told::Lost => 0..=1,
            Told::NotSent => 0..=0,
        };
        assert!(may.contains(&times), "{}: {told:?}, and came {times} times", String::from_utf8_lossy(text));
    }
    let lost = told.iter().filter(|(_, told)| *told == Told::Lost).count();
    assert!(lost >= 100, "each session left a message unanswered");
}

//! Kannel's bearerbox as an ESME against our server.

use std::collections::BTreeSet;
use std::io::{Write, stderr};
use std::time::{Duration, Instant};

use smpp_peers::dial;
use smpp_peers::smsc::{Received, Seen, Smsc};
use smpp_peers::trust::Trust;
use smpp_session::{Cause, EndedBy, Limits};
use smpp_wire::text::Udh;

use crate::bearerbox::{Kannel, Verbosity, is_available};

/// Over TLS, with the HTTP side.
async fn start() -> (Smsc, Kannel) {
    let trust = Trust::new();
    let mut smsc = Smsc::start(Some(&trust), Limits::default()).await;
    let mut kannel = Kannel::start(&mut smsc, Some(&trust), Verbosity::Debug).await;
    kannel.start_smsbox().await;
    (smsc, kannel)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_sends_and_gets_its_receipt_and_an_incoming_message_and_unbinds() {
    if !is_available() {
        return;
    }
    let (mut smsc, mut kannel) = start().await;
    kannel.send(dial::INCOMING, "Hello").await;
    assert_eq!(smsc.see_message().await.short_message, b"Hello");
    assert!(smsc.see_delivered().await.is_ok());
    assert!(smsc.see_delivered().await.is_ok());
    let mut calls = [kannel.call().await, kannel.call().await, kannel.call().await];
    calls.sort();
    assert_eq!(calls, [format!("/incoming?{}", dial::INCOMING_TEXT), receipt(DELIVERED), receipt(SENT)]);
    kannel.stop().await;
    let end = smsc.see_ended().await;
    assert_eq!((end.by, end.cause), (EndedBy::Peer, Cause::Unbind));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_parts_of_its_long_message_arrive_and_those_that_come_back_are_put_together() {
    if !is_available() {
        return;
    }
    let (mut smsc, mut kannel) = start().await;
    let text = dial::long_text();
    kannel.send(dial::NOTHING, &text).await;
    let mut parts = Vec::new();
    while parts.len() < 2 {
        if let Seen::Message(Received { short_message, .. }) = smsc.see("part").await {
            parts.push(short_message);
        }
    }
    let texts = parts.iter().map(|part| Udh::parse(part).unwrap().1).collect::<Vec<_>>();
    assert_eq!(texts.concat(), text.as_bytes());
    let incoming = format!("/incoming?{text}");
    while kannel.call().await != incoming {}
    kannel.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_message_is_reported_as_rejected() {
    if !is_available() {
        return;
    }
    let (_smsc, mut kannel) = start().await;
    kannel.send(dial::REFUSE, "Hello").await;
    assert_eq!(kannel.call().await, receipt(REJECTED));
    kannel.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_our_unbind_and_binds_again() {
    if !is_available() {
        return;
    }
    let (mut smsc, mut kannel) = start().await;
    kannel.send(dial::UNBIND, "Hello").await;
    smsc.see_message().await;
    let mut ended = None;
    while ended.is_none() {
        if let Seen::Ended(error) = smsc.see("end").await {
            ended = Some((error.by, error.cause));
        }
    }
    assert_eq!(ended, Some((EndedBy::Us, Cause::Unbind)));
    let session = smsc.see_bound().await;
    kannel.send(dial::NOTHING, "Hello").await;
    smsc.see_message().await;
    // Its enquire_link comes every second, and would end the session if it were not answered.
    assert!(session.ended().is_none());
    kannel.stop().await;
}

/// `KANNEL_SECONDS` says for how long; some minutes for a nightly run:
/// `KANNEL_SECONDS=300 cargo test -p smpp-peers --test peers at_its_full_speed -- --nocapture`. On 2026-11-24, unoptimized and on two
/// cores that other work kept busy: 455,000 messages and as many receipts in 303 s, 1,504 a second each way, and none lost or twice.
#[tokio::test(flavor = "multi_thread")]
async fn at_its_full_speed_every_message_arrives_once_and_every_receipt_is_answered() {
    if !is_available() {
        return;
    }
    let seconds = std::env::var("KANNEL_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(20);
    let mut smsc = Smsc::start(None, Limits::default()).await;
    let kannel = Kannel::start(&mut smsc, None, Verbosity::Info).await;
    let (begun, mut messages) = (Instant::now(), 0);
    while begun.elapsed() < Duration::from_secs(seconds) {
        let (mut arrived, mut delivered) = (BTreeSet::new(), 0);
        let flow = async {
            while arrived.len() < BATCH as usize || delivered < BATCH {
                match smsc.see("message or receipt").await {
                    Seen::Message(message) => {
                        assert!(arrived.insert(message.destination_addr), "it came twice")
                    }
                    Seen::Delivered(status) => {
                        assert!(status.is_ok(), "{status}");
                        delivered += 1;
                    }
                    other => panic!("a message or a receipt is due, not {other:?}"),
                }
            }
        };
        tokio::join!(kannel.send_many(BATCH), flow);
        messages += BATCH;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let rate = f64::from(messages) / seconds;
    let _nobody_reads = writeln!(
        stderr(),
        "{messages} messages and as many receipts in {seconds:.0} s, {rate:.0} a second each way"
    );
    kannel.stop().await;
}

/// Messages of one run of mtbatch.
const BATCH: u32 = 5_000;

/// How smsbox tells what became of a message.
fn receipt(kind: u8) -> String {
    format!("/receipt?{kind}")
}

const DELIVERED: u8 = 1;
const SENT: u8 = 8;
const REJECTED: u8 = 16;

//! The core against the golden PDUs that need a session's state: what is answered, with which status, and whether it ends.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed test says where by panicking"
)]

use std::time::{Duration, Instant};

use bytes::BytesMut;
use serde_json::Value;
use smpp_session::{BindMode, Cause, Event, Limits, Role, SendHalf, Session, State, Verdict};
use smpp_wire::{
    Bind, CommandId, CommandStatus, Encode, EnquireLink, Header, SubmitSm, Unbind, encode, split_frame,
};

/// A session as SMSC, in the state that a vector names.
fn session_in(state: &str, now: Instant) -> Session {
    let mut session = Session::new(Role::Smsc, Limits::default(), now);
    let mode = match state {
        "OPEN" => return session,
        "BOUND_TX" => BindMode::Transmitter,
        "BOUND_RX" => BindMode::Receiver,
        "BOUND_TRX" | "UNBOUND" => BindMode::Transceiver,
        other => panic!("state {other}"),
    };
    let header = Header {
        command_length: 0,
        command_id: mode.command_id(),
        command_status: CommandStatus(0),
        sequence_number: 1,
    };
    session.accept_bind(&header, b"smsc", &mut BytesMut::new());
    if state == "UNBOUND" {
        feed(&mut session, &pdu(&Unbind::default(), 2), now);
    }
    session
}

/// The sending half that belongs to a session in its state.
fn half_of(session: &Session) -> SendHalf<u64> {
    let mut half = SendHalf::new(Role::Smsc, Limits::default());
    half.follow(session);
    half
}

/// Feeds octets as the driver does; what was answered, and whether the session ended. An application that serves submit_sm only.
fn feed(session: &mut Session, octets: &[u8], now: Instant) -> (Vec<Header>, bool) {
    let (mut out, mut rest, mut ended) = (BytesMut::new(), octets, false);
    loop {
        match split_frame(rest, session.max_pdu()) {
            Ok(None) => break,
            Ok(Some(raw)) => {
                rest = &rest[raw.octets().len()..];
                if let Event::Request(request, reply_to) = session.handle_frame(raw, now, &mut out) {
                    match request.raw.header().command_id {
                        CommandId::SUBMIT_SM => {
                            session.answer(reply_to, &Verdict::status(CommandStatus::ESME_ROK), &mut out);
                        }
                        _ => session.answer_unsupported(reply_to, &mut out),
                    }
                }
            }
            Err(error) => {
                session.handle_bad_frame(error, rest, &mut out);
                ended = true;
                break;
            }
        }
    }
    (headers(&out), ended)
}

fn headers(mut out: &[u8]) -> Vec<Header> {
    let mut found = Vec::new();
    while let Ok(Some(raw)) = split_frame(out, u32::MAX) {
        found.push(raw.header());
        out = &out[raw.octets().len()..];
    }
    found
}

fn octets(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn pdu(pdu: &impl Encode, sequence_number: u32) -> Vec<u8> {
    let mut out = Vec::new();
    encode(pdu, CommandStatus::ESME_ROK, sequence_number, &mut out).unwrap();
    out
}

/// What is wrong with the answer to a vector; `None` when it is right.
fn wrong(vector: &Value) -> Option<String> {
    let now = Instant::now();
    let text = |key: &str| vector[key].as_str().unwrap_or_default().to_owned();
    let mut session = session_in(&text("state"), now);
    let input = octets(&text("hex"));
    let (answers, ended) = feed(&mut session, &input, now);
    let answer =
        answers.first().map(|header| (header.command_id.to_string(), header.command_status.to_string()));
    let also: Vec<String> = vector["also_acceptable"]
        .as_array()
        .map(|list| list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        .unwrap_or_default();
    let right = match (&answer, text("reply").as_str()) {
        (None, "none") => true,
        (None, _) => also.iter().any(|other| other.starts_with("close without reply")),
        (Some((id, status)), reply) => {
            (id == reply && *status == text("status"))
                || also.iter().any(|other| {
                    *other == format!("{id} {status}") || (other == id && *status == text("status"))
                })
        }
    };
    // A PDU cut by the end of the connection is the driver's to close.
    let close = vector["close"].as_bool().unwrap_or_default() && text("status") != "INCOMPLETE";
    (!right || ended != close).then(|| format!("{}: answered {answer:?}, ended {ended}", text("name")))
}

#[test]
fn every_vector_gets_the_answer_that_it_names() {
    let vectors: Vec<Value> =
        include_str!("vectors/state.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(vectors.len(), 27, "a vector was dropped");
    let failures: Vec<_> = vectors.iter().filter_map(wrong).collect();
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn enquire_link_is_echoed_in_every_state_with_any_sequence_number() {
    let now = Instant::now();
    for state in ["OPEN", "BOUND_TX", "BOUND_RX", "UNBOUND"] {
        let (answers, _) = feed(&mut session_in(state, now), &pdu(&EnquireLink::default(), 0xFFFF_FFFE), now);
        let [answer] = answers[..] else { panic!("{state}: {answers:?}") };
        assert_eq!(answer.command_id, CommandId::ENQUIRE_LINK_RESP);
        assert_eq!((answer.command_status, answer.sequence_number), (CommandStatus::ESME_ROK, 0xFFFF_FFFE));
    }
}

#[test]
fn one_request_more_than_the_inbound_window_is_throttled_and_each_is_answered_once() {
    let now = Instant::now();
    let mut session = Session::new(Role::Smsc, Limits { inbound_window: 2, ..Limits::default() }, now);
    let mut out = BytesMut::new();
    let bind = pdu(&Bind { system_id: b"esme1", ..Bind::default() }, 1);
    let raw = split_frame(&bind, 1024).unwrap().unwrap();
    assert!(matches!(session.handle_frame(raw, now, &mut out), Event::Bind(..)));
    session.accept_bind(&raw.header(), b"esme1", &mut out);
    out.clear();
    let mut open = Vec::new();
    for sequence_number in 7..10 {
        let message = pdu(&SubmitSm::default(), sequence_number);
        let raw = split_frame(&message, 1024).unwrap().unwrap();
        if let Event::Request(_, reply_to) = session.handle_frame(raw, now, &mut out) {
            open.push(reply_to);
        }
    }
    assert_eq!(open.len(), 2);
    let [throttled] = headers(&out)[..] else { panic!("one answer") };
    assert_eq!((throttled.command_status, throttled.sequence_number), (CommandStatus::ESME_RTHROTTLED, 9));

    // Nobody answers: at the handler's deadline both end with ESME_RSYSERR, and a late answer finds nothing.
    out.clear();
    let mut half = half_of(&session);
    session.handle_timeout(now + Limits::default().handler, &mut half, &mut out);
    let answers = headers(&out);
    let answers: Vec<_> = answers.iter().filter(|header| header.command_id.is_response()).collect();
    assert!(answers.iter().all(|header| header.command_status == CommandStatus::ESME_RSYSERR));
    assert_eq!(answers.len(), 2);
    assert!(!session.answer(open[0], &Verdict::status(CommandStatus::ESME_ROK), &mut out));
}

#[test]
fn unbind_is_answered_after_what_came_before_it() {
    let now = Instant::now();
    let mut session = session_in("BOUND_TRX", now);
    let (mut out, mut half) = (BytesMut::new(), half_of(&session));
    let message = pdu(&SubmitSm::default(), 5);
    let Event::Request(_, reply_to) =
        session.handle_frame(split_frame(&message, 1024).unwrap().unwrap(), now, &mut out)
    else {
        panic!("a request")
    };
    let unbind = pdu(&Unbind::default(), 6);
    session.handle_frame(split_frame(&unbind, 1024).unwrap().unwrap(), now, &mut out);
    session.settle(now, &mut half, &mut out);
    assert!(out.is_empty());
    session.answer(reply_to, &Verdict::status(CommandStatus::ESME_ROK), &mut out);
    session.settle(now, &mut half, &mut out);
    let order: Vec<_> = headers(&out).iter().map(|header| header.sequence_number).collect();
    assert_eq!(order, [5, 6]);
    assert_eq!(session.state(), State::Closed);
}

#[test]
fn each_timer_has_its_end() {
    let now = Instant::now();
    let limits = Limits { inactivity: Some(Duration::from_secs(100)), ..Limits::default() };
    let mut out = BytesMut::new();

    let mut open = Session::new(Role::Smsc, limits.clone(), now);
    let mut half = half_of(&open);
    assert_eq!(open.poll_timeout(&half), Some(now + limits.session_init));
    open.handle_timeout(now + limits.session_init, &mut half, &mut out);
    assert_eq!(open.ended().unwrap().cause, Cause::SessionInitTimeout);

    let mut bound = session_in("BOUND_TRX", now);
    let mut half = half_of(&bound);
    feed(&mut bound, &pdu(&EnquireLink::default(), 1), now);
    let due = now + limits.enquire_link;
    assert_eq!(bound.poll_timeout(&half), Some(due));
    bound.handle_timeout(due - Duration::from_nanos(1), &mut half, &mut out);
    assert!(out.is_empty());
    bound.handle_timeout(due, &mut half, &mut out);
    bound.handle_timeout(due, &mut half, &mut out);
    let [asked] = headers(&out)[..] else { panic!("one enquire_link at a time") };
    assert_eq!(asked.command_id, CommandId::ENQUIRE_LINK);
    assert_eq!(bound.poll_timeout(&half), Some(due + limits.response), "and that long for its answer");

    bound.note_reading(true, true, now);
    bound.note_reading(true, false, now + Duration::from_secs(9));
    bound.handle_timeout(now + Duration::from_secs(9), &mut half, &mut out);
    bound.note_reading(true, true, now + limits.stall);
    bound.handle_timeout(now + limits.stall, &mut half, &mut out);
    assert_eq!(bound.ended(), None, "a PDU was completed meanwhile");
    bound.handle_timeout(now + 2 * limits.stall, &mut half, &mut out);
    assert_eq!(bound.ended().unwrap().cause, Cause::Stalled);
}

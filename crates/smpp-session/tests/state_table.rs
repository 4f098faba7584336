//! Who may send which command in which state: the core against Table 2-1 of SMPP v3.4, every command, both ways.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed test says where by panicking"
)]

use std::time::Instant;

use bytes::BytesMut;
use smpp_session::{BindMode, Event, Limits, Role, SendHalf, Session, State, SubmitError};
use smpp_wire::{
    Bind, BindResp, CommandId, CommandStatus, Encode, Header, Unbind, Unknown, encode, split_frame,
};
use toml::{Table, Value};

/// The facts of the specification, as smpp-wire's tests have them.
const FACTS: &str = include_str!("../../smpp-wire/tests/spec/smpp34.toml");

const STATES: [&str; 5] = ["OPEN", "BOUND_TX", "BOUND_RX", "BOUND_TRX", "UNBOUND"];

/// One row of the table.
struct Command {
    name: String,
    id: CommandId,
    row: Table,
}

impl Command {
    fn all() -> Vec<Self> {
        let facts: Table = FACTS.parse().unwrap();
        let commands = facts["command"].as_array().unwrap();
        let all: Vec<_> = commands.iter().map(|command| Self::of(command.as_table().unwrap())).collect();
        assert_eq!(all.len(), 33, "a command was dropped");
        all
    }

    fn of(row: &Table) -> Self {
        let id = CommandId(row["id"].as_integer().unwrap() as u32);
        Self { name: row["name"].as_str().unwrap().to_owned(), id, row: row.clone() }
    }

    /// What the table says. v3.4 lists replace_sm for transmitters only and knows no broadcasts: there v5.0 holds.
    fn may_be_sent(&self, sender: Role, state: &str) -> bool {
        let sender = match sender {
            Role::Esme => "ESME",
            Role::Smsc => "SMSC",
        };
        let names = |value: &Value, name: &str| {
            value.as_array().unwrap().iter().any(|listed| listed.as_str() == Some(name))
        };
        if self.id == CommandId::REPLACE_SM || self.name.contains("broadcast") {
            return self.row["allowed_v5"].get(sender).is_some_and(|states| names(states, state));
        }
        names(&self.row["sent_by_v34"], sender) && names(&self.row["states_v34"], state)
    }
}

/// Both halves of a session in a state.
struct InState(Session, SendHalf<()>, BytesMut);

impl InState {
    fn new(role: Role, state: &str, now: Instant) -> Self {
        let mut it = Self(
            Session::new(role, Limits::default(), now),
            SendHalf::new(role, Limits::default()),
            BytesMut::new(),
        );
        let mode = match state {
            "OPEN" => return it,
            "BOUND_TX" => BindMode::Transmitter,
            "BOUND_RX" => BindMode::Receiver,
            _ => BindMode::Transceiver,
        };
        it.bind(role, mode, now);
        if state == "UNBOUND" {
            it.receive(&pdu(&Unbind::default(), 2), now);
            it.1.follow(&it.0);
            assert_eq!(it.0.state(), State::Unbound);
        }
        it
    }

    fn bind(&mut self, role: Role, mode: BindMode, now: Instant) {
        let bind = Bind { command_id: mode.command_id(), ..Bind::default() };
        if role == Role::Smsc {
            let header = Header {
                command_length: 0,
                command_id: bind.command_id,
                command_status: CommandStatus(0),
                sequence_number: 1,
            };
            self.0.accept_bind(&header, b"smsc", &mut self.2);
        } else {
            let number = self.1.submit(&bind, (), now).unwrap();
            self.1.take(&mut self.2);
            let command_id = bind.command_id.response();
            let response = BindResp { command_id, system_id: Some(b"smsc"), tlvs: smpp_wire::Tlvs::EMPTY };
            self.receive(&pdu(&response, number), now);
        }
        self.1.follow(&self.0);
        assert_eq!(self.0.state(), State::Bound(mode));
        self.2.clear();
    }

    /// Feeds a PDU; true when it was handed over, false when it was refused for the state, or ignored.
    fn receive(&mut self, octets: &[u8], now: Instant) -> bool {
        let Self(session, half, out) = self;
        out.clear();
        let raw = split_frame(octets, u32::MAX).unwrap().unwrap();
        if let Event::Answer(answer) = session.handle_frame(raw, now, out) {
            return session.handle_answer(&answer, half).is_some();
        }
        let Some(answer) = split_frame(out, u32::MAX).unwrap() else {
            return true;
        };
        !matches!(
            answer.header().command_status,
            CommandStatus::ESME_RINVBNDSTS | CommandStatus::ESME_RALYBND
        )
    }
}

fn pdu(pdu: &impl Encode, sequence_number: u32) -> Vec<u8> {
    let mut out = Vec::new();
    encode(pdu, CommandStatus::ESME_ROK, sequence_number, &mut out).unwrap();
    out
}

/// Every command in every state, for the end that may send it and for the other.
fn check(wrong: impl Fn(&Command, Role, &str) -> Option<String>) {
    let mut failures = Vec::new();
    for command in Command::all() {
        for state in STATES {
            for sender in [Role::Esme, Role::Smsc] {
                let failure = wrong(&command, sender, state);
                failures.extend(failure.map(|text| format!("{} {sender:?} {state}: {text}", command.name)));
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn what_the_table_forbids_is_never_sent() {
    let now = Instant::now();
    check(|command, sender, state| {
        let InState(_, mut half, _) = InState::new(sender, state, now);
        let pdu = Unknown { command_id: command.id, body: &[] };
        let sent = match half.submit(&pdu, (), now) {
            // alert_notification and outbind are told.
            Err(SubmitError::NotARequest) => half.notify(&pdu),
            sent => sent.map(drop),
        };
        // Responses are written by answering, enquire_link and unbind by the session itself.
        let by_hand =
            !command.id.is_response() && !matches!(command.id, CommandId::ENQUIRE_LINK | CommandId::UNBIND);
        let right = match sent {
            Ok(()) => by_hand && command.may_be_sent(sender, state),
            Err(SubmitError::NotBound) => !command.may_be_sent(sender, state),
            Err(SubmitError::NotARequest) => !by_hand || !command.may_be_sent(sender, state),
            Err(_) => false,
        };
        (!right).then(|| format!("{sent:?}"))
    });
}

#[test]
fn what_the_table_forbids_is_refused_when_it_comes() {
    let now = Instant::now();
    check(|command, sender, state| {
        let mut receiver = InState::new(sender.peer(), state, now);
        let handed_over = receiver.receive(&pdu(&Unknown { command_id: command.id, body: &[] }, 9), now);
        let expected = match command.id {
            // Nobody asked: an answer to nothing ends nothing.
            id if id.is_response() => false,
            // Answered always (SMPP v5.0 §2.4).
            CommandId::ENQUIRE_LINK => true,
            // Both ends may unbind at once.
            CommandId::UNBIND => state != "OPEN",
            _ => command.may_be_sent(sender, state),
        };
        (handed_over != expected).then(|| format!("handed over: {handed_over}"))
    });
}

#[test]
fn an_answer_to_a_bind_that_nobody_sent_binds_nothing() {
    let now = Instant::now();
    let mut open = InState::new(Role::Esme, "OPEN", now);
    let command_id = CommandId::BIND_TRANSCEIVER_RESP;
    let response = BindResp { command_id, system_id: Some(b"smsc"), tlvs: smpp_wire::Tlvs::EMPTY };
    assert!(!open.receive(&pdu(&response, 1), now));
    let InState(session, mut half, _) = open;
    assert_eq!(session.state(), State::Open);
    let bind = Bind { command_id: CommandId::BIND_TRANSMITTER, ..Bind::default() };
    let number = half.submit(&bind, (), now).unwrap();
    let mut open = InState(session, half, BytesMut::new());
    assert!(!open.receive(&pdu(&response, number), now), "another kind of bind");
    assert_eq!(open.0.state(), State::Open);
}

#[test]
fn a_generic_nack_ends_the_request_of_its_number_and_with_sequence_number_zero_none() {
    let now = Instant::now();
    let mut bound = InState::new(Role::Esme, "BOUND_TRX", now);
    let number = bound.1.submit(&smpp_wire::SubmitSm::default(), (), now).unwrap();
    let nack = smpp_wire::GenericNack::default();
    assert!(!bound.receive(&pdu(&nack, 0), now));
    assert!(!bound.receive(&pdu(&nack, number + 1), now));
    assert_eq!((bound.1.in_flight(), bound.0.ended()), (1, None));
    assert!(bound.receive(&pdu(&nack, number), now));
    assert_eq!(bound.1.in_flight(), 0);
}

#[test]
fn what_has_no_response_takes_no_slot_and_is_never_answered() {
    let now = Instant::now();
    let mut centre = InState::new(Role::Smsc, "BOUND_TRX", now);
    let alert = smpp_wire::AlertNotification::default();
    assert_eq!(centre.1.submit(&alert, (), now), Err(SubmitError::NotARequest));
    centre.1.notify(&alert).unwrap();
    assert_eq!(centre.1.in_flight(), 0);

    let InState(mut session, _, mut out) = InState::new(Role::Esme, "BOUND_TRX", now);
    let alert = pdu(&alert, 5);
    let raw = split_frame(&alert, u32::MAX).unwrap().unwrap();
    let Event::Request(_, reply_to) = session.handle_frame(raw, now, &mut out) else {
        panic!("it is handed over")
    };
    assert_eq!(session.unanswered(), 0);
    let verdict = smpp_session::Verdict::status(CommandStatus::ESME_ROK);
    assert!(!session.answer(reply_to, &verdict, &mut out));
    assert!(out.is_empty());
}

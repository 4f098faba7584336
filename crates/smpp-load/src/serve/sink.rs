//! One client of a sink.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use fastrand::Rng;
use parking_lot::Mutex;
use smpp_session::{
    Bind, BindMode, CommandStatus, Completion, DeliverSm, Handler, MessageId, Reply, ReplyTo, Request,
    SessionError, SessionHandle, SubmitSm, Turn, Verdict,
};
use smpp_wire::{
    Pdu,
    receipt::{ReceiptText, date_word},
    time::DateTime,
    values::EsmClass,
};

use crate::through::Far;

use super::{
    Behaviour,
    counts::Counters,
    incoming::{self, INCOMING},
    later::{Deed, Later},
    mailbox::{Mailbox, Receiver},
};

/// What all sessions of a sink share.
pub(super) struct Shared {
    behaviour: Behaviour,
    counters: Arc<Counters>,
    later: Later,
    /// Sees the text of each message.
    far: Option<Arc<Far>>,
    next_session: AtomicU64,
    mailboxes: Mutex<HashMap<Vec<u8>, Arc<Mailbox>>>,
    /// When the first submit_sm came: a stall counts from there.
    first: OnceLock<Instant>,
}

/// The handler of one client.
pub(super) struct Session {
    shared: Arc<Shared>,
    handle: Option<SessionHandle>,
    mailbox: Arc<Mailbox>,
    receives: bool,
    /// Incoming messages that it is to send.
    incoming: Arc<AtomicU64>,
    random: Rng,
    /// Ids are `SSSSSSSSNNNNNNNN`: the session and the message, in hex.
    number: u64,
    next_message: u32,
    /// In the order in which they were made; a delay may let a later one leave first.
    receipts: VecDeque<(Instant, Owed)>,
    answers: BTreeMap<CommandStatus, u64>,
    submits: u64,
    /// The time of this read, once it was looked at.
    now: Option<Instant>,
    text: Vec<u8>,
}

/// A receipt that is to be sent.
#[derive(Clone, Debug)]
pub(super) struct Owed {
    id: [u8; ID_LEN],
    stat: &'static str,
    source: Vec<u8>,
    destination: Vec<u8>,
}

impl Shared {
    pub(super) fn new(
        behaviour: Behaviour,
        counters: Arc<Counters>,
        later: Later,
        far: Option<Arc<Far>>,
    ) -> Self {
        Self {
            behaviour,
            counters,
            later,
            far,
            next_session: AtomicU64::new(0),
            mailboxes: Mutex::default(),
            first: OnceLock::new(),
        }
    }

    fn mailbox(&self, system_id: &[u8]) -> Arc<Mailbox> {
        Arc::clone(self.mailboxes.lock().entry(system_id.to_vec()).or_default())
    }

    /// Every session that can receive.
    pub(super) fn receivers(&self) -> Vec<Receiver> {
        self.mailboxes.lock().values().flat_map(|mailbox| mailbox.receivers()).collect()
    }
}

impl Session {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let number = shared.next_session.fetch_add(1, Ordering::Relaxed);
        Self {
            random: Rng::with_seed(shared.behaviour.seed.wrapping_add(number)),
            shared,
            handle: None,
            mailbox: Arc::default(),
            receives: false,
            incoming: Arc::default(),
            number,
            next_message: 0,
            receipts: VecDeque::new(),
            answers: BTreeMap::new(),
            submits: 0,
            now: None,
            text: Vec::new(),
        }
    }

    fn submit_sm(&mut self, message: &SubmitSm<'_>, reply_to: ReplyTo) -> Reply {
        self.submits += 1;
        let shared = Arc::clone(&self.shared);
        if let Some(far) = &shared.far {
            let text = message.user_data().map_or(message.short_message, |data| data.text);
            far.arrived(text, Instant::now());
        }
        let behaviour = &shared.behaviour;
        if self.random.f64() < behaviour.silent.0 {
            shared.counters.silent.fetch_add(1, Ordering::Relaxed);
            return Reply::Later;
        }
        let command_status = behaviour.refusals.at(self.random.f64());
        *self.answers.entry(command_status).or_default() += 1;
        let id = self.next_id();
        let message_id = MessageId::new(&id).filter(|_| command_status.is_ok()).unwrap_or_default();
        let verdict = Verdict { command_status, message_id };
        // One look at the clock a read: what came together came at one time.
        let now = *self.now.get_or_insert_with(Instant::now);
        let due = self.due(now);
        let stat = behaviour.receipt_states.at(self.random.f64());
        let delivered = stat == "DELIVRD";
        if command_status.is_ok() && message.registered_delivery.wants_receipt(delivered) {
            let owed = Owed {
                id,
                stat,
                source: message.source_addr.to_vec(),
                destination: message.destination_addr.to_vec(),
            };
            self.owe(owed, due, now);
        }
        match &self.handle {
            Some(handle) if due > now => {
                shared.later.at(due, handle.clone(), Deed::Answer(reply_to, verdict));
                Reply::Later
            }
            _ => Reply::Now(verdict),
        }
    }

    /// When an answer leaves.
    fn due(&mut self, now: Instant) -> Instant {
        let behaviour = &self.shared.behaviour;
        let delay = behaviour.delay.draw(&mut self.random);
        let Some(stall) = &behaviour.stall else {
            return now + delay;
        };
        let first = *self.shared.first.get_or_init(|| now);
        first + stall.postpone(now.saturating_duration_since(first) + delay)
    }

    fn owe(&mut self, owed: Owed, answered: Instant, now: Instant) {
        let shared = Arc::clone(&self.shared);
        let behaviour = &shared.behaviour;
        if self.random.f64() < behaviour.receipt_missing.0 {
            return;
        }
        let due = answered + behaviour.receipt_delay.draw(&mut self.random);
        if self.random.f64() < behaviour.receipt_twice.0 {
            self.keep(due, owed.clone(), now);
        }
        self.keep(due, owed, now);
    }

    /// Keeps a receipt until it is due: itself where it can receive, else for one of its account that can.
    fn keep(&mut self, due: Instant, owed: Owed, now: Instant) {
        let waker = if self.receives {
            self.receipts.push_back((due, owed));
            self.handle.clone().filter(|_| due > now)
        } else {
            self.mailbox.leave(due, owed)
        };
        if let Some(handle) = waker {
            // A little later than the answer that leaves at the same time.
            self.shared.later.at(due + Duration::from_micros(1), handle, Deed::Wake);
        }
    }

    /// Sends the receipts that are due, as many as the window has room for.
    fn send_receipts(&mut self, turn: &mut Turn<'_>) {
        let now = Instant::now();
        self.mailbox.take(now, &mut self.receipts);
        if self.receipts.is_empty() {
            return;
        }
        let mut room = turn.window_free();
        let date = date_now();
        // One that is not due yet goes to the back, so each is looked at once.
        for _ in 0..self.receipts.len() {
            if room == 0 {
                return;
            }
            let Some((due, owed)) = self.receipts.pop_front() else { return };
            if due > now || !self.send_receipt(&owed, &date, turn) {
                self.receipts.push_back((due, owed));
                continue;
            }
            room -= 1;
            self.shared.counters.receipts.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn send_incoming(&self, turn: &mut Turn<'_>) {
        for _ in 0..self.incoming.load(Ordering::Relaxed).min(turn.window_free() as u64) {
            let number = self.shared.counters.incoming.fetch_add(1, Ordering::Relaxed);
            if !incoming::send(turn, number) {
                self.shared.counters.incoming.fetch_sub(1, Ordering::Relaxed);
                return;
            }
            self.incoming.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn send_receipt(&mut self, owed: &Owed, date: &[u8; 10], turn: &mut Turn<'_>) -> bool {
        let text = ReceiptText {
            id: Some(&owed.id),
            sub: Some(b"001"),
            dlvrd: Some(if owed.stat == "DELIVRD" { b"001" } else { b"000" }),
            submit_date: Some(date),
            done_date: Some(date),
            stat: Some(owed.stat.as_bytes()),
            err: Some(b"000"),
            text: None,
        };
        self.text.clear();
        let receipt = DeliverSm {
            source_addr: &owed.destination,
            destination_addr: &owed.source,
            esm_class: EsmClass::RECEIPT,
            short_message: if text.write(&mut self.text).is_ok() { &self.text } else { &[] },
            ..DeliverSm::default()
        };
        turn.submit(&receipt, 0).is_ok()
    }

    fn next_id(&mut self) -> [u8; ID_LEN] {
        let number = self.number << 32 | u64::from(self.next_message);
        self.next_message = self.next_message.wrapping_add(1);
        std::array::from_fn(|at| {
            let digit = number >> (60 - 4 * at) & 0xF;
            char::from_digit(u32::try_from(digit).unwrap_or_default(), 16)
                .map_or(b'0', |digit| u8::try_from(digit).unwrap_or(b'0'))
        })
    }
}

impl Handler for Session {
    fn bind(&mut self, bind: &Bind<'_>, session: &SessionHandle) -> Result<(), CommandStatus> {
        self.shared.counters.binds.fetch_add(1, Ordering::Relaxed);
        self.handle = Some(session.clone());
        self.mailbox = self.shared.mailbox(bind.system_id);
        self.receives = BindMode::of(bind.command_id).is_some_and(BindMode::receives);
        if self.receives {
            let incoming = Arc::clone(&self.incoming);
            let receiver = Receiver { number: self.number, handle: session.clone(), incoming };
            for due in self.mailbox.open(receiver) {
                self.shared.later.at(due, session.clone(), Deed::Wake);
            }
        }
        Ok(())
    }

    fn request(&mut self, request: &Request<'_>, reply_to: ReplyTo) -> Reply {
        match &request.pdu {
            Pdu::SubmitSm(message) => self.submit_sm(message, reply_to),
            _ => Reply::Unsupported,
        }
    }

    fn completed(&mut self, token: u64, completion: Completion<'_>) {
        if matches!(completion, Completion::Answered(answer) if answer.command_status.is_ok()) {
            let counters = &self.shared.counters;
            let answered =
                if token == INCOMING { &counters.incoming_answered } else { &counters.receipts_answered };
            answered.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn ended(&mut self, _: &SessionError) {
        if self.receives {
            self.mailbox.close(self.number);
        }
        for (due, owed) in self.receipts.drain(..) {
            if let Some(handle) = self.mailbox.leave(due, owed) {
                self.shared.later.at(due, handle, Deed::Wake);
            }
        }
    }

    fn turn_end(&mut self, turn: &mut Turn<'_>) {
        self.now = None;
        if self.submits > 0 {
            self.shared.counters.submits.fetch_add(std::mem::take(&mut self.submits), Ordering::Relaxed);
            let mut answers = self.shared.counters.answers.lock();
            while let Some((status, count)) = self.answers.pop_first() {
                *answers.entry(status).or_default() += count;
            }
        }
        if self.receives {
            self.send_receipts(turn);
            self.send_incoming(turn);
        }
    }
}

fn date_now() -> [u8; 10] {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let date = i64::try_from(since_1970).ok().and_then(|seconds| DateTime::from_unix_seconds(seconds).ok());
    date.map_or(NO_DATE, date_word)
}

const ID_LEN: usize = 16;
/// What a clock that is centuries off gives.
const NO_DATE: [u8; 10] = *b"0001010000";

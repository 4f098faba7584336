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
    owed::{Due, Owed, Receipt},
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
    /// Receipts that leave as soon as the window has room.
    due: Due,
    /// In the order in which they were made; a delay may let a later one leave first.
    waiting: VecDeque<(Instant, Owed)>,
    answers: BTreeMap<CommandStatus, u64>,
    submits: u64,
    /// The time of this read, once it was looked at.
    now: Option<Instant>,
    text: Vec<u8>,
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
            due: Due::default(),
            waiting: VecDeque::new(),
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
            let (source, destination) = (message.source_addr, message.destination_addr);
            self.owe(&Receipt { id: &id, stat: stat.as_bytes(), source, destination }, due, now);
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

    fn owe(&mut self, receipt: &Receipt<'_>, answered: Instant, now: Instant) {
        let behaviour = &self.shared.behaviour;
        if self.random.f64() < behaviour.receipt_missing.0 {
            return;
        }
        let due = answered + behaviour.receipt_delay.draw(&mut self.random);
        let times = 1 + usize::from(self.random.f64() < behaviour.receipt_twice.0);
        for _ in 0..times {
            if self.receives && due <= now {
                self.due.push(receipt);
            } else {
                self.keep(due, Owed::new(receipt), now);
            }
        }
    }

    /// Keeps a receipt until it is due: itself where it can receive, else for one of its account that can.
    fn keep(&mut self, due: Instant, owed: Owed, now: Instant) {
        let waker = if self.receives {
            self.waiting.push_back((due, owed));
            self.handle.clone().filter(|_| due > now)
        } else {
            self.mailbox.leave(due, owed)
        };
        if let Some(handle) = waker {
            // A little later than the answer that leaves at the same time.
            self.shared.later.at(due + Duration::from_micros(1), handle, Deed::Wake);
        }
    }

    /// Looks at each receipt that waits once: one that is not due yet goes to the back.
    fn look_at_the_clock(&mut self) {
        let now = Instant::now();
        self.mailbox.take(now, &mut self.waiting);
        for _ in 0..self.waiting.len() {
            match self.waiting.pop_front() {
                Some((due, owed)) if due <= now => self.due.push_owed(&owed),
                Some(later) => self.waiting.push_back(later),
                None => return,
            }
        }
    }

    /// Sends the receipts that are due, as many as the window has room for.
    fn send_receipts(&mut self, turn: &mut Turn<'_>) {
        self.look_at_the_clock();
        let mut room = turn.window_free();
        if room == 0 || self.due.is_empty() {
            return;
        }
        let date = date_now();
        let text = &mut self.text;
        let sent = self.due.send(|receipt| {
            let sends = room > 0 && send_receipt(receipt, &date, text, turn);
            room = room.saturating_sub(1);
            sends
        });
        self.shared.counters.receipts.fetch_add(sent, Ordering::Relaxed);
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

    fn next_id(&mut self) -> [u8; ID_LEN] {
        let number = self.number << 32 | u64::from(self.next_message);
        self.next_message = self.next_message.wrapping_add(1);
        std::array::from_fn(|at| {
            // Below 16: a digit, always.
            let digit = usize::try_from(number >> (60 - 4 * at) & 0xF).unwrap_or_default();
            DIGITS.get(digit).copied().unwrap_or(b'0')
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
        let now = Instant::now();
        let due = self.due.take().into_iter().map(|owed| (now, owed));
        for (due, owed) in due.chain(self.waiting.drain(..)) {
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

fn send_receipt(receipt: &Receipt<'_>, date: &[u8; 10], text: &mut Vec<u8>, turn: &mut Turn<'_>) -> bool {
    let words = ReceiptText {
        id: Some(receipt.id),
        sub: Some(b"001"),
        dlvrd: Some(if receipt.stat == b"DELIVRD" { b"001" } else { b"000" }),
        submit_date: Some(date),
        done_date: Some(date),
        stat: Some(receipt.stat),
        err: Some(b"000"),
        text: None,
    };
    text.clear();
    let pdu = DeliverSm {
        source_addr: receipt.destination,
        destination_addr: receipt.source,
        esm_class: EsmClass::RECEIPT,
        short_message: if words.write(text).is_ok() { text } else { &[] },
        ..DeliverSm::default()
    };
    turn.submit(&pdu, 0).is_ok()
}

fn date_now() -> [u8; 10] {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let date = i64::try_from(since_1970).ok().and_then(|seconds| DateTime::from_unix_seconds(seconds).ok());
    date.map_or(NO_DATE, date_word)
}

const ID_LEN: usize = 16;
const DIGITS: &[u8; 16] = b"0123456789abcdef";
/// What a clock that is centuries off gives.
const NO_DATE: [u8; 10] = *b"0001010000";

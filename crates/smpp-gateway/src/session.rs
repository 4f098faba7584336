//! One client's session: judges its bind, takes its messages, delivers its receipts.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use smpp_session::{
    Bind, BindMode, CommandStatus, Completion, DeliverSm, Handler, MessageId, Reply, ReplyTo, Request,
    SessionError, SessionHandle, SubmitError, SubmitSm, Turn, Verdict,
};
use smpp_wire::Pdu;
use smpp_wire::values::{DataCoding, EsmClass};

use crate::{
    Address, Batch, Clock, NewMessage, Receipt, Seat,
    deliveries::{Deliveries, PendingReceipt},
    gateway::Core,
};

/// The gateway's side of one session.
pub(crate) struct Session {
    core: Arc<Core>,
    number: u64,
    /// Set by the bind.
    client: Option<Client>,
    /// The messages of this read, stored together at its end.
    batch: Batch,
    replies: Vec<(ReplyTo, MessageId)>,
    receipts: Vec<PendingReceipt>,
    /// Receipts that the client has not answered yet, by token.
    unanswered: HashMap<u64, PendingReceipt>,
    next_token: u64,
    clock: Clock,
    text: Vec<u8>,
    /// Seconds since 1970, read once a turn.
    now: Option<u64>,
}

struct Client {
    seat: Seat,
    mode: BindMode,
    deliveries: Arc<Deliveries>,
}

impl Session {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        let number = core.next_session.fetch_add(1, Ordering::Relaxed);
        let clock = Clock::new(core.receipt_timezone.clone());
        Self {
            core,
            number,
            client: None,
            batch: Batch::default(),
            replies: Vec::new(),
            receipts: Vec::new(),
            unanswered: HashMap::new(),
            next_token: 0,
            clock,
            text: Vec::new(),
            now: None,
        }
    }

    /// Checks a message and puts it in the batch of this read.
    fn accept(&mut self, message: &SubmitSm<'_>, reply_to: ReplyTo) -> Result<(), CommandStatus> {
        let Some(client) = &self.client else {
            return Err(CommandStatus::ESME_RINVBNDSTS);
        };
        if self.core.stopping.load(Ordering::Relaxed) {
            return Err(CommandStatus::ESME_RSUBMITFAIL);
        }
        if !DATA_CODINGS.contains(&message.data_coding) {
            return Err(CommandStatus::ESME_RINVDCS);
        }
        let destination =
            Address::new(message.dest_addr_ton, message.dest_addr_npi, message.destination_addr)
                .ok_or(CommandStatus::ESME_RINVDSTADR)?;
        let (key, id) = self.core.ids.next();
        self.replies.push((reply_to, MessageId::new(&id).unwrap_or_default()));
        self.batch.messages.push(NewMessage {
            key,
            account: client.seat.account().id,
            session: self.number,
            source: Address::source(message.source_addr_ton, message.source_addr_npi, message.source_addr),
            destination,
            registered_delivery: message.registered_delivery,
            data_coding: message.data_coding,
            submitted_at: *self.now.get_or_insert_with(seconds),
            id,
            pdu: Bytes::new(),
        });
        Ok(())
    }

    /// Stores what this read brought; answers at once what the store kept at once.
    fn store(&mut self, turn: &mut Turn<'_>) {
        if !self.batch.messages.is_empty() {
            let batch = std::mem::take(&mut self.batch);
            self.batch.messages.reserve(batch.messages.len());
            let now = self.core.accept(batch, turn.session(), &mut self.replies);
            for (reply_to, verdict) in now {
                turn.answer(reply_to, &verdict);
            }
        }
        self.core.answer_durable();
    }

    /// Sends as many receipts as the window has room for.
    fn deliver(&mut self, turn: &mut Turn<'_>) {
        let Some(client) = self.client.as_ref().filter(|client| client.mode.receives()) else {
            return;
        };
        let room = turn.window_free();
        if room == 0 || client.deliveries.pending() == 0 {
            return;
        }
        client.deliveries.pull(room, &mut self.receipts);
        let mut left = Vec::new();
        for receipt in self.receipts.drain(..) {
            if !left.is_empty() {
                left.push(receipt);
                continue;
            }
            self.text.clear();
            let message = &receipt.message;
            let (id, submitted) = (&message.id, message.submitted_at);
            Receipt { id, submitted, done: receipt.done, outcome: receipt.outcome }
                .write(&mut self.clock, &mut self.text);
            match turn.submit(&receipt_pdu(message, &self.text), self.next_token) {
                Ok(()) => {
                    self.unanswered.insert(self.next_token, receipt);
                    self.next_token += 1;
                }
                Err(SubmitError::WindowFull | SubmitError::BufferFull | SubmitError::RateLimited) => {
                    left.push(receipt)
                }
                Err(error) => {
                    tracing::debug!(%error, "receipt not sent, it stays");
                    left.push(receipt);
                }
            }
        }
        if !left.is_empty() {
            client.deliveries.put_back(left);
        }
    }
}

impl Handler for Session {
    fn bind(&mut self, bind: &Bind<'_>, session: &SessionHandle) -> Result<(), CommandStatus> {
        if self.core.stopping.load(Ordering::Relaxed) {
            return Err(CommandStatus::ESME_RBINDFAIL);
        }
        let mode = BindMode::of(bind.command_id).ok_or(CommandStatus::ESME_RBINDFAIL)?;
        let account = self.core.accounts.check(bind.system_id, bind.password, bind.command_id)?;
        let seat = account.take_seat().ok_or(CommandStatus::ESME_RALYBND)?;
        let deliveries = self.core.deliveries(account.id);
        if mode.receives() {
            deliveries.join(self.number, session.clone());
        }
        tracing::debug!(system_id = account.system_id, session = self.number, "bound");
        self.client = Some(Client { seat, mode, deliveries });
        Ok(())
    }

    fn request(&mut self, request: &Request<'_>, reply_to: ReplyTo) -> Reply {
        match &request.pdu {
            Pdu::SubmitSm(message) => match self.accept(message, reply_to) {
                Ok(()) => Reply::Later,
                Err(status) => Reply::Now(Verdict::status(status)),
            },
            _ => Reply::Unsupported,
        }
    }

    fn completed(&mut self, token: u64, completion: Completion<'_>) {
        let (Some(client), Some(receipt)) = (&self.client, self.unanswered.remove(&token)) else {
            return;
        };
        match completion {
            Completion::Answered(answer) if answer.command_status.is_ok() => {}
            Completion::Answered(_) => client.deliveries.retry(receipt),
            Completion::Lost(_) => client.deliveries.push([receipt]),
        }
    }

    fn turn_end(&mut self, turn: &mut Turn<'_>) {
        self.store(turn);
        self.deliver(turn);
        self.now = None;
    }

    fn ended(&mut self, error: &SessionError) {
        if let Some(client) = self.client.take() {
            client.deliveries.leave(self.number);
            tracing::debug!(system_id = client.seat.account().system_id, %error, "session ended");
        }
    }
}

fn receipt_pdu<'a>(message: &'a NewMessage, text: &'a [u8]) -> DeliverSm<'a> {
    DeliverSm {
        source_addr_ton: message.destination.ton,
        source_addr_npi: message.destination.npi,
        source_addr: message.destination.octets(),
        dest_addr_ton: message.source.ton,
        dest_addr_npi: message.source.npi,
        destination_addr: message.source.octets(),
        esm_class: EsmClass::RECEIPT,
        short_message: text,
        ..DeliverSm::default()
    }
}

pub(crate) fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// GSM 7-bit and UTF-16BE, each also as class 0.
const DATA_CODINGS: [DataCoding; 4] =
    [DataCoding::DEFAULT, DataCoding::FLASH, DataCoding::UCS2, DataCoding::FLASH_UCS2];

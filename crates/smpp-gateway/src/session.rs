//! One client's session: judges its bind, takes its messages, delivers its receipts and what came in for it.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

use bytes::{Bytes, BytesMut};
use smpp_session::{
    Bind, BindMode, BindReply, CommandStatus, Completion, Handler, MessageId, Reply, ReplyTo, Request,
    SessionError, SessionHandle, SubmitError, SubmitSm, Turn, Verdict,
};
use smpp_wire::Pdu;
use uuid::{Uuid, fmt::Hyphenated};

use crate::{
    AccountConfig, Address, Live, Seat,
    account::{Bid, Door, Judged},
    bind::Binding,
    core::Core,
    deliveries::Deliveries,
    delivery::{Delivery, Fate},
    delivery_writer::DeliveryWriter,
    departure::Presence,
    now::seconds,
    store::{Batch, NewMessage},
    validation,
    validity::expiry,
};

/// The gateway's side of one session.
pub(crate) struct Session {
    core: Arc<Core>,
    number: u64,
    /// Where the client is.
    address: IpAddr,
    /// Set while a bind is judged.
    binding: Option<Binding>,
    /// Set by the bind.
    client: Option<Client>,
    /// What this read brought, kept together at its end: messages, and deliveries that were acknowledged.
    batch: Batch,
    /// The messages of the batch as they came, in one allocation.
    pdus: BytesMut,
    replies: Vec<(ReplyTo, MessageId)>,
    pulled: Vec<Delivery>,
    /// Deliveries that the client has not answered yet, by token.
    unanswered: HashMap<u64, Delivery>,
    next_token: u64,
    writer: DeliveryWriter,
    /// Seconds since 1970, read once a turn.
    now: Option<u64>,
    /// The same, for rates.
    instant: Option<Instant>,
}

struct Client {
    /// Of its session.
    number: u64,
    seat: Seat,
    /// What its account may do, as of this turn.
    settings: Arc<AccountConfig>,
    mode: BindMode,
    deliveries: Arc<Deliveries>,
    /// What `deliveries` knows of its window.
    has_room: bool,
    presence: Presence,
}

impl Client {
    /// Lets `deliveries` know when the window becomes full, and when it has room again.
    fn tell_room(&mut self, has_room: bool) {
        if self.has_room != has_room {
            self.has_room = has_room;
            self.deliveries.set_room(self.number, has_room);
        }
    }
}

/// However the session ends, nothing more is delivered to it.
impl Drop for Client {
    fn drop(&mut self) {
        self.deliveries.leave(self.number);
    }
}

impl Session {
    pub(crate) fn new(core: Arc<Core>, address: IpAddr) -> Self {
        let number = core.next_session.fetch_add(1, Ordering::Relaxed);
        let writer = DeliveryWriter::new(core.receipt_timezone.clone());
        Self {
            core,
            number,
            address,
            binding: None,
            client: None,
            batch: Batch::default(),
            pdus: BytesMut::new(),
            replies: Vec::new(),
            pulled: Vec::new(),
            unanswered: HashMap::new(),
            next_token: 0,
            writer,
            now: None,
            instant: None,
        }
    }

    /// What becomes of a bind whose password was right, or was not.
    fn answer_bind(&mut self, mut binding: Binding, judged: Judged, session: &SessionHandle) -> BindReply {
        let account = match judged {
            Ok(account) => account,
            Err(status) => return self.refuse(status),
        };
        if self.core.departure.has_begun() {
            return self.refuse(CommandStatus::ESME_RBINDFAIL);
        }
        let live = Live { session: session.clone(), mode: binding.mode(), address: self.address };
        match account.take_seat(self.number, live) {
            Some(seat) => self.bound(seat, binding.mode(), session),
            None if binding.made_room => self.refuse(CommandStatus::ESME_RALYBND),
            None => {
                binding.made_room = true;
                binding.await_verdict(Door::make_room(account), session);
                self.binding = Some(binding);
                BindReply::Later
            }
        }
    }

    fn bound(&mut self, seat: Seat, mode: BindMode, session: &SessionHandle) -> BindReply {
        let account = seat.account();
        let (settings, deliveries) = (account.settings(), self.core.deliveries(account.id));
        if mode.receives() {
            deliveries.join(self.number, session.clone());
        }
        tracing::debug!(system_id = account.system_id, session = self.number, "bound");
        self.core.counts.bind(CommandStatus::ESME_ROK);
        let window = settings.window;
        let presence = self.core.departure.enter();
        self.client =
            Some(Client { number: self.number, seat, settings, mode, deliveries, has_room: true, presence });
        window.map_or(BindReply::Accept, BindReply::AcceptWithin)
    }

    fn refuse(&self, status: CommandStatus) -> BindReply {
        self.core.counts.bind(status);
        BindReply::Refuse(status)
    }

    /// Answers a bind whose verdict has come since the last turn.
    fn judge_again(&mut self, turn: &mut Turn<'_>) {
        if let Some(verdict) = self.binding.as_ref().and_then(Binding::verdict)
            && let Some(binding) = self.binding.take()
        {
            match self.answer_bind(binding, verdict, &turn.session().clone()) {
                BindReply::Later => {}
                reply => {
                    turn.answer_bind(reply);
                }
            }
        }
    }

    /// Checks a message and puts it in the batch of this read.
    fn accept(&mut self, message: &SubmitSm<'_>, pdu: &[u8], reply_to: ReplyTo) -> Result<(), CommandStatus> {
        let Some(client) = &self.client else {
            return Err(CommandStatus::ESME_RINVBNDSTS);
        };
        if self.core.departure.has_begun() {
            return Err(CommandStatus::ESME_RSUBMITFAIL);
        }
        validation::judge(message)?;
        let destination =
            Address::new(message.dest_addr_ton, message.dest_addr_npi, message.destination_addr)
                .ok_or(CommandStatus::ESME_RINVDSTADR)?;
        let submitted_at = *self.now.get_or_insert_with(seconds);
        let expires_at = expiry(message.validity_period, submitted_at, self.core.validity)?;
        let source = Address::source(message.source_addr_ton, message.source_addr_npi, message.source_addr);
        let now = *self.instant.get_or_insert_with(Instant::now);
        client.seat.account().admit(&client.settings, source.octets(), now)?;
        let pdu = if self.core.keeps_pdus() {
            self.pdus.extend_from_slice(pdu);
            self.pdus.split().freeze()
        } else {
            Bytes::new()
        };
        let (key, id) = self.core.ids.next();
        self.replies.push((reply_to, message_id(id)));
        self.batch.accepted.push(NewMessage {
            key,
            id,
            account: client.seat.account().id,
            source,
            destination,
            registered_delivery: client.settings.receipts.apply(message.registered_delivery),
            data_coding: message.data_coding,
            submitted_at,
            expires_at,
            pdu,
        });
        Ok(())
    }

    /// Stores what this read brought; answers at once what the store kept at once.
    fn store(&mut self, turn: &mut Turn<'_>) {
        if self.batch.is_empty() {
            return;
        }
        let batch = std::mem::take(&mut self.batch);
        self.batch.accepted.reserve(batch.accepted.len());
        for (reply_to, verdict) in self.core.accept(batch, turn.session(), &mut self.replies) {
            turn.answer(reply_to, &verdict);
        }
    }

    /// The gateway is about to end: unbinds, once what is open is answered, and says when nothing is. Who is not bound may still try, to
    /// be refused.
    fn leave(&mut self, turn: &Turn<'_>) {
        let Some(client) = &mut self.client else { return };
        turn.session().unbind();
        if self.unanswered.is_empty() {
            client.presence.settle();
        }
    }

    /// Sends as many receipts and incoming messages as the window has room for.
    fn deliver(&mut self, turn: &mut Turn<'_>) {
        let Some(client) = self.client.as_mut().filter(|client| client.mode.receives()) else {
            return;
        };
        let room = turn.window_free();
        client.tell_room(room > 0);
        if room == 0 || client.deliveries.pending() == 0 {
            return;
        }
        client.deliveries.pull(room, &mut self.pulled);
        let taken = self.pulled.len();
        self.core.drop_expired(&mut self.pulled);
        let mut left = Vec::new();
        for delivery in self.pulled.drain(..) {
            if !left.is_empty() {
                left.push(delivery);
                continue;
            }
            match self.writer.submit(&delivery, client.settings.receipt_tlvs, turn, self.next_token) {
                Ok(()) => {
                    self.unanswered.insert(self.next_token, delivery);
                    self.next_token += 1;
                }
                Err(error) => {
                    let full = matches!(
                        error,
                        SubmitError::WindowFull | SubmitError::BufferFull | SubmitError::RateLimited
                    );
                    if !full {
                        tracing::debug!(%error, "not delivered, it stays");
                    }
                    left.push(delivery);
                }
            }
        }
        let is_full = !left.is_empty() || taken == room;
        if !left.is_empty() {
            client.deliveries.put_back(left);
        }
        self.core.feed_account(client.seat.account().id);
        if is_full {
            client.tell_room(false);
        }
    }
}

impl Handler for Session {
    fn judge_bind(&mut self, bind: &Bind<'_>, session: &SessionHandle) -> BindReply {
        let mode = BindMode::of(bind.command_id).filter(|_| !self.core.departure.has_begun());
        let Some(mode) = mode else {
            return self.refuse(CommandStatus::ESME_RBINDFAIL);
        };
        let binding = Binding::new(Bid { system_id: bind.system_id.into(), mode, address: self.address });
        let judgement = self.core.door.judge(binding.bid.clone(), bind.password);
        match binding.await_verdict(judgement, session) {
            Some(verdict) => self.answer_bind(binding, verdict, session),
            None => {
                self.binding = Some(binding);
                BindReply::Later
            }
        }
    }

    fn request(&mut self, request: &Request<'_>, reply_to: ReplyTo) -> Reply {
        match &request.pdu {
            Pdu::SubmitSm(message) => match self.accept(message, request.raw.octets(), reply_to) {
                Ok(()) => Reply::Later,
                Err(status) => {
                    self.core.counts.submits(status, 1);
                    Reply::Now(Verdict::status(status))
                }
            },
            _ => Reply::Unsupported,
        }
    }

    fn completed(&mut self, token: u64, completion: Completion<'_>) {
        let (Some(client), Some(delivery)) = (&self.client, self.unanswered.remove(&token)) else {
            return;
        };
        let fate = match completion {
            Completion::Answered(answer) if answer.command_status.is_ok() => Fate::Acknowledged,
            Completion::Answered(answer) => {
                self.core.counts.refused_delivery(answer.command_status);
                Fate::Refused
            }
            Completion::Lost(_) => Fate::Unanswered,
        };
        self.core.counts.deliveries(delivery.kind(), fate, 1);
        match fate {
            Fate::Refused => client.deliveries.retry(delivery),
            Fate::Unanswered => client.deliveries.give_back(delivery),
            Fate::Acknowledged | Fate::Expired => self.batch.gone.push(delivery.message.key),
        }
    }

    fn turn_end(&mut self, turn: &mut Turn<'_>) {
        if self.binding.is_some() {
            self.judge_again(turn);
        }
        // Looked at first: what is accepted until then is stored in this turn.
        let leaving = self.core.departure.has_begun();
        self.store(turn);
        if leaving {
            self.leave(turn);
        } else {
            self.deliver(turn);
        }
        (self.now, self.instant) = (None, None);
        if let Some(client) = &mut self.client {
            client.settings = client.seat.account().settings();
        }
    }

    fn ended(&mut self, error: &SessionError) {
        // Messages that were not handed over were never answered; what was acknowledged is not sent again.
        self.core.forget(std::mem::take(&mut self.batch.gone));
        if let Some(client) = self.client.take() {
            tracing::debug!(system_id = client.seat.account().system_id, %error, "session ended");
        }
    }
}

/// As clients see it: lower case, hyphenated.
fn message_id(id: Uuid) -> MessageId {
    let mut text = [0; Hyphenated::LENGTH];
    MessageId::new(id.hyphenated().encode_lower(&mut text).as_bytes()).unwrap_or_default()
}

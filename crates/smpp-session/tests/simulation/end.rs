//! One end: the core, and around it what a driver and an application do; after every turn its invariants.

use std::{
    fmt,
    io::{ErrorKind, Write},
    time::Instant,
};

use bytes::BytesMut;
use fastrand::Rng;
use smpp_session::{
    Answer, BindMode, Cause, Event, MessageId, ReplyTo, Request, Role, SendHalf, Session, State, SubmitError,
    Verdict,
};
use smpp_wire::{Bind, CommandId, CommandStatus, DataSm, DeliverSm, Encode, Pdu, SubmitSm, split_frame};

use crate::{
    ledger::Ledger,
    pipe::{Pipe, Read},
    plan::EndPlan,
};

pub(crate) struct End {
    role: Role,
    plan: EndPlan,
    mode: BindMode,
    rng: Rng,
    session: Session,
    half: SendHalf<u64>,
    out: BytesMut,
    input: Vec<u8>,
    blocked: bool,
    /// What became of each request, by its token.
    fates: Vec<Fate>,
    /// The tokens of those that are open, as they were sent.
    open: Vec<u64>,
    /// Requests of the peer that the application has not answered.
    asked: Vec<Asked>,
    /// A request of the peer that was answered, or took too long.
    stale: Option<ReplyTo>,
    next_request_at: Instant,
    begun: Instant,
    /// When the peer was heard last.
    heard: Instant,
    /// The first turn in which it had been silent for so long that it is asked for a sign of life.
    silent: Option<Instant>,
    leaving: bool,
    /// It has something to do at once.
    pub(crate) again: bool,
    over: bool,
    pub(crate) ledger: Ledger,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Open(Instant),
    Answered,
    Lost,
}

/// A request of the peer that waits for the application.
struct Asked {
    reply_to: ReplyTo,
    since: Instant,
    /// When the application answers; `None` for never.
    answer_at: Option<Instant>,
    message_id: MessageId,
}

/// The bind has no number of its own among the requests.
const BIND: u64 = u64::MAX;

impl End {
    pub(crate) fn esme(plan: &EndPlan, mode: BindMode, seed: u64, begun: Instant) -> Self {
        let mut end = Self::new(Role::Esme, plan, mode, seed, begun);
        let bind = Bind { command_id: mode.command_id(), ..Bind::default() };
        let _number = end.half.submit(&bind, BIND, begun);
        end
    }

    pub(crate) fn smsc(plan: &EndPlan, mode: BindMode, seed: u64, begun: Instant) -> Self {
        Self::new(Role::Smsc, plan, mode, !seed, begun)
    }

    fn new(role: Role, plan: &EndPlan, mode: BindMode, seed: u64, begun: Instant) -> Self {
        let mut half = SendHalf::new(role, plan.limits.clone());
        half.continue_at(plan.first_number);
        Self {
            role,
            plan: plan.clone(),
            mode,
            rng: Rng::with_seed(seed),
            session: Session::new(role, plan.limits.clone(), begun),
            half,
            out: BytesMut::new(),
            input: Vec::new(),
            blocked: false,
            fates: Vec::new(),
            open: Vec::new(),
            asked: Vec::new(),
            stale: None,
            next_request_at: begun,
            begun,
            heard: begun,
            silent: None,
            leaving: false,
            again: true,
            over: false,
            ledger: Ledger::default(),
        }
    }

    /// Its session has ended, and everybody was told.
    pub(crate) const fn is_over(&self) -> bool {
        self.over
    }

    /// It wants nothing more.
    pub(crate) fn is_done(&self) -> bool {
        let all_sent = self.fates.len() >= self.plan.requests as usize;
        self.over
            || self.leaving
            || (all_sent && self.open.is_empty() && matches!(self.session.state(), State::Bound(_)))
    }

    pub(crate) fn unbind(&mut self) {
        self.leaving = true;
        self.half.unbind();
    }

    /// When it wants its turn.
    pub(crate) fn next(&self, now: Instant) -> Option<Instant> {
        if self.over {
            return None;
        }
        let answers = self.asked.iter().filter_map(|asked| asked.answer_at);
        let unbind = self.plan.unbinds_at.map(|(after, _)| self.begun + after).filter(|at| *at > now);
        let application = answers.chain([self.next_request_at]).chain(unbind).filter(|at| *at > now);
        // A timer of the core that is due now would be a timer that did not fire.
        application.chain(self.session.poll_timeout(&self.half)).min()
    }

    /// As a driver does: read, timers, what was submitted, the application, write. True when the other end may have something to do.
    pub(crate) fn turn(
        &mut self,
        now: Instant,
        incoming: &mut Pipe,
        outgoing: &mut Pipe,
    ) -> Result<bool, String> {
        if self.over {
            return Ok(false);
        }
        self.again = false;
        let mut moved = self.read(now, incoming)?;
        self.session.handle_timeout(now, &mut self.half, &mut self.out);
        self.expire(now)?;
        self.half.follow(&self.session);
        if !self.blocked {
            self.half.note_unwritten(0);
            self.half.take(&mut self.out);
        }
        self.answer_later(now)?;
        self.submit(now)?;
        self.session.settle(now, &mut self.half, &mut self.out);
        moved |= self.write(now, outgoing);
        if self.session.ended().is_some() {
            self.finish(now, outgoing)?;
            return Ok(true);
        }
        self.check(now)?;
        self.again = !self.blocked && (!self.half.tx_is_empty() || (moved && self.wants_to_send(now)));
        Ok(moved)
    }

    fn read(&mut self, now: Instant, incoming: &mut Pipe) -> Result<bool, String> {
        let mut moved = false;
        while self.session.ended().is_none() {
            if self.session.stops_reading(self.out.len()) {
                self.ledger.note("not read from");
                break;
            }
            match incoming.read(now, &mut self.input) {
                Read::Nothing => break,
                Read::End => self.session.handle_eof(),
                Read::Octets => {}
            }
            moved = true;
            let consumed = self.handle_octets(now)?;
            self.input.drain(..consumed);
            let inside = !self.input.is_empty() && !self.session.stops_reading(self.out.len());
            self.session.note_reading(inside, consumed > 0, now);
        }
        Ok(moved)
    }

    fn handle_octets(&mut self, now: Instant) -> Result<usize, String> {
        let (input, mut consumed) = (std::mem::take(&mut self.input), 0);
        while self.session.ended().is_none() && !self.session.stops_reading(self.out.len()) {
            let raw = match split_frame(&input[consumed..], self.session.max_pdu()) {
                Ok(Some(raw)) => raw,
                Ok(None) => break,
                Err(error) => {
                    return Err(format!("{:?} was sent what can't be followed: {error}", self.role));
                }
            };
            consumed += raw.octets().len();
            (self.heard, self.silent) = (now, None);
            match self.session.handle_frame(raw, now, &mut self.out) {
                Event::Handled => {}
                Event::Bind(bind, header) => self.session.accept_bind(&header, bind.system_id, &mut self.out),
                Event::Request(request, reply_to) => self.asked(&request, reply_to, now),
                Event::Answer(answer) => self.answered(&answer, now)?,
            }
        }
        self.input = input;
        Ok(consumed)
    }

    fn asked(&mut self, request: &Request<'_>, reply_to: ReplyTo, now: Instant) {
        // The answer says which request it answers.
        let message_id = MessageId::new(destination(&request.pdu)).unwrap_or_default();
        let decision = self.rng.u32(..100);
        if decision < self.plan.answers_now {
            let verdict = Verdict { command_status: CommandStatus::ESME_ROK, message_id };
            self.session.answer(reply_to, &verdict, &mut self.out);
            return;
        }
        let delay = self.plan.delay * self.rng.u32(..=1_000) / 1_000;
        let answers = self.rng.u32(..100) < self.plan.answers_later;
        self.asked.push(Asked {
            reply_to,
            since: now,
            answer_at: answers.then_some(now + delay),
            message_id,
        });
    }

    fn answered(&mut self, answer: &Answer<'_>, now: Instant) -> Result<(), String> {
        let Some((token, sent_at)) = self.session.handle_answer(answer, &mut self.half) else {
            self.ledger.note("an answer ended nothing");
            return Ok(());
        };
        if token == BIND {
            return Ok(());
        }
        let fate = self.fates[token as usize];
        if fate != Fate::Open(sent_at) {
            return Err(format!("request {token} was {fate:?} and is answered, {now:?}"));
        }
        if ![self.command_id(token).response(), CommandId::GENERIC_NACK].contains(&answer.command_id) {
            return Err(format!("request {token} was ended by {}", answer.command_id));
        }
        let own_words = !matches!(answer.command_id, CommandId::DELIVER_SM_RESP | CommandId::GENERIC_NACK);
        if answer.command_status.is_ok() && own_words && answer.message_id != name(token).as_bytes() {
            return Err(format!("request {token} got the answer to {}", answer.message_id.escape_ascii()));
        }
        self.ledger.note(match answer.command_status {
            CommandStatus::ESME_RTHROTTLED => "throttled",
            CommandStatus::ESME_RSYSERR => "answered ESME_RSYSERR",
            CommandStatus::ESME_RINVBNDSTS => "refused for the state",
            _ => "answered",
        });
        self.end_request(token, Fate::Answered);
        Ok(())
    }

    /// Requests that were not answered in time, either way.
    fn expire(&mut self, now: Instant) -> Result<(), String> {
        while let Some(token) = self.session.poll_lost(now, &mut self.half) {
            if token == BIND {
                continue;
            }
            match self.fates[token as usize] {
                Fate::Open(sent_at) if sent_at + self.plan.limits.response <= now => {}
                fate => return Err(format!("request {token} was {fate:?} and is lost")),
            }
            self.ledger.note("lost, unanswered in time");
            self.end_request(token, Fate::Lost);
        }
        let handler = self.plan.limits.handler;
        self.asked.retain(|asked| {
            let late = asked.since + handler <= now;
            if late {
                self.ledger.note("answered too late");
                self.stale = Some(asked.reply_to);
            }
            !late
        });
        Ok(())
    }

    fn answer_later(&mut self, now: Instant) -> Result<(), String> {
        while let Some(at) = self.asked.iter().position(|asked| asked.answer_at.is_some_and(|at| at <= now)) {
            let Asked { reply_to, message_id, .. } = self.asked.swap_remove(at);
            let verdict = Verdict { command_status: CommandStatus::ESME_ROK, message_id };
            if !self.session.answer(reply_to, &verdict, &mut self.out) {
                return Err("a request in time could not be answered".into());
            }
            self.stale = Some(reply_to);
        }
        let again = Verdict::status(CommandStatus::ESME_ROK);
        if self.stale.is_some_and(|stale| self.session.answer(stale, &again, &mut self.out)) {
            return Err("a request was answered twice".into());
        }
        Ok(())
    }

    /// The application sends what it wants to, by a handle or in its turn.
    fn submit(&mut self, now: Instant) -> Result<(), String> {
        if let Some((after, hurry)) = self.plan.unbinds_at
            && self.begun + after <= now
            && !self.leaving
        {
            self.unbind();
            hurry.then(|| self.half.unbind_now());
        }
        while self.wants_to_send(now) {
            let token = self.fates.len() as u64;
            match self.submit_one(token, now) {
                Ok(number) => {
                    if self.plan.first_number > 1 && number < 1_000 {
                        self.ledger.note("a number after the wrap");
                    }
                    self.fates.push(Fate::Open(now));
                    self.open.push(token);
                    self.next_request_at = now + self.plan.pause;
                }
                Err(SubmitError::WindowFull) => {
                    self.ledger.note("window full");
                    break;
                }
                Err(SubmitError::BufferFull) => {
                    self.ledger.note("buffer full");
                    break;
                }
                Err(SubmitError::NotBound | SubmitError::Closed(_)) => break,
                Err(error) => return Err(format!("request {token} was refused: {error}")),
            }
        }
        Ok(())
    }

    fn wants_to_send(&self, now: Instant) -> bool {
        self.fates.len() < self.plan.requests as usize && self.next_request_at <= now
    }

    fn submit_one(&mut self, token: u64, now: Instant) -> Result<u32, SubmitError> {
        if self.rng.u32(..20) == 0 {
            // Refused, and nothing is left of it.
            let bad = DataSm { destination_addr: b"1\0", ..DataSm::default() };
            let _refused = self.half.submit(&bad, token, now);
        }
        let (name, text) = (name(token), vec![b'x'; self.plan.text]);
        let destination_addr = name.as_bytes();
        let short_message = &text;
        match self.command_id(token) {
            CommandId::SUBMIT_SM => self.submit_pdu(
                &SubmitSm { destination_addr, short_message, ..SubmitSm::default() },
                token,
                now,
            ),
            CommandId::DELIVER_SM => self.submit_pdu(
                &DeliverSm { destination_addr, short_message, ..DeliverSm::default() },
                token,
                now,
            ),
            _ => self.submit_pdu(&DataSm { destination_addr, ..DataSm::default() }, token, now),
        }
    }

    fn submit_pdu(&mut self, pdu: &impl Encode, token: u64, now: Instant) -> Result<u32, SubmitError> {
        if self.rng.bool() {
            return self.half.submit(pdu, token, now);
        }
        self.half.submit_to(pdu, token, now, &mut self.out)
    }

    /// Which kind of request this is.
    fn command_id(&self, token: u64) -> CommandId {
        match self.role {
            Role::Esme if self.mode.transmits() && !token.is_multiple_of(3) => CommandId::SUBMIT_SM,
            Role::Smsc if self.mode.receives() && token.is_multiple_of(3) => CommandId::DELIVER_SM,
            _ => CommandId::DATA_SM,
        }
    }

    fn write(&mut self, now: Instant, outgoing: &mut Pipe) -> bool {
        let before = self.out.len();
        self.blocked = false;
        while !self.out.is_empty() && !self.blocked {
            match outgoing.write(&self.out, now) {
                None => {
                    self.out.clear();
                    self.session.handle_io_error(ErrorKind::BrokenPipe);
                }
                Some(0) => {
                    self.ledger.note("blocked");
                    self.blocked = true;
                }
                Some(count) => {
                    self.out.copy_within(count.., 0);
                    self.out.truncate(self.out.len() - count);
                }
            }
        }
        self.session.note_writing(self.blocked, self.out.len() < before, now);
        self.half.note_unwritten(self.out.len());
        self.out.len() < before
    }

    /// The session has ended: every request that is still open is lost, in the order of sending.
    fn finish(&mut self, now: Instant, outgoing: &mut Pipe) -> Result<(), String> {
        let Some(error) = self.session.ended().cloned() else {
            return Ok(());
        };
        self.half.end(&error);
        let mut last = None;
        while let Some(token) = self.half.poll_unanswered() {
            if token == BIND {
                continue;
            }
            let fate = &mut self.fates[token as usize];
            if !matches!(fate, Fate::Open(_)) || last > Some(token) {
                return Err(format!(
                    "request {token} was {fate:?} and is lost with the session, after {last:?}"
                ));
            }
            *fate = Fate::Lost;
            last = Some(token);
            self.ledger.note("lost, with the session");
        }
        self.ledger.note(match error.cause {
            Cause::Unbind => "end: Unbind",
            Cause::Closed => "end: Closed",
            Cause::Io(_) => "end: Io",
            Cause::SessionInitTimeout => "end: SessionInitTimeout",
            Cause::EnquireLinkTimeout => "end: EnquireLinkTimeout",
            Cause::InactivityTimeout => "end: InactivityTimeout",
            Cause::Stalled => "end: Stalled",
            cause => return Err(format!("it ended with {cause:?}")),
        });
        // What is written still leaves.
        while let Some(count @ 1..) = outgoing.write(&self.out, now).filter(|_| !self.out.is_empty()) {
            self.out.copy_within(count.., 0);
            self.out.truncate(self.out.len() - count);
        }
        outgoing.finish();
        self.over = true;
        Ok(())
    }

    fn end_request(&mut self, token: u64, fate: Fate) {
        self.fates[token as usize] = fate;
        self.open.retain(|open| *open != token);
    }

    /// What holds after every turn of a session that lives.
    fn check(&mut self, now: Instant) -> Result<(), String> {
        let limits = &self.plan.limits;
        let open = self.open.len();
        if self.half.in_flight() != open {
            return Err(format!("{} slots are held for {open} requests", self.half.in_flight()));
        }
        if open > limits.window.into() {
            return Err(format!("{open} requests in a window of {}", limits.window));
        }
        if self.session.unanswered() != self.asked.len() {
            let (held, asked) = (self.session.unanswered(), self.asked.len());
            return Err(format!("{held} requests of the peer are held, {asked} wait for an answer"));
        }
        let most = limits.outgoing_ceiling() + limits.max_pdu as usize + limits.answer_reserve();
        if self.out.len() > most {
            return Err(format!("{} octets wait to be written, {most} may", self.out.len()));
        }
        let held = self.session.held_octets()
            + self.half.held_octets()
            + self.out.capacity()
            + self.input.capacity();
        if held > limits.max_session_octets() {
            return Err(format!("{held} octets are held, {} may be", limits.max_session_octets()));
        }
        self.check_timers(now)
    }

    /// The next timer is never later than anything that it must not miss.
    fn check_timers(&mut self, now: Instant) -> Result<(), String> {
        let limits = &self.plan.limits;
        // All may wait equally long.
        let sent = self.open.first().and_then(|token| match self.fates[*token as usize] {
            Fate::Open(sent_at) => Some(sent_at + limits.response),
            _ => None,
        });
        let asked = self.asked.iter().map(|asked| asked.since + limits.handler);
        let bind = (self.session.state() == State::Open).then(|| self.begun + limits.session_init);
        let must = sent.into_iter().chain(asked).chain(bind).min();
        let next = self.session.poll_timeout(&self.half);
        if must.is_some_and(|must| next.is_none_or(|next| next > must)) {
            return Err(format!("the next timer is {next:?}, {must:?} must not be missed"));
        }
        if matches!(self.session.state(), State::Bound(_)) && self.heard + limits.enquire_link <= now {
            let asked = *self.silent.get_or_insert(now);
            if asked + limits.response <= now {
                return Err("a peer that was silent for too long is kept".into());
            }
        }
        Ok(())
    }

    /// What holds when all is over.
    pub(crate) fn judge(&self, honest: bool) -> Result<(), String> {
        if self.half.in_flight() > 0 || self.fates.iter().any(|fate| matches!(fate, Fate::Open(_))) {
            return Err(format!("{:?}: a request never ended", self.role));
        }
        if !honest {
            return Ok(());
        }
        let unbound = self.session.ended().is_some_and(|error| error.cause == Cause::Unbind);
        let answered = self.fates.iter().all(|fate| *fate == Fate::Answered);
        let all =
            self.fates.len() == self.plan.requests as usize || self.plan.unbinds_at.is_some() || self.leaving;
        let wrong = !unbound || !answered;
        (!wrong || !all).then_some(()).ok_or_else(|| {
            format!(
                "nothing went wrong, and {:?} ended with {:?}: {:?}",
                self.role,
                self.session.ended(),
                self.fates
            )
        })
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let open = self.open.len();
        write!(
            f,
            "{:?} {:?}: {} sent, {open} open, {} asked, {} octets wait",
            self.role,
            self.session.state(),
            self.fates.len(),
            self.asked.len(),
            self.out.len()
        )?;
        self.session.ended().map_or(Ok(()), |error| write!(f, ", {error}"))
    }
}

/// The request's number as digits: its destination, and the id that its answer must carry.
fn name(token: u64) -> MessageId {
    let mut digits = [0; 20];
    let mut rest = &mut digits[..];
    let _fits = write!(rest, "{token}");
    let len = 20 - rest.len();
    MessageId::new(&digits[..len]).unwrap_or_default()
}

fn destination<'f>(pdu: &Pdu<'f>) -> &'f [u8] {
    match pdu {
        Pdu::SubmitSm(message) => message.destination_addr,
        Pdu::DeliverSm(message) => message.destination_addr,
        Pdu::DataSm(message) => message.destination_addr,
        _ => &[],
    }
}

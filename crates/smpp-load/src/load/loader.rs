//! One connection of a run, in the session's own turns: sends what is due, or what there is room for, and times the answers.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use smpp_session::{
    Cause, CommandStatus, Completion, Handler, MessageId, Reply, ReplyTo, Request, SessionError, SubmitError,
    Turn, Verdict,
};
use smpp_wire::{
    Pdu,
    receipt::{IdMatching, ReceiptKind, Recognition, Scratch},
};

use super::{
    flights::{Flight, Flights},
    lane::{Due, Lane},
    pacer::nanoseconds,
    run::Run,
};
use crate::{
    Entry, Fate, IdDigest,
    account::Account,
    record::{Tally, note},
};

/// What makes a connection send.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// Room in the window.
    Window,
    /// The clock.
    Clock(Arc<Lane>),
    /// Nothing: it only receives.
    Nothing,
}

/// The handler of one connection.
#[derive(Debug)]
pub(super) struct Loader {
    run: Arc<Run>,
    account: Arc<Account>,
    source: Source,
    flights: Flights,
    /// What is to be sent in this turn; empty between turns.
    due: Vec<Due>,
    tally: Tally,
    /// One clock read for all answers of a read.
    now: Option<Duration>,
    /// Since when something is due and the window is full.
    full_since: Option<Duration>,
}

impl Loader {
    pub(super) fn new(run: Arc<Run>, account: Arc<Account>, source: Source) -> Self {
        Self {
            run,
            account,
            source,
            flights: Flights::default(),
            due: Vec::new(),
            tally: Tally::default(),
            now: None,
            full_since: None,
        }
    }

    /// Takes as many messages as the window has room for, of those that are to be sent now.
    fn take_due(&mut self, room: usize, now: Duration) {
        match &self.source {
            Source::Window => {
                // What an earlier turn could not send leaves first.
                let intended = nanoseconds(now);
                self.due.iter_mut().for_each(|due| due.intended = intended);
                let room = room.saturating_sub(self.due.len()) as u64;
                let count = self.run.claim(room, now);
                let first = self.account.next_number.fetch_add(count, Ordering::Relaxed);
                self.due.extend((first..first + count).map(|number| Due { number, intended }));
            }
            Source::Nothing => {}
            Source::Clock(lane) => {
                lane.pull(room, self.run.expired_at(now), &mut self.due);
                if room == 0 && !lane.is_empty() {
                    self.full_since.get_or_insert(now);
                } else if let Some(since) = self.full_since.take() {
                    self.tally.window_full += now.saturating_sub(since);
                }
            }
        }
    }

    fn send(&mut self, turn: &mut Turn<'_>, now: Duration) {
        let read_at = nanoseconds(now);
        let mut left = 0;
        for &Due { number, intended } in &self.due {
            // It may have come due after the clock was read; it leaves now in any case.
            let sent = read_at.max(intended);
            let Some(message) = self.account.content.message(number, intended) else { break };
            let token = self.flights.put(Flight { number, intended, sent });
            if let Err(error) = turn.submit(&message, token) {
                self.flights.take(token);
                if matches!(error, SubmitError::Encode(_)) {
                    self.run.connection_ended(format!("a message can't be sent: {error}"));
                    self.run.stop();
                }
                break;
            }
            left += 1;
            if self.run.counts_from(intended) {
                // The clock's messages were offered by the pacer.
                self.tally.counts.offered += u64::from(matches!(self.source, Source::Window));
                self.tally.sent(Duration::from_nanos(sent.saturating_sub(intended)));
            }
        }
        self.due.drain(..left);
        if let Source::Clock(lane) = &self.source {
            lane.put_back(&self.due);
            self.due.clear();
        }
    }

    fn ended_flight(&mut self, flight: Flight, now: Duration, fate: Fate, id: IdDigest) {
        let Flight { number, intended, sent } = flight;
        if self.run.keeps_ledger() {
            let ended = nanoseconds(now);
            self.tally.entries.push(Entry::Message { number, fate, intended, sent, ended, id });
        }
    }

    fn receipt(&mut self, id: Option<&[u8]>, now: Duration) {
        self.tally.receipts += 1;
        let form = self.run.id_form;
        let id = id.map_or(IdDigest::NONE, |id| digest(id, form, IdMatching::of_receipt));
        let at = nanoseconds(now);
        self.tally.arrived.push((id, at));
    }

    /// A message of the warm-up ended: all that is kept is whose receipt does not count.
    fn warmed_up(&mut self, completion: &Completion<'_>) {
        if let Completion::Answered(answer) = completion
            && answer.command_status.is_ok()
            && self.account.wants_receipts
        {
            let id = digest(answer.message_id, self.run.id_form, IdMatching::of_response);
            self.tally.warm.push(id);
        }
    }

    fn now(&mut self) -> Duration {
        let run = &self.run;
        *self.now.get_or_insert_with(|| run.elapsed())
    }
}

impl Handler for Loader {
    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::DeliverSm(message) = &request.pdu else {
            return Reply::Unsupported;
        };
        if self.run.wants_receipts {
            let mut scratch = Scratch::new();
            if let Some(receipt) = message.receipt(Recognition::EsmClassOrText, &mut scratch) {
                let now = self.now();
                if receipt.kind == ReceiptKind::Intermediate {
                    self.tally.notified += 1;
                } else {
                    self.receipt(receipt.id(), now);
                }
                return Reply::Now(Verdict::status(CommandStatus::ESME_ROK));
            }
        }
        self.run.incoming.fetch_add(1, Ordering::Relaxed);
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }

    fn completed(&mut self, token: u64, completion: Completion<'_>) {
        let now = self.now();
        let flight = self.flights.take(token);
        if !self.run.counts_from(flight.intended) {
            self.warmed_up(&completion);
            return;
        }
        match completion {
            Completion::Answered(answer) => {
                self.tally.answered(answer.command_status);
                let ended = nanoseconds(now);
                note(&mut self.tally.uncorrected, ended.saturating_sub(flight.sent));
                if matches!(self.source, Source::Clock(_)) {
                    note(&mut self.tally.corrected, ended.saturating_sub(flight.intended));
                }
                // Nobody looks at the id otherwise.
                let id = match self.run.wants_receipts || self.run.keeps_ledger() {
                    true => digest(answer.message_id, self.run.id_form, IdMatching::of_response),
                    false => IdDigest::NONE,
                };
                if answer.command_status.is_ok() && self.account.wants_receipts {
                    self.tally.accepted.push((id, flight.sent, self.account.receipts_are_due));
                }
                if let Some(far) = self.run.far.as_ref().filter(|_| answer.command_status.is_ok()) {
                    far.accepted(flight.number);
                }
                self.ended_flight(flight, now, Fate::Answered(answer.command_status.0), id);
            }
            Completion::Lost(error) if error.cause == Cause::ResponseTimeout => {
                self.tally.counts.timed_out += 1;
                self.ended_flight(flight, now, Fate::TimedOut, IdDigest::NONE);
            }
            Completion::Lost(_) => {
                self.tally.counts.lost += 1;
                self.ended_flight(flight, now, Fate::Lost, IdDigest::NONE);
            }
        }
    }

    fn turn_end(&mut self, turn: &mut Turn<'_>) {
        let answered_at = self.now.take();
        if let Some(now) = answered_at {
            self.run.add(&mut self.tally, now);
        }
        if self.run.is_stopped() {
            return;
        }
        // The clock is read anew: what is sent now did not start when this turn's read did.
        let Some(now) = self.run.elapsed_at(std::time::Instant::now()) else {
            return;
        };
        let run = Arc::clone(&self.run);
        run.sending(|| {
            self.take_due(turn.window_free(), now);
            if !self.due.is_empty() {
                self.send(turn, now);
                run.add(&mut self.tally, now);
            }
        });
    }

    fn ended(&mut self, error: &SessionError) {
        let now = self.now();
        self.run.add(&mut self.tally, now);
        if matches!(self.source, Source::Window) {
            self.run.unreserve(self.due.len() as u64);
        }
        if error.cause != Cause::Unbind || !self.run.has_offered_all() {
            self.run.connection_ended(error.to_string());
        }
        self.run.settled.notify_one();
    }
}

/// Of an id in the form that is compared: most servers write it one way, and nothing is copied.
fn digest(id: &[u8], form: IdMatching, normal: fn(IdMatching, &[u8]) -> Option<MessageId>) -> IdDigest {
    if form == IdMatching::EXACT {
        return IdDigest::of(id);
    }
    normal(form, id).map_or_else(|| IdDigest::of(id), |id| IdDigest::of(id.as_bytes()))
}

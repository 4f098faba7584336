//! One connection of a run: keeps its window full, from within the session's own turns.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use smpp_session::{
    Cause, CommandStatus, Completion, Handler, Reply, ReplyTo, Request, SessionError, SubmitError, SubmitSm,
    Turn, Verdict,
};
use smpp_wire::Pdu;
use smpp_wire::values::{Npi, RegisteredDelivery, Ton};

use crate::{Messages, receipt_id, run::Run};

/// What every message of a run says.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) source: String,
    pub(crate) destination: String,
    pub(crate) text: Vec<u8>,
    pub(crate) receipts: bool,
}

impl Template {
    fn message(&self) -> SubmitSm<'_> {
        SubmitSm {
            source_addr_ton: Ton::ALPHANUMERIC,
            source_addr: self.source.as_bytes(),
            dest_addr_ton: Ton::INTERNATIONAL,
            dest_addr_npi: Npi::ISDN,
            destination_addr: self.destination.as_bytes(),
            registered_delivery: RegisteredDelivery(u8::from(self.receipts)),
            short_message: &self.text,
            ..SubmitSm::default()
        }
    }
}

/// The handler of one connection.
#[derive(Debug)]
pub(crate) struct Loader {
    run: Arc<Run>,
    template: Arc<Template>,
    /// What this turn brought, added to the run's tally at its end.
    latencies: Vec<Duration>,
    messages: Messages,
    statuses: BTreeMap<CommandStatus, u64>,
    /// One clock read for all answers of a read.
    now: Option<Instant>,
}

impl Loader {
    pub(crate) fn new(run: Arc<Run>, template: Arc<Template>) -> Self {
        Self {
            run,
            template,
            latencies: Vec::new(),
            messages: Messages::default(),
            statuses: BTreeMap::new(),
            now: None,
        }
    }

    fn fill_window(&self, turn: &mut Turn<'_>) {
        // The clock is read anew: what is sent now did not start when this turn's read did.
        let now = Instant::now();
        let token = nanoseconds(now.duration_since(self.run.origin));
        let message = self.template.message();
        for _ in 0..turn.window_free() {
            if !self.run.claim(now) {
                return;
            }
            match turn.submit(&message, token) {
                Ok(()) => {}
                Err(error) => {
                    self.run.unclaim();
                    if !matches!(error, SubmitError::WindowFull | SubmitError::BufferFull) {
                        self.run.tally.lock().ended.push(error.to_string());
                        self.run.stop();
                    }
                    return;
                }
            }
        }
    }

    fn add_up(&mut self) {
        let Some(now) = self.now.take() else {
            return;
        };
        let mut tally = self.run.tally.lock();
        for latency in self.latencies.drain(..) {
            tally.latency.record(latency);
        }
        let messages = std::mem::take(&mut self.messages);
        tally.messages.answered += messages.answered;
        tally.messages.accepted += messages.accepted;
        tally.messages.lost += messages.lost;
        tally.messages.timed_out += messages.timed_out;
        while let Some((status, count)) = self.statuses.pop_first() {
            *tally.statuses.entry(status).or_default() += count;
        }
        tally.last_answer = Some(now);
        drop(tally);
        if self.run.is_over() {
            self.run.settled.notify_one();
        }
    }
}

impl Handler for Loader {
    fn request(&mut self, request: &Request<'_>, _: ReplyTo) -> Reply {
        let Pdu::DeliverSm(message) = &request.pdu else {
            return Reply::Unsupported;
        };
        if self.run.wants_receipts {
            let mut receipts = self.run.receipts.lock();
            match receipt_id(message.short_message, message.tlvs) {
                Some(id) => drop(receipts.arrived(id)),
                None => receipts.arrived_without_id(),
            }
            drop(receipts);
            if self.run.is_over() {
                self.run.settled.notify_one();
            }
        }
        Reply::Now(Verdict::status(CommandStatus::ESME_ROK))
    }

    fn completed(&mut self, token: u64, completion: Completion<'_>) {
        let now = *self.now.get_or_insert_with(Instant::now);
        match completion {
            Completion::Answered(answer) => {
                self.messages.answered += 1;
                self.latencies
                    .push(now.duration_since(self.run.origin).saturating_sub(Duration::from_nanos(token)));
                *self.statuses.entry(answer.command_status).or_default() += 1;
                if answer.command_status.is_ok() {
                    self.messages.accepted += 1;
                    if self.run.wants_receipts {
                        self.run.receipts.lock().expect(answer.message_id);
                    }
                }
            }
            Completion::Lost(error) if error.cause == Cause::ResponseTimeout => self.messages.timed_out += 1,
            Completion::Lost(_) => self.messages.lost += 1,
        }
    }

    fn turn_end(&mut self, turn: &mut Turn<'_>) {
        self.add_up();
        if self.run.started().is_some() && !self.run.is_over() {
            self.fill_window(turn);
        }
    }

    fn ended(&mut self, error: &SessionError) {
        self.add_up();
        if error.cause != Cause::Unbind || !self.run.is_over() {
            self.run.tally.lock().ended.push(error.to_string());
        }
        self.run.settled.notify_one();
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

//! One direction of the connection, and the adversary in it.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use fastrand::Rng;
use smpp_session::BindMode;
use smpp_wire::{CommandId, CommandStatus, Header, Unknown, encode, split_frame};

use crate::plan::LinkPlan;

/// Octets on their way.
pub(crate) struct Pipe {
    plan: LinkPlan,
    rng: Rng,
    begun: Instant,
    /// The start of a PDU whose end was not written yet.
    unfinished: Vec<u8>,
    /// What comes next, and when.
    wire: VecDeque<(Instant, Vec<u8>)>,
    /// How much of the first is read.
    read: usize,
    /// Answers that are held back, and until when.
    held: Vec<(Instant, Vec<u8>)>,
    /// Octets of whole PDUs in it, or lost in it.
    len: usize,
    last_arrival: Instant,
    /// It took nothing though there was room: when to try again.
    retry_at: Option<Instant>,
    /// Its writer has closed.
    finished: bool,
}

/// What a read brings.
pub(crate) enum Read {
    Octets,
    Nothing,
    End,
}

impl Pipe {
    pub(crate) fn new(plan: LinkPlan, seed: u64, begun: Instant) -> Self {
        Self {
            plan,
            rng: Rng::with_seed(seed),
            begun,
            unfinished: Vec::new(),
            wire: VecDeque::new(),
            read: 0,
            held: Vec::new(),
            len: 0,
            last_arrival: begun,
            retry_at: None,
            finished: false,
        }
    }

    /// Takes octets from the front; `None` when the connection is gone.
    pub(crate) fn write(&mut self, octets: &[u8], now: Instant) -> Option<usize> {
        if self.is_past(self.plan.closes_at, now) {
            return None;
        }
        let room = self.plan.room.saturating_sub(self.len).min(octets.len());
        self.retry_at = None;
        if room > 0 && self.rng.u32(..20) == 0 {
            self.retry_at = Some(now + Duration::from_millis(1));
            return Some(0);
        }
        let count = room.min(self.rng.usize(1..=self.plan.chunk));
        if self.is_past(self.plan.dies_at, now) {
            self.len += count;
        } else {
            self.unfinished.extend_from_slice(&octets[..count]);
            self.pass_whole_pdus(now);
        }
        Some(count)
    }

    pub(crate) fn finish(&mut self) {
        self.finished = true;
    }

    /// Reads into `input`.
    pub(crate) fn read(&mut self, now: Instant, input: &mut Vec<u8>) -> Read {
        self.release(now);
        let closed = self.is_past(self.plan.closes_at, now);
        if self.is_past(self.plan.stops_at, now) && !closed {
            return Read::Nothing;
        }
        let Some((_, octets)) = self.wire.front().filter(|(arrival, _)| *arrival <= now) else {
            let all_read = self.finished && self.wire.is_empty() && self.held.is_empty();
            let ends = closed || (all_read && !self.is_past(self.plan.dies_at, now));
            return if ends { Read::End } else { Read::Nothing };
        };
        let rest = &octets[self.read..];
        let count = rest.len().min(self.rng.usize(1..=self.plan.chunk));
        input.extend_from_slice(&rest[..count]);
        self.read += count;
        self.len -= count;
        if self.read == octets.len() {
            self.wire.pop_front();
            self.read = 0;
        }
        Read::Octets
    }

    /// When something happens by itself.
    pub(crate) fn next(&self, now: Instant) -> Option<Instant> {
        let arrival = self.wire.front().map(|(arrival, _)| *arrival);
        let held = self.held.iter().map(|(until, _)| *until).min();
        let closes = self.plan.closes_at.map(|at| self.begun + at);
        [arrival, held, closes, self.retry_at].into_iter().flatten().filter(|at| *at > now).min()
    }

    fn is_past(&self, moment: Option<Duration>, now: Instant) -> bool {
        moment.is_some_and(|moment| self.begun + moment <= now)
    }

    fn pass_whole_pdus(&mut self, now: Instant) {
        let mut octets = std::mem::take(&mut self.unfinished);
        let mut passed = 0;
        while let Ok(Some(raw)) = split_frame(&octets[passed..], u32::MAX) {
            passed += raw.octets().len();
            self.pass(raw.header(), raw.octets().to_vec(), now);
        }
        octets.drain(..passed);
        self.unfinished = octets;
    }

    /// The adversary decides.
    fn pass(&mut self, header: Header, octets: Vec<u8>, now: Instant) {
        let is_answer = header.command_id.is_response();
        if is_answer && self.happens(self.plan.loses) {
            return;
        }
        if self.happens(self.plan.invents) {
            let invented = self.invent(header.sequence_number);
            self.len += invented.len();
            self.send(invented, now);
        }
        let twice = if is_answer { self.plan.doubles } else { self.plan.repeats };
        let copies = if self.happens(twice) { 2 } else { 1 };
        self.len += octets.len() * copies;
        for _ in 0..copies {
            if is_answer && !orders(header.command_id) && self.happens(self.plan.holds) {
                let until = now + self.up_to(self.plan.hold);
                self.held.push((until, octets.clone()));
            } else {
                self.send(octets.clone(), now);
            }
        }
    }

    /// An answer that nobody gave: to a number that was never sent and shares its slot with one that was, or of a wrong kind.
    fn invent(&mut self, sequence_number: u32) -> Vec<u8> {
        let (command_id, sequence_number) = match self.rng.u32(..5) {
            0 => (CommandId::SUBMIT_SM_RESP, sequence_number ^ NEVER_SENT),
            1 => (CommandId::DATA_SM_RESP, sequence_number ^ NEVER_SENT),
            2 => (CommandId::GENERIC_NACK, sequence_number ^ NEVER_SENT),
            3 => (CommandId::GENERIC_NACK, 0),
            _ => (CommandId::QUERY_SM_RESP, sequence_number),
        };
        let mut octets = Vec::new();
        let pdu = Unknown { command_id, body: &[] };
        let _fits = encode(&pdu, CommandStatus::ESME_RSYSERR, sequence_number, &mut octets);
        octets
    }

    fn send(&mut self, octets: Vec<u8>, now: Instant) {
        let arrival = now + self.plan.latency + self.up_to(self.plan.jitter);
        self.last_arrival = self.last_arrival.max(arrival);
        self.wire.push_back((self.last_arrival, octets));
    }

    fn release(&mut self, now: Instant) {
        while let Some(at) = self.held.iter().position(|(until, _)| *until <= now) {
            let (_, octets) = self.held.swap_remove(at);
            self.send(octets, now);
        }
    }

    fn happens(&mut self, percent: u32) -> bool {
        percent > 0 && self.rng.u32(..100) < percent
    }

    fn up_to(&mut self, most: Duration) -> Duration {
        most * self.rng.u32(..=1_000) / 1_000
    }
}

/// True for answers that say what comes before them and what behind: no peer lets others overtake them.
fn orders(answer: CommandId) -> bool {
    answer == CommandId::UNBIND_RESP || BindMode::of(answer).is_some()
}

/// No session of a schedule comes so far.
const NEVER_SENT: u32 = 0x2000_0000;

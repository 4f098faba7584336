//! What an end reads, and what its application says to the peer's requests.

use std::time::Instant;

use smpp_session::{Answer, Event, MessageId, ReplyTo, Request, Verdict};
use smpp_wire::{CommandId, CommandStatus, Pdu, split_frame};

use super::{Asked, BIND, End, Fate, send::name};
use crate::pipe::{Pipe, Read};

impl End {
    pub(super) fn read(&mut self, now: Instant, incoming: &mut Pipe) -> Result<bool, String> {
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
            (self.heard, self.silent, self.probed) = (now, None, None);
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
    pub(super) fn expire(&mut self, now: Instant) -> Result<(), String> {
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

    pub(super) fn answer_later(&mut self, now: Instant) -> Result<(), String> {
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
}

fn destination<'f>(pdu: &Pdu<'f>) -> &'f [u8] {
    match pdu {
        Pdu::SubmitSm(message) => message.destination_addr,
        Pdu::DeliverSm(message) => message.destination_addr,
        Pdu::DataSm(message) => message.destination_addr,
        _ => &[],
    }
}

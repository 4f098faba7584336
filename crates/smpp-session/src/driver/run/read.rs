//! From the connection to the core, and from there to the application.

use std::{
    task::{Context, Poll, Waker},
    time::Instant,
};

use smpp_wire::split_frame;
use tokio::io::{AsyncRead, AsyncWrite};

use super::Driver;
use crate::{
    Answer, Event,
    core::READ_CHUNK,
    driver::{
        handler::{Completion, Handler, Reply},
        read_buffer::Read,
    },
};

/// Answers that are matched under one lock.
const ANSWERS_A_LOCK: usize = 64;

impl<T: AsyncRead + AsyncWrite + Unpin, H: Handler> Driver<T, H> {
    /// Reads until nothing more is there, or enough for one turn; true when more may be there. A peer that does not read our answers
    /// is not read from.
    pub(super) fn read(&mut self, now: Instant, context: &mut Context<'_>) -> bool {
        let mut octets = 0;
        while octets < READ_CHUNK {
            if self.session.ended().is_some() || self.session.stops_reading(self.out.len()) {
                return false;
            }
            match self.read.poll_read(&mut self.transport, context) {
                Poll::Pending => return false,
                Poll::Ready(Ok(Some(read))) => {
                    let consumed = self.handle_octets(&read, now);
                    octets += read.octets().len();
                    let whole = self.session.stops_reading(self.out.len());
                    self.read.keep(read, consumed, whole);
                    self.session.note_reading(self.read.is_inside_pdu(), consumed > 0, now);
                }
                Poll::Ready(Ok(None)) => self.session.handle_eof(),
                Poll::Ready(Err(error)) => self.session.handle_io_error(error.kind()),
            }
        }
        true
    }

    /// Hands over every whole PDU; how many octets they took.
    fn handle_octets(&mut self, read: &Read, now: Instant) -> usize {
        let octets = read.octets();
        let mut answers: [Option<Answer<'_>>; ANSWERS_A_LOCK] = [None; ANSWERS_A_LOCK];
        let (mut consumed, mut count) = (0, 0);
        while self.session.ended().is_none() && !self.session.stops_reading(self.out.len()) {
            let rest = octets.get(consumed..).unwrap_or_default();
            let raw = match split_frame(rest, self.session.max_pdu()) {
                Ok(None) => break,
                Ok(Some(raw)) => raw,
                Err(error) => {
                    self.session.handle_bad_frame(error, rest, &mut self.out);
                    break;
                }
            };
            consumed += raw.octets().len();
            self.meter.received(&raw);
            let is_response = raw.header().command_id.is_response();
            if is_response && let Some(place) = answers.get_mut(count) {
                let answer = place.insert(self.session.handle_response(raw, now));
                count += 1;
                if count < ANSWERS_A_LOCK && !answer.changes_state() {
                    continue;
                }
            }
            // The application sees answers and requests in the peer's order: a receipt after its submit_sm_resp.
            if count > 0 {
                self.complete(answers.get_mut(..count).unwrap_or_default(), now);
                count = 0;
            }
            if !is_response {
                // Looked at where it was made: an event is large.
                let event = self.session.handle_request(raw, now, &mut self.out);
                self.handle_event(&event);
            }
        }
        self.complete(answers.get_mut(..count).unwrap_or_default(), now);
        consumed
    }

    #[inline]
    fn handle_event(&mut self, event: &Event<'_>) {
        match event {
            Event::Request(request, reply_to) => match self.handler.request(request, *reply_to) {
                Reply::Now(verdict) => {
                    self.session.answer(*reply_to, &verdict, &mut self.out);
                }
                Reply::Later => {}
                Reply::Unsupported => self.session.answer_unsupported(*reply_to, &mut self.out),
            },
            Event::Bind(bind, header) => {
                let reply = self.handler.judge_bind(bind, &self.handle);
                self.session.reply_bind(header, bind.system_id, reply, &mut self.out);
            }
            Event::Handled | Event::Answer(_) => {}
        }
    }

    /// Matches answers with their requests under one lock; wakes and calls back after it.
    fn complete(&mut self, answers: &mut [Option<Answer<'_>>], now: Instant) {
        if answers.is_empty() {
            return;
        }
        let mut tokens = [0; ANSWERS_A_LOCK];
        {
            let outbox = &mut *self.handle.shared().lock();
            for (place, token) in answers.iter_mut().zip(&mut tokens) {
                // Only the answers of the handler's own requests stay in their places.
                let Some(answer) = place.take() else {
                    continue;
                };
                let Some((owner, sent_at)) = self.session.handle_answer(&answer, &mut outbox.half) else {
                    continue;
                };
                let round_trip = || now.saturating_duration_since(sent_at);
                if let Some(number) = outbox.answered(owner, &answer, round_trip, &mut self.tell) {
                    *token = number;
                    *place = Some(answer);
                }
            }
            outbox.grant(&mut self.tell);
        }
        self.tell.wakers.drain(..).for_each(Waker::wake);
        for (answer, token) in answers.iter().zip(tokens) {
            if let Some(answer) = answer {
                self.handler.completed(token, Completion::Answered(*answer));
            }
        }
    }
}

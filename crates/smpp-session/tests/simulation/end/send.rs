//! What an end sends.

use std::{io::Write, time::Instant};

use smpp_session::{MessageId, Role, State, SubmitError};
use smpp_wire::{CommandId, DataSm, DeliverSm, Encode, SubmitSm};

use super::{End, Fate};

impl End {
    /// The application sends what it wants to, by a handle or in its turn.
    pub(super) fn submit(&mut self, now: Instant) -> Result<(), String> {
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

    /// Asks for a sign of life when it is time; true when that is now.
    pub(super) fn probe(&mut self, now: Instant) -> bool {
        let due = self.plan.probe.filter(|(after, _)| self.begun + *after <= now);
        let Some((_, within)) = due.filter(|_| matches!(self.session.state(), State::Bound(_))) else {
            return false;
        };
        self.plan.probe = None;
        self.probed = Some(now + within);
        self.half.probe(within, now);
        true
    }

    pub(super) fn wants_to_send(&self, now: Instant) -> bool {
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
    pub(super) fn command_id(&self, token: u64) -> CommandId {
        match self.role {
            Role::Esme if self.mode.transmits() && !token.is_multiple_of(3) => CommandId::SUBMIT_SM,
            Role::Smsc if self.mode.receives() && token.is_multiple_of(3) => CommandId::DELIVER_SM,
            _ => CommandId::DATA_SM,
        }
    }
}

/// The request's number as digits: its destination, and the id that its answer must carry.
pub(super) fn name(token: u64) -> MessageId {
    let mut digits = [0; 20];
    let mut rest = &mut digits[..];
    let _fits = write!(rest, "{token}");
    let len = 20 - rest.len();
    MessageId::new(&digits[..len]).unwrap_or_default()
}

//! Deliveries as PDUs: a receipt is written when it is sent, what came in leaves as it was kept.

use jiff::tz::TimeZone;
use smpp_session::{DeliverSm, SubmitError, Turn};
use smpp_wire::receipt::state;
use smpp_wire::values::{EsmClass, MessageState, MessageType};
use smpp_wire::{CommandStatus, Encode, Frame, Pdu, Tag, TlvBuf, Tlvs};
use uuid::fmt::Hyphenated;

use crate::{Attempt, Clock, Outcome, Receipt, Stat, delivery::Delivery, store::NewMessage};

/// Writes the deliveries of one session, with buffers that are used again.
#[derive(Debug)]
pub(crate) struct DeliveryWriter {
    clock: Clock,
    text: Vec<u8>,
    tlvs: TlvBuf<Vec<u8>>,
}

impl DeliveryWriter {
    /// With dates of receipts in this time zone.
    pub(crate) fn new(zone: TimeZone) -> Self {
        Self { clock: Clock::new(zone), text: Vec::new(), tlvs: TlvBuf::default() }
    }

    /// Sends a delivery; `receipt_tlvs` says whether receipts carry receipted_message_id and message_state.
    ///
    /// # Errors
    /// Nothing was sent.
    pub(crate) fn submit(
        &mut self,
        delivery: &Delivery,
        receipt_tlvs: bool,
        turn: &mut Turn<'_>,
        token: u64,
    ) -> Result<(), SubmitError> {
        match &delivery.end {
            Some(end) => {
                self.write(&delivery.message, end.outcome, end.done, receipt_tlvs);
                let receipt =
                    receipt_pdu(&delivery.message, EsmClass::RECEIPT, &self.text, self.tlvs.as_tlvs());
                turn.submit(&receipt, token)
            }
            None => submit_kept(&delivery.message, turn, token),
        }
    }

    /// Writes an intermediate notification (SMPP v3.4 §5.2.12): a receipt that tells of no end.
    pub(crate) fn notification(
        &mut self,
        message: &NewMessage,
        attempt: &Attempt,
        with_tlvs: bool,
    ) -> Option<Frame> {
        self.write(message, Outcome { stat: Stat::ENROUTE, code: attempt.code }, attempt.at, with_tlvs);
        let esm_class = EsmClass::default().with_message_type(MessageType::INTERMEDIATE_NOTIFICATION);
        let pdu = receipt_pdu(message, esm_class, &self.text, self.tlvs.as_tlvs());
        Frame::new(&pdu, CommandStatus::ESME_ROK, 1).ok()
    }

    fn write(&mut self, message: &NewMessage, outcome: Outcome, done: u64, with_tlvs: bool) {
        let mut id = [0; Hyphenated::LENGTH];
        message.id.hyphenated().encode_lower(&mut id);
        self.text.clear();
        Receipt { id: &id, submitted: message.submitted_at, done, outcome }
            .write(&mut self.clock, &mut self.text);
        let mut octets = std::mem::take(&mut self.tlvs).into_inner();
        octets.clear();
        self.tlvs = TlvBuf::new(octets);
        if with_tlvs {
            let state = state(outcome.stat.octets()).unwrap_or(MessageState::UNKNOWN);
            let written = self
                .tlvs
                .push_c_octet_string(Tag::RECEIPTED_MESSAGE_ID, &id)
                .and_then(|tlvs| tlvs.push_int1(Tag::MESSAGE_STATE, state));
            debug_assert!(written.is_ok(), "a vector has room");
        }
    }
}

/// What was kept is a whole deliver_sm; only its sequence number is new.
fn submit_kept(message: &NewMessage, turn: &mut Turn<'_>, token: u64) -> Result<(), SubmitError> {
    let frame = Frame::from_bytes(message.pdu.clone());
    match frame.as_ref().map(Frame::parse) {
        Some(Ok(Pdu::DeliverSm(pdu))) => turn.submit(&pdu, token),
        _ => {
            // Erased, or written by somebody else: it must not wait for ever.
            tracing::warn!(id = %message.id, "what was kept is no deliver_sm: its addresses are delivered without a text");
            turn.submit(&without_text(message), token)
        }
    }
}

fn without_text(message: &NewMessage) -> impl Encode {
    DeliverSm {
        source_addr_ton: message.source.ton,
        source_addr_npi: message.source.npi,
        source_addr: message.source.octets(),
        dest_addr_ton: message.destination.ton,
        dest_addr_npi: message.destination.npi,
        destination_addr: message.destination.octets(),
        data_coding: message.data_coding,
        ..DeliverSm::default()
    }
}

fn receipt_pdu<'a>(
    message: &'a NewMessage,
    esm_class: EsmClass,
    text: &'a [u8],
    tlvs: Tlvs<'a>,
) -> DeliverSm<'a> {
    DeliverSm {
        source_addr_ton: message.destination.ton,
        source_addr_npi: message.destination.npi,
        source_addr: message.destination.octets(),
        dest_addr_ton: message.source.ton,
        dest_addr_npi: message.source.npi,
        destination_addr: message.source.octets(),
        esm_class,
        short_message: text,
        tlvs,
        ..DeliverSm::default()
    }
}

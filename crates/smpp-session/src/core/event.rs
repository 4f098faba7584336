//! What the core hands to its driver, and what the application says to it.

use std::time::Duration;

use smpp_wire::{
    Bind, CommandId, CommandStatus, Frame, HEADER_LEN, Header, MessageId, Pdu, PduError, RawPdu,
    SubmitSmResp, Unknown,
};

use super::{error::Response, inbound::ReplyTo};

/// What a PDU asks of the driver.
#[derive(Debug)]
pub enum Event<'f> {
    /// The core has dealt with it.
    Handled,
    /// A bind to judge: [`Session::reply_bind`](super::Session::reply_bind), or
    /// [`Session::accept_bind`](super::Session::accept_bind) and [`Session::refuse_bind`](super::Session::refuse_bind).
    Bind(Bind<'f>, Header),
    /// A request for the application, to be answered through `ReplyTo`.
    Request(Request<'f>, ReplyTo),
    /// An answer, for [`Session::handle_answer`](super::Session::handle_answer).
    Answer(Answer<'f>),
}

/// A request of the peer.
#[derive(Clone, Copy, Debug)]
pub struct Request<'f> {
    /// Its octets, for those who store or relay it untouched.
    pub raw: RawPdu<'f>,
    /// A view of it.
    pub pdu: Pdu<'f>,
}

/// An answer of the peer, as it stands in the receive buffer.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'f> {
    /// Which request it answers.
    pub sequence_number: u32,
    /// The response's command, or generic_nack.
    pub command_id: CommandId,
    /// The result.
    pub command_status: CommandStatus,
    /// The message_id, empty when there is none.
    pub message_id: &'f [u8],
    /// Everything behind the header, for responses that say more.
    pub body: &'f [u8],
}

impl<'f> Answer<'f> {
    /// In place, as all that stands between a PDU's octets and its answer: a struct that was just written field by field is copied
    /// slowly, since its pieces are still on their way to memory.
    #[inline(always)]
    pub(super) fn of(raw: RawPdu<'f>) -> Self {
        let Header { command_id, command_status, sequence_number, .. } = raw.header();
        let body = raw.body();
        // A response whose body makes no sense still ends its request.
        let message_id = match command_id {
            // What bulk traffic is made of has a way of its own, which carries no view of any other PDU.
            CommandId::SUBMIT_SM_RESP => {
                SubmitSmResp::parse(command_status, body).ok().and_then(|response| response.message_id)
            }
            _ => message_id_of(&raw),
        };
        Self { sequence_number, command_id, command_status, message_id: message_id.unwrap_or_default(), body }
    }

    /// A view of the whole response.
    ///
    /// # Errors
    /// When its body makes no sense.
    pub fn parse(&self) -> Result<Pdu<'f>, PduError> {
        Pdu::parse_body(&self.header(), self.body)
    }

    /// True when the next PDU of the peer may be judged by what this answer changes: they may share a segment.
    #[must_use]
    pub const fn changes_state(&self) -> bool {
        !matches!(
            self.command_id,
            CommandId::SUBMIT_SM_RESP | CommandId::DELIVER_SM_RESP | CommandId::DATA_SM_RESP
        )
    }

    /// The response as its sender keeps it, but for its id: [`copy_id`](Self::copy_id) puts that where the response stays, so that it
    /// moves once.
    #[cfg(feature = "tokio")]
    #[inline]
    pub(crate) fn to_response(self, round_trip: Duration) -> Response {
        let says_more = self.body.len() > self.message_id.len() + 1;
        let pdu = if says_more { self.to_frame() } else { None };
        let Self { command_id, command_status, .. } = self;
        let message_id = MessageId::default();
        Response { command_id, command_status, message_id, waited: Duration::ZERO, round_trip, pdu }
    }

    /// Copies the id out of the receive buffer.
    #[cfg(feature = "tokio")]
    #[inline]
    pub(crate) fn copy_id(&self, response: &mut Response) {
        // An id longer than 65 octets is no id that a receipt could carry.
        let _fits = response.message_id.assign(self.message_id);
    }

    #[cfg(feature = "tokio")]
    #[cold]
    fn to_frame(self) -> Option<Box<Frame>> {
        let Self { sequence_number, command_id, command_status, body, .. } = self;
        Frame::new(&Unknown { command_id, body }, command_status, sequence_number).ok().map(Box::new)
    }

    fn header(&self) -> Header {
        let command_length = u32::try_from(HEADER_LEN + self.body.len()).unwrap_or(u32::MAX);
        let Self { command_id, command_status, sequence_number, .. } = *self;
        Header { command_length, command_id, command_status, sequence_number }
    }
}

#[inline(never)]
fn message_id_of<'f>(raw: &RawPdu<'f>) -> Option<&'f [u8]> {
    match raw.parse().ok()? {
        Pdu::DeliverSmResp(response) => response.message_id,
        Pdu::DataSmResp(response) => response.message_id,
        Pdu::SubmitMultiResp(response) => response.message_id,
        Pdu::BroadcastSmResp(response) => response.message_id,
        _ => None,
    }
}

/// What the application says to a request.
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    /// The result.
    pub command_status: CommandStatus,
    /// The message_id of a response that has one; written with ESME_ROK only.
    pub message_id: MessageId,
}

impl Verdict {
    /// A result without a message_id.
    #[must_use]
    pub fn status(command_status: CommandStatus) -> Self {
        Self { command_status, message_id: MessageId::default() }
    }
}

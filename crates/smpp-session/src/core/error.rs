//! Why a request was not sent, what became of it, and why a session ended.

use std::{fmt, time::Duration};

use smpp_wire::{CommandId, CommandStatus, EncodeError, Frame, FrameError, MessageId};

/// A request was not sent: nothing of it left, it may safely be tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubmitError {
    /// As many requests wait for answers as may.
    WindowFull,
    /// The peer does not read: too much waits to be written.
    BufferFull,
    /// The rate of the session allows no message yet.
    RateLimited,
    /// The session is not bound, or not in a mode that allows this request.
    NotBound,
    /// No request that waits for an answer. alert_notification and outbind are notified, responses answered; enquire_link and
    /// unbind are the session's own.
    NotARequest,
    /// The value does not fit in a PDU, or the PDU is larger than [`Limits::max_pdu`](crate::Limits::max_pdu).
    Encode(EncodeError),
    /// The session has ended.
    Closed(SessionError),
}

impl fmt::Display for SubmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WindowFull => f.write_str("the window is full"),
            Self::BufferFull => f.write_str("the outgoing buffer is full, the peer does not read"),
            Self::RateLimited => f.write_str("the rate of the session allows no message yet"),
            Self::NotBound => f.write_str("the session is not bound in a mode that allows this request"),
            Self::NotARequest => f.write_str("this PDU is no request that waits for an answer"),
            Self::Encode(error) => write!(f, "{error}"),
            Self::Closed(error) => write!(f, "the session has ended: {error}"),
        }
    }
}

impl std::error::Error for SubmitError {}

/// A request was not answered: nothing was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerError {
    /// It was answered before, or took too long.
    Gone,
    /// The PDU is not the response of this request.
    WrongResponse,
    /// The peer does not read: too much waits to be written.
    BufferFull,
    /// The value does not fit in a PDU.
    Encode(EncodeError),
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("the request was answered before, or took too long"),
            Self::WrongResponse => f.write_str("the PDU is not the response of this request"),
            Self::BufferFull => f.write_str("the outgoing buffer is full, the peer does not read"),
            Self::Encode(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for AnswerError {}

/// What became of a request that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The peer answered.
    Answered(Response),
    /// Sent, and never answered: it may or may not have been carried out. Sending it again may duplicate an SMS.
    Lost(SessionError),
}

/// A peer's answer; a non-zero status is data, not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// The response's command, or generic_nack.
    pub command_id: CommandId,
    /// The result.
    pub command_status: CommandStatus,
    /// The message_id, empty when there is none.
    pub message_id: MessageId,
    /// How long the request waited before it was sent: for room in the window, and for the session's rate.
    pub waited: Duration,
    /// From when the request was encoded, or the first of those that left with it, to when its answer was read.
    pub round_trip: Duration,
    /// The whole response, when it says more than a message_id: query_sm_resp, TLVs.
    pub pdu: Option<Box<Frame>>,
}

/// Who ended a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndedBy {
    /// This end.
    Us,
    /// The other end.
    Peer,
}

/// Why a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// unbind was exchanged.
    Unbind,
    /// The connection was closed without unbind.
    Closed,
    /// The connection failed.
    Io(std::io::ErrorKind),
    /// The peer's bytes can't be followed as PDUs.
    Frame(FrameError),
    /// A bind was refused with this status.
    BindRefused(CommandStatus),
    /// The peer did not bind in time.
    SessionInitTimeout,
    /// The peer left an enquire_link unanswered.
    EnquireLinkTimeout,
    /// Nothing but enquire_link moved for too long.
    InactivityTimeout,
    /// The peer stopped inside a PDU, or stopped reading.
    Stalled,
    /// The request was not answered in time; the session itself goes on.
    ResponseTimeout,
}

/// Why a session, or one request of it, ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionError {
    /// Whose doing it is.
    pub by: EndedBy,
    /// What happened.
    pub cause: Cause,
}

impl SessionError {
    pub(crate) const fn peer(cause: Cause) -> Self {
        Self { by: EndedBy::Peer, cause }
    }

    pub(crate) const fn us(cause: Cause) -> Self {
        Self { by: EndedBy::Us, cause }
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = match self.by {
            EndedBy::Us => "this end",
            EndedBy::Peer => "the peer",
        };
        match &self.cause {
            Cause::Unbind => write!(f, "{by} unbound"),
            Cause::Closed => write!(f, "{by} closed the connection without unbind"),
            Cause::Io(kind) => write!(f, "the connection failed: {kind}"),
            Cause::Frame(error) => write!(f, "the peer does not speak SMPP: {error}"),
            Cause::BindRefused(status) => write!(f, "the bind was refused with {status}"),
            Cause::SessionInitTimeout => f.write_str("the peer did not bind in time"),
            Cause::EnquireLinkTimeout => f.write_str("the peer did not answer enquire_link"),
            Cause::InactivityTimeout => f.write_str("nothing moved for too long"),
            Cause::Stalled => f.write_str("the peer stalled inside a PDU or stopped reading"),
            Cause::ResponseTimeout => f.write_str("the peer did not answer in time"),
        }
    }
}

impl std::error::Error for SessionError {}

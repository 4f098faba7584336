//! What can be wrong with octets ([`FrameError`], [`PduError`]) and with a caller's value ([`EncodeError`]).

use core::fmt;

use crate::{CommandStatus, Field};

/// `command_length` is impossible, so the position in the stream is lost: answer generic_nack and close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameError {
    /// The length that the peer announced, in octets.
    pub command_length: u32,
    /// The largest length that the caller allows, in octets.
    pub limit: u32,
}

impl FrameError {
    /// The status that answers it: always `ESME_RINVCMDLEN`.
    #[must_use]
    pub const fn command_status(&self) -> CommandStatus {
        CommandStatus::ESME_RINVCMDLEN
    }
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "command_length {} is not in 16..={}", self.command_length, self.limit)
    }
}

impl core::error::Error for FrameError {}

/// What is wrong with the shape of one PDU; the session goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PduErrorKind {
    /// The body ends before or inside the field.
    Truncated,
    /// No NUL before the end of the PDU.
    Unterminated,
    /// `sm_length` announces more octets than are left.
    LengthPastEnd,
    /// One to three octets are left where a TLV header needs four.
    TlvHeaderCut,
    /// A TLV's length runs past the end of the PDU.
    TlvPastEnd,
    /// Octets after a PDU that has only a header, and they are no TLVs.
    ExtraOctets,
    /// A dest_flag that is neither 1 nor 2: what follows it can't be read.
    UnknownDestFlag,
}

/// One PDU is bad: what, which field, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PduError {
    /// What is wrong.
    pub kind: PduErrorKind,
    /// The field's name in the specification.
    pub field: Field,
    /// Octets from the start of the PDU (its header included) to where the field starts.
    pub offset: usize,
}

impl PduError {
    /// The status that answers it (SMPP v3.4 §5.1.3, v5.0 §4.7.6).
    #[must_use]
    pub const fn command_status(&self) -> CommandStatus {
        match self.kind {
            PduErrorKind::Truncated | PduErrorKind::Unterminated | PduErrorKind::ExtraOctets => {
                CommandStatus::ESME_RINVCMDLEN
            }
            PduErrorKind::LengthPastEnd => CommandStatus::ESME_RINVMSGLEN,
            PduErrorKind::TlvHeaderCut | PduErrorKind::TlvPastEnd => CommandStatus::ESME_RINVOPTPARSTREAM,
            PduErrorKind::UnknownDestFlag => CommandStatus::ESME_RINVDESTFLAG,
        }
    }
}

impl fmt::Display for PduError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            PduErrorKind::Truncated => "the PDU ends inside",
            PduErrorKind::Unterminated => "no NUL ends",
            PduErrorKind::LengthPastEnd => "sm_length exceeds what is left for",
            PduErrorKind::TlvHeaderCut => "a TLV header is cut in",
            PduErrorKind::TlvPastEnd => "a TLV runs past the end in",
            PduErrorKind::ExtraOctets => "unexpected octets in",
            PduErrorKind::UnknownDestFlag => "neither 1 nor 2 in",
        };
        write!(f, "{what} {} at octet {}: {}", self.field, self.offset, self.command_status())
    }
}

impl core::error::Error for PduError {}

/// What is wrong with a value that was to be encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeErrorKind {
    /// A NUL inside a C-octet string would end it early.
    NulInside,
    /// A string without its NUL.
    Unterminated,
    /// Longer than its length field can say.
    TooLong,
    /// The caller's fixed buffer has no room.
    BufferFull,
    /// `encode_body` wrote another number of octets than `body_len` announced.
    WrongLength,
}

/// The caller's value can't be written; nothing was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodeError {
    /// The field that does not fit.
    pub field: Field,
    /// Why.
    pub kind: EncodeErrorKind,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.kind {
            EncodeErrorKind::NulInside => "contains a NUL",
            EncodeErrorKind::Unterminated => "has no NUL at its end",
            EncodeErrorKind::TooLong => "is too long",
            EncodeErrorKind::BufferFull => "does not fit in the buffer",
            EncodeErrorKind::WrongLength => "has another length than announced",
        };
        write!(f, "{} {why}", self.field)
    }
}

impl core::error::Error for EncodeError {}

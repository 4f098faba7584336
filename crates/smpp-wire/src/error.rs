//! What can be wrong with octets ([`FrameError`], [`PduError`]) and with a caller's value ([`EncodeError`]).

use core::fmt;

use crate::{CommandId, CommandStatus, Field};

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

    /// Whether the connection ends: always, because nobody knows where the next PDU starts.
    #[must_use]
    pub const fn closes(&self) -> bool {
        true
    }
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "command_length is {}, expected 16 to {}", self.command_length, self.limit)
    }
}

impl core::error::Error for FrameError {}

/// What is wrong with one PDU; the session goes on.
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
    /// The command is not known, or not in this version.
    UnknownCommand,
    /// Longer than it may be; a number of elements above its limit.
    TooLong,
    /// Shorter than it may be, or empty; a number of elements below its limit.
    TooShort,
    /// A reserved value, or one that is not allowed here.
    NotAllowed,
    /// No time in the form of the specification.
    BadTime,
    /// A TLV of another length than its tag has.
    TlvLength,
    /// A TLV whose octets can't be read as what its tag stands for.
    TlvValue,
    /// A TLV that the rest of the PDU needs is not there.
    TlvMissing,
    /// A TLV that must not stand beside what else is in the PDU.
    TlvNotAllowed,
    /// `esm_class` announces a user data header, and there is none that can be read.
    BadUdh,
}

impl PduErrorKind {
    /// The status that answers it in a field (SMPP v3.4 §5.1.3, v5.0 §4.7.6).
    const fn command_status(self, field: Field) -> CommandStatus {
        match self {
            Self::Truncated | Self::Unterminated | Self::ExtraOctets => CommandStatus::ESME_RINVCMDLEN,
            Self::LengthPastEnd => CommandStatus::ESME_RINVMSGLEN,
            Self::TlvHeaderCut | Self::TlvPastEnd => CommandStatus::ESME_RINVOPTPARSTREAM,
            Self::UnknownDestFlag => CommandStatus::ESME_RINVDESTFLAG,
            Self::UnknownCommand => CommandStatus::ESME_RINVCMDID,
            Self::TlvLength => CommandStatus::ESME_RINVPARLEN,
            Self::TlvValue => CommandStatus::ESME_RINVOPTPARAMVAL,
            Self::TlvMissing => CommandStatus::ESME_RMISSINGOPTPARAM,
            Self::TlvNotAllowed => CommandStatus::ESME_ROPTPARNOTALLWD,
            Self::BadUdh => CommandStatus::ESME_RINVESMCLASS,
            Self::TooLong | Self::TooShort | Self::NotAllowed | Self::BadTime => field.command_status(),
        }
    }
}

/// What to say of the field, whose name comes first.
impl fmt::Display for PduErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "is cut off by the end of the PDU",
            Self::Unterminated => "has no NUL before the end of the PDU",
            Self::LengthPastEnd => "is shorter than sm_length says",
            Self::TlvHeaderCut => "lack the four octets of a TLV's header",
            Self::TlvPastEnd => "announce more octets than are left",
            Self::ExtraOctets => "should be empty",
            Self::UnknownDestFlag => "is neither 1 nor 2",
            Self::UnknownCommand => "is unknown",
            Self::TooLong => "exceeds its maximum",
            Self::TooShort => "is below its minimum",
            Self::NotAllowed => "is reserved or not allowed here",
            Self::BadTime => "is no SMPP time",
            Self::TlvLength => "has a wrong length",
            Self::TlvValue => "can't be read",
            Self::TlvMissing => "is missing",
            Self::TlvNotAllowed => "is not allowed beside the rest",
            Self::BadUdh => "lacks a user data header that can be read",
        })
    }
}

/// One PDU is bad: what, which field, where, and what to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PduError {
    /// What is wrong.
    pub kind: PduErrorKind,
    /// The field's name in the specification.
    pub field: Field,
    /// Octets from the start of the PDU (its header included) to where the field starts; what is missing would start at the end.
    pub offset: usize,
    status: CommandStatus,
}

impl PduError {
    /// Out of line: what reads a PDU is to be small.
    #[cold]
    #[inline(never)]
    pub(crate) const fn new(kind: PduErrorKind, field: Field, offset: usize) -> Self {
        Self { kind, field, offset, status: kind.command_status(field) }
    }

    /// The same under another status.
    pub(crate) const fn answered(self, status: CommandStatus) -> Self {
        Self { status, ..self }
    }

    /// The status that answers it (SMPP v3.4 §5.1.3, v5.0 §4.7.6), or the one that the [`Profile`](crate::Profile) names.
    #[must_use]
    pub const fn command_status(&self) -> CommandStatus {
        self.status
    }

    /// Whether the connection ends when a PDU with this id is bad: only for an outbind, which has no response.
    #[must_use]
    pub const fn closes(&self, command_id: CommandId) -> bool {
        matches!(command_id, CommandId::OUTBIND)
    }
}

impl fmt::Display for PduError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at octet {} {}: {}", self.field, self.offset, self.kind, self.status)
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

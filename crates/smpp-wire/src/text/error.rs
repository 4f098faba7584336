//! What can be wrong with a text, and the choice of what to do about it.

use core::fmt;

/// What to do with what an alphabet can't say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unfit {
    /// Stop with an error that says where.
    #[default]
    Fail,
    /// Put a replacement there: `?` when encoding, U+FFFD when decoding.
    Replace,
}

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TextErrorKind {
    /// A character that the alphabet does not have.
    NotInAlphabet,
    /// An octet that means nothing in the alphabet.
    InvalidOctet,
    /// UTF-16 with an odd number of octets.
    OddLength,
    /// Half of a surrogate pair.
    LoneSurrogate,
    /// The alphabet is known by name only: its octets are carried, not read.
    Unsupported,
    /// More segments than 255, or more octets than message_payload can carry.
    TooLong,
    /// The user data header leaves no room for text.
    UdhTooLong,
    /// SAR TLVs and a user data header exclude each other.
    UdhWithSar,
    /// The caller's output has no room.
    BufferFull,
}

/// One text is bad: what, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextError {
    /// What is wrong.
    pub kind: TextErrorKind,
    /// Octets from the start of the input (UTF-8 when encoding) to what is wrong.
    pub offset: usize,
}

impl TextError {
    pub(super) const fn new(kind: TextErrorKind, offset: usize) -> Self {
        Self { kind, offset }
    }

    pub(super) const FULL: Self = Self::new(TextErrorKind::BufferFull, 0);
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            TextErrorKind::NotInAlphabet => "a character is not in the alphabet",
            TextErrorKind::InvalidOctet => "an octet means nothing in the alphabet",
            TextErrorKind::OddLength => "UTF-16 has an odd octet",
            TextErrorKind::LoneSurrogate => "a surrogate has no other half",
            TextErrorKind::Unsupported => "the alphabet can't be read",
            TextErrorKind::TooLong => "the text is too long to be sent",
            TextErrorKind::UdhTooLong => "the user data header leaves no room for text",
            TextErrorKind::UdhWithSar => "SAR TLVs exclude a user data header",
            TextErrorKind::BufferFull => "the text does not fit in the buffer",
        };
        write!(f, "{what} at octet {}", self.offset)
    }
}

impl core::error::Error for TextError {}

//! What can be wrong with a time.

use core::fmt;

/// What is wrong with a time; the field decides about the status that answers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeError {
    /// Not as many octets as a time has: this many.
    Length(usize),
    /// No digit, where there must be one: so many octets from the start.
    NotDigit(usize),
    /// Not 1 to 12; in a relative time not 0 to 12.
    Month,
    /// A day that its month does not have; in a relative time not 0 to 31.
    Day,
    /// Above 23.
    Hour,
    /// Above 59.
    Minute,
    /// Above 59.
    Second,
    /// Above 9.
    Tenth,
    /// More than 56 quarters of an hour (UTC+14) from UTC.
    Offset,
    /// Neither `+`, `-` nor `R`.
    Sign,
    /// A year that two digits can't name in this century, or above 99 in a relative time.
    Year,
    /// The other time is earlier, or too far away to be said as a relative time.
    OutOfReach,
    /// A date without a zone is no instant.
    NoZone,
}

impl TimeError {
    /// Octets from the start of a time to what is wrong in it; `None` for what is not about its text.
    #[must_use]
    pub const fn offset(self) -> Option<usize> {
        Some(match self {
            Self::Length(_) | Self::Year => 0,
            Self::NotDigit(offset) => offset,
            Self::Month => 2,
            Self::Day => 4,
            Self::Hour => 6,
            Self::Minute => 8,
            Self::Second => 10,
            Self::Tenth => 12,
            Self::Offset => 13,
            Self::Sign => 15,
            Self::OutOfReach | Self::NoZone => return None,
        })
    }
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(len) => write!(f, "a time has no {len} octets"),
            Self::NotDigit(offset) => write!(f, "no digit at octet {offset} of a time"),
            Self::Month => f.write_str("no such month"),
            Self::Day => f.write_str("no such day in this month"),
            Self::Hour => f.write_str("the hour is above 23"),
            Self::Minute => f.write_str("the minute is above 59"),
            Self::Second => f.write_str("the second is above 59"),
            Self::Tenth => f.write_str("the tenth of a second is above 9"),
            Self::Offset => f.write_str("more than 56 quarters of an hour from UTC"),
            Self::Sign => f.write_str("a time ends neither in + nor in - nor in R"),
            Self::Year => f.write_str("two digits can't name this year"),
            Self::OutOfReach => f.write_str("too far away for a relative time"),
            Self::NoZone => f.write_str("a date without a zone is no instant"),
        }
    }
}

impl core::error::Error for TimeError {}

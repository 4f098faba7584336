//! SMPP time (SMPP v3.4 §7.1.1): absolute, relative, and the date without a zone that responses carry.
//!
//! No clock and no date library: instants are milliseconds since 1970 (UTC), or `SystemTime` with the feature `std`.
//!
//! # Example
//! ```
//! use smpp_wire::time::{self, Absolute, Century, Relative, Time};
//!
//! assert_eq!(time::check(b"250131235959904+"), Ok(()));
//! let Some(Time::Absolute(time)) = time::parse(b"250131235959904+", Century::V34)? else { panic!() };
//! assert_eq!(time.unix_millis(), 1_738_364_399_900); // 22:59:59.9 UTC
//! assert_eq!(time.to_octets(Century::V34)?, *b"250131235959904+");
//!
//! assert_eq!(Absolute::from_unix_millis(0, 0)?.to_octets(Century::V34)?, *b"700101000000000+");
//! assert_eq!(Relative { days: 7, ..Relative::default() }.to_octets()?, *b"000007000000000R");
//! # Ok::<(), time::TimeError>(())
//! ```

mod absolute;
mod century;
mod check;
mod date_time;
pub(crate) mod digits;
mod error;
mod relative;
#[cfg(any(feature = "std", test))]
mod system;

pub use absolute::Absolute;
pub use century::Century;
pub use check::{check, check_final_date};
pub use date_time::DateTime;
pub use error::TimeError;
pub use relative::Relative;

/// What one time field says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Time {
    /// `YYMMDDhhmmsstnn+` or `YYMMDDhhmmsstnn-`.
    Absolute(Absolute),
    /// `YYMMDDhhmmss000R`: from the message centre's now.
    Relative(Relative),
    /// `YYMMDDhhmmss`: in the message centre's own zone, as some report a final_date.
    Local(DateTime),
}

/// Reads a time field without its NUL. Empty is `None`: at once, the default validity, no change, or not final yet.
///
/// # Errors
/// Another length than 0, 12 or 16 octets; the first field that is out of its range.
pub fn parse(text: &[u8], century: Century) -> Result<Option<Time>, TimeError> {
    let Some((&date, zone)) = text.split_first_chunk::<DATE_LEN>() else {
        return if text.is_empty() { Ok(None) } else { Err(TimeError::Length(text.len())) };
    };
    match *zone {
        [] => DateTime::from_digits(&date, century).map(Time::Local),
        [tenth, tens, ones, b'R'] => Relative::from_digits(&date, [tenth, tens, ones]).map(Time::Relative),
        [tenth, tens, ones, sign] => {
            Absolute::from_digits(&date, [tenth, tens, ones], sign, century).map(Time::Absolute)
        }
        _ => Err(TimeError::Length(text.len())),
    }
    .map(Some)
}

/// `YYMMDDhhmmss`.
const DATE_LEN: usize = 12;

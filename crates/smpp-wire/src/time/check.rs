//! Is this a time? Judged eight octets at a time, because every submit_sm may carry two of them.

use super::absolute::MAX_QUARTERS;
use super::date_time::days_in;
use super::digits::{are_digits, pairs};
use super::{Century, TimeError, parse};

/// Whether a request may carry these octets as schedule_delivery_time or validity_period: nothing, or 16 octets of a time
/// (SMPP v3.4 §7.1.1). The 29th of February of a year `00` is taken for that of 2000.
///
/// # Errors
/// What is wrong, and where.
#[inline]
pub fn check(text: &[u8]) -> Result<(), TimeError> {
    match <&[u8; 16]>::try_from(text) {
        Ok(text) if is_time(text) => Ok(()),
        _ if text.is_empty() => Ok(()),
        _ => Err(what_is_wrong(text)),
    }
}

/// The same for the final_date of a query_sm_resp, which some message centres give as 12 octets without a zone.
///
/// # Errors
/// What is wrong, and where.
pub fn check_final_date(text: &[u8]) -> Result<(), TimeError> {
    if text.len() == 12 { parse(text, Century::V34).map(drop) } else { check(text) }
}

/// The slow way, which knows what to say.
#[cold]
fn what_is_wrong(text: &[u8]) -> TimeError {
    match parse(text, Century::V34) {
        Err(error) => error,
        Ok(_) => TimeError::Length(text.len()),
    }
}

/// Whether 16 octets are an absolute or a relative time.
#[inline]
fn is_time(text: &[u8; 16]) -> bool {
    let (Some(date), Some(rest)) = (text.first_chunk(), text.last_chunk()) else { return false };
    let (date, rest) = (u64::from_le_bytes(*date), u64::from_le_bytes(*rest));
    // Minute, second, tenth and zone; a zero stands for the sign.
    let digits = rest & !LAST_OCTET | ZERO_LAST;
    if !are_digits(date) | !are_digits(digits) {
        return false;
    }
    let (date, time) = (pairs(date), pairs(digits));
    // The zone's tens stand behind the tenth, its ones before the sign: one pair, one octet further.
    let zone = pairs(digits >> 8) >> 32;
    match rest.to_le_bytes() {
        [.., b'+' | b'-'] => {
            within(date, four(0, 1, 1, 0), four(99, 12, 31, 23))
                & within(time, 0, four(59, 59, 99, 99))
                & (zone & 0xFFFF <= u64::from(MAX_QUARTERS))
                && day_exists(date)
        }
        // Tenths and zone are ignored.
        [.., b'R'] => within(date, 0, four(99, 12, 31, 23)) & within(time, 0, four(59, 59, 99, 99)),
        _ => false,
    }
}

/// Four numbers below 0x8000 as [`pairs`] has them.
const fn four(a: u8, b: u8, c: u8, d: u8) -> u64 {
    a as u64 | (b as u64) << 16 | (c as u64) << 32 | (d as u64) << 48
}

/// Whether each number is in its range: its top bit, set before, is not borrowed.
const fn within(numbers: u64, lowest: u64, highest: u64) -> bool {
    let not_low = (numbers | TOP_BITS).wrapping_sub(lowest);
    let not_high = (highest | TOP_BITS).wrapping_sub(numbers);
    not_low & not_high & TOP_BITS == TOP_BITS
}

/// Whether the month has that day; no month of any year has less than 28.
const fn day_exists(date: u64) -> bool {
    let [year, _, month, _, day, ..] = date.to_le_bytes();
    day <= 28 || day <= days_in(2000 + year as u16, month)
}

const TOP_BITS: u64 = 0x8000_8000_8000_8000;
const LAST_OCTET: u64 = 0xFF << 56;
const ZERO_LAST: u64 = (b'0' as u64) << 56;

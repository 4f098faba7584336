//! Is this a time? Judged eight octets at a time, because every submit_sm may carry two of them.

use super::absolute::MAX_QUARTERS;
use super::date_time::days_in;
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
const fn is_time(text: &[u8; 16]) -> bool {
    let &[y, y0, m, m0, d, d0, h, h0, n, n0, s, s0, t, q, q0, sign] = text;
    // Year, month, day and hour; minute, second, tenth and zone: the tenth has a pair of its own, the sign none.
    let date = u64::from_le_bytes([y, y0, m, m0, d, d0, h, h0]);
    let rest = u64::from_le_bytes([n, n0, s, s0, b'0', t, q, q0]);
    if !are_digits(date) || !are_digits(rest) {
        return false;
    }
    let (date, rest) = (pairs(date), pairs(rest));
    match sign {
        b'+' | b'-' => {
            within(date, pair(0, 1, 1, 0), pair(99, 12, 31, 23))
                && within(rest, 0, pair(59, 59, 9, MAX_QUARTERS))
                && day_exists(date)
        }
        // Tenths and zone are ignored.
        b'R' => within(date, 0, pair(99, 12, 31, 23)) && within(rest, 0, pair(59, 59, 99, 99)),
        _ => false,
    }
}

/// Whether each octet is `0` to `9`: its high half is 3, and still is when 6 is added.
const fn are_digits(octets: u64) -> bool {
    let high = HIGH_HALVES & octets;
    // Only an octet that is no digit carries into the next.
    let carried = HIGH_HALVES & octets.wrapping_add(SIXES);
    high == THREES && carried == THREES
}

/// Four pairs of digits as four numbers of 16 bits, the first one lowest.
const fn pairs(digits: u64) -> u64 {
    let tens = digits & LOW_DIGITS;
    let ones = (digits >> 8) & LOW_DIGITS;
    tens * 10 + ones
}

/// Four numbers below 0x8000 as [`pairs`] has them.
const fn pair(a: u8, b: u8, c: u8, d: u8) -> u64 {
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

const HIGH_HALVES: u64 = 0xF0F0_F0F0_F0F0_F0F0;
const THREES: u64 = 0x3030_3030_3030_3030;
const SIXES: u64 = 0x0606_0606_0606_0606;
const LOW_DIGITS: u64 = 0x000F_000F_000F_000F;
const TOP_BITS: u64 = 0x8000_8000_8000_8000;

//! Two digits as a number, eight of them at once; and back.

use super::TimeError;

/// The numbers of six pairs of digits.
#[inline]
pub(crate) fn six_pairs(text: &[u8; 12]) -> Result<[u8; 6], TimeError> {
    let &[a, b, c, d, e, f, g, h, i, j, k, l] = text;
    let (first, last) = (u64::from_le_bytes([a, b, c, d, e, f, g, h]), u32::from_le_bytes([i, j, k, l]));
    let last = u64::from(last) | ZEROS_ABOVE;
    if !are_digits(first) || !are_digits(last) {
        return all(text, 0).map(|()| [0; 6]);
    }
    let [first, _, second, _, third, _, fourth, _] = pairs(first).to_le_bytes();
    let [fifth, _, sixth, ..] = pairs(last).to_le_bytes();
    Ok([first, second, third, fourth, fifth, sixth])
}

/// Are these all digits? `start` is where they stand in the whole text.
pub(super) fn all(text: &[u8], start: usize) -> Result<(), TimeError> {
    match text.iter().position(|octet| !octet.is_ascii_digit()) {
        Some(at) => Err(TimeError::NotDigit(start + at)),
        None => Ok(()),
    }
}

/// Whether each of eight octets is `0` to `9`: its high half is 3, and still is when 6 is added.
#[inline]
pub(super) const fn are_digits(octets: u64) -> bool {
    // An octet that carries into the next one is no digit itself.
    (octets & HIGH_HALVES == THREES) & (octets.wrapping_add(SIXES) & HIGH_HALVES == THREES)
}

/// Four pairs of digits as four numbers of 16 bits, the first one lowest.
#[inline]
pub(super) const fn pairs(digits: u64) -> u64 {
    let tens = digits & LOW_DIGITS;
    let ones = (digits >> 8) & LOW_DIGITS;
    tens * 10 + ones
}

/// The number of two digits.
#[inline]
pub(crate) const fn number_of(tens: u8, ones: u8) -> u8 {
    (tens & 0x0F) * 10 + (ones & 0x0F)
}

/// The digits of a number up to 99.
#[inline]
pub(crate) const fn of(number: u8) -> [u8; 2] {
    [b'0' + number / 10 % 10, b'0' + number % 10]
}

/// The four digits of a year up to 9999.
#[inline]
pub(crate) const fn of_year(year: u16) -> [u8; 4] {
    let ([hundreds, _], [rest, _]) = ((year / 100 % 100).to_le_bytes(), (year % 100).to_le_bytes());
    let ([a, b], [c, d]) = (of(hundreds), of(rest));
    [a, b, c, d]
}

const HIGH_HALVES: u64 = 0xF0F0_F0F0_F0F0_F0F0;
const THREES: u64 = 0x3030_3030_3030_3030;
const SIXES: u64 = 0x0606_0606_0606_0606;
const LOW_DIGITS: u64 = 0x000F_000F_000F_000F;
/// Four digits behind four others.
const ZEROS_ABOVE: u64 = 0x3030_3030_0000_0000;

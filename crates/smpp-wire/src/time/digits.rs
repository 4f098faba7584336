//! Two digits as a number, and back.

use super::TimeError;

/// The numbers of `N` pairs of digits.
pub(super) fn pairs<const N: usize>(text: &[u8]) -> Result<[u8; N], TimeError> {
    all(text, 0)?;
    let mut numbers = [0; N];
    let (pairs, _) = text.as_chunks::<2>();
    for (number, &[tens, ones]) in numbers.iter_mut().zip(pairs) {
        *number = number_of(tens, ones);
    }
    Ok(numbers)
}

/// Are these all digits? `start` is where they stand in the whole text.
pub(super) fn all(text: &[u8], start: usize) -> Result<(), TimeError> {
    match text.iter().position(|octet| !octet.is_ascii_digit()) {
        Some(at) => Err(TimeError::NotDigit(start + at)),
        None => Ok(()),
    }
}

/// The number of two digits.
pub(super) const fn number_of(tens: u8, ones: u8) -> u8 {
    (tens & 0x0F) * 10 + (ones & 0x0F)
}

/// The digits of a number up to 99.
pub(super) const fn of(number: u8) -> [u8; 2] {
    [b'0' + number / 10 % 10, b'0' + number % 10]
}

//! Two digits as a number, and back.

use super::TimeError;

/// The numbers of `N` pairs of digits.
pub(crate) fn pairs<const N: usize>(text: &[u8]) -> Result<[u8; N], TimeError> {
    all(text, 0)?;
    let mut numbers = [0; N];
    let (pairs, _) = text.as_chunks::<2>();
    for (number, &[tens, ones]) in numbers.iter_mut().zip(pairs) {
        *number = number_of(tens, ones);
    }
    Ok(numbers)
}

/// Are these all digits? `start` is where they stand in the whole text.
pub(crate) fn all(text: &[u8], start: usize) -> Result<(), TimeError> {
    match text.iter().position(|octet| !octet.is_ascii_digit()) {
        Some(at) => Err(TimeError::NotDigit(start + at)),
        None => Ok(()),
    }
}

/// The number of two digits.
pub(crate) const fn number_of(tens: u8, ones: u8) -> u8 {
    (tens & 0x0F) * 10 + (ones & 0x0F)
}

/// The digits of a number up to 99.
pub(crate) const fn of(number: u8) -> [u8; 2] {
    [b'0' + number / 10 % 10, b'0' + number % 10]
}

/// The four digits of a year up to 9999.
pub(crate) const fn of_year(year: u16) -> [u8; 4] {
    let ([hundreds, _], [rest, _]) = ((year / 100 % 100).to_le_bytes(), (year % 100).to_le_bytes());
    let ([a, b], [c, d]) = (of(hundreds), of(rest));
    [a, b, c, d]
}

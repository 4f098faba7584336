//! The dates of receipts, in every form that is seen.

use crate::time::{Century, DateTime, digits};

/// Reads a date of 10 digits (`YYMMDDhhmm`), 12 (`YYMMDDhhmmss`, or `YYYYMMDDhhmm`) or 14 (`YYYYMMDDhhmmss`).
///
/// Of 12 digits, those that start with `20` and can't have a month next to it are taken for a year of four digits, which is never wrong
/// from 2013 to 2037. What is no date is `None`.
#[must_use]
pub fn date(word: &[u8], century: Century) -> Option<DateTime> {
    match *word {
        [y, y0, m, m0, d, d0, h, h0, n, n0] => {
            short_year([y, y0, m, m0, d, d0, h, h0, n, n0, b'0', b'0'], century)
        }
        [b'2', b'0', y, y0, m, m0, d, d0, h, h0, n, n0] if digits::number_of(y, y0) > 12 => {
            long_year(&[b'2', b'0', y, y0, m, m0, d, d0, h, h0, n, n0, b'0', b'0'])
        }
        [y, y0, m, m0, d, d0, h, h0, n, n0, s, s0] => {
            short_year([y, y0, m, m0, d, d0, h, h0, n, n0, s, s0], century)
        }
        _ => word.try_into().ok().and_then(long_year),
    }
}

/// The ten digits `YYMMDDhhmm` that a receipt says a date with.
#[must_use]
pub const fn date_word(at: DateTime) -> [u8; 10] {
    let [_, _, y, y0] = digits::of_year(at.year());
    let [m, m0] = digits::of(at.month());
    let [d, d0] = digits::of(at.day());
    let [h, h0] = digits::of(at.hour());
    let [n, n0] = digits::of(at.minute());
    [y, y0, m, m0, d, d0, h, h0, n, n0]
}

fn short_year(word: [u8; 12], century: Century) -> Option<DateTime> {
    DateTime::from_digits(&word, century).ok()
}

/// The first two of four digits say the century, the rest is as long as a short date.
fn long_year(word: &[u8; 14]) -> Option<DateTime> {
    let &[hundreds, tens, ref short @ ..] = word;
    let century = u16::from(digits::number_of(hundreds, tens)) * 100;
    let digits = hundreds.is_ascii_digit() && tens.is_ascii_digit();
    short_year(*short, Century::starting(century)).filter(|date| digits && date.year() / 100 * 100 == century)
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    fn read(word: &[u8]) -> Option<std::string::String> {
        date(word, Century::V34).map(|date| date.to_string())
    }

    #[test]
    fn twelve_digits_have_four_of_a_year_when_they_can_not_have_seconds() {
        assert_eq!(read(b"201312311200").as_deref(), Some("2013-12-31T12:00:00"));
        assert_eq!(read(b"201212311200"), None);
        assert_eq!(read(b"201212111259").as_deref(), Some("2020-12-12T11:12:59"));
        assert_eq!(read(b"991212111259").as_deref(), Some("1999-12-12T11:12:59"));
    }

    #[test]
    fn what_is_no_date_is_none() {
        let words: [&[u8]; 7] = [
            b"",
            b"0000000000",
            b"25013112000",
            b"2x01311200",
            b"20251301120000",
            b"250131120060",
            b"2501311200000000",
        ];
        for word in words {
            assert_eq!(read(word), None, "{}", word.escape_ascii());
        }
    }

    #[test]
    fn a_date_is_written_as_it_is_read() {
        let date = date(b"20370102030405", Century::V34).unwrap();
        assert_eq!(&date_word(date), b"3701020304");
    }
}
